"""Stories of eyes elsewhere: watched rows, notices, what happened meanwhile, text to take along."""

import base64
from pathlib import Path

import pytest

from sms_tui.ui.app import SmsApp
from sms_tui.ui.terminal.sequences import MOST_BYTES, clipboard, notice
from tests.story import Operator, Stage, story

pytestmark = pytest.mark.anyio


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sequences that the app wrote to its terminal."""
    found: list[str] = []
    monkeypatch.setattr(SmsApp, "write_sequence", lambda _, sequence: found.append(sequence))
    return found


async def fail(op: Operator, task_id: str) -> None:
    """Have a task fail, and the program see it."""
    op.service.force_state(task_id, "MIGRATE_FAIL", code="SMS.3805")
    await op.poll()
    await op.advance(6)


async def test_a_watched_row_reaches_eyes_that_are_elsewhere(tmp_path: Path, written: list[str]) -> None:
    async with story(tmp_path, "war-room") as op:
        name = op.first("RUNNING")
        task_id = await op.select(name)
        await op.press("w")
        await fail(op, task_id)
        assert not [sequence for sequence in written if "]9;" in sequence], "whoever looks needs no notice"
        op.app.app_focus = False
        other = await op.select(op.first("RUNNING"))
        await op.press("w")
        op.app.app_focus = False
        await fail(op, other)
        (sent,) = [sequence for sequence in written if "]9;" in sequence]
        assert sent.startswith("\x1b]9;sms-tui prod PRODUCTION: ")
        assert "\x1b]777;notify;sms-tui prod PRODUCTION;" in sent


async def test_coming_back_one_hears_what_happened(tmp_path: Path, written: list[str]) -> None:
    async with story(tmp_path, "war-room") as op:
        running = sorted(task.id for task in op.engine.store.tasks.values() if task.state == "RUNNING")
        op.app.app_focus = False
        await op.pilot.pause()
        op.service.force_state(running[0], "MIGRATE_FAIL", code="SMS.3805")
        op.service.force_state(running[1], "MIGRATE_SUCCESS")
        await op.poll()
        op.app.app_focus = True
        await op.pilot.pause()
        assert "Since you looked away: 1 failed, 1 done" in op.told()
        op.app.app_focus = False
        op.app.app_focus = True
        await op.pilot.pause()
        assert op.told().count("Since you looked away") == 1, "nothing happened, nothing is said"


async def test_a_copy_is_sent_and_never_called_done(tmp_path: Path, written: list[str]) -> None:
    async with story(tmp_path, "war-room") as op:
        task_id = await op.select(op.first("RUNNING"))
        await op.press("c")
        assert f"\x1b]52;c;{base64.b64encode(task_id.encode()).decode()}\x07" in written
        assert op.told() == "For the clipboard, sent to terminal: id (1)"
        assert "copied" not in op.told().casefold()


@pytest.mark.parametrize(
    ("multiplexer", "start", "end"),
    [
        ("", "\x1b]52;", "\x07"),
        ("tmux", "\x1bPtmux;\x1b\x1b]52;", "\x07\x1b\\"),
        ("screen", "\x1bP\x1b]52;", "\x07\x1b\\"),
    ],
)
def test_a_multiplexer_passes_on_what_is_wrapped(multiplexer: str, start: str, end: str) -> None:
    sequence = clipboard("x" * 3000, multiplexer)
    assert sequence is not None
    assert sequence.startswith(start)
    assert sequence.endswith(end)
    if multiplexer == "screen":
        assert max(map(len, sequence.split("\x1b\\"))) < 768
    assert clipboard("x" * (MOST_BYTES + 1), multiplexer) is None


def test_foreign_text_cannot_leave_a_notice() -> None:
    sent = notice("a;b", "x\x07\x1b]0;evil\x07\x9c;y" + "z" * 1000)
    assert sent.count("\x07") == 2
    assert sent.count("\x1b") == 2
    assert sent.count(";") == 1 + 3
    assert len(sent) < 600


async def test_a_slow_line_is_named_once_and_the_advice_stays_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with story(tmp_path, "calm") as op:
        seconds = [0.9]
        monkeypatch.setattr(op.engine, "round_trip", lambda: seconds[0])
        await op.advance(3)
        seconds[0] = 0.1
        await op.advance(60)
        assert "--slow-link" not in op.log()
        seconds[0] = 0.94
        await op.advance(60)
        advice = "Answers take 0.9 s. A start with --slow-link would send less."
        assert op.told().count(advice) == 1
        assert op.log().count(advice) == 1


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_notice_stands_there_once_whatever_opens_and_closes(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    stage = Stage(tmp_path, "war-room")
    # Their time is not virtual, and a busy machine takes longer than the usual.
    stage.app.NOTIFICATION_TIMEOUT = 600
    async with stage.app.run_test(size=size, notifications=True) as pilot:
        op = await stage.operator(pilot)
        newest = "Something happened."
        op.app.tell(newest)
        await op.settle()
        assert op.shown().count(newest) == 1
        for keys in ("a", "s", "question_mark", "colon"):
            await op.press(keys)
            await op.settle()
            assert op.app.screen is not op.screen
            assert op.shown().count(newest) == 1, f"{keys}\n{op.shown()}"
            newest = f"More with {keys}."
            op.app.tell(newest)
            await op.settle()
            assert op.shown().count(newest) == 1, f"{keys}\n{op.shown()}"
            await op.press("escape")
            await op.settle()
            assert op.app.screen is op.screen
            for said in (newest, "Something happened."):
                assert op.shown().count(said) == 1, f"{keys}\n{op.shown()}"


async def test_whoever_asks_for_a_refresh_hears_that_it_failed_again(tmp_path: Path) -> None:
    async with story(tmp_path, "calm") as op:
        op.line.is_down = True
        await op.advance(60)
        assert "OFFLINE since" in op.shown()
        assert "Tried again" not in op.told()
        await op.press("r")
        await op.settle()
        op.screen.desk.tick()
        assert op.told().count("Tried again: localhost cannot be reached") == 1
        await op.advance(60)
        assert op.told().count("Tried again") <= 1
        op.line.is_down = False
        await op.press("r")
        await op.settle()
        assert "updated" in op.shown()
        op.line.is_down = True
        await op.advance(60)
        assert op.told().count("Tried again") <= 1
