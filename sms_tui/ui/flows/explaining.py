"""Explains errors from the catalogue that comes with the program."""

from msgspec import Struct

from sms_tui.domain.advice import Advice, error_code, error_text, explain, search
from sms_tui.domain.next_step import next_step
from sms_tui.domain.sentence import sentence
from sms_tui.domain.text import DETAIL_LIMIT, NAME_LIMIT, clean
from sms_tui.ui.board.chosen import Chosen
from sms_tui.ui.flows.asking import Ask, Tell, nothing_chosen
from sms_tui.ui.wording.language import tr
from sms_tui.ui.wording.state_words import situation_words

_WHO = {"S": "source admin", "N": "network", "T": "target owner", "A": "account owner", "V": "vendor"}


class Explaining(Struct, frozen=True):
    """Explains the error of a task, or one that is asked about."""

    ask: Ask
    tell: Tell
    chosen: Chosen

    async def explain(self) -> None:
        """Explain the error of the row under the cursor from the catalogue that comes with the program."""
        from sms_tui.ui.dialogs.text_view import TextView

        row = self.chosen.under_cursor()
        if row is None:
            self.tell(nothing_chosen(), "warning")
        elif not row.task.error:
            self.tell(tr("This task reports no error. Next: {step}.", step=next_step(row.task).text))
        else:
            task = row.task
            # The text covers the table, and one failure looks like another.
            whose = f"{clean(task.name, NAME_LIMIT)}  {clean(situation_words(task))}"
            text = f"{whose}\n\n{_explanation(task.error)}"
            await self.ask(TextView(tr("What this error means"), text))

    async def look_up(self, words: str) -> None:
        """Explain a code, or find codes by words."""
        from sms_tui.ui.dialogs.text_view import TextView

        found = [known] if (known := explain(words)) else search(words)
        text = "\n\n".join(map(_told, found))
        await self.ask(TextView(tr("Errors: {words}", words=words), text or tr("Nothing in the catalogue.")))


def _explanation(error: str) -> str:
    """What an error means, who acts, whether resuming helps, and what the service said."""
    code = error_code(error)
    advice = explain(code)
    if advice is None:
        told = tr("{code}: not in the catalogue.", code=code or sentence("No code"))
    else:
        told = _told(advice)
    said = clean(error_text(error) or error, DETAIL_LIMIT)
    return f"{told}\n\n{tr('The service said:')}\n{said}"


def _told(advice: Advice) -> str:
    who = tr(", ").join(tr(_WHO.get(letter, letter)) for letter in advice.who.split("/"))
    lines = [advice.code, tr(advice.meaning), tr("First: {action}", action=advice.action)]
    lines += [tr("Who: {who}", who=who)] if advice.who.strip("-") else []
    lines += [tr(advice.resuming)] if advice.resuming else []
    return "\n".join(lines)
