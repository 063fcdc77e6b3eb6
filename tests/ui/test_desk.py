"""What the table says while it has no rows follows the news."""

import re
from pathlib import Path

import pytest

from sms_tui.config import Profile
from sms_tui.domain.freshness import SyncStatus
from sms_tui.domain.outcome import Trouble, TroubleKind
from sms_tui.ui.bars.header_words import Counts, HeaderFacts, header_parts
from sms_tui.ui.screens.main import MainScreen
from tests.story import Stage

pytestmark = pytest.mark.anyio


async def test_an_empty_table_says_why_nothing_could_be_read(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage._line.is_down = True
    async with stage.app.run_test(size=(120, 40)) as pilot:
        for _ in range(100):
            await stage.clock.advance(1)
            await pilot.pause()
            screen = stage.app.screen
            if isinstance(screen, MainScreen) and screen.desk.store.sync.trouble is not None:
                break
        assert isinstance(screen, MainScreen)
        screen.desk.tick()
        await pilot.pause()
        shown = "\n".join(strip.text for strip in screen._compositor.render_strips())
        assert "NO ANSWER YET" in shown
        assert "No tasks could be read yet." in shown
        assert "Reading the list of tasks" not in shown
        assert not re.search(r"\b0 (tasks|of 0)\b", shown), "nobody knows that there are none"


def test_a_list_that_is_known_to_be_empty_is_counted() -> None:
    def said(sync: SyncStatus) -> list[str]:
        return [part.text for part in header_parts(HeaderFacts(Profile("prod"), sync), now=1.0)]

    assert "0 tasks" in said(SyncStatus(5.0, synced_at=1.0))
    assert "0 tasks" not in said(SyncStatus(5.0))


@pytest.mark.parametrize(
    ("sync", "now", "words"),
    [
        (SyncStatus(5.0, began_at=100.0), 109.0, "loading"),
        (SyncStatus(5.0, began_at=100.0), 117.0, "loading 15 s"),
        (SyncStatus(5.0, began_at=100.0), 190.0, "loading 1 m 30 s"),
        (SyncStatus(5.0, synced_at=100.0), 141.0, "STALE 40 s"),
        (SyncStatus(5.0, synced_at=100.0, failures=2), 235.0, "STALE 2 m 15 s"),
    ],
)
def test_how_long_nothing_came_is_said_in_seconds(sync: SyncStatus, now: float, words: str) -> None:
    assert words in [part.text for part in header_parts(HeaderFacts(Profile("prod"), sync), now)]


@pytest.mark.parametrize(("failures", "age"), [(1, []), (3, ["OFFLINE since 00:01:40Z"])])
def test_a_part_of_a_list_is_told_as_one_though_the_rest_does_not_come(failures: int, age: list[str]) -> None:
    trouble = Trouble(TroubleKind.SERVER, "x")
    sync = SyncStatus(
        5.0, pages_done=2, pages_total=4, failures=failures, failing_since=100.0, trouble=trouble
    )
    parts = header_parts(HeaderFacts(Profile("prod"), sync, Counts(400)), 109.0)
    assert [part.text for part in parts[2:]] == [*age, "partial 2/4", "400 tasks"]


@pytest.mark.parametrize("failures", [1, 3])
@pytest.mark.parametrize("kind", TroubleKind)
def test_a_service_that_answers_no_is_not_taken_for_a_link_that_is_down(
    kind: TroubleKind, failures: int
) -> None:
    """At night, OFFLINE alone sends people to the network; an ended token needs a new one."""
    sync = SyncStatus(5.0, synced_at=1.0, failures=failures, failing_since=2.0, trouble=Trouble(kind, "no"))
    said = [part.text for part in header_parts(HeaderFacts(Profile("prod"), sync), now=9.0)]
    assert (kind.value in said) is (kind in {TroubleKind.SIGN_IN, TroubleKind.DENIED})
