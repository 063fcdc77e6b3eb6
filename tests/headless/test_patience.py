"""`--timeout` bounds all that a command waits for, added up; a loop that skips time shows it."""

import asyncio
from pathlib import Path

import pytest

from sms_tui.engine.reading.poller import Poller
from sms_tui.exit_codes import ExitCode
from sms_tui.headless.patience import Patience
from sms_tui.headless.watching import watch
from tests.engine.rig import turns
from tests.headless.runs import ran
from tests.headless.stage import Stage, options, stage

pytestmark = pytest.mark.anyio


class Skipping:
    """The time of a loop, which a test moves on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        loop = asyncio.get_running_loop()
        self._time = loop.time
        self.skipped = 0.0
        monkeypatch.setattr(loop, "time", lambda: self._time() + self.skipped)


async def spend(patience: Patience, time: Skipping, seconds: float) -> None:
    """Let something that is waited for take so long."""
    async with patience.spent():
        time.skipped += seconds
        for _ in range(5):
            await asyncio.sleep(0)


async def test_what_was_spent_is_not_there_for_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    time, patience = Skipping(monkeypatch), Patience(5000.0)
    async with patience.spent(is_needed=True):
        time.skipped += 3000
    time.skipped += 1e6
    await spend(patience, time, 1000)
    with pytest.raises(TimeoutError):
        await spend(patience, time, 1500)


async def test_nothing_bounds_what_is_needed_where_no_change_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    time, patience = Skipping(monkeypatch), Patience(0.0)
    async with patience.spent(is_needed=True):
        time.skipped += 5000
        await turns(5)
    with pytest.raises(TimeoutError):
        await spend(patience, time, 0)


def let_the_list_take(monkeypatch: pytest.MonkeyPatch, time: Skipping, seconds: float) -> None:
    """Let the first list take so long."""
    refresh = Poller.refresh

    async def slow(poller: Poller) -> object:
        time.skipped = max(time.skipped, seconds)
        return await refresh(poller)

    monkeypatch.setattr(Poller, "refresh", slow)


async def ended(there: Stage, running: "asyncio.Future[ExitCode]") -> ExitCode | None:
    """How the command ended, None if it waits on although something was seen to work."""
    await there.until(lambda: running.done() or "confirmed" in there.data)
    await turns(5)
    if running.done():
        return running.result()
    running.cancel()
    await asyncio.wait([running])
    return None


async def test_a_run_waits_no_longer_than_its_bound_after_a_list_that_took_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = Skipping(monkeypatch)
    let_the_list_take(monkeypatch, time, 4000)
    async with stage(tmp_path) as there:
        send = there.engine._client.send

        async def slow(request: object) -> object:
            time.skipped = 6000
            return await send(request)  # type: ignore[arg-type]

        monkeypatch.setattr(there.engine._client, "send", slow)
        argv = ["stop", "w1-sync-03", "--yes", "--wait=READY", "--timeout", "5000"]
        assert await ended(there, asyncio.ensure_future(ran(there, *argv))) is ExitCode.TIMEOUT
    assert "Not all of it happened within 5000 s." in there.told


async def test_a_watch_ends_at_its_bound_after_a_list_that_took_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = Skipping(monkeypatch)
    let_the_list_take(monkeypatch, time, 4000)
    async with stage(tmp_path) as there:
        argv = options("watch", "--until", "state:never", "--timeout", "5000")
        running = asyncio.ensure_future(watch(there.engine, argv, there.output))
        await there.until(lambda: there.engine.store.sync.rounds > 1)
        time.skipped = 6000
        await there.until(lambda: running.done() or there.engine.store.sync.rounds > 3)
        assert running.done()
        assert running.result() is ExitCode.TIMEOUT
