"""What the columns say, and that they never say it outside their width."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sms_tui.domain.rows import COLUMNS, Pending
from sms_tui.domain.task import Clone, Server, SubTask, TaskState
from sms_tui.domain.text import clean
from sms_tui.ui.screens.sizes import table_size
from sms_tui.ui.table.columns import (
    COLUMN_VIEWS,
    DEFAULT_COLUMNS,
    GAP,
    GUTTER,
    MARGIN,
    Cell,
    Context,
    Placed,
    fit,
    layout,
    row_pieces,
)
from sms_tui.ui.wording.glyphs import ASCII, UNICODE
from sms_tui.ui.wording.state_words import STATE_STYLES, STYLES
from tests.domain.samples import PAUSING, in_doubt
from tests.ui.samples import HOSTILE, NOW, hostile_row, row

LAUNCHING = Pending("launching…")
CONTEXT = Context(NOW, UNICODE)
SCROLLBAR = 1


def drawn(column: str, context: Context = CONTEXT, **changes: object) -> Cell:
    """The cell of a row that differs from the sample by `changes`."""
    state = changes.pop("state", TaskState.RUNNING)
    assert isinstance(state, TaskState)
    return COLUMN_VIEWS[column].cell(row(3, state, **changes), context)


def test_every_column_of_the_domain_can_be_drawn_and_no_other() -> None:
    assert set(COLUMN_VIEWS) == set(COLUMNS)
    assert set(DEFAULT_COLUMNS) <= set(COLUMN_VIEWS)


@pytest.mark.parametrize(
    ("column", "changes", "text"),
    [
        ("name", {}, "web-03"),
        ("name", {"name": ""}, "task-0003"),
        ("name", {"watched": True}, "◉ web-03"),
        ("state", {}, "▸ RUNNING"),
        ("stage", {}, "copy 43 %"),
        ("progress", {}, "━━╾───  45 %"),
        ("progress", {"state": TaskState.MIGRATE_SUCCESS}, "━━━━━━ 100 %"),
        ("progress", {"stage": None}, "–"),
        ("progress", {"state": TaskState.READY}, "–"),
        ("speed", {}, "186 Mbit/s"),
        ("speed", {"speed": None}, "–"),
        ("speed", {"state": TaskState.MIGRATE_FAIL}, "–"),
        ("eta", {}, "2 h 05 m"),
        ("eta", {"remain_seconds": None}, "–"),
        ("eta", {"remain_seconds": None, "estimate_ms": int((NOW + 660) * 1000)}, "11 m"),
        ("eta", {"remain_seconds": None, "estimate_ms": int((NOW - 1) * 1000)}, "overdue"),
        ("eta", {"state": TaskState.MIGRATE_SUCCESS}, "–"),
        ("source", {}, "web-03"),
        ("source", {"source": Server(ip="192.0.2.7")}, "192.0.2.7"),
        ("target", {}, "web-03-new"),
        ("target", {"target": Server()}, "–"),
        ("age", {}, "1 m"),
        ("age", {"changed_at": NOW - 5}, "now"),
        ("age", {"changed_at": NOW - 47}, "40 s"),
        ("age", {"changed_at": NOW + 60}, "now"),
        ("id", {}, "task-0003"),
        ("os", {"os_type": "LINUX"}, "linux"),
        ("kind", {"kind": "MIGRATE_FILE"}, "file"),
        ("wave", {"name": "wave3-web"}, "3"),
        ("wave", {}, "–"),
        ("region", {"region": "ap-southeast-3"}, "ap-southeast-3"),
        ("project", {"project": "alpha"}, "alpha"),
        ("limit", {"speed_limit": 300}, "300 Mbit/s"),
        ("limit", {"speed_limit": 0}, "none"),
        ("limit", {}, "–"),
        ("created", {"created_ms": 0}, "1970-01-01 00:00:00Z"),
        ("started", {}, "–"),
        ("error", {"error": '{"error_code":"SMS.3805"}'}, "SMS.3805"),
        ("error", {}, "–"),
        ("connected", {}, "yes"),
        ("connected", {"connected": False}, "no"),
        ("connected", {"connected": None}, "–"),
        ("size", {"total": 42_900_000_000}, "42.9 GB"),
        ("clone", {"clone": Clone(state="FINISHED")}, "finished"),
    ],
)
def test_a_column_says(column: str, changes: dict[str, object], text: str) -> None:
    assert drawn(column, **changes).text == text


def test_next_says_who_has_to_act() -> None:
    waiting = drawn("next", state=TaskState.SYNCING)
    assert waiting.text
    assert waiting.style == "waiting"
    assert drawn("next").style == ""


def test_a_task_that_launches_by_itself_is_flagged() -> None:
    assert drawn("next", syncing=False).style == "failed"
    assert drawn("state", syncing=False).text == "▸ RUNNING, auto-launch"


@pytest.mark.parametrize("state", list(TaskState))
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_every_state_has_a_sign_a_word_and_a_style(state: TaskState, glyphs: object) -> None:
    context = Context(NOW, ASCII if glyphs is ASCII else UNICODE)
    cell = drawn("state", context, state=state)
    sign, _, word = cell.text.partition(" ")
    assert cell_len(sign) == 1
    assert word
    assert cell.style == STATE_STYLES[state]
    assert cell.style in STYLES


def test_no_two_states_look_alike() -> None:
    assert len({drawn("state", state=state).text for state in TaskState}) == len(TaskState)


@pytest.mark.parametrize(
    ("changes", "text", "style"),
    [
        (
            {"state": TaskState.SYNCING, "pending": LAUNCHING},
            "↻ SYNCING · launching…",
            "changing",
        ),
        (
            {"state": TaskState.SYNCING, "pending": in_doubt("launch")},
            "↻ SYNCING ? launch unknown",
            "unknown",
        ),
        ({"connected": False}, "! RUNNING, agent lost", "failed"),
        ({"connected": False, "pending": PAUSING}, "! RUNNING · pausing…, agent lost", "failed"),
        ({"connected": False, "state": TaskState.MIGRATE_SUCCESS}, "✓ MIGRATE_SUCCESS", "done"),
        (
            {"state": TaskState.SYNCING, "source": Server(state="cutovering")},
            "↻ SYNCING (launching)",
            "changing",
        ),
        ({"state": TaskState.UNKNOWN, "state_text": "FROB\x1b[1m"}, "? unknown state: FROB␛[1m", "unknown"),
        ({"state": TaskState.UNKNOWN, "state_text": ""}, "? unknown state: none", "unknown"),
    ],
)
def test_the_state_comes_with_what_is_under_way(changes: dict[str, object], text: str, style: str) -> None:
    cell = drawn("state", **changes)
    assert (cell.text, cell.style) == (text, style)


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"state": TaskState.SYNCING, "pending": LAUNCHING}, "↻ SYNCING · launching…"),
        ({"state": TaskState.MIGRATE_FAIL, "pending": Pending("resuming…")}, "✗ resuming…"),
        ({"state": TaskState.MIGRATE_SUCCESS, "pending": Pending("syncing again…")}, "✓ syncing again…"),
        ({"pending": Pending("queued: set the speed limit")}, "▸ queued: set the spe…"),
        (
            {"state": TaskState.SYNCING, "pending": in_doubt("launch target")},
            "↻ unknown: launch tar…",
        ),
        ({"connected": False, "pending": PAUSING}, "! pausing…, agent lost"),
        ({"connected": False, "state": TaskState.MIGRATE_FAIL}, "! MIGRATE_FAIL, agent…"),
    ],
)
def test_where_the_state_has_no_room_for_all_what_is_under_way_goes_first(
    changes: dict[str, object], shown: str
) -> None:
    state = Placed(COLUMN_VIEWS["state"], COLUMN_VIEWS["state"].min_width)
    ((text, _),) = row_pieces([state], [drawn("state", **changes)], "…")
    assert text.rstrip() == shown


@pytest.mark.parametrize(
    ("stage", "state", "source_state", "text"),
    [
        (SubTask("FORMAT_DISK_LINUX_FILE", 0), TaskState.RUNNING, "", "format disks"),
        (SubTask("ATTACH_AGENT_IMAGE", 90), TaskState.MIGRATE_FAIL, "", "attach disk 90 %"),
        (SubTask("MIGRATE_WINDOWS_BLOCK", 0), TaskState.RUNNING, "", "copy 0 %"),
        (SubTask("MIGRATE_LINUX_FILE", 99.9), TaskState.RUNNING, "", "copy 99 %"),
        (SubTask("MIGRATE_LINUX_FILE", None), TaskState.RUNNING, "", "copy"),
        (SubTask("MIGRATE_LINUX_FILE", 104), TaskState.RUNNING, "", "copy 104 % (normal)"),
        (SubTask("SYNC_LINUX_FILE", 0), TaskState.SYNCING, "cutovering", "final sync 0 % (normal)"),
        (SubTask("SYNC_LINUX_FILE", 6), TaskState.SYNCING, "syncing", "sync 6 % (normal)"),
        (SubTask("SYNC_LINUX_FILE", 50), TaskState.SYNCING, "syncing", "sync 50 %"),
        (SubTask("DETTACH_AGENT_IMAGE", 10), TaskState.RUNNING, "cutovering", "detach disk 10 %"),
        (SubTask("BREW_COFFEE", 10), TaskState.RUNNING, "", "brew coffee 10 %"),
        (SubTask("MIGRATE_LINUX_FILE", float("nan")), TaskState.RUNNING, "", "copy nan %"),
        (SubTask("MIGRATE_LINUX_FILE", 0), TaskState.READY, "", "–"),
        (SubTask("DETTACH_AGENT_IMAGE", 100), TaskState.SYNC_SUCCESS, "finished", "–"),
        (None, TaskState.RUNNING, "", "–"),
    ],
)
def test_the_stage_in_words(stage: SubTask | None, state: TaskState, source_state: str, text: str) -> None:
    cell = drawn("stage", state=state, stage=stage, source=Server(state=source_state))
    assert cell.text == text


@pytest.mark.parametrize("column", list(COLUMN_VIEWS))
def test_our_own_words_are_ascii_where_ascii_is_asked_for(column: str) -> None:
    for state in TaskState:
        cell = drawn(
            column,
            Context(NOW, ASCII),
            state=state,
            pending=LAUNCHING,
            watched=True,
            syncing=False,
        )
        assert fit(cell.text, 12, ASCII.ellipsis).isascii(), (column, state)


@pytest.mark.parametrize("column", list(COLUMN_VIEWS))
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_leaves_its_column_or_reaches_the_terminal_raw(column: str, text: str) -> None:
    cell = COLUMN_VIEWS[column].cell(hostile_row(text), CONTEXT)
    assert cell.text.isprintable()
    for width in (0, 1, 2, 7, 20, 61):
        assert cell_len(fit(cell.text, width)) == width


@given(st.text(max_size=40), st.integers(0, 50), st.booleans())
def test_fit_gives_exactly_the_width(text: str, width: int, is_right: bool) -> None:
    shown = COLUMN_VIEWS["name"].cell(row(name=text), CONTEXT).text
    assert cell_len(fit(shown, width, is_right=is_right)) == width


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("abc", 5, "abc  "),
        ("abcdef", 5, "abcd…"),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日 …"),
        ("e\u0301e\u0301", 2, "e\u0301e\u0301"),
        ("abc", 1, "…"),
        ("pausing… 12 %", 9, "pausing… "),
        ("pausing… 12 %", 10, "pausing…  "),
        ("pausing… 12 %", 8, "pausing…"),
    ],
)
def test_fit_cuts_by_cells(text: str, width: int, shown: str) -> None:
    assert fit(text, width) == shown


@pytest.mark.parametrize(
    ("total", "names"),
    [
        (1, ("name", "state")),
        (60, ("name", "state", "progress")),
        (80, ("name", "state", "progress", "speed", "eta")),
        (100, ("name", "state", "progress", "speed", "eta", "next")),
        (122, ("name", "state", "stage", "progress", "speed", "eta", "next", "age")),
        (160, DEFAULT_COLUMNS),
    ],
)
def test_a_narrow_screen_drops_the_least_important(total: int, names: tuple[str, ...]) -> None:
    assert tuple(placed.view.name for placed in layout(DEFAULT_COLUMNS, total)) == names


@pytest.mark.parametrize(
    ("screen", "names"),
    [
        (110, ("name", "state", "progress", "eta")),
        (120, ("name", "state", "progress", "speed", "eta")),
        (160, ("name", "state", "stage", "progress", "speed", "eta", "next")),
        (200, DEFAULT_COLUMNS),
    ],
)
def test_beside_the_detail_a_wide_screen_has_room_for_every_column(
    screen: int, names: tuple[str, ...]
) -> None:
    cells = table_size(screen, 40)[0] - SCROLLBAR
    assert tuple(placed.view.name for placed in layout(DEFAULT_COLUMNS, cells)) == names


@given(st.integers(0, 400), st.lists(st.sampled_from([*COLUMN_VIEWS, "no such column"]), unique=True))
def test_columns_share_any_width(total: int, names: list[str]) -> None:
    placed = layout(names, total)
    used = GUTTER + sum(column.width + GAP for column in placed) - GAP + MARGIN
    narrowest = GUTTER + GAP + MARGIN
    assert not placed or used <= max(total, narrowest)
    kept = [column.view.name for column in placed]
    assert kept == [name for name in names if name in kept]
    assert {"name", "state"} & set(names) <= set(kept)
    wider = {column.view.name for column in layout(names, total + 1)}
    assert set(kept) <= wider


@pytest.mark.parametrize(
    ("longest", "names"),
    [
        (12, ("name", "state", "progress", "speed", "eta")),
        (16, ("name", "state", "progress", "speed", "eta")),
        (17, ("name", "state", "progress", "eta")),
        (24, ("name", "state", "progress", "eta")),
        (400, ("name", "state", "progress", "eta")),
    ],
)
def test_names_are_whole_before_other_columns_are(longest: int, names: tuple[str, ...]) -> None:
    placed = layout(DEFAULT_COLUMNS, table_size(120, 40)[0] - SCROLLBAR, longest_name=longest)
    assert tuple(each.view.name for each in placed) == names
    assert placed[0].width >= min(longest, 24)


def test_where_there_is_room_longer_names_are_whole_too() -> None:
    cells = table_size(200, 50)[0] - SCROLLBAR
    name, *others = layout(DEFAULT_COLUMNS, cells, longest_name=36)
    assert name.width == 36
    assert {"state", "stage", "progress", "speed", "eta", "next"} <= {each.view.name for each in others}


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (30, "prod-frankfurt-application-03 "),
        (29, "prod-frankfurt-application-03"),
        (24, "prod-frankfurt-ap…ion-03"),
        (12, "prod-fra…-03"),
        (3, "pr…"),
    ],
)
def test_of_a_name_that_is_cut_the_end_stays(width: int, shown: str) -> None:
    cell = Cell("prod-frankfurt-application-03")
    assert row_pieces([Placed(COLUMN_VIEWS["name"], width)], [cell], "…")[0][0] == shown


@pytest.mark.parametrize("column", ["region", "project"])
def test_regions_whose_numbers_alone_differ_are_told_apart_where_they_are_cut(column: str) -> None:
    view = COLUMN_VIEWS[column]
    cell = Cell("ap-southeast-3")
    assert row_pieces([Placed(view, view.min_width)], [cell], "…")[0][0] == "ap-so…-3"


@given(st.text(), st.integers(1, 40))
def test_a_cut_name_has_exactly_its_width(name: str, width: int) -> None:
    ((text, _),) = row_pieces([Placed(COLUMN_VIEWS["name"], width)], [Cell(clean(name))], "…")
    assert cell_len(text) == width


def test_a_bar_is_shorter_before_another_column_is_left_out() -> None:
    placed = layout(DEFAULT_COLUMNS, table_size(120, 40)[0] - SCROLLBAR, longest_name=16)
    progress = next(column for column in placed if column.view.name == "progress")
    ((text, _),) = row_pieces([progress], [drawn("progress")], "…")
    assert text.rstrip() == "━─  45 %"


@pytest.mark.parametrize(("rate", "shown"), [(999, "999 Mbit/s"), (1234, "1.2 Gbit/s")])
def test_a_speed_too_long_for_its_column_is_told_in_a_greater_unit(rate: float, shown: str) -> None:
    column = Placed(COLUMN_VIEWS["speed"], 10)
    assert row_pieces([column], [drawn("speed", speed=rate)], "…")[0][0] == shown


def test_the_operator_decides_on_widths() -> None:
    placed = {
        column.view.name: column.width for column in layout(DEFAULT_COLUMNS, 200, {"name": 9, "next": 60})
    }
    assert placed["name"] == 9
    assert placed["next"] == 60


@pytest.mark.parametrize(("width", "shown"), [(11, "pausing~   "), (9, "pausing~ "), (8, "pausing~")])
def test_what_is_cut_behind_three_points_gets_one_sign(width: int, shown: str) -> None:
    assert fit("pausing... 12 %", width, "~") == shown
