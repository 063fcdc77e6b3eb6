"""`sms-tui explain`: an error code in words, from the catalogue that comes with the program."""

from argparse import Namespace
from collections.abc import Iterator
from difflib import get_close_matches

from sms_tui.domain.advice import Advice, codes, explain, search
from sms_tui.exit_codes import ExitCode
from sms_tui.headless.output import Output

_WHO = {
    "S": "the source's administrator",
    "N": "the network's administrator",
    "T": "the target's owner",
    "A": "the account's owner",
    "V": "the vendor",
}


def explain_code(options: Namespace, output: Output) -> ExitCode:
    """Print what the catalogue says of each code, or every row that holds the words."""
    words = " ".join(options.code)
    found, unknown = _found(words)
    for number, advice in enumerate(found):
        for line in ([""] if number else []) + list(told(advice)):
            output.data(line)
    for word in unknown:
        near = get_close_matches(word.upper(), codes(), 3)
        hint = f"; near: {', '.join(near)}" if near else ""
        output.say(f"sms-tui explain: '{word}' is not in the catalogue{hint}")
    return ExitCode.USAGE if unknown else ExitCode.DONE


def _found(words: str) -> tuple[list[Advice], list[str]]:
    """The rows that are meant, and what of `words` is in none."""
    rows = {word: _row(word) for word in words.split()}
    known = [row for row in rows.values() if row]
    if len(known) < len(rows) and (found := search(words)):
        return found, []
    return known, [word for word in rows if rows[word] is None] if known else [words]


def _row(code: str) -> Advice | None:
    return explain(code) or (explain(f"SMS.{code}") if code.isdecimal() else None)


def told(advice: Advice) -> Iterator[str]:
    """A row of the catalogue as lines."""
    yield advice.code
    yield f"  {advice.meaning}"
    yield f"  First: {advice.action}"
    if who := [_WHO[letter] for letter in advice.who.split("/") if letter in _WHO]:
        yield f"  Who: {', '.join(who)}"
    if advice.resuming:
        yield f"  {advice.resuming}"
