"""Reports what became of operations that an earlier run left open; only reads, never sends."""

from sms_tui.engine import Engine
from sms_tui.exit_codes import ExitCode, of_outcome, worst
from sms_tui.headless.following import tell_outcome
from sms_tui.headless.output import Output


async def settle_open_ends(
    engine: Engine, expected: int, patience: float, output: Output, form: str | None
) -> ExitCode:
    """Read for at most `patience` seconds what became of `expected` operations, and narrate it.

    Each of them is data in the given `form`, text or jsonl; with None, none is.
    """
    if engine.journal.problem:
        output.say(f"Nothing is settled, because {engine.journal.problem}.")
        return ExitCode.UNKNOWN
    records = await engine.settle_earlier(patience)
    for record in records if form else ():
        tell_outcome(record, output, as_json=form == "jsonl")
    codes = [of_outcome(record.outcome, record.trouble) for record in records]
    codes += [ExitCode.UNKNOWN] * (expected - len(records))
    said = [f"Settled {expected - codes.count(ExitCode.UNKNOWN)} of {expected}"]
    if any(not record.is_settled and not record.evidence for record in records):
        trouble = engine.read_trouble
        said.append(trouble.sentence.rstrip(".") if trouble else f"reading showed no more in {patience:g} s")
    if len(records) < expected:
        said.append("the profile has another endpoint now, or the operation is not known to this version")
    output.say("; ".join(said) + ".")
    return worst(codes)
