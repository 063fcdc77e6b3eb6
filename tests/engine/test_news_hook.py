"""The program that is told of news: never waited for, never through a shell, its failures told once."""

import asyncio
import json
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from sms_tui.engine.news_hook import MOST_WAITING, NewsHook

pytestmark = pytest.mark.anyio
HOSTILE = "$(touch x); `id` \"'{text}\n--help"


async def never(_seconds: float) -> None:
    """A limit that is never reached."""
    await asyncio.Event().wait()


async def at_once(_seconds: float) -> None:
    """A limit that is reached at once."""


async def ended(running: "asyncio.Future[None]") -> None:
    """Stop the hook, and see it stopped."""
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


def writer(path: Path) -> list[str]:
    """A command that adds its arguments to a file as JSON."""
    code = f"import json, sys; open({str(path)!r}, 'a').write(json.dumps(sys.argv[1:]) + chr(10))"
    return [sys.executable, "-c", code, "{title}", "{text} of {title}"]


async def test_each_word_stays_one_argument_and_news_are_told_in_order(tmp_path: Path) -> None:
    told: list[str] = []
    hook = NewsHook(writer(tmp_path / "seen"), told.append, never)
    running = asyncio.ensure_future(hook.run())
    hook("sms-tui {text}", HOSTILE)
    hook("second", "--text")
    await hook.idle()
    await ended(running)
    first, second = map(json.loads, (tmp_path / "seen").read_text().splitlines())
    assert first == ["sms-tui {text}", f"{HOSTILE} of sms-tui {{text}}"]
    assert second == ["second", " --text of second"], "an option is none of the service's business"
    assert told == []
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("command", "limit", "problem"),
    [
        (["/no/such/program"], never, "No such file or directory"),
        ([sys.executable, "-c", "raise SystemExit(3)"], never, "exit code 3"),
        ([sys.executable, "-c", "import time; time.sleep(600)"], at_once, "it did not end within 10 s"),
    ],
    ids=["missing", "failing", "endless"],
)
async def test_a_failure_is_told_once_and_the_next_news_are_tried(
    command: list[str], limit: object, problem: str
) -> None:
    told: list[str] = []
    hook = NewsHook(command, told.append, limit)  # type: ignore[arg-type]
    running = asyncio.ensure_future(hook.run())
    for _ in range(3):
        hook("a", "b")
    await hook.idle()
    await ended(running)
    assert len(told) == 1
    assert problem in told[0]


async def test_nothing_waits_for_it_and_nothing_piles_up() -> None:
    hook = NewsHook(["true"], lambda _: None, never)
    for _ in range(1000):
        hook("a", "b")
    assert hook._waiting.qsize() == MOST_WAITING
    quiet = NewsHook([], lambda _: None, never)
    quiet("a", "b")
    assert not quiet._waiting.qsize()
