"""The log: what was sent and what changed, as lines that an operator can follow, hold, search and save."""

from collections.abc import Iterable
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key, MouseScrollUp

from sms_tui.domain.plan import LONGEST_TYPED_NAME
from sms_tui.domain.sentence import counted
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.engine.event_log import Event, EventLog
from sms_tui.ui.log.lines import Line, LogLines
from sms_tui.ui.wording.language import tr
from sms_tui.ui.wording.times import clock

_LOOKS = {"error": "log--error", "warning": "log--warning"}


class LogPanel(LogLines):
    """Draws the event log; it never owns an event, so it can be written anew at any time."""

    DEFAULT_CSS = """
    LogPanel {
        background: $surface; padding: 0 1; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0;
        scrollbar-background: $surface;
        border-top: solid $border-blurred; border-title-color: $text-muted;
    }
    LogPanel > .log--error { color: $task-failed; text-style: bold; }
    LogPanel > .log--warning { color: $task-waiting; }
    LogPanel:focus { border-top: solid $border; background-tint: $foreground 0%; }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"log--error", "log--warning"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("F", "follow", "Follow the newest line", show=False, id="log.follow"),
        Binding("p", "hold", "Hold the log, or let it go on", show=False, id="log.hold"),
        Binding("w", "toggle_wrap", "Wrap long lines", show=False, id="log.wrap"),
        Binding("slash", "screen.run('log.filter')", "Filter the log", show=False, id="log.filter"),
        Binding("n", "find(1)", "Next match in the log", show=False, id="log.next"),
        Binding("N", "find(-1)", "Previous match in the log", show=False, id="log.previous"),
        Binding("E", "screen.run('log.save')", "Save the log to a file", show=False, id="log.save"),
        Binding("j", "scroll_down", show=False, id="log.down"),
        Binding("k", "scroll_up", show=False, id="log.up"),
        Binding("g", "scroll_home", show=False, id="log.top"),
        Binding("G", "follow", show=False, id="log.bottom"),
    ]

    def __init__(self, log: EventLog) -> None:
        super().__init__()
        self._events = log
        self._seen = 0
        self.needle = ""
        """The filter in force"""
        self._held = False
        self._found = -1

    def catch_up(self) -> None:
        """Write what happened since the last call, unless the log is held."""
        if self._held:
            self._say_state()
            return
        events = self._events.since(self._seen)
        if events:
            self._seen = events[-1].seq
            self._write_all(events)
            self._say_state()

    def rewrite(self) -> None:
        """Write all lines anew, as after a change of filter or of how times are told."""
        self.clear()
        self._write_all(event for event in self._events.since(0) if event.seq <= self._seen)
        self.catch_up()

    def filter_by(self, text: str) -> None:
        """Show only lines that contain `text`, whatever the case."""
        self.needle = text.casefold()
        self._found = -1
        self.rewrite()
        self._say_state()

    def plain_lines(self) -> Iterable[str]:
        """The lines shown, for a file."""
        return (_plain(event) for event in self._events.since(0) if self.needle in _plain(event).casefold())

    def action_follow(self) -> None:
        """Go to the newest line and stay there."""
        self.follows = True
        self._held = False
        self.catch_up()
        self.scroll_end(animate=False)
        self._say_state()

    def action_hold(self) -> None:
        """Stand still, or go on."""
        self._held = not self._held
        self.catch_up()
        self._say_state()

    def action_find(self, step: int) -> None:
        """Go to the next line that has trouble in it, or any line while a filter is set."""
        lines = [place for place, line in enumerate(self.rows) if self.needle or line.look]
        if not lines:
            return
        ahead = [place for place in lines if (place - self._found) * step > 0]
        self._found = (ahead or lines)[0 if step > 0 else -1]
        self.follows = False
        self.scroll_to(y=self._found, animate=False)
        self._say_state()

    def on_key(self, event: Key) -> None:
        """Stop following when the operator looks back; the border says so."""
        if event.key in {"up", "k", "pageup", "home", "g"}:
            self._stop_following()

    def on_mouse_scroll_up(self, _event: MouseScrollUp) -> None:
        """Stop following when the wheel is turned back."""
        self._stop_following()

    def watch_has_focus(self, value: bool) -> None:
        """Say which keys follow now."""
        super().watch_has_focus(value)
        self._say_state()

    def _stop_following(self) -> None:
        self.follows = False
        self._say_state()

    def _write_all(self, events: Iterable[Event]) -> None:
        lines = (Line(_plain(event), _LOOKS.get(event.severity, "")) for event in events)
        needle = self.needle
        self.write(line for line in lines if not needle or needle in line.text.casefold())

    def _filter_words(self) -> str:
        """What the border says of the filter: an empty log has to say why it is empty."""
        if not self.needle:
            return ""
        text, count = clean(self.needle, 30), len(self._lines)
        if not count:
            return tr("filter: {text}, no line", text=text)
        return tr(counted(count, "filter: {text}, {count} line", "filter: {text}, {count} lines", text=text))

    def _say_state(self) -> None:
        waiting = len(self._events.since(self._seen)) if self._held else 0
        following = tr("not following: G follows" if self.has_focus else "not following: L, then G")
        words = [
            tr("log"),
            tr("held, {count} new", count=waiting) if self._held else "",
            "" if self.follows or self._held else following,
            self._filter_words(),
            tr("{count} older lines dropped", count=self._events.dropped) if self._events.dropped else "",
        ]
        title = " · ".join(filter(None, words))
        self.border_title = Content(title).markup


def event_line(event: Event) -> str:
    """One event as a line without the task's name, for a place that already names the task."""
    return f"{clock(event.at)} {_mark(event)} {clean(tr(event.text), DETAIL_LIMIT)}"


def _mark(event: Event) -> str:
    return "!" if event.severity in {"error", "warning"} else " "


def _limited(name: str) -> str:
    """`name` in so many cells at most: a wide one would leave none to what happened."""
    if cell_len(name) <= LONGEST_TYPED_NAME:
        return name
    return Content(name).truncate(LONGEST_TYPED_NAME, ellipsis=True).plain


def _plain(event: Event) -> str:
    name = _limited(clean(event.task_name, LONGEST_TYPED_NAME))
    return (
        f"{clock(event.at)} {_mark(event)} {name}{'  ' if name else ''}{clean(tr(event.text), DETAIL_LIMIT)}"
    )
