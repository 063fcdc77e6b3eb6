"""An app that paints through our wire: only what changed, never more than one frame ahead of the terminal."""

from rich.console import RenderableType
from textual.app import App
from textual.screen import Screen

from sms_tui.ui.terminal import FramesDropped, StillMouseDriver, TerminalDriver
from sms_tui.ui.wire import Wire, make_wire


class PaintingApp(App[None]):
    """Paints as the toolkit does, with fewer bytes; `stock` leaves everything to the toolkit."""

    def __init__(self, *, slow_link: bool = False, stock: bool = False) -> None:
        super().__init__(driver_class=StillMouseDriver if slow_link else TerminalDriver)
        self._wire: Wire | None = None if stock else make_wire(self.console.color_system, self._send)

    def action_redraw(self) -> None:
        """Draw everything anew, as after another program wrote over the screen."""
        if self._driver is not None:
            self._driver.write("\x1b[m\x1b[2J")
        self._repaint()

    def on_frames_dropped(self, _message: FramesDropped) -> None:
        """The terminal reads again: what it shows is old."""
        self._repaint()

    def _repaint(self) -> None:
        if self._wire is not None:
            self._wire.forget()
        self.refresh(layout=True)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Take over from the toolkit what its compositor drew."""
        if self._wire is None or renderable is None or not self._wire.take(renderable, self.size):
            super()._display(screen, renderable)
            return
        try:
            self._send()
        finally:
            self.post_display_hook()

    def _send(self) -> None:
        if (
            self._wire is not None
            and isinstance(self._driver, TerminalDriver)
            and self.is_running
            and not self._batch_count
        ):
            cursor = self.screen.outer_size.clamp_offset(self.cursor_position)
            self._wire.send(self._driver, cursor, synchronised=self._sync_available)
