"""What other programs on this machine have sent and not yet seen confirmed, according to their journals.

This keeps two programs from sending the same thing twice. Gates keep them apart while a request is in flight
and while its outcome is unknown. An accepted operation, however, shows in the task only later, so reading the
task before sending proves nothing. Operations accepted for a program that has ended are adopted by `recovery`
and are not handled here; those of running programs block others for one settling window at most.
"""

from sms_tui.domain.operations import OPERATIONS, Operation, waits_for
from sms_tui.domain.sentence import Sentence, sentence
from sms_tui.engine.journal.journal import Journal
from sms_tui.engine.journal.open_ends import OpenEnds
from sms_tui.engine.journal.reader import Record


class OtherPrograms:
    """Holds an operation back as long as another program has one on the task that it must wait for."""

    def __init__(self, open_ends: OpenEnds, journal: Journal, window: float) -> None:
        """`window`: seconds after which a running program has settled what it sent, if it ever will."""
        self._open_ends = open_ends
        self._journal = journal
        self._window = window

    def refusal_of(self, task_id: str, operation: Operation) -> Sentence | None:
        """Why `operation` has to wait, as the last look at the journals found it; None if it has not."""
        for record in self._open_ends.unsettled(self._journal.paths, lambda told: self._is_on(told, task_id)):
            accepted = OPERATIONS.get(str(record.get("operation")))
            if accepted is not None and waits_for(operation, accepted):
                return sentence(
                    "{operation} was accepted in another run of this program and waits to be confirmed",
                    operation=sentence(accepted.label),
                )
        return None

    def _is_on(self, record: Record, task_id: str) -> bool:
        is_here = (record.get("task"), record.get("endpoint")) == (task_id, self._journal.identity.endpoint)
        return is_here and self._journal.age_of(record) <= self._window
