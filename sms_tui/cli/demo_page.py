"""Asks the demo for its first page while the interface loads, as is done with a real service."""

from sms_tui.api.answers.task_list import LIMIT, TASKS
from sms_tui.api.auth.quoting import query_text
from sms_tui.api.early.first_answers import Answer, FirstAnswers
from sms_tui.api.early.promise import Promise
from sms_tui.cli.demo_service import DemoService
from sms_tui.config import Profile
from sms_tui.simulator.serving import socket_frames

URL = "http://localhost"
"""Never connected to: requests go to the simulated service directly"""
DEMO = Profile("demo", endpoint=URL, log_bucket="demo-logs")


class DemoPage(FirstAnswers):
    """The first answer of the demo's service; until it has arrived, nobody else may use the socket."""

    def __init__(self, service: DemoService) -> None:
        super().__init__()
        self.service = service
        self._token: Promise[str] = Promise()

    def start(self) -> None:
        """Ask, as soon as the service is ready; nobody has to wait for the answer."""
        target = f"{TASKS}?{query_text((('limit', str(LIMIT)), ('offset', '0')))}"
        self.ask(URL + target, lambda: self._ask(target))

    def await_ready(self) -> None:
        """Wait until the service has answered; raises `ConfigError` for options that none can be made of."""
        if not self._token.wait():
            self.service.await_ready()

    async def token(self) -> str:
        """The token that the service takes, once the line is free."""
        return await self._token.value()

    def _ask(self, target: str) -> None:
        token, answer = "", None
        try:
            token = socket_frames.receive(self.service.line, socket_frames.Greeting).token
            answer = self._answered(target, token)
        except (EOFError, OSError):
            # The next request will find that the socket is dead.
            pass
        finally:
            self._context.keep(None)
            self._token.keep(token)
            self._first.answer.keep(answer)

    def _answered(self, target: str, token: str) -> Answer | None:
        """None where the service lost the connection, as it does in bad weather."""
        headers = {"Accept": "application/json", "X-Auth-Token": token}
        socket_frames.send(self.service.line, socket_frames.Question(0, "GET", target, headers, b""))
        reply = socket_frames.receive(self.service.line, socket_frames.Reply)
        note_fault(reply)
        return (reply.status, reply.headers, reply.body) if reply.status else None


def note_fault(reply: socket_frames.Reply) -> None:
    """Log what went wrong inside the simulated service, if anything did."""
    if not reply.fault:
        return
    import logging

    log = logging.getLogger(__name__)
    if not log.handlers:
        # What nobody handles would go to stderr, which is the interface's screen.
        log.addHandler(logging.NullHandler())
    log.error("the simulated service failed: %s", reply.fault)
