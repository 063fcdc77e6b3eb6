"""The task the operator looks at: read by itself as soon as the cursor rests on it."""

import asyncio

from sms_tui.engine.clock import Clock
from sms_tui.engine.reading.single_reads import SingleReads

_RESTS_AFTER = 0.15
"""Seconds; a cursor that is only passing through the table causes no reads"""


class Focus:
    """Follows the cursor."""

    def __init__(self, reads: SingleReads, clock: Clock) -> None:
        self.task_id: str | None = None
        self._reads = reads
        self._clock = clock
        self._moved = asyncio.Event()

    def move(self, task_id: str | None) -> None:
        """The operator looks at another task, or at none."""
        if task_id != self.task_id:
            self.task_id = task_id
            self._moved.set()

    async def run(self) -> None:
        """Read what is in focus, for ever."""
        while True:
            await self._moved.wait()
            self._moved.clear()
            await self._clock.sleep(_RESTS_AFTER)
            if self.task_id is not None and not self._moved.is_set():
                await self._reads.read(self.task_id)
