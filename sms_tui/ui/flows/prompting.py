"""The prompt line: what is typed there filters the table or the log with every key."""

from collections.abc import Sequence

from msgspec import Struct
from textual.widget import Widget

from sms_tui.domain.filters import any_of, unmatched
from sms_tui.domain.sentence import first_few
from sms_tui.domain.text import clean
from sms_tui.ui.bars.prompt import PromptLine
from sms_tui.ui.board.board import Board
from sms_tui.ui.flows.asking import Ask, Tell
from sms_tui.ui.flows.viewing import Viewing
from sms_tui.ui.log.panel import LogPanel
from sms_tui.ui.wording.language import tr

_TABLE = "table"
"""What the line filters"""
_LOG = "log"
_MOST_NAMED = 5
_LONGEST_NAME = 40


class Prompting(Struct):
    """Opens the prompt line and applies what is typed to the table or the log."""

    prompt: PromptLine
    table: Widget
    log: LogPanel
    board: Board
    viewing: Viewing
    ask: Ask
    tell: Tell
    _pasted: Sequence[str] = ()
    """Lines of which it is still to be said whether there are such rows"""

    def ask_filter(self) -> None:
        """Let the operator type a filter for the table, or paste a list of names into it."""
        label, text = tr("filter (? explains): "), self.board.filter.text
        self.prompt.open(_TABLE, label, text, self.viewing.recall, self._join)

    def _join(self, lines: Sequence[str]) -> str:
        self._pasted = lines
        return any_of(lines)

    def ask_log_filter(self) -> None:
        """Let the operator type a filter for the log."""
        self.prompt.open(_LOG, tr("log filter: "), self.log.needle)

    def typed(self, event: PromptLine.Typed) -> None:
        """Filter by the text in the line; finished, the focus goes to what it filtered, or stays."""
        if event.purpose == _LOG:
            self.log.filter_by(event.text)
        elif not event.done:
            self.prompt.complain(self.viewing.type_filter(event.text, self._tell_of_pasted))
        elif problem := self.viewing.settle_filter(event.text):
            self.prompt.mend(event.text, problem)
            return
        if event.done and self.prompt.screen.focused is None:
            (self.log if event.purpose == _LOG else self.table).focus()

    def _tell_of_pasted(self) -> None:
        lines, self._pasted = self._pasted, ()
        if not lines or any_of(lines) not in self.board.filter.text:
            return
        said = "{count} lines pasted: shown are the rows with one of them as the whole name, address or id."
        told = tr(said, count=len(lines))
        if missing := unmatched(lines, self.board.rows()):
            named, more = first_few(missing, _MOST_NAMED)
            names = ", ".join([*(clean(name, _LONGEST_NAME) for name in named), *filter(None, [tr(more)])])
            told = f"{told} {tr('Not among them: {names}', names=names)}"
        self.tell(told, "warning" if missing else "information")

    async def explain(self, event: PromptLine.HelpAsked) -> None:
        """Explain the filter language to somebody who is typing a filter."""
        if event.purpose == _TABLE:
            from sms_tui.ui.dialogs.text_view import TextView
            from sms_tui.ui.wording.filter_help import filter_help

            await self.ask(TextView(tr("What a filter can say"), filter_help(self.prompt.app.size.width)))
