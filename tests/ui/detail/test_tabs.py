"""What the detail pane says, that it says it cleanly, and that it keeps secrets."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from msgspec.structs import replace
from rich.cells import cell_len
from textual.content import Content

from sms_tui.domain.masking import masked
from sms_tui.domain.task import Clone, Round, Server, SubTask, TaskDetail, TaskState
from sms_tui.ui.detail.chart import chart
from sms_tui.ui.detail.facts import DetailFacts
from sms_tui.ui.detail.raw_json import hung_json, raw_lines
from sms_tui.ui.detail.tabs import TABS, tab_content
from sms_tui.ui.widgets.hanging_indent import HANG
from sms_tui.ui.wording.glyphs import ASCII, UNICODE
from tests.domain.samples import PAUSING
from tests.ui.samples import HOSTILE, NOW, hostile_row, row, task

STEPS = (
    SubTask("SSL_CONFIG", 100, int((NOW - 7200) * 1000), int((NOW - 6840) * 1000)),
    SubTask("FORMAT_DISK_LINUX_FILE", 100, int((NOW - 6840) * 1000), int((NOW - 6000) * 1000)),
    SubTask("MIGRATE_LINUX_FILE", 43, int((NOW - 6000) * 1000), None, 186.4, "/dev/vda1 1/2"),
    SubTask("CONFIGURE_LINUX_FILE", None),
)
DOCUMENT: dict[str, Any] = {
    "id": "task-0003",
    "target_server": {
        "disks": [
            {"name": "/dev/vda", "size": 42_949_672_960, "used_size": 20_401_094_656, "device_use": "BOOT"}
        ]
    },
}


def facts(
    state: TaskState = TaskState.RUNNING,
    *,
    speeds: tuple[float, ...] = (),
    detail: bool = True,
    **changes: Any,
) -> DetailFacts:
    """The facts of a task with that state; `changes` are those of its row."""
    one = row(3, state, **changes)
    document = changes.pop("document", DOCUMENT)
    known = TaskDetail(structs.replace(one.task, subtasks=STEPS), document, NOW - 4) if detail else None
    return DetailFacts(one, known, speeds, NOW, UNICODE)


def shown(tab: str, given: DetailFacts, width: int = 80) -> str:
    """The text of a tab."""
    return tab_content(tab, given, width).plain


def says(tab: str, label: str, given: DetailFacts) -> str:
    """What stands beside a label."""
    lines = [line for line in shown(tab, given).splitlines() if line.startswith(f"{label} ")]
    assert lines, (label, shown(tab, given))
    return lines[0].removeprefix(label).strip()


@pytest.mark.parametrize(
    ("label", "changes", "text"),
    [
        ("state", {}, "▸ RUNNING  full replication"),
        ("state", {"pending": PAUSING}, "▸ RUNNING · pausing…  full replication"),
        ("state", {"state_text": "Running"}, "▸ RUNNING  full replication  sent as Running"),
        ("stage", {}, "copy 43 %  MIGRATE_LINUX_FILE"),
        ("changed", {}, "1 m ago  22:11:50Z"),
        ("changed", {"changed_at": NOW - 100_000}, "27 h ago  2023-11-13 18:26:40Z"),
        ("progress", {"replicated": 71_200_000_000, "total": 150_300_000_000}, "71.2 GB of 150 GB"),
        ("progress", {"stage": None, "replicated": 5_000_000}, "5.0 MB moved"),
        ("progress", {"stage": None}, "–"),
        ("speed", {"speed_limit": 300, "kind": "MIGRATE_FILE"}, "186 Mbit/s  on the wire  limit 300 Mbit/s"),
        ("speed", {"kind": "MIGRATE_BLOCK"}, "186 Mbit/s  before compression"),
        ("speed", {"os_type": "WINDOWS", "speed": None}, "–  before compression"),
        ("speed", {}, "186 Mbit/s"),
        ("ETA", {}, "2023-11-15 00:18:20Z, in 2 h 05 m"),
        (
            "ETA",
            {"remain_seconds": None, "estimate_ms": int((NOW - 60) * 1000)},
            "2023-11-14 22:12:20Z, overdue by 1 m 00 s",
        ),
        ("ETA", {"remain_seconds": None}, "–"),
        ("clone", {}, "–"),
        ("clone", {"clone": Clone("vm-1", "web-clone", "FINISHED")}, "FINISHED web-clone vm-1"),
        ("clone", {"clone": Clone(state="ERROR", sent_error="SMS.0601")}, "ERROR  SMS.0601"),
        (
            "billed",
            {"state": TaskState.ABORT, "clone": Clone("vm-1", state="FINISHED")},
            "temporary disk, clone  until somebody deletes it",
        ),
        ("logs", {"log_status": "UPLOADED"}, "UPLOADED"),
        ("task", {}, "task-0003"),
        ("region", {"region": "eu-1"}, "eu-1"),
        ("created", {"created_ms": 0}, "1970-01-01 00:00:00Z"),
    ],
)
def test_the_overview_says(label: str, changes: dict[str, Any], text: str) -> None:
    assert says("Overview", label, facts(**changes)).endswith(text)


def test_the_overview_warns_of_what_nobody_may_overlook() -> None:
    assert "LAUNCHES ITSELF" in shown("Overview", facts(syncing=False))
    assert "LAUNCHES ITSELF" not in shown("Overview", facts())
    assert "AGENT DISCONNECTED" in shown("Overview", facts(connected=False))
    assert "AGENT DISCONNECTED" not in shown("Overview", facts(connected=None))
    assert "ends this task for good" not in shown("Overview", facts(connected=False))
    in_blocks = {"kind": "MIGRATE_BLOCK"}
    assert "ends this task for good" in shown("Overview", facts(connected=False, **in_blocks))
    assert "ends this task for good" not in shown("Overview", facts(**in_blocks))


def test_what_can_be_launched_says_what_that_costs() -> None:
    rounds = tuple(Round(begin * 10**7, begin * 10**7 + (begin + 1) * 600_000) for begin in range(3))
    syncing = facts(TaskState.SYNCING, past_rounds=rounds)
    assert says("Overview", "rounds", syncing).startswith("10 m 00 s, 20 m 00 s, 30 m 00 s")
    assert says("Overview", "launch", syncing).startswith("Outage of 33 m to 41 m by the last sync round")
    assert "longer than the one before" in shown("Overview", syncing)
    assert "longer than the one before" not in shown(
        "Overview", facts(TaskState.SYNCING, past_rounds=rounds[:2])
    )
    assert "of unknown length" in shown("Overview", facts(TaskState.SYNCING))
    assert "Outage" not in shown("Overview", facts(TaskState.RUNNING))


def test_a_percentage_that_looks_stuck_is_explained() -> None:
    stuck = facts(TaskState.SYNCING, stage=SubTask("SYNC_LINUX_FILE", 6))
    assert "This percentage is normal here" in shown("Overview", stuck)
    assert "This percentage is normal here" not in shown("Overview", facts())


def test_an_error_comes_with_its_meaning_and_what_to_do() -> None:
    failed = facts(
        TaskState.MIGRATE_FAIL, error='{"error_code":"SMS.3805","error_param":["203.0.113.41","22"]}'
    )
    text = shown("Overview", failed, 60)
    assert text.count("203.0.113.41, 22") == 1
    assert says("Overview", "error", failed) == "SMS.3805"
    assert says("Overview", "means", failed)
    assert says("Overview", "first", failed)
    assert max(map(len, text.splitlines())) <= 60


def test_an_error_that_nobody_knows_is_said_to_be_unknown() -> None:
    text = shown("Overview", facts(TaskState.MIGRATE_FAIL, error='{"error_code":"SMS.99999"}'))
    assert "SMS.99999" in text
    assert "The catalogue has no entry for it." in text


def test_an_error_without_a_code_is_shown_as_it_came() -> None:
    assert says("Overview", "error", facts(TaskState.MIGRATE_FAIL, error="boom")) == "without a code"


@pytest.mark.parametrize("width", [10, 40, 76])
@pytest.mark.parametrize("line", ['"name": "v"', "}", '"' + "漢" * 60 + '": 1'])
def test_what_lies_too_deep_for_its_own_indentation_is_drawn(line: str, width: int) -> None:
    parts = hung_json(" " * 90 + line, width)
    assert all(sum(cell_len(text) for text, _ in part) <= width for part in parts)
    assert "".join(text for part in parts for text, style in part if style != HANG).lstrip() == line


def test_the_overview_shows_the_six_points() -> None:
    text = shown("Overview", facts(TaskState.MIGRATE_SUCCESS))
    assert text.count(": passed") == 2
    assert text.count(": not yet") == 2
    assert text.count("not visible from here") == 2


def test_what_does_not_fit_goes_on_under_where_it_began() -> None:
    lines = shown("Overview", facts(TaskState.MIGRATE_SUCCESS), 36).splitlines()
    points = lines.index("points of no return")
    assert "  not visible from here" in lines[points:]
    state = next(number for number, line in enumerate(lines) if line.startswith("state"))
    assert lines[state + 1] == "           finished"


def test_the_steps_are_named_and_timed_but_not_counted() -> None:
    lines = shown("Subtasks", facts()).splitlines()
    assert lines[0] == "✓ set up keys        ━━━━━━━━━━ 100 %  6 m 00 s"
    assert lines[4] == "▸ copy               ━━━━╾─────  43 %  1 h 40 m so far"
    assert lines[5] == "  MIGRATE_LINUX_FILE  since 2023-11-14 20:33:20Z  186 Mbit/s"
    assert lines[6] == "  service's trace: /dev/vda1 1/2"
    assert lines[7].startswith("○ configure system   ──────────     –")


def test_in_a_narrow_pane_no_time_of_a_step_is_broken() -> None:
    lines = tab_content("Subtasks", facts(), 37).plain.splitlines()
    assert lines[:3] == [
        "✓ set up keys        100 %  6 m 00 s",
        "  SSL_CONFIG",
        "  since 2023-11-14 20:13:20Z",
    ]
    assert "  1 h 40 m so far  MIGRATE_LINUX_FILE" in lines


@pytest.mark.parametrize(
    ("state", "ended", "said"),
    [
        (TaskState.MIGRATE_FAIL, int((NOW - 5940) * 1000), "  1 m 00 s"),
        (TaskState.MIGRATE_FAIL, None, ""),
        (TaskState.ABORT, None, ""),
        (TaskState.MIGRATE_FAIL, int((NOW - 9000) * 1000), ""),
    ],
)
def test_a_step_of_a_task_that_stands_still_does_not_go_on(
    state: TaskState, ended: int | None, said: str
) -> None:
    line = shown("Subtasks", facts(state, finished_ms=ended)).splitlines()[4]
    assert "copy" in line
    assert line.partition(" 43 %")[2].rstrip() == said


@pytest.mark.parametrize(
    ("ahead", "said"),
    [(30, "43 %  0 s so far"), (3600, "since 2023-11-14 23:13:20Z by a clock ahead of ours")],
)
def test_a_step_that_begins_ahead_of_now_is_by_another_clock(ahead: int, said: str) -> None:
    step = SubTask("MIGRATE_LINUX_FILE", 43.0, started_ms=int((NOW + ahead) * 1000))
    text = shown("Subtasks", facts(stage=step, subtasks=(step,)))
    assert said in text
    assert ("so far" in text, "ahead of ours" in text) == (ahead < 60, ahead >= 60)


def test_servers_show_both_ends_and_the_disks() -> None:
    text = shown(
        "Servers", facts(source=Server("s1", "web", "192.0.2.1", "UBUNTU_20_4", "replicate", "replicating"))
    )
    for word in ("SOURCE", "192.0.2.1", "UBUNTU_20_4", "replicating", "connected", "TARGET", "203.0.113.1"):
        assert word in text
    assert "/dev/vda  20.4 GB of 42.9 GB used  BOOT" in text


@pytest.mark.parametrize(
    "target", [None, [], "x", {"disks": 5}, {"disks": [1, {"name": None, "size": "big"}]}]
)
def test_a_document_of_another_shape_does_no_harm(target: object) -> None:
    given = replace(facts(), detail=TaskDetail(task(), {"target_server": target}, NOW))
    assert "SOURCE" in shown("Servers", given)


def test_speeds_come_with_least_mean_and_most() -> None:
    given = facts(speeds=(100.0, 200.0, 300.0), speed_limit=0, kind="MIGRATE_FILE")
    said = {
        label: says("Speed", label, given) for label in ("latest", "least", "mean", "most", "polls", "limit")
    }
    assert said == {
        "latest": "300 Mbit/s  on the wire",
        "least": "100 Mbit/s",
        "mean": "200 Mbit/s",
        "most": "300 Mbit/s",
        "polls": "3",
        "limit": "none",
    }


def test_without_speeds_the_chart_says_why_it_is_empty() -> None:
    assert "No speed seen yet" in shown("Speed", facts())


def test_a_chart_stands_on_zero() -> None:
    assert chart([0, 1, 2, 4], 10, 2, UNICODE) == ["   █", " ▄██"]
    assert chart([0.0, 0.0], 10, 1, UNICODE) == ["  "]
    assert chart(range(100), 5, 1, ASCII) == ["@@@@@"]  # type: ignore[arg-type]
    assert chart([1.0], 0, 2, UNICODE) == ["", ""]


@pytest.mark.parametrize("tab", ["Subtasks", "Raw"])
def test_what_was_not_read_yet_is_said_to_be_so(tab: str) -> None:
    assert shown(tab, facts(detail=False)).startswith("Not read yet")


def test_raw_is_the_document_as_indented_json() -> None:
    assert shown("Raw", facts()).splitlines()[:3] == ["read 4 s ago", "{", '  "id": "task-0003",']


@pytest.mark.parametrize(
    "key",
    [
        "log_share_url",
        "password",
        "admin_pass_word_passwd",
        "X-Auth-Token",
        "secret_key",
        "access_key",
        "ak",
        "db_sk",
    ],
)
@pytest.mark.parametrize("value", ["canary", ["canary"], {"a": "canary"}, 12345])
def test_secrets_are_masked_at_any_depth(key: str, value: object) -> None:
    text = "\n".join(raw_lines({"outer": [{key: value}]}))
    assert "canary" not in text
    assert "12345" not in text
    assert "***" in text


def test_a_signed_address_is_masked_wherever_it_stands() -> None:
    text = "\n".join(
        raw_lines({"trace": "see https://b.obs/x?Expires=1&Signature=canary%3D&AccessKeyId=canary2"})
    )
    assert "canary" not in text
    assert "https://b.obs/x?Expires=1&Signature=***&AccessKeyId=***" in text


def test_what_is_no_secret_is_left_alone() -> None:
    document = {"os_disk": True, "disk_index": "0", "password": "", "token": None, "has_secret": True}
    assert masked(document) == document


def test_a_document_too_deep_or_too_long_is_cut() -> None:
    deep: object = "bottom"
    for _ in range(5000):
        deep = [deep]
    assert "bottom" not in "\n".join(raw_lines({"deep": deep}))
    for long in (
        list(range(10_000)),
        ["x" * 500] * 8000,
        {"a" * 500 + str(place): [] for place in range(8000)},
    ):
        lines = raw_lines({"first": "x" * 10**6, "long": long, "password": "canary"})
        assert lines[-1] == "… the document goes on: sms-tui show -o json prints all of it"
        assert len(lines) < 2500
        assert sum(map(len, lines)) < 120_000, "keys wait while it is drawn"
    assert "goes on" not in raw_lines({"long": list(range(1000))})[-1]


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_tab_lets_a_control_character_through(tab: str, text: str) -> None:
    hostile = hostile_row(text)
    document = {
        text: [text, {"target_server": text}],
        "target_server": {"disks": [{"name": text, "device_use": text}]},
    }
    given = DetailFacts(hostile, TaskDetail(hostile.task, document, NOW), (1.0, 1e300), NOW, UNICODE)
    content = tab_content(tab, given, 40)
    assert isinstance(content, Content)
    assert all(line.isprintable() for line in content.plain.split("\n"))


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("state", list(TaskState))
def test_every_tab_draws_every_state_in_either_set_of_signs(tab: str, state: TaskState) -> None:
    for glyphs in (UNICODE, ASCII):
        given = replace(facts(state, pending=PAUSING, syncing=False), glyphs=glyphs, speeds=(1.0, 2.0))
        assert tab_content(tab, given, 40).plain


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('  "name": "web-03",', ['  "name": "web-03",']),
        (
            '  "id": "8b989742-f669-53bf-a19d",',
            ['  "id": "8b989742-f669-', '        53bf-a19d",'],
        ),
        (
            '  "why": "the agent cannot reach port",',
            ['  "why": "the agent ', "         cannot reach ", '         port",'],
        ),
        (
            '    "migration_cycle": "cutovering",',
            ['    "migration_cycle": ', '        "cutovering",'],
        ),
    ],
)
def test_a_long_value_of_the_document_stays_clear_of_the_names(line: str, shown: list[str]) -> None:
    assert ["".join(text for text, _ in part) for part in hung_json(line, 24)] == shown


@given(
    st.dictionaries(st.text('ab" 漢', max_size=30), st.text('ab\\" 漢', max_size=90), max_size=3),
    st.integers(10, 40),
)
def test_nothing_is_lost_where_the_document_is_broken(document: dict[str, str], width: int) -> None:
    for line in raw_lines({"outer": document}):
        parts = hung_json(line, width)
        assert all(sum(cell_len(text) for text, _ in part) <= width for part in parts)
        assert "".join(text for part in parts for text, style in part if style != HANG) == line
