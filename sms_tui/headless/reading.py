"""The first read of the task list, with which every command that needs tasks begins."""

import asyncio
from collections.abc import Coroutine, Set
from typing import Any

from sms_tui.engine import Engine
from sms_tui.exit_codes import ExitCode, of_trouble
from sms_tui.headless.narrating import Narrator
from sms_tui.headless.output import Output
from sms_tui.headless.patience import Patience


async def read_list(engine: Engine, output: Output, patience: Patience | None = None) -> ExitCode:
    """Read the whole list once; narrates what went wrong, and answers with the code for it."""
    patience = patience or Patience(None)
    try:
        async with patience.spent(is_needed=True):
            trouble = await engine.poller.refresh()
    except TimeoutError:
        output.say(f"The list of tasks was not read within {patience.seconds:g} s.")
        return ExitCode.TIMEOUT
    Narrator(engine.log, output).tell({"note"})
    if trouble is None:
        return ExitCode.DONE
    output.say(f"sms-tui: {trouble.sentence}")
    return of_trouble(trouble)


async def with_engine(engine: Engine, work: Coroutine[Any, Any, ExitCode]) -> ExitCode:
    """Do `work` while the engine runs; an engine that fails ends both."""
    others = asyncio.all_tasks()
    running = asyncio.create_task(engine.run())
    working = asyncio.create_task(work)
    both = {running, working}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _ended(both, others)
    if not working.cancelled():
        return working.result()
    running.result()
    return ExitCode.FAILED


async def _ended(both: Set["asyncio.Task[Any]"], others: Set["asyncio.Task[Any]"]) -> None:
    """Let the engine end what is in flight, and write down what became of it.

    For whoever asks once more it waits for no answer, and writes down that nobody knows. `others` go on.
    """
    is_urgent = False
    while running := [task for task in both if not task.done()]:
        # A group of tasks passes on only the first of these.
        for task in asyncio.all_tasks() - others if is_urgent else running:
            task.cancel()
        try:
            await asyncio.wait(running)
        except asyncio.CancelledError:
            is_urgent = True
    if is_urgent:
        raise asyncio.CancelledError
