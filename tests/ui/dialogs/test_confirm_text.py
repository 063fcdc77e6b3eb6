"""What the last question says, and that all of it can be seen."""

import pytest
from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget

from sms_tui.domain.operations import COLLECT_LOG, DELETE, OF_RESUMING, SPEED_LIMIT, START, STOP, TEST
from sms_tui.domain.plan import make_plan
from sms_tui.domain.task import Clone
from sms_tui.ui.dialogs import confirm_text
from sms_tui.ui.wording.state_words import situation_words
from tests.ui.dialogs.host import HOSTILE, confirmation, confirming, requests, task, tasks

pytestmark = pytest.mark.anyio
FINISHED_CLONE = Clone(vm_id="vm", state="FINISHED")


def whole(widget: Widget) -> bool:
    place = widget.screen.find_widget(widget)
    region = place.region
    screen = Region(0, 0, *widget.screen.size)
    return region.area > 0 and place.clip.contains_region(region) and screen.contains_region(region)


async def test_the_question_says_what_where_to_whom_and_what_follows() -> None:
    async with confirming(TEST, [task()], production=True, size=(100, 40)) as shown:
        said = shown.words()
        for part in (
            "Launch target (cut over) (test)",
            "irreversible",
            "profile prod",
            "PRODUCTION",
            "https://sms.example",
            "web-07",
            task().id,
            "continuous synchronization, read 8 s ago",
            "No finished clone test is on record",
            f"What happens: {TEST.what}",
            "What it costs: Outage of 3 m to 11 m",
            f"Way back: {TEST.way_back}",
        ):
            assert part in said


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (3600, "launch by 00:49Z, with a consistency check by 00:36Z"),
        (900, "launch by 00:04Z, with a consistency check by 23:51Z"),
        (600, "TOO LATE for 00:10Z: the latest moment to launch was 23:59Z"),
    ],
)
def test_the_latest_moment_to_launch(left: float, said: str) -> None:
    midnight = 1_700_006_400.0
    launch = make_plan(TEST, [(task(total=100_000_000_000), midnight)])
    line = confirm_text.window_line(launch, midnight + left, midnight)
    assert line is not None
    assert said in line.plain
    assert ("Earlier by the final sync" in line.plain) is (left > 600)
    assert confirm_text.window_line(launch, None, midnight) is None
    assert confirm_text.window_line(make_plan(STOP, [(task(), midnight)]), midnight + left, midnight) is None


async def test_production_is_said_only_where_it_is() -> None:
    async with confirming(STOP, [task()], simulated=True, dry_run=True) as shown:
        assert "PRODUCTION" not in shown.text()
        assert "SIMULATED" in shown.text()
        assert "DRY RUN" in shown.text()


async def test_resume_is_not_called_a_start() -> None:
    async with confirming(START, [task(7, "ABORT")]) as shown:
        assert "Resume (start)" in shown.text()
        assert OF_RESUMING.what in shown.words()
        assert "Formats" not in shown.text()


async def test_ages_go_on_counting() -> None:
    async with confirming(STOP, [task()]) as shown:
        shown.clock.advance(32)
        shown.app.screen.show_plan()
        await shown.pilot.pause()
        assert "read 41 s ago" in shown.text()


async def test_hidden_and_left_out_are_named() -> None:
    chosen = [*tasks(3), task(9, "READY"), task(10, "ABORT")]
    async with confirming(STOP, chosen, hidden=[task(2).id], size=(100, 40)) as shown:
        said = shown.words()
        assert "3 tasks, 2 left out" in said
        assert "1 of these hidden by the filter: 'web-02'" in said
        assert "Left out: 2" in said
        assert "'web-09': not while ready" in said
        assert "'web-10': not while paused" in said
        assert said.count("Possible when: cloning, ") == 1


async def test_ten_targets_then_a_count() -> None:
    plan = make_plan(STOP, [(each, 0.0) for each in tasks(14)])
    said = confirm_text.target_lines(plan, 8.0).plain
    assert "web-10" in said
    assert "web-11" not in said
    assert said.endswith("and 4 more")


@pytest.mark.parametrize("size", [(80, 24), (60, 15)])
async def test_long_names_that_differ_at_their_end_are_told_apart(size: tuple[int, int]) -> None:
    names = [f"prod-eu-frankfurt-a-webserver-{number:02d}" for number in (1, 2)]
    chosen = [task(number, "SYNCING", name) for number, name in enumerate(names)]
    async with confirming(STOP, chosen, size=size) as shown:
        assert all(name in shown.text() for name in names)
        assert "continuous" in shown.text()


@pytest.mark.parametrize("size", [(80, 24), (60, 15)])
async def test_names_too_long_for_that_are_told_apart_by_their_ids(size: tuple[int, int]) -> None:
    names = [f"{'prod-eu-frankfurt-a-' * 3}{number}.example" for number in (1, 2)]
    chosen = [task(number, "SYNCING", name) for number, name in enumerate(names)]
    async with confirming(STOP, chosen, size=size) as shown:
        rows = [line for line in shown.lines() if "prod-eu" in line]
        assert [each.id[:8] in row for each, row in zip(chosen, rows, strict=True)] == [True, True]


def test_hidden_beyond_ten_are_counted() -> None:
    chosen = tasks(14)
    plan = make_plan(STOP, [(each, 0.0) for each in chosen], hidden=[each.id for each in chosen])
    said = confirm_text.caution_lines(plan)
    assert said is not None
    assert "14 of these hidden by the filter: 'web-01'" in said.plain
    assert said.plain.endswith("'web-10' and 4 more")


def test_a_warning_says_whom_it_is_about() -> None:
    tested = task(1, clone=FINISHED_CLONE)
    both = make_plan(TEST, [(tested, 0.0), (task(2), 0.0)])
    said = confirm_text.caution_lines(both)
    assert said is not None
    assert said.plain == "! No finished clone test is on record. ('web-02')"
    none = make_plan(TEST, [(tested, 0.0)])
    assert confirm_text.caution_lines(none) is None


def test_an_unknown_state_is_shown_as_it_was_sent() -> None:
    assert situation_words(task(1, "FLUX")) == "unknown (FLUX)"


async def test_parameters_are_said() -> None:
    async with confirming(COLLECT_LOG, [task()], parameters={"bucket": "sms"}) as shown:
        assert "Sent along: bucket = sms" in shown.text()
    async with confirming(SPEED_LIMIT, [task()], parameters={"rules": ""}) as shown:
        assert "Sent along: rules = (empty)" in shown.text()


def test_a_body_that_is_not_text_is_shown_all_the_same() -> None:
    plan = make_plan(STOP, [(task(), 0.0)])
    [request] = requests(plan)
    said = confirm_text.request_lines([type(request)("POST", request.url, b"\xff\x1b[2J")], 1)
    assert "\x1b" not in said.plain
    assert "\ufffd" in said.plain


async def test_hostile_names_are_neither_markup_nor_control() -> None:
    chosen = [task(1, "ABORT", HOSTILE), task(2, "ABORT", HOSTILE), task(3, "SYNCING", HOSTILE)]
    async with confirming(DELETE, chosen, hidden=[chosen[0].id], size=(120, 40)) as shown:
        said = shown.text()
        assert "[bold red]x[/]" in said
        assert not {char for char in said if not char.isprintable()} - {"\n"}
        assert "\u202e" not in said


async def test_a_hostile_name_is_not_what_is_typed() -> None:
    async with confirming(DELETE, [task(7, "ABORT", HOSTILE)]) as shown:
        assert "Type 0a0007 to go ahead:" in shown.text()


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 40), (300, 100)])
@pytest.mark.parametrize("count", [1, 40])
async def test_text_to_type_and_ways_out_are_always_in_sight(size: tuple[int, int], count: int) -> None:
    chosen = [*tasks(count), task(90, "READY"), task(91, "ABORT")]
    async with confirming(TEST, chosen, hidden=[task(1).id], size=size, production=True) as shown:
        for name in ("#cancel", "#show-request", "#word"):
            assert whole(shown.app.screen.query_one(name))
        typed = "web-01" if count == 1 else "test 40"
        assert f"Type {typed} to go ahead:" in shown.text()
        assert "PRODUCTION" in shown.text()
        assert "Launch target (cut over) (test)" in shown.text()


async def test_all_of_it_can_be_scrolled_to() -> None:
    async with confirming(START, [*tasks(40, "READY"), task(91, "RUNNING")]) as shown:
        assert "web-91" not in shown.text()
        assert "more: PgDn" in shown.text()
        await shown.press("end")
        assert "web-91" in shown.text()
        assert "more: PgDn" not in shown.text()
        await shown.press("home", "pagedown", "pageup")
        assert "web-01" in shown.text()


async def test_boxes_are_plain_ascii_where_the_app_is() -> None:
    async with confirming(STOP, [task()]) as shown:
        await shown.press("escape")
        shown.app.add_class("-ascii")
        shown.app.ask(confirmation(STOP, [task()], shown.clock))
        await shown.pilot.pause()
        assert shown.text().isascii()


async def test_any_size_keeps_the_question_and_the_focus_on_cancel() -> None:
    async with confirming(TEST, tasks(3)) as shown:
        for size in ((60, 15), (200, 60), (1, 1), (80, 24)):
            await shown.pilot.resize_terminal(*size)
        assert "Type test 3 to go ahead:" in shown.text()
        assert whole(shown.app.screen.query_one("#cancel"))
        assert shown.app.focused is shown.app.screen.query_one("#cancel")


def test_lines_are_content_without_markup() -> None:
    plan = make_plan(STOP, [(task(1, name="[red]"), 0.0)])
    assert isinstance(confirm_text.target_lines(plan, 0.0), Content)
    assert "[red]" in confirm_text.target_lines(plan, 0.0).plain


async def test_the_options_of_a_resume_are_not_headed_as_a_start() -> None:
    async with confirming(START, [task(7, "ABORT")]) as shown:
        await shown.press("o")
        assert "Resume (start)" in shown.text()
        assert "Start full replication" not in shown.text()
