"""Reports what became of operations that an earlier run left open; only reads, never sends."""

from collections.abc import Sequence

from sms_tui.engine import Engine
from sms_tui.engine.journal.reader import JournalledOperation
from sms_tui.exit_codes import ExitCode, of_outcome, worst
from sms_tui.headless.following import tell_outcome
from sms_tui.headless.output import Output


async def settle_open_ends(
    engine: Engine,
    found: Sequence[JournalledOperation],
    patience: float,
    output: Output,
    form: str | None,
) -> ExitCode:
    """Read for at most `patience` seconds what became of the operations `found`, and narrate it.

    Each of them is data in the given `form`, text or jsonl; with None, none is.
    """
    if engine.journal.problem:
        output.say(f"Nothing is settled, because {engine.journal.problem}.")
        return ExitCode.UNKNOWN
    own, expected = engine.journal.identity.profile, len(found)
    elsewhere = dict.fromkeys(str(each.last.get("task")) for each in found if each.place[0] != own)
    records = await engine.settle_earlier(patience, elsewhere)
    for record in records if form else ():
        tell_outcome(record, output, as_json=form == "jsonl")
    codes = [of_outcome(record.outcome, record.trouble) for record in records]
    codes += [ExitCode.UNKNOWN] * (expected - len(records))
    said = [f"Settled {expected - codes.count(ExitCode.UNKNOWN)} of {expected}"]
    is_any_lost = len(records) < expected
    if (is_any_lost and elsewhere) or any(not each.is_settled and not each.evidence for each in records):
        trouble = engine.read_trouble
        said.append(trouble.sentence.rstrip(".") if trouble else f"reading showed no more in {patience:g} s")
    if is_any_lost:
        said.append(
            "the profile has another endpoint now or does not show the task, "
            "or the operation is not known to this version"
        )
    output.say("; ".join(said) + ".")
    return worst(codes)
