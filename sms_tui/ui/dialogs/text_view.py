"""A full screen of plain text: what could not be copied, raw data, or an explanation."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Key
from textual.widgets import Static

from sms_tui.domain.text import clean
from sms_tui.ui.dialogs.frame import Dialog, words
from sms_tui.ui.dialogs.plain_text import PlainText
from sms_tui.ui.widgets.field import LedField
from sms_tui.ui.wording.language import tr

_KEYS = "esc or q closes, / finds, n N next and previous, w wraps"
_KEYS_OF_SEARCH = "Enter finds, esc leaves the search"


class TextView(Dialog[None]):
    """Shows text without a frame, so that the terminal can select it.

    `on_shown` is told True when the text appears and False when it goes, to hand the mouse to the terminal.
    """

    DEFAULT_CSS = """
    TextView {
        align: left top;
        background: $surface;
        .bar { height: 1; }
        .bar Static { width: auto; padding-right: 2; }
        .bar .hint { width: 1fr; padding: 0; text-wrap: nowrap; text-overflow: ellipsis; }
        &.-cramped .bar, &.-cramped PlainText { display: none; }
        #find { display: none; width: 1fr; }
        #find.open { display: block; }
    }
    """
    AUTO_FOCUS = "PlainText"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "give_up", "Close", show=False, id="text.close"),
        Binding("slash", "find", "Find", show=False, id="text.find"),
        Binding("n", "next(1)", "Next match", show=False, id="text.next"),
        Binding("N", "next(-1)", "Previous match", show=False, id="text.previous"),
    ]

    def __init__(self, title: str, text: str, *, on_shown: Callable[[bool], None] | None = None) -> None:
        super().__init__()
        self.heading = clean(title)
        self._text = PlainText(text)
        self._on_shown = on_shown
        self._wanted = ""

    def compose(self) -> ComposeResult:
        """Heading, text, and one line below with the place in it and the search."""
        with Horizontal(classes="bar"):
            yield words(Content.styled(self.heading, "bold"))
            yield words(tr(_KEYS), classes="hint")
        yield self._text
        with Horizontal(classes="bar"):
            yield words(self.place)
            yield words("", id="place")
            yield LedField(name="find", placeholder=tr("find"))
        yield words("", classes="cramped")

    def on_mount(self) -> None:
        """Hand the mouse over."""
        if self._on_shown is not None:
            self._on_shown(True)

    def on_unmount(self) -> None:
        """Take the mouse back."""
        if self._on_shown is not None:
            self._on_shown(False)

    async def press(self, key: Key) -> None:
        """Begin to look for something, and take what is typed."""
        field = self.query_one(LedField)
        if self.focused is field:
            if key.key == "enter":
                key.stop()
                self._look_for(field.value)
            elif await field.edit(key):
                key.stop()
        elif key.key == "slash":
            key.stop()
            self.action_find()

    def on_plain_text_moved(self) -> None:
        """Say which rows are in sight."""
        self.query_one("#place", Static).update(Content(self._text.place))

    def action_find(self) -> None:
        """Begin to type what to look for."""
        field = self.query_one(LedField)
        field.add_class("open")
        self.set_focus(field)
        field.action_select_all()
        self.query_one(".hint", Static).update(tr(_KEYS_OF_SEARCH))

    def action_next(self, step: int) -> None:
        """Go to the next (1) or previous (-1) match."""
        found = self._text.find(self._wanted, step)
        place = self._text.place if found else tr("not found: {text}", text=clean(self._wanted))
        self.query_one("#place", Static).update(Content(place))

    def action_give_up(self) -> None:
        """Leave the search first, then close."""
        if self.query_one("#find").has_class("open"):
            self._close_search()
        else:
            self.answer(None)

    def _close_search(self) -> None:
        self.query_one("#find").remove_class("open")
        self.set_focus(self._text)
        self.query_one(".hint", Static).update(tr(_KEYS))

    def _look_for(self, text: str) -> None:
        self._wanted = text
        self._close_search()
        if self._wanted:
            self.action_next(1)
