"""How far each wave is: what the leader of a cut-over is asked every few minutes."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from sms_tui.domain.next_step import next_step
from sms_tui.domain.rows import Row, eta_of, wave_of
from sms_tui.domain.task import FINISHED
from sms_tui.domain.views import is_running


class Wave(Struct):
    """The tasks of one wave, counted; one may count as failed and as waiting."""

    number: int | None
    """None for tasks whose names tell no wave"""
    total: int = 0
    finished: int = 0
    failed: int = 0
    waiting: int = 0
    """How many wait for the operator"""
    running: int = 0
    seconds_left: float = 0.0
    """Of the slowest one, as far as the service tells; 0 if it tells of none"""

    def add(self, row: Row) -> None:
        """Count one task of the wave."""
        task = row.task
        self.total += 1
        self.finished += task.state in FINISHED
        self.failed += task.is_failed
        self.waiting += next_step(task).waiting_for_operator
        self.running += is_running(row)
        self.seconds_left = max(self.seconds_left, eta_of(row) or 0.0)


class WaveCounts:
    """Counts tasks by their wave, some at a time, since there may be tens of thousands."""

    def __init__(self) -> None:
        self._waves: dict[int | None, Wave] = {}

    def add(self, rows: Iterable[Row]) -> None:
        """Count some tasks, each of which is given once."""
        for row in rows:
            number = wave_of(row)
            if number not in self._waves:
                self._waves[number] = Wave(number)
            self._waves[number].add(row)

    def waves(self) -> Sequence[Wave]:
        """Each wave in the order of their numbers, and last what belongs to none."""
        numbers = sorted(number for number in self._waves if number is not None)
        return [self._waves[number] for number in (*numbers, None) if number in self._waves]

    def all(self) -> Wave:
        """All tasks as if they were one wave."""
        waves = self._waves.values()
        return Wave(
            None,
            total=sum(wave.total for wave in waves),
            finished=sum(wave.finished for wave in waves),
            failed=sum(wave.failed for wave in waves),
            waiting=sum(wave.waiting for wave in waves),
            running=sum(wave.running for wave in waves),
            seconds_left=max((wave.seconds_left for wave in waves), default=0.0),
        )
