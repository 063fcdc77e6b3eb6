"""The line after `:` with its completions; what is typed is returned, never run here."""

from collections.abc import Iterable, Sequence
from os.path import commonprefix
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Key
from textual.widgets import Static

from sms_tui.domain.sentence import first_few
from sms_tui.domain.text import clean
from sms_tui.ui.dialogs.frame import Dialog, words
from sms_tui.ui.keys.typed_command import TypedCommand
from sms_tui.ui.widgets.field import LedField
from sms_tui.ui.wording.language import tr

_MOST_SHOWN = 10
_WIDEST = 24
"""Most cells that a command with its argument takes before the words on what it does"""
_LEADING = ("command.complete", "command.older", "command.newer")


class CommandLine(Dialog[str]):
    """Answers with the typed line, without the colon; `history` is older lines, the oldest first."""

    DEFAULT_CSS = """
    CommandLine {
        align: left bottom;
        background: transparent;
        &:ansi { background: transparent; }
        .sheet {
            height: auto;
            max-height: 100%;
            padding: 0 1;
            border-top: solid $primary;
            background: $surface;
        }
        &.-cramped .sheet { display: none; }
        &.-ascii .sheet { border-top: ascii $primary; }
        #line { height: 1; }
        #line Static { width: 1; }
        #line Input { width: 1fr; padding: 0; }
    }
    """
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete", show=False, id="command.complete"),
        Binding("up", "recall(-1)", "Older line", show=False, id="command.older"),
        Binding("down", "recall(1)", "Newer line", show=False, id="command.newer"),
    ]

    def __init__(self, commands: Iterable[TypedCommand], history: Sequence[str] = (), text: str = "") -> None:
        super().__init__()
        self._commands = {command.name: command for command in commands}
        self._recallable = [*history, text]
        self._place = len(history)
        self._cycle: list[str] = []

    def compose(self) -> ComposeResult:
        """What the line can become, and the line; where it would act still stands at the top."""
        with Vertical(classes="sheet"):
            yield words("", id="matches")
            with Horizontal(id="line"):
                yield words(":")
                yield LedField(self._recallable[-1], name="command", led_by=_LEADING)
        yield words("", classes="cramped")

    async def press(self, key: Key) -> None:
        """Take what is typed, before the field has the focus too, and hand the line back at Enter."""
        if key.key == "enter":
            key.stop()
            self.answer(self._field.value.strip().removeprefix(":").strip() or None)
        elif await self._field.edit(key):
            key.stop()

    def on_mount(self) -> None:
        """Offer everything at first."""
        self._offer()

    def on_input_changed(self) -> None:
        """Offer what the line can become now."""
        if self._field.value not in self._cycle:
            self._cycle = []
        self._offer()

    def action_complete(self) -> None:
        """Add what all matches share; pressed again, go through them."""
        matches = self._cycle or self.matches(self._field.value)
        if not matches:
            return
        shared = commonprefix(matches)  # noqa: RUF071 - of letters, as wanted
        if not self._cycle and len(shared) > len(self._field.value):
            self._put(shared)
        else:
            self._cycle = matches
            place = matches.index(self._field.value) + 1 if self._field.value in matches else 0
            self._put(matches[place % len(matches)])

    def action_recall(self, step: int) -> None:
        """Go to an older (-1) or newer (1) line."""
        self._recallable[self._place] = self._field.value
        self._place = min(max(self._place + step, 0), len(self._recallable) - 1)
        self._put(self._recallable[self._place])

    @property
    def _field(self) -> LedField:
        return self.query_one(LedField)

    def matches(self, line: str) -> list[str]:
        """Whole lines that `line` can become."""
        word, space, argument = line.lstrip().partition(" ")
        if not space:
            return [
                f"{name} " if command.argument else name
                for name, command in self._commands.items()
                if command.begins_with(word)
            ]
        command = self._commands.get(word)
        values = command.values() if command else ()
        # Tab has put a blank already, and a hand puts another.
        begun = argument.lstrip().casefold()
        return [f"{word} {value}" for value in values if value.casefold().startswith(begun)]

    def _put(self, line: str) -> None:
        self._field.value = line
        self._field.cursor_position = len(line)

    def _offer(self) -> None:
        matches = self._cycle or self.matches(self._field.value)
        shown, more = first_few(matches, _MOST_SHOWN)
        width = min(max(map(self._width, shown), default=0), _WIDEST)
        lines = [self._described(match, width) for match in shown]
        if more:
            lines.append(Content(tr(more)))
        self.query_one("#matches", Static).update(Content("\n").join(lines))

    def _width(self, match: str) -> int:
        command = self._commands.get(match.strip())
        return cell_len(f"{command.name} {command.argument}".rstrip()) if command else 0

    def _described(self, match: str, width: int) -> Content:
        command = self._commands.get(match.strip())
        if command is None:
            return Content(clean(match))
        argument = f" {command.argument}" if command.argument else ""
        gap = " " * (max(width - self._width(match), 0) + 2)
        return Content.assemble(
            (command.name, "bold"), f"{argument}{gap}", (tr(command.text), "$foreground-muted")
        )
