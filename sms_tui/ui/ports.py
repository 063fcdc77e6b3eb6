"""What desk, flows and handlers need from the screen, the app and the terminal, without knowing them."""

from collections.abc import Callable, Coroutine
from pathlib import Path

from msgspec import Struct
from textual.events import Key

from sms_tui.ui.flows.alerts import Alert
from sms_tui.ui.flows.asking import Ask, Tell
from sms_tui.ui.flows.profiles import Profiles
from sms_tui.ui.flows.themes import Themes


class Ports(Struct, frozen=True, kw_only=True):
    """One screen and its app, as far as desk and flows may use them."""

    ask: Ask
    tell: Tell
    redraw: Callable[[], None]
    """Sort and draw everything again"""
    leave: Callable[[], None]
    clipboard: Callable[[str], bool]
    """Send a text to the terminal's clipboard; False if it is too long"""
    lend_mouse: Callable[[bool], None]
    """Leave the mouse to the terminal (True), or take it back (False)"""
    typed_on: Callable[[Key | None], None]
    """Called when a question was closed by a key, or not asked: keys meant for it may still follow"""
    alert: Alert
    """Draw attention: with a bell, with a desktop notice while nobody looks, and by the news program"""
    background: Callable[[Coroutine[None, None, None]], object]
    """Run a coroutine in the background"""
    folder: Path
    """Where exports go"""
    slow_link: bool
    """Whether every change on the screen is expensive to send"""
    hurry: Callable[[], None]
    """Update soon what changes with time, because something happened"""
    hud: bool
    """Whether the header shows what is counted for measurements"""

    # The flows, for the desk, which is built before them.

    notice: Callable[[], None]
    """Tell what came of what was done or watched"""
    window_left: Callable[[], float | None]
    """Seconds to the end of the change window; None where none was set"""


class Program(Struct, frozen=True):
    """The flows that have nothing to do with tasks."""

    ask: Ask
    tell: Tell
    profiles: Profiles
    themes: Themes
    toggle_mouse: Callable[[], None]
    """Hand the mouse to the terminal, or take it back"""
