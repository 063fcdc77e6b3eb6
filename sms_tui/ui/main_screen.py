"""The main screen: it lays out the panes, hands keys to flows, and is the one place where changes fan out.

Nothing is computed here; a handler that starts to compute belongs in a flow, in the board or in the engine.
"""

import inspect
from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import DescendantFocus, Key, Resize
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from sms_tui.domain.text import clean
from sms_tui.engine.store import Change
from sms_tui.ui.bars import PromptLine
from sms_tui.ui.desk import Desk
from sms_tui.ui.eager import started
from sms_tui.ui.flows.asking import Severity
from sms_tui.ui.flows.program import Program
from sms_tui.ui.handlers import Terminal, handlers
from sms_tui.ui.help_entries import help_entries
from sms_tui.ui.keymap import ACTIONS, EVERYWHERE
from sms_tui.ui.log_panel import LogPanel
from sms_tui.ui.panes import SMALLEST, Panes
from sms_tui.ui.task_table import TaskTable

_EVEN_WHEN_SMALL = frozenset({"program.leave", "program.suspend", "program.redraw"})
_TICK = 1.0
"""Seconds between looks at the clock"""
_TOAST_LIMIT = 400


class StoreChanged(Message):
    """The store has news; empty, so that a burst of it costs one round."""

    def can_replace(self, message: Message) -> bool:
        """Only the last one counts: the news wait in the store."""
        return isinstance(message, StoreChanged)


class MainScreen(Screen[None]):
    """Tasks, the detail of one, and the log."""

    AUTO_FOCUS = "TaskTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(action.keys, f"run('{action.id}')", action.text, show=False, id=action.id)
        for action in ACTIONS
        if action.id not in EVERYWHERE
    ]

    def __init__(self, desk: Callable[["MainScreen"], Desk], program: Program, terminal: Terminal) -> None:
        super().__init__()
        self.desk = desk(self)
        self._panes = Panes(self, self.desk.table, self.desk.detail, self.desk.log)
        self._handlers = handlers(
            self.desk, self._panes, program, terminal, lambda: help_entries(self), self.run_later
        )
        self._asking = False
        self._typed_here: set[Key] = set()

    def compose(self) -> ComposeResult:
        """Two lines above, the panes, two lines below."""
        yield self.desk.header
        yield self.desk.view_bar
        with Horizontal(id="body"):
            yield self.desk.table
            yield self.desk.detail
        yield self.desk.log
        yield self.desk.prompt
        yield self.desk.footer
        yield Static(id="too-small", markup=False)

    def on_mount(self) -> None:
        """Listen to the store, then look once: news that came before are still there."""
        self.desk.store.listen(self._hear)
        self.set_interval(_TICK, self.desk.tick)
        self.rearrange()

    def _hear(self) -> None:
        self.post_message(StoreChanged())

    def on_resize(self, event: Resize) -> None:
        """Give each pane its place at this size."""
        self._panes.resized(event.size.width, event.size.height)
        width, height = SMALLEST
        size = f"{event.size.width}x{event.size.height}"
        self.query_one("#too-small", Static).update(f"{size} is too small: {width}x{height} is needed")
        self.call_after_refresh(self.desk.show_detail)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Name the keys that work where the focus went."""
        self.desk.show_hints(log_has_focus=isinstance(event.widget, LogPanel))

    def on_key(self, event: Key) -> None:
        """Remember what was typed while nothing was open: a key before it may open something."""
        if not self.is_asking:
            self._typed_here.add(event)

    @property
    def is_asking(self) -> bool:
        """Whether something in front of the table, or below it, waits for keys."""
        return self.app.screen is not self or self.desk.prompt.is_open

    def was_typed_for_what_opened(self, event: Key) -> bool:
        """Whether `event` set out for the table, while a key before it was opening something else."""
        set_out = event in self._typed_here
        self._typed_here.discard(event)
        return set_out and self.is_asking

    def action_run(self, action: str) -> None:
        """Do what a key stands for; while one question is open no second one is asked."""
        if self._panes.too_small and action not in _EVEN_WHEN_SMALL:
            return
        self.desk.handled += 1
        handler = self._handlers[action]
        if not inspect.iscoroutinefunction(handler):
            handler()
        elif not self._asking:
            self._asking = True
            if (rest := started(self._asked(handler()))) is not None:
                self.run_worker(rest)

    def run_later(self, action: str) -> None:
        """Do what a key stands for once the question that led here is closed."""
        self.call_later(self.action_run, action)

    async def _asked(self, flow: Awaitable[None]) -> None:
        try:
            await flow
        finally:
            self._asking = False

    def tell(self, sentence: str, severity: Severity = "information") -> None:
        """Say a sentence in passing; it is never read as markup."""
        self.notify(clean(sentence, _TOAST_LIMIT), severity=severity, markup=False)

    def on_store_changed(self) -> None:
        """Take the news, unless the operator holds the screen."""
        if not self.desk.monitoring.paused:
            self._apply(self.desk.store.drain())

    def rearrange(self) -> None:
        """Order and draw everything anew, as after a wish of the operator."""
        change = self.desk.store.drain()
        self.desk.arrange()
        self._fan_out(change)

    def _apply(self, change: Change) -> None:
        if self.desk.board.is_moved_by(change):
            self.desk.arrange()
        self._fan_out(change)

    def _fan_out(self, change: Change) -> None:
        self.desk.take(change)
        self.desk.tick()

    def on_task_table_cursor_moved(self) -> None:
        """Another task is under the cursor."""
        self.desk.cursor_moved()

    def on_task_table_marks_changed(self) -> None:
        """Other tasks are marked."""
        self.desk.show_lines()

    def on_task_table_row_activated(self) -> None:
        """Enter or a double click on a row opens its detail."""
        self.action_run("look.detail")

    def on_task_table_heading_clicked(self, event: TaskTable.HeadingClicked) -> None:
        """A click on a heading sorts by it."""
        self.desk.viewing.sort_by(event.column)

    def on_prompt_line_typed(self, event: PromptLine.Typed) -> None:
        """What is typed in the line below acts at once."""
        self.desk.typed(event)

    def on_log_panel_filter_asked(self) -> None:
        """The log wants a filter."""
        self.desk.ask_log_filter()

    def on_log_panel_save_asked(self) -> None:
        """The log wants to be a file."""
        self.desk.save_log()
