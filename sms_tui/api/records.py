"""What the client hands out besides the domain's own values."""

from msgspec import Struct

from sms_tui.domain.task import Task


class TaskPage(Struct, frozen=True):
    """One page of a sweep over the list of tasks, in the service's order."""

    tasks: tuple[Task, ...]
    """Without those that an earlier page of the sweep had already"""
    broken: tuple[str, ...] = ()
    """One sentence for each item that could not be read, and for rows out of reach"""
    count: int | None = None
    """Tasks in all, as the service says; it may change from page to page"""
    index: int = 0
    """Counts from 0"""
    total_pages: int | None = None
    last: bool = False
    """Whether the sweep is complete with this page"""


class MigrationError(Struct, frozen=True):
    """One entry of the service's list of errors; it names the source, not the task."""

    source_id: str
    name: str = ""
    host_name: str = ""
    source_ip: str = ""
    target_ip: str = ""
    error: str = ""
    """JSON text as it was sent, which may be cut off"""
