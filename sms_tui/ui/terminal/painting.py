"""An app that paints its own frames: only what changed, never more than one frame ahead of the terminal."""

import time
from collections.abc import Callable
from typing import TypeVar

from rich.console import RenderableType
from textual.app import App
from textual.errors import NoWidget
from textual.events import Event, Key
from textual.geometry import Offset, Region
from textual.screen import UPDATE_PERIOD, Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets._toast import ToastRack

from sms_tui.ui.terminal.compositor import FrugalCompositor
from sms_tui.ui.terminal.driver import FramesDropped, StillMouseDriver, Taken, TerminalDriver
from sms_tui.ui.terminal.frame_writer import FrameWriter, make_frame_writer
from sms_tui.ui.terminal.pacing import Attention, FrameClock

T = TypeVar("T")


class PaintingApp(App[T]):
    """Paints as the toolkit does, with fewer bytes; `stock` leaves everything to the toolkit."""

    take_terminal: Callable[[], Taken] = staticmethod(lambda: (False, None))
    """Called before the terminal is written to: in which state whoever had it before leaves it"""
    begins_empty = False
    """Whether the first screen is none: it is not painted, and keys wait until `hear_keys`"""

    def __init__(self, *, slow_link: bool = False, stock: bool = False) -> None:
        super().__init__(driver_class=StillMouseDriver if slow_link else TerminalDriver)
        self._writer: FrameWriter | None = (
            None if stock else make_frame_writer(self.console.color_system, self._send)
        )
        self.attention = Attention(time.monotonic) if self._writer else None
        """Whether the operator waits for a frame; None where the toolkit decides when to paint what"""

    async def on_event(self, event: Event) -> None:
        """Take note of keys: they come in here, and what no widget took comes back here to act."""
        if self.attention is None or not isinstance(event, Key):
            await super().on_event(event)
            return
        is_back = event.is_forwarded
        if not is_back:
            self.press()
        await super().on_event(event)
        if is_back or not event.is_forwarded or self._is_typed(event):
            self.attention.act()

    def press(self) -> None:
        """Note that a key was pressed; any thread may call this."""
        if self.attention is not None:
            self.attention.press()

    def _is_typed(self, event: Key) -> bool:
        """Whether the key is a letter for a field, which never gives it back."""
        return self.focused is not None and self.focused.check_consume_key(event.key, event.character)

    def hear_keys(self) -> None:
        """There is something that keys can act on."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.hear()

    def action_redraw(self) -> None:
        """Draw everything anew, as after another program wrote over the screen."""
        self.write_sequence("\x1b[m\x1b[2J")
        self._repaint()

    def write_sequence(self, sequence: str) -> None:
        """Send a control sequence that we made to the terminal."""
        if self._driver is not None:
            self._driver.write(sequence)

    def _refresh_notifications(self) -> None:
        """Show notices on the screen in front alone: those behind it can be seen beside a dialog."""
        super()._refresh_notifications()
        for screen in self.screen_stack[:-1]:
            # Whichever is in front again shows its own again.
            for notices in screen.query_children(ToastRack):
                notices.display = False

    def on_frames_dropped(self, _message: FramesDropped) -> None:
        """The terminal reads again: what it shows is old."""
        self._repaint()

    def _repaint(self) -> None:
        if self._writer is not None:
            self._writer.forget()
        self.refresh(layout=True)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Take over from the toolkit what its compositor drew."""
        if self._writer is None or renderable is None or not self._writer.take(renderable, self.size):
            super()._display(screen, renderable)
            return
        try:
            self._send()
        finally:
            self.post_display_hook()

    def _send(self) -> None:
        if (
            self._writer is not None
            and isinstance(self._driver, TerminalDriver)
            and self.is_running
            and len(self.screen_stack) > self.begins_empty
            and not self._batch_count
        ):
            cursor = self.screen.outer_size.clamp_offset(self.cursor_position)
            front = self.focused.region.column_range if self.focused else range(0)
            self._writer.send(self._driver, cursor, front, synchronised=self._sync_available)


class PaintedScreen(Screen[T]):
    """A screen of such an app, painted when somebody waits for it; anywhere else as the toolkit does."""

    _frames: FrameClock | None = None

    def __init__(self) -> None:
        super().__init__()
        self._compositor: FrugalCompositor = FrugalCompositor()

    def get_widget_at(self, x: int, y: int) -> tuple[Widget, Region]:
        """What the mouse is on: beyond everything the screen itself, or the toolkit takes the focus away."""
        try:
            return super().get_widget_at(x, y)
        except NoWidget:
            return self, self.region

    def get_widget_and_offset_at(self, x: int, y: int) -> tuple[Widget | None, Offset | None]:
        """What the mouse selects from: nothing that is gone and still in the picture, as a notice may be."""
        widget, offset = super().get_widget_and_offset_at(x, y)
        if widget is None or widget is self or widget.is_attached:
            return widget, offset
        return None, None

    @property
    def is_awaited(self) -> bool:
        """Whether a key was pressed whose effect is not on the screen yet."""
        app = self.app
        return isinstance(app, PaintingApp) and app.attention is not None and app.attention.is_due

    @property
    def _update_timer(self) -> Timer | FrameClock:  # type: ignore[override]
        app = self.app
        if not isinstance(app, PaintingApp) or app.attention is None:
            return super()._update_timer
        if self._frames is None:
            self._frames = FrameClock(self._paint, app.attention, UPDATE_PERIOD)
            self._compositor.is_frugal = True
        return self._frames

    def _paint(self) -> None:
        if self.app._exit or not self.is_running:  # noqa: SLF001
            return
        try:
            self._on_timer_update()
        except Exception as error:  # noqa: BLE001 - as the toolkit's own timer does: the app ends in order
            self.app._handle_exception(error)  # noqa: SLF001
