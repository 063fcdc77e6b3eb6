"""The line in which a filter or a search is typed."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static
from textual.widgets.input import Selection

from sms_tui.domain.text import clean
from sms_tui.ui.screens.sizes import WIDE
from sms_tui.ui.widgets.field import Field

Join = Callable[[Sequence[str]], str]
"""Makes one line of several that were pasted"""
History = Callable[[int], str | None]
"""The text so many steps before the one that it gave last, None where there is none"""
_LEAST_PROMPT = 14
"""Cells that stay for what is typed and the edges, whatever is wrong with it"""


class _SettledField(Field):
    """Ignores keys after Enter, even if all of them arrived together."""

    def __init__(self, settle: Callable[[str], None]) -> None:
        super().__init__(led_by=("prompt.older", "prompt.newer"))
        self._settle = settle
        self.join: Join | None = None

    def joined(self, lines: Sequence[str]) -> str:
        """Several lines as what they mean here, if they mean anything together."""
        return self.join(lines) if self.join else super().joined(lines)

    async def action_submit(self) -> None:
        """Keep what was typed."""
        self._settle(self.value)


class PromptLine(Horizontal):
    """One line to type a filter or a search in; what is typed acts at once, escape takes it back."""

    DEFAULT_CSS = """
    PromptLine { height: 1; display: none; background: $panel; padding: 0 1; }
    PromptLine Static { width: auto; }
    PromptLine #problem { color: $error; padding-left: 2; }
    PromptLine Input { width: 1fr; min-width: 10; height: 1; border: none; padding: 0; background: $panel; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", show=False, id="prompt.cancel"),
        Binding("up", "recall(1)", show=False, id="prompt.older"),
        Binding("down", "recall(-1)", show=False, id="prompt.newer"),
        Binding("f1", "explain", "What can be typed", show=False, id="prompt.explain"),
    ]

    class HelpAsked(Message):
        """The operator wants to know what can be typed."""

        def __init__(self, purpose: str) -> None:
            super().__init__()
            self.purpose = purpose

    class Typed(Message):
        """The text changed, is settled (`done`), or was given up (`text` is what it was before)."""

        def __init__(self, purpose: str, text: str, *, done: bool) -> None:
            super().__init__()
            self.purpose = purpose
            self.text = text
            self.done = done

    def __init__(self) -> None:
        super().__init__()
        self._label = Static(markup=False)
        self.field = _SettledField(self._close)
        """Where the text is typed"""
        self._problem = Static(markup=False, id="problem")
        self._purpose = self._asked = ""
        self._before = ""
        self._history: History = lambda _: None

    def compose(self) -> ComposeResult:
        """Label, field, and what is wrong with what was typed."""
        yield self._label
        yield self.field
        yield self._problem

    def open(
        self,
        purpose: str,
        label: str,
        text: str,
        history: History = lambda _: None,
        join: Join | None = None,
    ) -> None:
        """Ask for a text of one `purpose`; `text` is there to be replaced by the first key, or edited."""
        self._purpose = purpose
        self._before = text
        self._history = history
        self.field.join = join
        self._asked = label
        self._label.update(Content(label))
        self.complain("")
        with self.field.prevent(Input.Changed):
            self.field.value = text
        self.field.selection = Selection(0, len(text))
        self.display = True
        self.screen.set_focus(self.field)

    def mend(self, text: str, problem: str) -> None:
        """Ask again, after a finished text turned out to be wrong."""
        before = self._before
        self.open(self._purpose, self._asked, text, self._history, self.field.join)
        self._before = before
        self.field.cursor_position = len(text)
        self.complain(problem)

    @property
    def is_open(self) -> bool:
        """Whether somebody is typing."""
        return self.display

    def complain(self, problem: str) -> None:
        """Say what is wrong with the text; empty for nothing.

        Where there is no room for all, the label gives way: what is typed has to be seen, and all of this.
        """
        self._label.display = not problem or self.app.size.width >= WIDE
        room = self.app.size.width - _LEAST_PROMPT
        self._problem.update(Content(clean(problem, 120)).truncate(max(room, 0), ellipsis=True))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Let each key act; a question mark alone asks what can be typed."""
        event.stop()
        if event.value == "?":
            self.field.value = ""
            self.action_explain()
            return
        self.post_message(self.Typed(self._purpose, event.value, done=False))

    def on_descendant_blur(self) -> None:
        """Keep what was typed once something else has the focus, as after a click: nobody types on here."""
        if self.is_open and self.screen.focused is not None:
            self._close(self.field.value)

    def action_cancel(self) -> None:
        """Give up: what was there before counts again."""
        self._close(self._before)

    def action_explain(self) -> None:
        """Ask what can be typed."""
        self.post_message(self.HelpAsked(self._purpose))

    def action_recall(self, step: int) -> None:
        """Bring back the text typed before this one (1), or after it (-1)."""
        if (text := self._history(step)) is not None:
            self.field.value = text
            self.field.cursor_position = len(text)

    def _close(self, text: str) -> None:
        self.display = False
        if self.screen.focused is self.field:
            self.screen.set_focus(None)
        self.post_message(self.Typed(self._purpose, text, done=True))
