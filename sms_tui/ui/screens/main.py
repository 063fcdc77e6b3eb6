"""The main screen: lays out the panes, passes keys to flows, and is the one place where changes fan out.

Nothing is computed here; a handler that starts to compute belongs in a flow, in the board or in the engine.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import DescendantFocus, Key, Resize
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from sms_tui.engine.store.news import Change
from sms_tui.ui.bars.line import BarLine
from sms_tui.ui.bars.prompt import PromptLine
from sms_tui.ui.eager import started
from sms_tui.ui.garbage_collection import GarbageCollection
from sms_tui.ui.handlers import handlers
from sms_tui.ui.keys.choice import KeyChoice
from sms_tui.ui.keys.help_entries import help_entries, run_binding
from sms_tui.ui.keys.keymap import ACTIONS, EVERYWHERE
from sms_tui.ui.keys.type_ahead import TypeAhead, TypedOn
from sms_tui.ui.ports import Program
from sms_tui.ui.screens.panes import Panes
from sms_tui.ui.screens.sizes import SMALLEST
from sms_tui.ui.session_flows import SessionFlows
from sms_tui.ui.table.task_lines import park_cursor
from sms_tui.ui.table.task_table import TaskTable
from sms_tui.ui.terminal.painting import PaintedScreen
from sms_tui.ui.wording.language import tr

_EVEN_WHEN_SMALL = frozenset({"program.leave", "program.suspend", "program.redraw"})
_LONG_LIST = 2000
"""Tasks from which on news are gathered before they are drawn: they come in hundreds of pages"""
_BREATH = 0.2
"""Seconds for which they are gathered"""
_FIRST_ROWS = 200
"""Replaces `_LONG_LIST` until the first list is complete, because drawing delays it"""
_LONG_BREATH = 0.25
"""Replaces `_BREATH` until then"""
_AFTER_KEY = 0.01
"""Seconds after which a long list checks again whether a key is still waiting"""
_MOST_AT_ONCE = 200
"""Updates taken in one go, which take about 1 ms"""


class StoreChanged(Message):
    """The store has changed. The message carries nothing, so that a burst can be merged into one."""

    def can_replace(self, message: Message) -> bool:
        """Any later one replaces this one, since the changes wait in the store."""
        return isinstance(message, StoreChanged)


class MainScreen(PaintedScreen[None]):
    """Tasks, the detail of one, and the log."""

    AUTO_FOCUS = "TaskTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(action.keys, f"run('{action.id}')", action.text, show=False, id=action.id)
        for action in ACTIONS
        if action.id not in EVERYWHERE
    ]

    garbage_collection: GarbageCollection | None = None
    """Decides when garbage is collected, in a process of our own"""

    def __init__(
        self,
        flows: Callable[["MainScreen"], SessionFlows],
        program: Program,
        keys: KeyChoice,
    ) -> None:
        super().__init__()
        self.flows = flows(self)
        self.desk = self.flows.desk
        self._panes = Panes(self, self.desk)
        # Before the first layout, or a second one would follow at once.
        self._panes.resized(*self.app.size)
        self._handlers = handlers(
            self.flows, self._panes, program, lambda: help_entries(self, keys), self.run_later
        )
        self._asking = self._will_look = self._is_whole = False
        self.type_ahead = TypeAhead(
            is_asking=lambda: self.app.screen is not self or self.desk.prompt.is_open,
            is_prompting=lambda: self.app.screen is self and self.desk.prompt.is_open,
            has_begun=lambda: self._asking or self.desk.arranger.is_wished,
        )
        self.typed_on = TypedOn(
            self.desk.session.engine.clock.monotonic,
            lambda: self.notify(tr("The question is closed: what is typed on is dropped."), markup=False),
        )

    def compose(self) -> ComposeResult:
        """Two lines above, the panes, two lines below."""
        yield self.desk.header
        yield self.desk.view_bar
        with Horizontal(id="body"):
            yield self.desk.table
            yield self.desk.detail
        yield self.desk.log
        yield self.desk.batch_bar
        yield self.desk.prompt
        yield self.desk.footer
        yield Static(id="too-small", markup=False)

    def on_mount(self) -> None:
        """Listen to the store, then fetch once what changed before."""
        self.desk.store.listen(self._hear)
        self.watch(self.app, "app_focus", self.flows.alerts.looked, init=False)
        self.app.app_resume_signal.subscribe(self, lambda _: self.flows.monitoring.resumed())
        self.app.screen_change_signal.subscribe(self, lambda _: self.app.call_later(self.type_ahead.go_on))
        self.app.screen_change_signal.subscribe(
            self, lambda front: park_cursor(self.desk.table) if front is self else None
        )
        self.take_news()

    def _hear(self) -> None:
        """Plan to fetch changes soon: a long list's are gathered for a moment, but its end is not delayed."""
        store = self.desk.store
        is_end = store.sync.rounds > 0 and not self._is_whole
        if self._will_look and not is_end:
            return
        self._will_look = True
        self._is_whole = store.sync.rounds > 0
        if is_end or len(store.tasks) <= (_LONG_LIST if self._is_whole else _FIRST_ROWS):
            self.post_message(StoreChanged())
        else:
            self.set_timer(_BREATH if self._is_whole else _LONG_BREATH, self._look)

    def _look(self) -> None:
        if self.is_awaited:
            self.set_timer(_AFTER_KEY, self._look)
        else:
            self.post_message(StoreChanged())

    def on_resize(self, event: Resize) -> None:
        """Lay out the panes for this size."""
        self._panes.resized(event.size.width, event.size.height)
        self._panes.wake()
        width, height = SMALLEST
        size = f"{event.size.width}x{event.size.height}"
        self.query_one("#too-small", Static).update(
            tr("{size} is too small: {least} is needed", size=size, least=f"{width}x{height}"), layout=False
        )
        self.call_after_refresh(self.desk.show_detail)
        # Once more: meanwhile the toolkit has taken the focus from what became hidden.
        self.call_after_refresh(self._panes.wake)

    def set_focus(
        self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False
    ) -> None:
        """Give nothing the focus that cannot be seen, as the toolkit would when a dialog closes."""
        if widget is None or self._panes.can_see(widget):
            super().set_focus(widget, scroll_visible, from_app_focus)
        else:
            # Which the toolkit may have said of it before.
            widget.has_focus = False

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Show the keys that work where the focus is now."""
        self.desk.footer_hints.show(self._panes.place_of(event.widget))

    def on_key(self, event: Key) -> None:
        """Count the key, and drop it if it was meant for a question that has just closed."""
        self.desk.keys_handled += 1
        if self.desk.hud:
            self.desk.header.tick()
        if self.typed_on.drops(event):
            event.stop()
            event.prevent_default()
            self.type_ahead.forget(event)

    def action_run(self, action: str) -> None:
        """Do what a key stands for; while one question is open no second one is asked."""
        if self._panes.too_small and action not in _EVEN_WHEN_SMALL:
            return
        handler = self._handlers.get(action)
        if handler is None:
            run_binding(self, action, self._panes.reveal)
        elif not inspect.iscoroutinefunction(handler):
            handler()
        elif not self._asking:
            self._asking = True
            if (rest := started(self._asked(handler()))) is not None:
                self.run_worker(rest)

    def run_later(self, action: str) -> None:
        """Do what a key stands for, here or in a pane, once the question that led here is closed."""
        self.call_later(self.action_run, action)

    async def _asked(self, flow: Awaitable[None]) -> None:
        try:
            await flow
        finally:
            self._asking = False
            self.app.call_later(self.type_ahead.go_on)

    def on_store_changed(self) -> None:
        """Fetch the changes, unless the operator holds the screen."""
        self._will_look = False
        if not self.desk.shown.is_held:
            self.take_news(wished=False)
        # Sorting under way holds long lists of rows, which the collector would traverse in vain.
        if self.garbage_collection is not None and not self.desk.arranger.is_under_way:
            # In a call of its own, so that a key that came meanwhile goes first.
            asyncio.get_running_loop().call_soon(self.garbage_collection.seen, self.desk.store)

    def take_news(self, *, wished: bool = True) -> None:
        """Fetch some of the changes, none while the screen is held; if `wished`, sort and draw everything."""
        change = Change() if self.desk.shown.is_held else self.desk.store.drain(_MOST_AT_ONCE)
        more = len(change.updated) == _MOST_AT_ONCE
        self.desk.take(change, wished=wished, more=more)
        if wished and self.desk.arranger.is_wished:
            # Keys typed meanwhile are for that order: "mark all shown" must not mark what a filter hides.
            self.desk.arranger.afterwards(partial(self.app.call_later, self.type_ahead.go_on))
        if more and not self._will_look:
            # In another round of the event loop, behind anything that waits, such as a key.
            self._will_look = True
            asyncio.get_running_loop().call_soon(self._look)

    def on_task_table_marks_changed(self) -> None:
        """Other tasks are marked."""
        self.desk.show_lines()
        self.desk.footer_hints.show()

    def on_task_table_row_activated(self) -> None:
        """Enter or a double click on a row opens its detail."""
        self.action_run("look.detail")

    def on_task_table_heading_clicked(self, event: TaskTable.HeadingClicked) -> None:
        """A click on a heading sorts by it."""
        self.flows.viewing.turn_sort(event.column)

    def on_bar_line_clicked(self, event: BarLine.Clicked) -> None:
        """A click on the name of a view or of a key does what that key does."""
        self.action_run(event.action)

    def on_prompt_line_help_asked(self, event: PromptLine.HelpAsked) -> None:
        """Explain the filter language to somebody who is typing a filter."""
        self.run_worker(self.flows.prompting.explain(event))

    def on_prompt_line_typed(self, event: PromptLine.Typed) -> None:
        """What is typed in the line below acts at once."""
        self.flows.prompting.typed(event)
