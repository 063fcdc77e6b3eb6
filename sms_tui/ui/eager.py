"""Starts a flow immediately and runs it up to its first wait.

Keys come in bursts, and a key typed right after one that opens a dialog is meant for that dialog. If the flow
started a moment later, as an asyncio task does, the main screen would handle that key instead.
"""

import types
from collections.abc import Awaitable, Coroutine, Generator
from typing import Any


def started(flow: Coroutine[Any, Any, None]) -> Awaitable[None] | None:
    """Run `flow` up to its first wait; returns the rest to be awaited, or None if it never waited."""
    try:
        waited_for = flow.send(None)
    except StopIteration:
        return None
    return _rest(flow, waited_for)


@types.coroutine
def _rest(flow: Coroutine[Any, Any, None], waited_for: Any) -> Generator[Any, Any, None]:
    """Continue a coroutine that is already waiting for `waited_for`."""
    try:
        while True:
            try:
                sent = yield waited_for
            except BaseException as error:  # noqa: BLE001 - a cancellation too belongs to the flow
                waited_for = flow.throw(error)
            else:
                waited_for = flow.send(sent)
    except StopIteration:
        return
    finally:
        flow.close()
