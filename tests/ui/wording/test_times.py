"""Times in UTC and in the zone of the machine."""

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from textual.widget import Widget

from sms_tui.config import Settings
from sms_tui.domain import quantities
from sms_tui.state import State
from sms_tui.ui.wording import times
from tests.story import Operator, story

AT = 1795558002.0


@pytest.fixture(autouse=True)
def _in_chatham(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A zone that nobody works in, so that no machine has it by chance."""
    monkeypatch.setenv("TZ", "CHAT-12:45")
    time.tzset()
    yield
    times.show_in("utc")
    monkeypatch.undo()
    time.tzset()


def test_utc_is_what_everything_else_shows_too() -> None:
    assert (times.clock(AT), times.moment(AT)) == (quantities.clock(AT), quantities.moment(AT))
    assert times.clock(AT) == "22:06:42Z"


def test_local_times_carry_their_offset() -> None:
    times.show_in("local")
    assert times.clock(AT) == "10:51:42+12:45"
    assert times.minute(AT) == "10:51+12:45"
    assert times.moment(AT) == "2026-11-25 10:51:42+12:45"


@pytest.mark.parametrize("seconds", [-1e30, 1e30, float("inf"), float("nan")])
def test_times_that_are_none_are_shown_as_elsewhere(seconds: float) -> None:
    times.show_in("local")
    assert times.moment(seconds) == quantities.moment(seconds)


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("22:07", "utc", "2026-11-24 22:07:00Z"),
        ("22:06", "utc", "2026-11-25 22:06:00Z"),
        ("4:00", "utc", "2026-11-25 04:00:00Z"),
        ("04:00Z", "utc", "2026-11-25 04:00:00Z"),
        ("04:00", "local", "2026-11-26 04:00:00+12:45"),
        ("11:00", "local", "2026-11-25 11:00:00+12:45"),
        ("04:00Z", "local", "2026-11-25 16:45:00+12:45"),
    ],
)
def test_a_time_of_day_is_the_next_one(text: str, zone: str, moment: str) -> None:
    times.show_in(zone)
    found = times.next_time(text, AT)
    assert found is not None
    assert times.moment(found) == moment
    assert 0 < found - AT <= 86400


@pytest.mark.parametrize(
    ("now", "text", "moment"),
    [
        ("2026-10-25T01:50+02:00", "02:40", "2026-10-25 02:40:00+02:00"),
        ("2026-10-25T02:50+02:00", "02:40", "2026-10-25 02:40:00+01:00"),
        ("2026-10-25T02:10+01:00", "02:40", "2026-10-25 02:40:00+01:00"),
        ("2026-10-25T02:50+01:00", "02:40", "2026-10-26 02:40:00+01:00"),
        ("2026-10-24T23:00+02:00", "04:00", "2026-10-25 04:00:00+01:00"),
        ("2026-03-29T01:50+01:00", "02:30", "2026-03-29 03:30:00+02:00"),
        ("2026-03-29T01:10+01:00", "02:30", "2026-03-29 03:30:00+02:00"),
    ],
)
def test_in_a_night_in_which_clocks_are_changed_the_next_one_is_still_to_come(
    now: str, text: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    times.show_in("local")
    found = times.next_time(text, datetime.fromisoformat(now).timestamp())
    assert found is not None
    assert times.moment(found) == moment


@pytest.mark.parametrize("text", ["", "4", "24:00", "04:60", "04:0", "04:00:00", "-1:00", "٠٤:٠٠", "soon"])
def test_what_is_no_time_of_day_is_none(text: str) -> None:
    assert times.next_time(text, AT) is None


def test_an_unknown_zone_is_utc() -> None:
    times.show_in("mars")
    assert times.zone_in_force() == "utc"


def drawn(op: Operator, pane: Widget) -> str:
    """What the screen shows of a pane."""
    region = pane.region
    lines = op.shown().splitlines()[region.y : region.bottom]
    return "\n".join(line[region.x : region.right] for line in lines)


@pytest.mark.anyio
async def test_a_key_turns_the_times_of_every_pane_and_the_program_remembers(tmp_path: Path) -> None:
    state = State()
    async with story(tmp_path, size=(160, 64), settings=Settings(header_age="time"), state=state) as op:
        op.screen.flows.viewing.type_columns("name,created")
        await op.press("d")
        await op.settle()
        desk = op.screen.desk
        panes = (desk.header, desk.table, desk.detail, desk.log)
        in_utc = [drawn(op, pane) for pane in panes]
        assert "+12:45" not in op.shown()
        await op.press("t")
        await op.settle()
        in_local = [drawn(op, pane) for pane in panes]
        assert [before != after for before, after in zip(in_utc, in_local, strict=True)] == [True] * 4
        assert "+12:45" in op.shown()
        assert state.time == "local"
        await op.press("t")
        op.screen.flows.time_zone.turn("UTC")
        await op.settle()
        assert [drawn(op, pane) for pane in panes] == in_utc, "who names a zone gets it"
        op.screen.flows.time_zone.turn("mars")
        await op.settle()
        assert op.told() == "There is no zone 'mars'. Zones: utc, local"
        assert times.zone_in_force() == "utc"


@pytest.mark.anyio
async def test_the_header_can_name_the_minute_instead_of_counting_seconds(tmp_path: Path) -> None:
    async with story(tmp_path, settings=Settings(header_age="time")) as op:
        told = f"updated {times.minute(op.clock.now())}  "
        seen = set()
        for _ in range(4):
            seen.add(op.shown().splitlines()[0])
            await op.advance(1)
        (header,) = seen
        assert told in header
        op.line.is_down = True
        await op.advance(12)
        assert "STALE" in op.shown().splitlines()[0]
