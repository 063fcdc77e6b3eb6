"""Frames on their way to the terminal: at most one waits, and it contains only what changed.

This is the one module that knows the toolkit's private parts for painting. If a release of the toolkit lacks
a name used here, `make_frame_writer` returns None and the toolkit paints by itself.
"""

from collections.abc import Callable, Iterator, Sequence

from rich.color import ColorSystem
from rich.segment import Segment
from textual import _compositor
from textual.app import App
from textual.geometry import Offset, Size
from textual.screen import Screen

from sms_tui.ui.terminal.compositor import Fragments
from sms_tui.ui.terminal.differ import Differ
from sms_tui.ui.terminal.driver import TerminalDriver
from sms_tui.ui.terminal.pens import Pens

_NAMES = (
    (_compositor, ("LayoutUpdate", "ChopsUpdate")),
    (_compositor.Compositor, ("render_partial_update", "visible_widgets")),
    (App, ("_display",)),
    (Screen, ("_update_timer", "_on_timer_update")),
)
"""The toolkit's private names that are used here and by those who paint through it, by where they stand"""
_SYNCHRONISED = ("\x1b[?2026h", "\x1b[?2026l")
_AT_ONCE = 200
"""Characters that reach a terminal in one piece anyway"""


class FrameWriter:
    """Takes what the compositor drew, and sends it when the terminal is ready for it."""

    def __init__(self, colors: ColorSystem, tell: Callable[[], None]) -> None:
        self._differ = Differ(Pens(colors))
        self._tell = tell
        """Called when a frame that had to wait can go"""
        self._starts = 0
        self._cursor: Offset | None = None

    def forget(self) -> None:
        """What the terminal shows is not known any more."""
        self._differ.forget()
        self._cursor = None

    def take(self, update: object, size: Size) -> bool:
        """Note what the compositor drew; False if it is of no kind known here."""
        fragments = _fragments(update)
        if fragments is None:
            self.forget()
            return False
        self._differ.resize(*size)
        for x, y, pieces in fragments:
            self._differ.draw(x, y, pieces)
        return True

    def send(self, driver: TerminalDriver, cursor: Offset, front: range, *, synchronised: bool) -> None:
        """Bring the terminal up to date, unless it still has to take the last frame: then later.

        `front`: columns that the operator looks at, which are brought up to date before the others.
        """
        if driver.backlog:
            driver.when_drained(self._tell)
            return
        if driver.starts != self._starts:
            self._starts = driver.starts
            self.forget()
        frame = self._differ.frame(front)
        if frame or cursor != self._cursor:
            self._cursor = cursor
            *firsts, last = frame or [""]
            parked = f"{last}\x1b[{cursor.y + 1};{cursor.x + 1}H"
            driver.write("".join(_in_one(part, synchronised=synchronised) for part in (*firsts, parked)))


def _in_one(part: str, *, synchronised: bool) -> str:
    """A part of a frame that is to be seen as a whole, where the terminal knows how."""
    start, end = _SYNCHRONISED if synchronised and len(part) > _AT_ONCE else ("", "")
    return f"{start}{part}{end}"


def make_frame_writer(colors: str | None, tell: Callable[[], None]) -> FrameWriter | None:
    """A writer for a terminal of so many colours, or None if the toolkit is not the one known here."""
    if not all(hasattr(place, name) for place, names in _NAMES for name in names):
        return None
    known = {"standard": ColorSystem.STANDARD, "256": ColorSystem.EIGHT_BIT}
    return FrameWriter(known.get(colors or "", ColorSystem.TRUECOLOR), tell)


def _fragments(update: object) -> Iterator[tuple[int, int, Sequence[Segment]]] | None:
    """The pieces of lines in an update, with column and line where each begins."""
    if isinstance(update, Fragments):
        return ((x, y, list(strip)) for x, y, strip in update.pieces)
    if isinstance(update, _compositor.LayoutUpdate):
        return _of_layout(update)
    if isinstance(update, _compositor.ChopsUpdate):
        return _of_chops(update)
    return None


def _of_layout(update: _compositor.LayoutUpdate) -> Iterator[tuple[int, int, Sequence[Segment]]]:
    for y, strips in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in strips:
            yield x, y, list(strip)
            x += strip.cell_length


def _of_chops(update: _compositor.ChopsUpdate) -> Iterator[tuple[int, int, Sequence[Segment]]]:
    for y, start, stop in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x <= stop and end > start:
                yield x, y, list(strip if end <= stop else strip.crop(0, stop - x))
