"""Nothing on the screen grows older than it says, though an idle program hardly ever looks at the clock."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sms_tui.config import Profile
from sms_tui.domain.freshness import SyncStatus
from sms_tui.ui.bars.header_words import HeaderFacts, header_parts, rests
from sms_tui.ui.pulse import Pulse
from tests.story import story

NOW = 1_800_000_000.0
quarters = st.integers(0, 4000).map(lambda number: number / 4)
facts = st.builds(
    HeaderFacts,
    profile=st.just(Profile("p")),
    sync=st.builds(
        SyncStatus,
        interval=st.sampled_from([1.0, 5.0, 60.0, 3600.0]),
        synced_at=st.none() | quarters.map(lambda age: NOW - age),
        failures=st.integers(0, 4),
        failing_since=st.just(NOW - 3),
    ),
    is_age_told=st.booleans(),
    token_seconds=st.none() | quarters.map(lambda left: left * 10),
    window_seconds=st.none() | quarters.map(lambda left: left * 10 - 500),
)


@given(facts, st.floats(0, 1, exclude_max=True), st.booleans())
def test_the_header_says_the_same_for_as_long_as_it_claims(
    told: HeaderFacts, part: float, slow_link: bool
) -> None:
    passed = rests(told, NOW, slow_link=slow_link) * part // 0.25 * 0.25
    left = told.token_seconds
    window = told.window_seconds
    later = replace(
        told,
        token_seconds=None if left is None else left - passed,
        window_seconds=None if window is None else window - passed,
    )
    before = header_parts(told, NOW, slow_link=slow_link)
    assert header_parts(later, NOW + passed, slow_link=slow_link) == before


@pytest.mark.parametrize(
    ("age", "token", "seconds"),
    [
        (3.25, None, 0.75),
        (12, None, 3),
        (110, None, 5),
        (118, None, 2),
        (121, None, 0),
        (12, 7202, 2),
        (12, 3599, 0),
    ],
)
def test_how_long_the_header_rests(age: float, token: float | None, seconds: float) -> None:
    told = HeaderFacts(Profile("p"), SyncStatus(60.0, NOW - age), token_seconds=token)
    assert rests(told, NOW) == seconds


class Timers:
    """Timers that go off when they are told to."""

    def __init__(self) -> None:
        self.now = 100.0
        self.armed: list[tuple[float, Callable[[], None]]] = []
        self.stopped = 0

    def arm(self, seconds: float, go: Callable[[], None]) -> "Timers":
        self.armed.append((seconds, go))
        return self

    def stop(self) -> None:
        self.stopped += 1

    def go_off(self) -> None:
        seconds, go = self.armed[-1]
        self.now += seconds
        go()


def test_it_beats_when_something_is_due_and_soon_after_something_happened() -> None:
    timers, wishes = Timers(), [0.2, 0.0, 0.01, 5.0, 4.0]
    pulse = Pulse(arm=timers.arm, beat=lambda: wishes.pop(0), monotonic=lambda: timers.now)  # type: ignore[arg-type]
    pulse.hurry()
    assert timers.armed == []
    pulse.start()
    pulse.hurry()
    for _ in range(4):
        timers.go_off()
    assert [seconds for seconds, _ in timers.armed] == [1.0, 0.2, 1.0, 0.05, 5.0]
    timers.now += 1.5
    pulse.hurry()
    pulse.hurry()
    assert timers.stopped == 1
    timers.go_off()
    assert [seconds for seconds, _ in timers.armed[5:]] == [1.0, 4.0]


@pytest.mark.anyio
async def test_keys_and_news_bring_the_next_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with story(tmp_path, "war-room") as op:
        hurried: list[str] = []
        monkeypatch.setattr(op.screen.desk, "hurry", lambda: hurried.append("news"))
        monkeypatch.setattr(Pulse, "hurry", lambda _: hurried.append("key"))
        await op.press("f12")
        assert set(hurried) == {"key"}
        await op.poll()
        assert "news" in hurried
        await op.press("colon")
        hurried.clear()
        await op.press("x")
        assert "key" in hurried
        assert op.screen.desk.tick() <= 5


@pytest.mark.anyio
async def test_what_is_under_way_is_looked_at_each_second(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room") as op:
        await op.select(op.first("RUNNING"))
        await op.press("a", "p")
        op.question("Pause (stop)")
        await op.confirm("y")
        assert op.screen.desk.tick() == 0
