"""Choosing from a list: one item, or several in an order of one's own."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

from msgspec import Struct
from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize
from textual.widget import Widget
from textual.widgets import Static

from sms_tui.config.settings import WIDEST_COLUMN
from sms_tui.domain.text import clean
from sms_tui.ui.dialogs.filtered_list import Entry, FilteredList, Lines, ListDialog
from sms_tui.ui.dialogs.frame import words
from sms_tui.ui.wording.language import tr

_GREY = "$foreground-muted"
_NARROWEST = 4
_MOST_LABEL = 60


class Option(Struct, frozen=True):
    """One thing to choose; `id` is the answer, the rest is for reading and may be foreign text."""

    id: str
    label: str
    note: str = ""
    disabled_reason: str = ""
    """Why it cannot be chosen; empty if it can."""
    also: str = ""
    """Words by which it is found besides"""


class Picker(ListDialog[str]):
    """Answers with the id of one option; `on_highlight` is told each option the cursor stands on.

    Given up, `on_highlight` hears `current` again, so that a preview is taken back.
    """

    DEFAULT_CSS = """
    Picker { background: transparent; &:ansi { background: transparent; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "give_up", "Close", show=False, id="picker.close"),
    ]

    def __init__(
        self,
        title: str,
        options: Sequence[Option],
        current: str | None = None,
        on_highlight: Callable[[str], None] | None = None,
        sample: Content | None = None,
    ) -> None:
        """`sample` shows what a preview is about."""
        super().__init__()
        self._sample = sample
        self.heading = clean(title)
        self._options = {option.id: option for option in options}
        self._current = current
        self._shown = current
        self._on_highlight = on_highlight
        self._width = _label_width(options, self._label)
        entries = [Entry(option.id, self._line(option), also=option.also) for option in options]
        keys = tr("Enter chooses, a word or / filters, esc or q closes")
        self._list = FilteredList(entries, keys, current, narrows_by_typing=True)

    def foot(self) -> Iterable[Widget]:
        """Why the line under the cursor cannot be chosen, or all of it where it is cut, and the keys."""
        if self._sample is not None:
            yield words(self._sample, id="sample")
        yield words("", id="reason")
        yield self._list.hint

    def action_give_up(self) -> None:
        """Drop the filter first; then close and take a preview back."""
        if self._list.clear_filter():
            return
        if self._current is not None:
            self._preview(self._current)
        self.answer(None)

    def on_filtered_list_highlighted(self, event: FilteredList.Highlighted) -> None:
        """Preview what the cursor stands on."""
        self._say()
        if event.key is not None and not self._options[event.key].disabled_reason:
            self._preview(event.key)

    def on_resize(self, event: Resize) -> None:
        """There is room for another part of each line."""
        super().on_resize(event)
        self.call_after_refresh(self._say)

    def _say(self) -> None:
        current = self._list.current
        option = None if current is None else self._options[current]
        said = Content()
        if option and option.disabled_reason:
            said = Content.styled(clean(option.disabled_reason), "bold $text-warning")
        elif option and self.query_one(Lines).cuts(self._line(option)):
            said = Content.styled(clean(option.note), _GREY)
        self.query_one("#reason", Static).update(said)

    def on_filtered_list_chosen(self, event: FilteredList.Chosen) -> None:
        """Answer, unless the option cannot be chosen."""
        if not self._options[event.key].disabled_reason:
            self.answer(event.key)

    def _preview(self, option_id: str) -> None:
        if self._on_highlight is not None and option_id != self._shown:
            self._shown = option_id
            self._on_highlight(option_id)

    def _label(self, option: Option) -> str:
        now = f"  {tr('(now)')}" if option.id == self._current else ""
        return f"{clean(option.label)}{now}"

    def _line(self, option: Option) -> Content:
        line = _in_columns(self._label(option), option.disabled_reason or option.note, self._width)
        return line.stylize(_GREY) if option.disabled_reason else line


class MultiPicker(ListDialog[tuple[str, ...]]):
    """Answers with the ids that are ticked, in the order in which they stand; `chosen` come first.

    Where `natural` gives the cells that an option takes by itself, `widths` are those set by hand.
    """

    DEFAULT_CSS = """
    MultiPicker { background: transparent; &:ansi { background: transparent; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick or untick", show=False, id="picker.toggle"),
        Binding("minus,shift+up", "move(-1)", "Move up", show=False, id="picker.earlier"),
        Binding("plus,shift+down", "move(1)", "Move down", show=False, id="picker.later"),
        Binding("greater_than_sign,right", "widen(1)", "Wider", show=False, id="picker.wider"),
        Binding("less_than_sign,left", "widen(-1)", "Narrower", show=False, id="picker.narrower"),
        Binding("equals_sign", "widen(0)", "As wide as fits", show=False, id="picker.auto"),
        Binding("q", "give_up", "Close", show=False, id="picker.close"),
    ]

    def __init__(
        self,
        title: str,
        options: Sequence[Option],
        chosen: Iterable[str] = (),
        widths: Mapping[str, int] = MappingProxyType({}),
        natural: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        super().__init__()
        self.widths = dict(widths)
        """Cells set by hand"""
        self._natural = natural
        self.heading = clean(title)
        self._options = {option.id: option for option in options}
        self._width = _label_width(options, lambda option: clean(option.label))
        self._ticked = [name for name in chosen if name in self._options]
        self._order = [*self._ticked, *(name for name in self._options if name not in self._ticked)]
        keys = [tr("space ticks, - + move the line, Enter takes the choice, / filters, esc")]
        if natural:
            keys.append(tr("> wider, < narrower, = as wide as fits"))
        self._list = FilteredList(self._entries(), "\n".join(keys))

    def foot(self) -> Iterable[Widget]:
        """What is wrong with the choice, and the keys."""
        yield words("", id="problem")
        yield self._list.hint

    def on_filtered_list_chosen(self, event: FilteredList.Chosen) -> None:
        """Take the whole choice on Enter; tick or untick a line that was clicked."""
        if event.clicked:
            self._toggle(event.key)
        else:
            self._take()

    def action_tick(self) -> None:
        """Tick or untick the line under the cursor."""
        if self._list.current is not None:
            self._toggle(self._list.current)

    def action_move(self, step: int) -> None:
        """Move the line under the cursor up (-1) or down (1)."""
        name = self._list.current
        if name is None or self._list.is_filtering:
            return
        place = self._order.index(name)
        self._order.insert(min(max(place + step, 0), len(self._order) - 1), self._order.pop(place))
        self._list.replace(self._entries(), name)

    def action_widen(self, step: int) -> None:
        """Give the line under the cursor one cell more (1) or less (-1), or what fits (0)."""
        name = self._list.current
        if name is None or name not in self._natural or self._list.is_filtering:
            return
        cells = self.widths.pop(name, self._natural[name]) + step
        if step:
            self.widths[name] = min(max(cells, _NARROWEST), WIDEST_COLUMN)
        self._list.replace(self._entries(), name)

    def _toggle(self, name: str) -> None:
        if name in self._ticked:
            self._ticked.remove(name)
        else:
            self._ticked.append(name)
        self._list.replace(self._entries(), name)

    def _take(self) -> None:
        if self._ticked:
            self.answer(tuple(name for name in self._order if name in self._ticked))
        else:
            self.query_one("#problem", Static).update(
                Content.styled(tr("Tick at least one."), "$text-warning")
            )

    def _entries(self) -> list[Entry]:
        return [Entry(name, self._line(self._options[name])) for name in self._order]

    def _line(self, option: Option) -> Content:
        tick = "[x]" if option.id in self._ticked else "[ ]"
        cells = tr("  {cells} cells", cells=self.widths[option.id]) if option.id in self.widths else ""
        return Content(f"{tick} ") + _in_columns(clean(option.label), option.note, self._width) + cells


def _label_width(options: Iterable[Option], label: Callable[[Option], str]) -> int:
    """Cells of the labels, so that notes begin below each other."""
    return min(max((cell_len(label(option)) for option in options), default=0), _MOST_LABEL)


def _in_columns(label: str, note: str, width: int) -> Content:
    """A label, and its note in a column of its own."""
    if not note:
        return Content(label)
    return Content.assemble(label, " " * max(width - cell_len(label), 0), (f"  {clean(note)}", _GREY))
