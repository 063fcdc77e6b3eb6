"""The lines around the table: views and filter above, the typed filter and the keys below."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from msgspec import Struct
from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from sms_tui.domain.text import clean
from sms_tui.ui.bar_line import BarLine
from sms_tui.ui.field import Field
from sms_tui.ui.language import tr
from sms_tui.ui.screen_sizes import WIDE

_HINT_GAP = 2
_SURE = 3
"""Hints at the end that are shown before all others"""


class ViewLine(Struct, frozen=True):
    """What the second line says."""

    views: Sequence[tuple[str, str]]
    """Key and name of each view"""
    current: str
    shown: int
    total: int | None
    """None while nothing is known of the list"""
    filter: str = ""
    sort: str = ""
    problems_only: bool = False
    is_ranging: bool = False
    """Whether moving the cursor marks what it passes"""
    marked: int = 0
    marked_hidden: int = 0


class ViewBar(BarLine):
    """Names the views, and never hides that something is filtered."""

    DEFAULT_CSS = """
    ViewBar { background: $surface; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._line: ViewLine | None = None

    def show(self, line: ViewLine) -> None:
        """Draw `line` unless it is drawn already."""
        if line != self._line:
            self._line = line
            self._draw()

    def on_resize(self) -> None:
        """Choose again how much of it fits."""
        self._draw()

    def _draw(self) -> None:
        if self._line is None:
            return
        right = _right_of(self._line)
        room = self.room - cell_len(right.plain) - 2
        left = _left_of(self._line, room)
        gap = max(room + 2 - cell_len(left.plain), 1)
        self.update(left + Content(" " * gap) + right, layout=False)


def _left_of(line: ViewLine, room: int) -> Content:
    labels = {key: f"{key} {clean(name, 24)}" for key, name in line.views}
    # The name of the view in force has its room first, then the keys of the others.
    room -= sum(2 + cell_len(label if key == line.current else key) for key, label in labels.items())
    pieces: list[tuple[str, str]] = []
    if room < 0:
        labels = {key: label for key, label in labels.items() if key == line.current}
    for key, label in labels.items():
        if key == line.current:
            pieces.append((f"[{label}]", "bold $accent-text on $accent"))
            continue
        room -= cell_len(label) - cell_len(key)
        # From the first name on that has no room there are none: one left out in between would be missed.
        pieces.append((f" {label if room >= 0 else key} ", "$text-muted"))
    return Content.assemble(*pieces)


def _right_of(line: ViewLine) -> Content:
    pieces: list[tuple[str, str]] = []
    if line.is_ranging:
        pieces.append((tr("range"), "bold $accent-text on $accent"))
    if line.marked:
        marked = tr("{count} marked", count=line.marked)
        if line.marked_hidden:
            marked = tr("{count} marked, {hidden} hidden", count=line.marked, hidden=line.marked_hidden)
        pieces.append((marked, "bold $primary"))
    if line.problems_only:
        pieces.append((tr("problems only"), "bold $warning"))
    if line.filter:
        pieces.append((tr("filter: {text}", text=clean(line.filter, 40)), "bold $warning"))
    if line.sort:
        pieces.append((tr("sort: {column}", column=line.sort), "$text-muted"))
    if line.total is not None:
        pieces.append((tr("{part} of {whole}", part=line.shown, whole=line.total), "bold"))
    return Content("  ").join(Content.assemble(piece) for piece in pieces)


class Footer(BarLine):
    """The keys that work where the cursor is."""

    DEFAULT_CSS = """
    Footer { background: $panel; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._hints: tuple[tuple[str, str], ...] = ()
        self._refusal = ""

    def show(self, hints: Iterable[tuple[str, str]], refusal: str = "") -> None:
        """Draw pairs of key and word, as many as fit, and on the right why operations are refused."""
        wanted = tuple(hints), refusal
        if wanted != (self._hints, self._refusal):
            self._hints, self._refusal = wanted
            self._draw()

    def on_resize(self) -> None:
        """Choose again how many fit."""
        self._draw()

    def _draw(self) -> None:
        pieces: list[tuple[str, str]] = []
        refused = cell_len(self._refusal)
        room = self.room - (refused + _HINT_GAP if refused else 0)
        fitting = _fitting(self._hints, room)
        room -= max(sum(map(_cells, fitting)) - _HINT_GAP, 0)
        for key, word in fitting:
            gap = " " * _HINT_GAP if pieces else ""
            pieces += [(f"{gap}{key}", "bold $accent"), (f" {word}", "$text-muted")]
        if refused:
            pieces += [(" " * (max(room, 0) + _HINT_GAP), ""), (self._refusal, "bold $warning")]
        self.update(Content.assemble(*pieces), layout=False)


def _fitting(hints: Sequence[tuple[str, str]], room: int) -> Sequence[tuple[str, str]]:
    """Those for which there is room; the last ones first, since they lead on to help and all commands."""
    room += _HINT_GAP
    chosen: set[tuple[str, str]] = set()
    for hint in (*hints[-_SURE:], *hints[:-_SURE]):
        if (cells := _cells(hint)) <= room:
            chosen.add(hint)
            room -= cells
    return [hint for hint in hints if hint in chosen]


def _cells(hint: tuple[str, str]) -> int:
    return cell_len(hint[0]) + 1 + cell_len(hint[1]) + _HINT_GAP


class _SettledField(Field):
    """Takes no key behind Enter, even if all of them came together."""

    def __init__(self, settle: Callable[[str], None]) -> None:
        super().__init__(led_by=("prompt.older", "prompt.newer"))
        self._settle = settle

    async def action_submit(self) -> None:
        """Keep what was typed."""
        self._settle(self.value)


def _no_history(_step: int) -> None:
    return None


_LEAST_PROMPT = 14
"""Cells that stay for what is typed and the edges, whatever is wrong with it"""


class PromptLine(Horizontal):
    """One line to type a filter or a search in; what is typed acts at once, escape takes it back."""

    DEFAULT_CSS = """
    PromptLine { height: 1; display: none; background: $panel; padding: 0 1; }
    PromptLine Static { width: auto; }
    PromptLine #problem { color: $error; padding-left: 2; }
    PromptLine Input { width: 1fr; min-width: 10; height: 1; border: none; padding: 0; background: $panel; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", show=False, id="prompt.cancel"),
        Binding("up", "older", show=False, id="prompt.older"),
        Binding("down", "newer", show=False, id="prompt.newer"),
        Binding("f1", "explain", "What can be typed", show=False, id="prompt.explain"),
    ]

    class Puzzled(Message):
        """The operator wants to know what can be typed."""

        def __init__(self, purpose: str) -> None:
            super().__init__()
            self.purpose = purpose

    class Typed(Message):
        """The text changed, is settled (`done`), or was given up (`text` is what it was before)."""

        def __init__(self, purpose: str, text: str, *, done: bool) -> None:
            super().__init__()
            self.purpose = purpose
            self.text = text
            self.done = done

    def __init__(self) -> None:
        super().__init__()
        self._label = Static(markup=False)
        self._input = _SettledField(self._close)
        self._problem = Static(markup=False, id="problem")
        self._purpose = self._asked = ""
        self._before = ""
        self._history: Callable[[int], str | None] = _no_history

    def compose(self) -> ComposeResult:
        """Label, field, and what is wrong with what was typed."""
        yield self._label
        yield self._input
        yield self._problem

    def open(
        self,
        purpose: str,
        label: str,
        text: str,
        history: Callable[[int], str | None] = _no_history,
    ) -> None:
        """Ask for a text of one `purpose`, beginning with `text`."""
        self._purpose, self._before, self._history = purpose, text, history
        self._asked = label
        self._label.update(Content(label))
        self.complain("")
        with self._input.prevent(Input.Changed):
            self._input.value = text
        self._input.cursor_position = len(text)
        self.display = True
        self.screen.set_focus(self._input)

    def mend(self, text: str, problem: str) -> None:
        """Ask once more, after a text that was settled turned out wrong."""
        before = self._before
        self.open(self._purpose, self._asked, text, self._history)
        self._before = before
        self.complain(problem)

    @property
    def is_open(self) -> bool:
        """Whether somebody is typing."""
        return self.display

    def complain(self, problem: str) -> None:
        """Say what is wrong with the text; empty for nothing.

        Where there is no room for all, the label gives way: what is typed has to be seen, and all of this.
        """
        self._label.display = not problem or self.app.size.width >= WIDE
        room = self.app.size.width - _LEAST_PROMPT
        self._problem.update(Content(clean(problem, 120)).truncate(max(room, 0), ellipsis=True))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Let each key act; a question mark alone asks what can be typed."""
        event.stop()
        if event.value == "?":
            self._input.value = ""
            self.action_explain()
            return
        self.post_message(self.Typed(self._purpose, event.value, done=False))

    def action_cancel(self) -> None:
        """Give up: what was there before counts again."""
        self._close(self._before)

    def action_explain(self) -> None:
        """Ask what can be typed."""
        self.post_message(self.Puzzled(self._purpose))

    def action_older(self) -> None:
        """The text typed before this one."""
        self._recall(1)

    def action_newer(self) -> None:
        """The text typed after this one."""
        self._recall(-1)

    def _recall(self, step: int) -> None:
        if (text := self._history(step)) is not None:
            self._input.value = text
            self._input.cursor_position = len(text)

    def _close(self, text: str) -> None:
        self.display = False
        self.screen.set_focus(None)
        self.post_message(self.Typed(self._purpose, text, done=True))
