"""All operations for the chosen tasks, each with its letter; impossible ones show their reason."""

import re
from collections.abc import Iterable, Sequence
from typing import ClassVar

from msgspec import Struct
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key
from textual.widget import Widget
from textual.widgets import Static

from sms_tui.domain.operations import RESUME_LABEL, Operation, Tier, titled
from sms_tui.domain.sentence import Sentence
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.ui.dialogs.filtered_list import Entry, FilteredList, ListDialog
from sms_tui.ui.dialogs.frame import words
from sms_tui.ui.wording.language import tr

_GREY = "$foreground-muted"
_END = re.compile(r"[.:;] |[。：；]")
"""Where a reason ends, and goes on with what follows from it"""


class Choice(Struct, frozen=True):
    """One operation as it stands for the chosen tasks."""

    operation: Operation
    label: str
    """Our verb for these tasks, such as Resume."""
    reason: str | None = None
    """Why it is not possible; None where it is."""
    warning: str = ""
    newer: bool = False
    count_allowed: int = 1
    count_total: int = 1
    tier: Tier | None = None
    """How much it can hurt these tasks; the operation's own tier where nothing else is known."""

    @property
    def danger(self) -> Tier:
        """The tier by which the list is ordered."""
        return self.operation.tier if self.tier is None else self.tier


class ActionPalette(ListDialog[Operation]):
    """Lists the choices, danger last, and answers with the operation to go on with; it sends nothing."""

    DEFAULT_CSS = """
    ActionPalette {
        #about { height: 4; }
        #about.refused { color: $text-error; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "give_up", "Close", show=False, id="palette.close"),
    ]

    def __init__(self, choices: Sequence[Choice], title: str) -> None:
        super().__init__()
        ordered = sorted(choices, key=lambda choice: choice.danger)
        self._choices = {choice.operation.letter: choice for choice in ordered}
        self._chosen_for = clean(title)
        self._refused: str | None = None
        """The letter that was pressed in vain; its reason is highlighted"""
        # One long name must not take the room from the reasons beside all others.
        lengths = sorted(_title(choice).cell_length for choice in ordered)
        self._name_width = lengths[-2] if len(lengths) > 1 else 0

    def head(self) -> Iterable[Widget]:
        """What the operation would be for."""
        yield words(Content.assemble((tr("Operation for"), ""), " ", (self._chosen_for, "bold")))

    def body(self) -> Iterable[Widget]:
        """The list, in the colours of the theme."""
        # A terminal's own colours have no grey that is readable on every ground.
        grey = f"{_GREY} dim" if self.app.current_theme.ansi else _GREY
        possible = (letter for letter, choice in self._choices.items() if choice.reason is None)
        self._list = FilteredList(
            [Entry(letter, self._line(choice, grey)) for letter, choice in self._choices.items()],
            tr("letter or Enter opens, / filters, esc or q closes"),
            next(possible, None),
        )
        return super().body()

    def foot(self) -> Iterable[Widget]:
        """The description of the line under the cursor, and the keys."""
        yield words("", id="about")
        yield self._list.hint

    async def press(self, key: Key) -> None:
        """Run the operation of a letter; letters typed into the filter do not come here."""
        letter = key.character or ""
        if letter in self._choices:
            key.stop()
            self._list.move_to(letter)
            self._open(letter)

    def on_filtered_list_chosen(self, event: FilteredList.Chosen) -> None:
        """Go on with the operation, or show why that is not possible."""
        self._open(event.key)

    def on_filtered_list_highlighted(self, event: FilteredList.Highlighted) -> None:
        """Describe the line under the cursor."""
        self._tell_about(event.key)

    def _open(self, letter: str) -> None:
        choice = self._choices[letter]
        if choice.reason is None:
            self.answer(choice.operation)
        else:
            self._refused = letter
            self._tell_about(letter)

    def _tell_about(self, letter: str | None) -> None:
        about = self.query_one("#about", Static)
        about.set_class(letter is not None and letter == self._refused, "refused")
        about.update(_about(self._choices[letter]) if letter else "")

    def _line(self, choice: Choice, grey: str) -> Content:
        name = _title(choice)
        name = name.pad_right(max(self._name_width - name.cell_length, 0))
        line = Content(" ").join([Content(choice.operation.letter), Content(" ") + name, _note(choice)])
        return line if choice.reason is None else line.stylize(grey)


def _title(choice: Choice) -> Content:
    return Content(tr(titled(choice.label, choice.operation.name)))


def _note(choice: Choice) -> Content:
    parts: list[Content] = []
    newer = [Content(tr("newer API"))] if choice.newer else []
    if choice.reason is not None:
        return Content(tr("; ")).join([*newer, Content(clean(_briefly(choice.reason, tr(choice.label))))])
    # Counts below each other; then what a narrow screen must not cut.
    if choice.count_total > 1:
        whole = str(choice.count_total)
        part = str(choice.count_allowed).rjust(len(whole))
        parts.append(Content(tr("{part} of {whole}", part=part, whole=whole)))
    if choice.danger >= Tier.DESTRUCTIVE:
        parts.append(Content.styled(tr(choice.danger.words), "$text-error"))
    parts += newer
    if choice.warning:
        parts.append(Content.styled(f"! {clean(tr(choice.warning))}", "$text-warning"))
    return Content(tr("; ")).join(parts)


def _briefly(reason: str, verb: str) -> str:
    """What a line has room for beside `verb`; the whole reason stands below the list."""
    if isinstance(reason, Sentence) and "possible" in reason.fields:
        return tr("not while {state}", state=reason.fields["state"])
    said = tr(reason).removeprefix(f"{verb}：")
    # What needs something is the operation of this line; what was sent already is named, being any.
    said = said.removeprefix(f"{verb} ") if said.startswith(f"{verb} needs ") else said
    return _END.split(said)[0].removesuffix(".")


def _about(choice: Choice) -> Content:
    if choice.reason is not None:
        return Content.assemble((tr("Not available:"), "bold"), " ", clean(tr(choice.reason), DETAIL_LIMIT))
    warning = f" ! {clean(tr(choice.warning), DETAIL_LIMIT)}" if choice.warning else ""
    count = (
        " " + tr("{part} of {whole} tasks can take it.", part=choice.count_allowed, whole=choice.count_total)
        if choice.count_total > 1
        else ""
    )
    what = choice.operation.consequences(resumes=choice.label == RESUME_LABEL).what
    return Content.assemble(
        (f"{tr(choice.danger.words)}{tr(': ')}", "bold"), tr(what), count, (warning, "$text-warning")
    )
