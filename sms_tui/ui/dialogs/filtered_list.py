"""A list to move in, to filter and to choose from; the core of every dialog that offers several things."""

from collections.abc import Iterable, Sequence
from typing import ClassVar, TypeVar

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click, Key
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from sms_tui.ui.dialogs.frame import Dialog, words
from sms_tui.ui.widgets.field import LedField
from sms_tui.ui.wording.language import tr

T = TypeVar("T")
_NO_ROWS = "no match"
_POINTER = ">"
_PADDING = 1
"""Cells on either side of a line, one of them for the pointer"""


class Entry(Struct, frozen=True):
    """One line of the list."""

    key: str
    """Stands for the entry in messages; unique, and never foreign text."""
    content: Content
    heading: str = ""
    """Entries with the same heading stand under it."""
    also: str = ""
    """Words by which it is found besides"""


class Lines(OptionList):
    """An option list with the keys of every other list of the program, which tells clicks from Enter."""

    DEFAULT_CSS = """
    Lines {
        border: none;
        padding: 0;
        height: auto;
        max-height: 100%;
        background: $surface;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        scrollbar-size-vertical: 1;
    }
    Lines:focus { border: none; background: $surface; background-tint: $foreground 0%; }
    Lines > .option-list--option { padding: 0 1; } /* _PADDING */
    Lines > .option-list--option-highlighted,
    Lines:focus > .option-list--option-highlighted {
        text-style: bold;
        background: $block-cursor-background;
        color: $block-cursor-foreground;
    }
    Lines:nocolor > .option-list--option-highlighted,
    Lines:nocolor:focus > .option-list--option-highlighted { text-style: reverse; }
    Lines > .option-list--option-disabled { text-style: bold; color: $text-primary; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False, id="list.down"),
        Binding("k", "cursor_up", "Up", show=False, id="list.up"),
        Binding("g", "first", "Top", show=False, id="list.top"),
        Binding("G", "last", "Bottom", show=False, id="list.bottom"),
        Binding("ctrl+d", "page_down", "Page down", show=False, id="list.page_down"),
        Binding("ctrl+u", "page_up", "Page up", show=False, id="list.page_up"),
    ]

    class Clicked(Message):
        """A click on the option with `key`, which is under the cursor now."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def on_click(self, event: Click) -> None:
        """Move the cursor to what was clicked."""
        event.prevent_default()
        index = event.style.meta.get("option")
        if index is None or index >= self.option_count:
            # The click was aimed at an older frame, when the list was longer.
            return
        if (key := self.get_option_at_index(index).id) is not None:
            self.highlighted = index
            self.post_message(self.Clicked(key))

    def action_cursor_up(self) -> None:
        """Go up, and stay at the first as in every table: what is dangerous stands last."""
        self._go(range((self.highlighted or 0) - 1, -1, -1))

    def action_cursor_down(self) -> None:
        """Go down, and stay at the last."""
        self._go(range((self.highlighted or 0) + 1, self.option_count))

    def _go(self, places: range) -> None:
        """To the first of these that is no heading."""
        options = self.options
        self.highlighted = next((place for place in places if not options[place].disabled), self.highlighted)

    def cuts(self, content: Content) -> bool:
        """Whether a line has no room for all of `content`."""
        return content.cell_length > self.scrollable_content_region.width - 2 * _PADDING

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Park the terminal's own cursor there, too: screen readers follow it."""
        super().watch_highlighted(highlighted)
        self._park()
        # At first nothing has a place yet.
        self.call_after_refresh(self._park)

    def _park(self) -> None:
        if self.has_focus and self.highlighted is not None:
            line = Offset(0, self.highlighted - self.scroll_offset.y)
            self.app.cursor_position = self.content_region.offset + line

    def render_line(self, y: int) -> Strip:
        """Draw the line under the cursor, which is one row high like all, with a sign and in one colour."""
        strip = super().render_line(y)
        if self.highlighted is None or self.scroll_offset.y + y != self.highlighted or not strip:
            return strip
        # The toolkit has left out `reverse`, by which the line stands out where there are no colours.
        wanted = self.get_component_rich_style("option-list--option-highlighted", partial=True)
        style = (next(iter(strip)).style or Style.null()) + Style(reverse=wanted.reverse)
        return Strip([Segment(_POINTER + strip.text[1:], style)], strip.cell_length)


class FilteredList(Vertical):
    """Shows entries; `/` narrows them to those that contain every typed word.

    With `narrows_by_typing` a letter begins that as well, unless it is a key here. Enter chooses from what is
    left; where `reads_first`, it only ends the search.
    """

    DEFAULT_CSS = """
    FilteredList { height: auto; max-height: 100%; }
    FilteredList > Input { display: none; dock: top; }
    FilteredList.filtering > Input { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter the list", show=False, id="list.filter"),
    ]

    class Chosen(Message):
        """Enter on the entry with `key`, or a click on it."""

        def __init__(self, key: str, *, clicked: bool = False) -> None:
            super().__init__()
            self.key = key
            self.clicked = clicked

    class Highlighted(Message):
        """The cursor is on the entry with `key`; None where there is none."""

        def __init__(self, key: str | None) -> None:
            super().__init__()
            self.key = key

    def __init__(
        self,
        entries: Iterable[Entry],
        keys: str,
        current: str | None = None,
        *,
        narrows_by_typing: bool = False,
        reads_first: bool = False,
    ) -> None:
        super().__init__()
        self._reads_first = reads_first
        self._narrows_by_typing = narrows_by_typing
        self._entries = list(entries)
        self._first = current
        self._lines = Lines(markup=False)
        self._keys = keys
        self.hint = words(keys, classes="hint")
        """Names the keys that work now, for the foot of the dialog"""
        self._names_search = False
        self._filter = LedField(name="filter", placeholder=tr("filter"))

    def compose(self) -> ComposeResult:
        """The filter, hidden until asked for, and the lines."""
        yield self._filter
        yield self._lines

    def on_mount(self) -> None:
        """Fill the list and put the cursor where it is wanted."""
        self._fill(self._first)

    def on_descendant_focus(self) -> None:
        """Name the keys that work now, if they are others: another text lays the dialog out anew."""
        if self.is_filtering is self._names_search:
            return
        self._names_search = self.is_filtering
        ends = "letters search, up down move, Enter ends the search, esc shows all"
        chooses = "letters filter, up down move, Enter chooses, esc shows all"
        typing = tr(ends if self._reads_first else chooses)
        self.hint.update(typing if self.is_filtering else self._keys)

    @property
    def current(self) -> str | None:
        """The key under the cursor."""
        option = self._lines.highlighted_option
        return option.id if option else None

    @property
    def is_filtering(self) -> bool:
        """Whether plain keys are being typed into the filter."""
        return self.screen.focused is self._filter

    def replace(self, entries: Sequence[Entry], current: str | None) -> None:
        """Show other entries, keeping the filter."""
        self._entries = list(entries)
        self._fill(current)

    def move_to(self, key: str) -> None:
        """Put the cursor on the entry with `key`, if it is shown."""
        keys = [option.id for option in self._lines.options]
        if key in keys:
            self._lines.highlighted = keys.index(key)

    def clear_filter(self) -> bool:
        """Show everything again; False if nothing was filtered."""
        if not self.has_class("filtering"):
            return False
        self._filter.value = ""
        self.remove_class("filtering")
        self._lines.focus()
        return True

    def action_filter(self) -> None:
        """Begin to type a filter."""
        self.add_class("filtering")
        self.screen.set_focus(self._filter)

    async def on_key(self, event: Key) -> None:
        """Begin to filter, take what is typed, and move in the list meanwhile.

        A binding for `/` alone would come too late for characters that arrive together with it.
        """
        moves = {"down": self._lines.action_cursor_down, "up": self._lines.action_cursor_up}
        if not self.is_filtering:
            if event.key == "slash":
                event.stop()
                self.action_filter()
            elif self._is_word(event):
                event.stop()
                self.action_filter()
                await self._type(event)
        elif event.key in moves:
            event.stop()
            moves[event.key]()
        elif event.key == "enter":
            event.stop()
            if self._reads_first:
                self.screen.set_focus(self._lines)
            elif self.current is not None:
                self.post_message(self.Chosen(self.current))
        elif await self._type(event):
            event.stop()

    def _is_word(self, key: Key) -> bool:
        """Whether a word begins with this key, since it does nothing else here."""
        if not self._narrows_by_typing or not (key.character or "").isalnum():
            return False
        chain = self.screen._modal_binding_chain  # noqa: SLF001 - with the keys of the operator's choice
        return all(key.key not in bindings.key_to_bindings for _, bindings in chain)

    async def _type(self, key: Key) -> bool:
        """Narrow the list at once: an Enter right behind chooses from what is left."""
        with self._filter.prevent(Input.Changed):
            is_typed = await self._filter.edit(key)
        if is_typed:
            self._fill(self.current)
        return is_typed

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list by what was pasted."""
        event.stop()
        self._fill(self.current)

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        """Pass on what was clicked."""
        event.stop()
        self.post_message(self.Chosen(event.key, clicked=True))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Pass on what was chosen."""
        event.stop()
        if event.option.id is not None:
            self.post_message(self.Chosen(event.option.id))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Pass on where the cursor is."""
        event.stop()
        # Not the event's option: the list may have been filtered since.
        self.post_message(self.Highlighted(self.current))

    def _fill(self, current: str | None) -> None:
        shown = [entry for entry in self._entries if self._matches(entry)]
        self._lines.set_options(_with_headings(shown))
        if not shown:
            self._lines.add_option(Option(Content(tr(_NO_ROWS)), disabled=True))
            self.post_message(self.Highlighted(None))
            return
        keys = [option.id for option in self._lines.options]
        if current is None or current not in keys:
            current = shown[0].key
        self._lines.highlighted = keys.index(self._named(shown) or current)

    def _named(self, shown: Iterable[Entry]) -> str | None:
        """The entry of which the whole name is typed: others may contain it, and stand before it."""
        if not self._narrows_by_typing:
            # Keys are no names there, but letters of operations, and what is dangerous is not to be offered.
            return None
        typed = self._filter.value.casefold()
        return next((entry.key for entry in shown if entry.key.casefold() == typed), None)

    def _matches(self, entry: Entry) -> bool:
        text = f"{tr(entry.heading)} {entry.content.plain} {entry.also}".casefold()
        return all(word in text for word in self._filter.value.casefold().split())


class ListDialog(Dialog[T]):
    """A dialog with a list for its body, which scrolls by itself."""

    DEFAULT_CSS = "ListDialog { Body { overflow-y: hidden; } }"
    AUTO_FOCUS = "Lines"

    _list: FilteredList

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield self._list

    def action_give_up(self) -> None:
        """Drop the filter first, then close."""
        if not self._list.clear_filter():
            super().action_give_up()


def _with_headings(entries: Iterable[Entry]) -> list[Option]:
    options: list[Option] = []
    heading = ""
    for entry in entries:
        if entry.heading and entry.heading != heading:
            options.append(Option(Content(tr(entry.heading)), disabled=True))
        heading = entry.heading
        options.append(Option(entry.content, id=entry.key))
    return options
