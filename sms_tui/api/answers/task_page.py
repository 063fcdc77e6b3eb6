"""One page of the task list, as the client hands it out."""

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
