"""What the desk and the handlers need from the screen, the app and the terminal, without knowing them."""

from collections.abc import Callable, Coroutine
from pathlib import Path

from msgspec import Struct
from textual.events import Key

from sms_tui.ui.flows.alerts import Alert
from sms_tui.ui.flows.asking import Ask, Tell
from sms_tui.ui.flows.commanding import Commanding
from sms_tui.ui.flows.profiles import Profiles
from sms_tui.ui.flows.themes import Themes


class Ports(Struct, frozen=True):
    """One screen and its app, as far as the desk may use them."""

    ask: Ask
    tell: Tell
    redraw: Callable[[], None]
    """Order and draw everything anew"""
    leave: Callable[[], None]
    clipboard: Callable[[str], bool]
    """Send a text to the terminal's clipboard; False if it is too long"""
    lend_mouse: Callable[[bool], None]
    """Leave the mouse to the terminal for a while; False: the while is over"""
    typed_on: Callable[[Key | None], None]
    """A question was closed by a key, or not asked, and keys may follow that were meant for it"""
    alert: Alert
    """Draw attention: a bell, and where nobody looks a notice of the desktop"""
    hook: Callable[[str, str], None]
    """Hand a title and a text to the program that the configuration names for news"""
    background: Callable[[Coroutine[None, None, None]], object]
    """Run something that no question waits for"""
    hurry: Callable[[], None]
    """Look soon at what time changes: something happened"""
    folder: Path
    """Where exports go"""
    slow_link: bool
    """Whether each change on the screen is dear"""


class Terminal(Struct, frozen=True):
    """What can be asked of the terminal itself."""

    redraw: Callable[[], None]
    suspend: Callable[[], None]
    toggle_mouse: Callable[[], None]


class Program(Struct, frozen=True):
    """The flows that have nothing to do with tasks."""

    commanding: Commanding
    profiles: Profiles
    themes: Themes
