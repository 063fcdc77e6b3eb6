"""Runs the simulated service in a process of its own, so that large worlds take no time from the interface.

It lives exactly as long as the process that started it keeps its end of the socket open.
"""

import gc
import os
import signal
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sms_tui.simulator.world.world import Service

_YOUNG = 50_000
_ROUNDS = 20
_NEVER = 1_000_000_000
"""Only new objects are looked through for garbage: the default looks at a large world over and over"""

_NICENESS = 5
"""A world of many tasks takes seconds to make: keys go first where there are few processors"""


def start(make: Callable[[], "Service"]) -> socket.socket:
    """Make and run a service in another process; our end of the line to it.

    To be called while this process has one thread. Closing the socket ends the service.
    """
    ours, theirs = socket.socketpair()
    if os.fork():
        theirs.close()
        return ours
    try:
        ours.close()
        _leave_terminal()
        gc.enable()
        gc.set_threshold(_YOUNG, _ROUNDS, _NEVER)
        _serve(theirs, make)
    finally:
        # Nothing of the process that we were copied from may be flushed, closed or printed here.
        os._exit(0)


def _leave_terminal() -> None:
    """Keys that end or stop a program are for the interface, and its end is ours."""
    for number in (signal.SIGINT, signal.SIGTSTP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)


def _serve(line: socket.socket, make: Callable[[], "Service"]) -> None:
    # Only here: the process that we were copied from loads what it needs itself meanwhile.
    import asyncio

    from sms_tui.simulator.serving.socket_server import answer_all

    os.nice(_NICENESS)
    asyncio.run(answer_all(line, make()))
