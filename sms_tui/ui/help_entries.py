"""What help lists: every binding in force where the operator is, with the keys it really has."""

from collections.abc import Iterable
from typing import Any

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from sms_tui.ui.dialogs.help import HelpEntry
from sms_tui.ui.keymap import ACTIONS, key_word
from sms_tui.ui.log_panel import LogPanel
from sms_tui.ui.task_table import TaskTable

_SECTIONS = {action.id: action.section for action in ACTIONS}
_PLACES = {action.id: place for place, action in enumerate(ACTIONS)}


def help_entries(screen: Screen[Any]) -> list[HelpEntry]:
    """Entries of the main screen, then those of table and log, with the keys in force."""
    return [
        *sorted(
            _entries(screen, lambda binding: _SECTIONS.get(binding.id or "", "")),
            key=lambda entry: _PLACES[entry.binding_id],
        ),
        *_entries(screen.app, lambda binding: _SECTIONS.get(binding.id or "", "")),
        *_entries(screen.query_one(TaskTable), lambda _: "Table"),
        *_entries(screen.query_one(LogPanel), lambda _: "Log, while it has the focus"),
    ]


def _entries(node: DOMNode, section: Any) -> Iterable[HelpEntry]:
    found: dict[str, tuple[str, str, list[str]]] = {}
    for keys, binding in _bindings(node):
        if binding.id and binding.description and section(binding):
            found.setdefault(binding.id, (section(binding), binding.description, []))[2].append(keys)
    for binding_id, (title, text, keys_of) in found.items():
        yield HelpEntry(title, " ".join(key_word(key) for key in keys_of), text, binding_id)


def _bindings(node: DOMNode) -> Iterable[tuple[str, Binding]]:
    """The bindings of `node` after the configuration's key map was applied."""
    applied = node._bindings.copy()  # noqa: SLF001 - the toolkit offers them only for the focused widget
    applied.apply_keymap(node.app._keymap)  # noqa: SLF001
    for keys, bindings in applied.key_to_bindings.items():
        for binding in bindings:
            yield keys, binding
