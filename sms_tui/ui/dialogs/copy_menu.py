"""Choosing what to copy, or to see it as text that the terminal can select."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from sms_tui.ui.dialogs.picker import Option, Picker

PLAIN = "plain"
_KEY = "p"


class CopyMenu(Picker):
    """Answers with the id of what is to be copied, or with `PLAIN`, which has a key of its own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(_KEY, "plain", "As plain text", show=False, id="copy.plain"),
    ]

    def action_plain(self) -> None:
        """Choose the plain text."""
        self.answer(PLAIN)


def plain_text(label: str) -> Option:
    """The line of the plain text, with its key."""
    return Option(PLAIN, label, _KEY)
