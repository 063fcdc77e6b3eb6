"""Starts the demo's service before the interface is loaded, so that both get ready side by side."""

import socket
import time
from argparse import Namespace
from typing import TYPE_CHECKING

from sms_tui.simulator.serving.separate_process import start

if TYPE_CHECKING:
    from sms_tui.simulator.world.world import Service


class DemoService:
    """A service in a child process that ends when its line is closed."""

    def __init__(self, options: Namespace) -> None:
        self._options = options
        self.line: socket.socket = start(self._make)
        """Our end of the way to it"""
        self.tasks: int = options.tasks or 0
        """How many tasks were asked for; 0: as many as the scenario has"""

    def await_ready(self) -> None:
        """Wait until it is there; raises `ConfigError` for options that no service can be made of."""
        if self.line.recv(1, socket.MSG_PEEK):
            return
        # The child has no terminal to complain on, so its mistake is reported here.
        self._make()
        raise RuntimeError("the simulated service did not start")

    def _make(self) -> "Service":
        from sms_tui.cli.scenarios import service_of

        return service_of(self._options, start_ms=int(time.time() * 1000))
