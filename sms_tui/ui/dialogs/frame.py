"""What all dialogs share: the box, a single answer, and no keys where the box does not fit."""

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Event, Key, Mount, Resize
from textual.geometry import Region, Size
from textual.layout import ArrangeResult, Layout
from textual.layouts.horizontal import HorizontalLayout
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Static

from sms_tui.ui.screens.sizes import SMALLEST
from sms_tui.ui.terminal.painting import PaintedScreen
from sms_tui.ui.wording.language import tr

T = TypeVar("T")
_CRAMPED = "-cramped"
_LEAVING = frozenset({"escape", "ctrl+c", "ctrl+z", "ctrl+l"})


def words(content: Content | str, *, id: str | None = None, classes: str | None = None) -> Static:  # noqa: A002
    """A text in which brackets are brackets: nothing is ever read as markup."""
    return Static(content, markup=False, id=id, classes=classes)


def bracketed(label: str) -> Content:
    """The label of a button: its brackets show it where colours do not."""
    return Content(f"[ {label} ]")


def button(label: str, name: str) -> Button:
    """A button one line high, known by `name`."""
    made = Button(bracketed(label), id=name, compact=True)
    # The brackets suffice as an edge, and the padding cannot be removed in a style sheet.
    made.styles.line_pad, made.styles.width = 0, bracketed(label).cell_length
    return made


class _InLines(HorizontalLayout):
    """Side by side as far as there is room, the rest below."""

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """Put what would be cut off on the next line."""
        placed: ArrangeResult = []
        x = y = 0
        for each in super().arrange(parent, children, size, greedy):
            width, height = each.region.size
            if x and x + width > size.width:
                x, y = 0, y + height
            placed.append(each._replace(region=Region(x, y, width, height)))
            x += width + each.margin.right
        return placed


class Buttons(Horizontal):
    """Buttons in a line, in two where it is too short for them."""

    def __init__(self) -> None:
        super().__init__(classes="buttons")

    @property
    def layout(self) -> Layout:
        """Styles take none but the toolkit's own."""
        return _InLines()


class Body(VerticalScroll, can_focus=False):
    """The part of a dialog that scrolls when it is taller than the screen."""

    class Moved(Message):
        """Another part of the body is in sight, or another amount of it."""

    @property
    def has_more(self) -> bool:
        """Whether something is out of sight further down."""
        return self.scroll_offset.y < self.max_scroll_y

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell that another part is in sight."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Moved())

    def watch_virtual_size(self) -> None:
        """Tell that there is more or less than before."""
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        """Tell that more or less of it is in sight."""
        self.post_message(self.Moved())


class Dialog(PaintedScreen[T | None], ModalScreen[T | None]):
    """A question in a box that answers exactly once; solid, so that nothing below it is repainted.

    One that is about the look of the screen below, or covers little of it, leaves that in sight.
    """

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: $background;

        .box {
            width: 104;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            padding: 0 1;
            border: heavy $primary;
            background: $surface;
            color: $foreground;
        }
        .box.-danger { border: heavy $error; }
        .head { dock: top; width: 100%; height: auto; padding-bottom: 1; }
        .foot {
            dock: bottom;
            width: 100%;
            height: auto;
            border-top: solid $primary;
            border-title-align: right;
            border-title-color: $text-warning;
        }
        &.-ascii .box { border: ascii $primary; }
        &.-ascii .box.-danger { border: ascii $error; }
        &.-ascii .foot { border-top: ascii $primary; }
        .buttons { height: auto; }
        .hint { color: $text-muted; }
        Body { height: auto; max-height: 100%; scrollbar-size-vertical: 1; }
        Button { margin-right: 1; min-width: 4; padding: 0; background: $surface; color: $foreground; }
        Button:focus { background: $surface; background-tint: $surface 0%; text-style: bold reverse; }
        Input { background: $panel; padding: 0 1; }
        Input:focus { background: $panel; background-tint: $foreground 10%; }
        .cramped { display: none; width: 100%; height: 100%; content-align: center middle; }
        &.-cramped { background: $background; }
        &.-cramped .box { display: none; }
        &.-cramped .cramped { display: block; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Cancel", show=False, id="dialog.cancel"),
        Binding("down,j", "scroll_body('down')", show=False, id="dialog.down"),
        Binding("up,k", "scroll_body('up')", show=False, id="dialog.up"),
        Binding("pagedown,ctrl+d", "scroll_body('page_down')", show=False, id="dialog.page_down"),
        Binding("pageup,ctrl+u", "scroll_body('page_up')", show=False, id="dialog.page_up"),
        Binding("home,g", "scroll_body('home')", show=False, id="dialog.top"),
        Binding("end,G", "scroll_body('end')", show=False, id="dialog.bottom"),
    ]

    place = Content()
    """Where operations go: a dialog covers the line that says so."""
    heading = ""
    """What is asked or shown, where one line says it"""
    is_dangerous = False
    """Whether the box is drawn as a warning."""

    def __init__(self) -> None:
        super().__init__()
        self._is_answered = False

    def compose(self) -> ComposeResult:
        """The box with head, body and foot, and the sentence that replaces it where there is no room."""
        with Vertical(classes="box -danger" if self.is_dangerous else "box") as box:
            box.border_title = self.place.markup
            with Vertical(classes="head"):
                yield from self.head()
            with Body():
                yield from self.body()
            with Vertical(classes="foot"):
                yield from self.foot()
        yield words("", classes="cramped")

    def head(self) -> Iterable[Widget]:
        """What always stands at the top."""
        yield words(Content.styled(self.heading, "bold"))

    def body(self) -> Iterable[Widget]:
        """What scrolls."""
        return ()

    def foot(self) -> Iterable[Widget]:
        """What always stands at the bottom."""
        return ()

    async def on_event(self, event: Event) -> None:
        """Neither open nor act on keys while the app ends: then what of it is not there yet stays away."""
        is_left = isinstance(event, Mount | Key) and self.app.return_code is not None
        if not is_left:
            await super().on_event(event)

    def answer(self, result: T | None) -> None:
        """Leave with `result`; a second answer, as from a key pressed twice, changes nothing.

        Nor does one while another dialog is in front, which would leave instead.
        """
        if not self._is_answered and self.is_active:
            self._is_answered = True
            self.dismiss(result)

    def on_mount(self) -> None:
        """Draw boxes as the app does: its class `-ascii` asks for signs that every terminal has."""
        self.set_class(self.app.has_class("-ascii"), "-ascii")

    def on_body_moved(self) -> None:
        """Say when something is out of sight; a scroll bar alone is a colour."""
        # The message can arrive after the dialog was left, when both are gone.
        for foot, body in zip(self.query(".foot"), self.query(Body), strict=False):
            foot.border_title = tr("more: PgDn") if body.has_more else None

    def action_give_up(self) -> None:
        """Leave without an answer."""
        self.answer(None)

    def action_scroll_body(self, where: str) -> None:
        """Move the part that scrolls."""
        for body in self.query(Body):
            getattr(body, f"scroll_{where}")(animate=False)

    def on_resize(self, event: Resize) -> None:
        """Replace the box with a sentence while there is no room for it."""
        width, height = SMALLEST
        is_cramped = event.size.width < width or event.size.height < height
        was_cramped = self.has_class(_CRAMPED)
        self.set_class(is_cramped, _CRAMPED)
        if is_cramped:
            size, least = f"{event.size.width}x{event.size.height}", f"{width}x{height}"
            said = tr("{size} is too small\n{least} needed\nesc cancels", size=size, least=least)
            self.query_one(".cramped", Static).update(Content(said))
        elif was_cramped:
            self.call_after_refresh(self.focus_first)

    def focus_first(self) -> None:
        """Put the focus where it was when the dialog opened."""
        if isinstance(self.AUTO_FOCUS, str):
            self.set_focus(self.query(self.AUTO_FOCUS).first())

    def is_deaf(self, key: Key) -> bool:
        """Whether `key` must not act: nobody acts on what cannot be seen."""
        return self.has_class(_CRAMPED) and key.key not in _LEAVING

    async def press(self, key: Key) -> None:
        """Act on a key for which a binding would not do; stop the event if it was used."""

    async def on_key(self, event: Key) -> None:
        """Stand before every binding of the dialog, and before whatever it does with plain keys."""
        if self.is_deaf(event):
            event.stop()
            event.prevent_default()
        else:
            await self.press(event)
