"""What the engine needs from the client of the service; it does not care how the service is spoken to."""

from collections.abc import AsyncGenerator, Mapping
from typing import Protocol

from sms_tui.api.answers.task_page import TaskPage
from sms_tui.api.calls.requests import PreparedRequest
from sms_tui.domain.operations import Operation
from sms_tui.domain.outcome import Answer
from sms_tui.domain.speed_limit import SpeedRule
from sms_tui.domain.task import SourceFacts, TaskDetail


class Service(Protocol):
    """Reads raise `ApiError`; a write is sent once and says in its answer what is known of it."""

    @property
    def endpoint(self) -> str:
        """The service's URL."""

    def pages(self) -> AsyncGenerator[TaskPage, None]:
        """Sweep over the tasks, page by page."""

    def sources(self) -> AsyncGenerator[tuple[SourceFacts, ...], None]:
        """Sweep over the source servers, page by page."""

    async def task(self, task_id: str) -> TaskDetail:
        """One task with its subtasks and the whole document."""

    async def speed_limit(self, task_id: str) -> tuple[SpeedRule, ...]:
        """A task's speed rules."""

    def prepare(self, operation: Operation, task_id: str, parameters: Mapping[str, str]) -> PreparedRequest:
        """The request for an operation; raises `ValueError` if it cannot be one."""

    async def send(self, prepared: PreparedRequest) -> Answer:
        """Send a write once."""

    def token_expires_at(self) -> float | None:
        """Epoch seconds, None where unknown or endless."""

    def is_on_this_machine(self) -> bool:
        """Whether it answers at a loopback address."""

    def clock_offset(self) -> float | None:
        """Seconds that the service's clock is ahead of ours, None where it does not tell the time."""

    def round_trip(self) -> float | None:
        """Seconds that the last answer took."""
