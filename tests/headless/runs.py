"""`run` as the tests of it call it, with an answer to its question."""

from collections.abc import Awaitable, Callable, Iterator

from sms_tui.config import Profile
from sms_tui.exit_codes import ExitCode
from sms_tui.headless.running import Run
from sms_tui.simulator.world.scenario import Weather
from tests.headless.stage import PROFILE, Stage, options

LOST_ANSWER = Weather(lose_every_second_write=True)


async def ran(
    there: Stage,
    *argv: str,
    typed: str | Iterator[str] | None = None,
    profile: Profile = PROFILE,
    before_answer: Callable[[], None] = lambda: None,
) -> ExitCode:
    """Run with `typed` as the answer to the question, or to one after the other; None: nobody is there."""

    async def ask(prompt: str) -> str:
        there.err.write(f"{prompt}\n")
        before_answer()
        return typed if isinstance(typed, str) else next(typed or iter(()), "")

    ask_or_not: Callable[[str], Awaitable[str]] | None = None if typed is None else ask
    command = Run(there.engine, profile, options("run", *argv), there.output, ask_or_not)
    return await command.execute()
