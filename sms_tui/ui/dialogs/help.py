"""All keys and commands and what they do, searchable; what is found here can be run from here."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from sms_tui.ui.dialogs.filtered_list import Entry, FilteredList, ListDialog
from sms_tui.ui.keys.help_entries import HelpEntry
from sms_tui.ui.wording.language import tr

_MOST_KEYS = 22


class HelpScreen(ListDialog[str]):
    """Shows the keys in force; answers with the binding id of what was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,question_mark,f1", "give_up", "Close", show=False, id="help.close"),
    ]

    def __init__(self, entries: Sequence[HelpEntry]) -> None:
        super().__init__()
        self.heading = tr("Keys")
        # Commands are long: beside them the keys would stand far from what they do.
        widths = {
            kind: _width(entry.keys for entry in entries if _is_typed(entry) is kind)
            for kind in (False, True)
        }
        # Entries are identified by position, since a binding may appear under two headings.
        self._ids = {str(position): entry.binding_id for position, entry in enumerate(entries)}
        lines = (
            Entry(str(position), _line(entry, widths[_is_typed(entry)]), entry.section)
            for position, entry in enumerate(entries)
        )
        # Who looks up what stops a batch has not asked to stop it.
        keys = tr("Enter runs, / searches, j k g G move, esc or q closes")
        self._list = FilteredList(lines, keys, reads_first=True)

    def foot(self) -> Iterable[Widget]:
        """The keys of this screen."""
        yield self._list.hint

    def on_filtered_list_chosen(self, event: FilteredList.Chosen) -> None:
        """Run what is under the cursor."""
        self.answer(self._ids[event.key])


def _is_typed(entry: HelpEntry) -> bool:
    return entry.binding_id.startswith(":")


def _width(keys: Iterable[str]) -> int:
    return min(max((Content(each).cell_length for each in keys), default=0), _MOST_KEYS)


def _line(entry: HelpEntry, width: int) -> Content:
    keys = Content.styled(entry.keys, "bold").truncate(width, ellipsis=True, pad=True)
    return Content("  ").join([keys, Content(tr(entry.text))])
