"""The detail pane: one task under tabs. It displays what `tabs` says."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from msgspec.structs import replace
from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content

from sms_tui.ui.bars.line import BarLine
from sms_tui.ui.detail.facts import DetailFacts
from sms_tui.ui.detail.tabs import TABS as DRAWN_TABS
from sms_tui.ui.detail.tabs import ageing, tab_content
from sms_tui.ui.widgets.text_lines import TextLines
from sms_tui.ui.wording.language import tr

LOG = "Log"
RAW = DRAWN_TABS[-1]
TABS = (*DRAWN_TABS[:-1], LOG, RAW)
"""The tabs in their order: what the service tells, what this program saw, and the document itself"""
_STEP = 10.0
"""Seconds by which ages grow while nothing else is drawn"""
_NO_TASK = "No task under the cursor."
_NO_EVENTS = "Nothing has happened to this task since the program started."


class TabLine(BarLine):
    """The names of the tabs; a click on one chooses it."""

    DEFAULT_CSS = """
    TabLine { background: $surface; padding: 0; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown = Content()

    def show(self, current: int, width: int) -> None:
        """Draw the names, closer together or even shortened where the pane is too narrow for all of them."""
        names = [tr(name) for name in TABS]
        room = width - 1 - sum(cell_len(name) + 1 for name in names)
        names = names if room >= 0 else [name[:3] for name in names]
        has_room = room < 0 or room >= len(TABS)
        pieces = []
        for place, name in enumerate(names):
            before, after = ("[", "]") if place == current else (" ", " " if has_room else "")
            text = f"{before}{name}{after}"
            pieces.append((text, "bold $accent-text on $accent" if place == current else "$text-muted"))
        self.act_on((text, str(place)) for place, (text, _) in enumerate(pieces))
        content = Content.assemble(*pieces)
        if not content.is_same(self._shown):
            self._shown = content
            self.update(content, layout=False)


class DetailPane(Vertical):
    """Shows the task it was given last, under the tab chosen last."""

    DEFAULT_CSS = """
    DetailPane { background: $surface; }
    DetailPane VerticalScroll { padding: 0 1; height: 1fr; scrollbar-size-vertical: 1; }
    DetailPane VerticalScroll:focus { background-tint: $foreground 4%; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll(1)", show=False, id="detail.down"),
        Binding("k", "scroll(-1)", show=False, id="detail.up"),
        Binding("g", "scroll(-100000)", show=False, id="detail.top"),
        Binding("G", "scroll(100000)", show=False, id="detail.bottom"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._tabs = TabLine()
        self._text = TextLines()
        self.reader = VerticalScroll(self._text)
        """What takes the focus: there the scrolling keys work"""
        self._facts: DetailFacts | None = None
        self._events: Callable[[], Iterable[str]] = tuple
        self._nothing = ""
        """The words shown while there is no task"""
        self._shown = Content()
        self.tab = 0

    def compose(self) -> ComposeResult:
        """Tab names above, text below."""
        yield self._tabs
        yield self.reader

    def on_resize(self) -> None:
        """Names and lines depend on the width; the height was laid out for the lines before."""
        self._draw()
        self.call_after_refresh(self._text.refresh, layout=True)

    def show(self, facts: DetailFacts | None, events: Callable[[], Iterable[str]] = tuple) -> None:
        """Show one task, or none; another one than before begins at its top.

        `events` looks up its lines of the log.
        """
        other = facts is None or self._facts is None or facts.row.task.id != self._facts.row.task.id
        self._nothing = tr(_NO_TASK)
        self._facts = facts
        self._events = events
        self._draw()
        if other:
            self.reader.scroll_home(animate=False)

    def tick(self, now: float, unread: float) -> None:
        """Update ages to `now` (epoch seconds), in steps: redrawing each second costs more than it says."""
        facts = self._facts
        if facts is None or now - facts.now < _STEP:
            return
        self._facts = replace(facts, now=now, unread=unread)
        if self.display and ageing(self._facts) != ageing(facts):
            self._draw()

    def clear(self) -> None:
        """Show blank lines until there is a task to show."""
        self._nothing = ""
        self._facts = None
        self._draw()

    def choose(self, tab: int) -> None:
        """Show another tab."""
        self.tab = tab % len(TABS)
        self._draw()
        self.reader.scroll_home(animate=False)

    def on_bar_line_clicked(self, event: BarLine.Clicked) -> None:
        """Show the tab that was clicked."""
        event.stop()
        self.choose(int(event.action))

    def action_scroll(self, lines: int) -> None:
        """Move the text."""
        self.reader.scroll_relative(y=lines, animate=False)

    def _draw(self) -> None:
        """Draw the lines, unless the width is not known yet; the first resize calls this again."""
        if not (width := self.size.width):
            return
        self._tabs.show(self.tab, width)
        content = Content(self._nothing)
        if self._facts is not None and TABS[self.tab] == LOG:
            content = Content("\n".join(self._events()) or tr(_NO_EVENTS))
        elif self._facts is not None:
            content = tab_content(TABS[self.tab], self._facts, max(width - 4, 10))
        # Mostly it has not changed, and a long document is expensive to lay out.
        if not content.is_same(self._shown):
            self._shown = content
            self._text.show(content.split("\n", allow_blank=True), self.reader.size.height)
