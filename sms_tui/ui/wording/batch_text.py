"""The words about a batch, in one line and per task; foreign text is cleaned and shortened."""

from collections.abc import Iterable, Sequence

from textual.content import Content

from sms_tui.domain.operations import titled
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.sentence import counted, first_few, joined, sentence
from sms_tui.domain.task import Task
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.engine.record import Batch, OperationRecord
from sms_tui.ui.table.columns import fit
from sms_tui.ui.wording.language import tr
from sms_tui.ui.wording.state_words import situation_words
from sms_tui.ui.wording.task_names import in_column

_WORST_FIRST = (
    Outcome.UNKNOWN,
    Outcome.REJECTED,
    Outcome.NOT_SENT,
    Outcome.SENT,
    Outcome.QUEUED,
    Outcome.ACCEPTED,
    Outcome.CONFIRMED,
)
_STYLES = {
    Outcome.UNKNOWN: "bold $text-error",
    Outcome.REJECTED: "bold $text-error",
    Outcome.NOT_SENT: "$text-warning",
    Outcome.CONFIRMED: "$text-success",
}
_OUTCOME_WIDTH = 10
_MOST_NAMED = 5


def title(batch: Batch) -> str:
    """What the batch does, and to how many tasks."""
    operation = titled(batch.plan.label, batch.plan.operation.name)
    count = len(batch.records)
    return tr(counted(count, "{operation}, {count} task", "{operation}, {count} tasks", operation=operation))


def tally(batch: Batch) -> str:
    """How many are how far; first what needs a person, since the end is cut where room is short."""
    found = ((outcome, len(batch.records_with(outcome))) for outcome in _WORST_FIRST)
    said = (
        sentence("{count} {outcome}", count=count, outcome=sentence(outcome.word))
        for outcome, count in found
        if count
    )
    return tr(joined(", ", said))


def end_lines(batches: Sequence[Batch]) -> list[str]:
    """What became of batches that were cut short, what of them did not go, and whose outcome nobody knows."""
    said = [f"{title(batch)}: {tally(batch)}" for batch in batches]
    if not_sent := _with(Outcome.NOT_SENT, batches):
        # Neither marks nor a batch to try again outlive the program.
        said.append(tr("Not sent: {names}. 'sms-tui journal' lists all.", names=names(not_sent)))
    if unknown := _with(Outcome.UNKNOWN, batches):
        said.append(
            tr(
                "Outcome unknown: {names}. The next run looks again, as does 'sms-tui journal settle'.",
                names=names(unknown),
            )
        )
    return said


def _with(outcome: Outcome, batches: Sequence[Batch]) -> list[OperationRecord]:
    return [record for batch in batches for record in batch.records_with(outcome)]


def running_lines(batches: Sequence[Batch], room: int) -> Content | None:
    """The line on the newest of the batches that are watched, and what its rest waits for.

    Of a line that is longer than `room` cells the end of the tally is missing, never the keys.
    """
    watched = [batch for batch in batches if batch.is_watched and len(batch.records) > 1]
    if not watched:
        return None
    batch = watched[-1]
    more = f" {tr('(+{count} more)', count=len(watched) - 1)}" if len(watched) > 1 else ""
    keys = Content.styled(f"  {tr('B shows' if batch.is_done else 'H stops, B shows')}", "$text-muted")
    said = Content.assemble((f"{title(batch)}{more}: ", "bold"), tally(batch))
    lines = [said.truncate(max(room - keys.cell_length, 0), ellipsis=True) + keys]
    if batch.waits_for:
        lines.append(Content.styled(clean(tr(batch.waits_for), DETAIL_LIMIT), "$text-warning"))
    return Content("\n").join(lines)


def worst_first(records: Iterable[OperationRecord]) -> list[OperationRecord]:
    """The operations, what needs a person first."""
    return sorted(records, key=lambda record: _WORST_FIRST.index(record.outcome))


def record_lines(
    record: OperationRecord, task: Task | None, name_cells: int, room: int
) -> tuple[Content, ...]:
    """One task of a batch with what became of it, and below why, where that is known.

    In `room` cells that are too few for the state beside the name it stands below, too.
    """
    outcome = Content.styled(fit(tr(record.outcome.word), _OUTCOME_WIDTH), _STYLES.get(record.outcome, ""))
    name = in_column(record.task_name, record.task_id, name_cells)
    state = Content(clean(situation_words(task)) if task else tr("gone"))
    line = Content(" ").join([outcome, name, state])
    lines = (line,) if line.cell_length <= room else (Content(" ").join([outcome, name]), "  " + state)
    why = reason(record)
    return (*lines, Content.styled(f"  {why}", "$text-muted")) if why else lines


def reason(record: OperationRecord) -> str:
    """What is known beyond the outcome's word."""
    said = record.evidence or (record.trouble.sentence if record.trouble else "")
    return clean(tr(said), DETAIL_LIMIT)


def names(records: Sequence[OperationRecord]) -> str:
    """Operations by the tasks that they are for."""
    shown, more = first_few(records, _MOST_NAMED)
    named = [
        sentence("{operation} on {name}", operation=sentence(record.label), name=clean(record.task_name))
        for record in shown
    ]
    return tr(joined(", ", named)) + (f" {tr(more)}" if more else "")
