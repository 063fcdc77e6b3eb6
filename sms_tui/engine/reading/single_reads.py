"""Reads a single task for every part of the engine that needs its present state."""

from dataclasses import replace

from sms_tui.api.errors import ApiError
from sms_tui.domain.outcome import Trouble, TroubleKind
from sms_tui.domain.sentence import sentence
from sms_tui.domain.task import TaskDetail
from sms_tui.engine.service import Service
from sms_tui.engine.store.store import Store

_GONE = sentence("is gone: the service no longer knows it")


class SingleReads:
    """Reads a task into the store; each read gets its number before the request is sent."""

    def __init__(self, service: Service, store: Store) -> None:
        self._service = service
        self._store = store
        self.trouble: Trouble | None = None
        """Why the last read failed; None if it succeeded"""

    async def read(self, task_id: str) -> TaskDetail | Trouble:
        """The task as it is now, or why it could not be read; one that is gone is removed from the store."""
        reading = self._store.begin()
        self.trouble = None
        try:
            detail = await self._service.task(task_id)
        except ApiError as error:
            self.trouble = error.trouble
            if error.trouble.kind is TroubleKind.NOT_FOUND:
                self._store.intake.remove(task_id, _GONE, reading)
            return error.trouble
        if (known := self._store.intake.detail(detail, reading)) is not None:
            return known
        return self._newer(detail)

    def _newer(self, overtaken: TaskDetail) -> TaskDetail | Trouble:
        """For an answer that newer reads have overtaken: its document with the newer task."""
        task_id = overtaken.task.id
        task, reading = self._store.tasks.get(task_id), self._store.reading(task_id)
        if task is None or reading is None:
            return Trouble(TroubleKind.NOT_FOUND, _GONE)
        return replace(overtaken, task=task, read_at=reading.at)
