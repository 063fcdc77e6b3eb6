"""What help lists: every binding in force where the operator is, with its configured keys."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

from sms_tui.ui.keys.choice import KeyChoice
from sms_tui.ui.keys.keymap import ACTIONS, key_word
from sms_tui.ui.log.panel import LogPanel
from sms_tui.ui.table.task_table import TaskTable
from sms_tui.ui.wording.language import tr

_SECTIONS = {action.id: action.section for action in ACTIONS}
_PLACES = {action.id: place for place, action in enumerate(ACTIONS)}
_VIEWS = tuple(f"view.{number}" for number in range(10))
_PICK = "view.pick"


class HelpEntry(Struct, frozen=True):
    """One thing a key does."""

    section: str
    keys: str
    """The keys in force, as a person writes them; empty if none is bound."""
    text: str
    binding_id: str


def help_entries(screen: Screen[Any], keys: KeyChoice) -> list[HelpEntry]:
    """What is wrong with configured keys, then what the main screen, the table and the log can do."""
    found = [*_entries(screen, _section_of, keys), *_entries(screen.app, _section_of, keys)]
    found.sort(key=lambda entry: _PLACES[entry.binding_id])
    return [
        *(HelpEntry(tr("Keys of the configuration"), "!", problem, "") for problem in keys.problems),
        *_views_in_one(found),
        *_entries(screen.query_one(TaskTable), lambda _: "Table", keys),
        *_entries(screen.query_one(LogPanel), lambda _: "Log, while it has the focus", keys),
    ]


def _section_of(binding: Binding) -> str:
    """The section of an action; empty for bindings that are none."""
    return _SECTIONS.get(binding.id or "", "")


def run_binding(screen: Screen[Any], binding_id: str, reveal: Callable[[Widget], None]) -> None:
    """Do what a binding of the table, the log or the app does; `reveal` brings what it acts on into sight."""
    nodes: list[DOMNode] = [screen.query_one(TaskTable), screen.query_one(LogPanel), screen.app]
    for node in nodes:
        for _, binding in node._bindings:  # noqa: SLF001 - the toolkit offers them only for the focused widget
            if binding.id == binding_id:
                if isinstance(node, Widget):
                    reveal(node)
                screen.call_later(screen.app.run_action, binding.action, node)
                return


def _views_in_one(entries: Iterable[HelpEntry]) -> Iterable[HelpEntry]:
    """One line for the digits of the views, as long as they are digits."""
    digits = {entry.binding_id for entry in entries if entry.binding_id in _VIEWS and entry.keys.isdigit()}
    for entry in entries:
        if entry.binding_id not in digits:
            yield entry
        elif entry.binding_id == _VIEWS[0]:
            yield HelpEntry(entry.section, "0 ... 9", tr("A view by its digit; 0 shows all"), _PICK)


def _entries(node: DOMNode, section: Callable[[Binding], str], keys: KeyChoice) -> Iterable[HelpEntry]:
    found: dict[str, Binding] = {}
    for _, binding in node._bindings:  # noqa: SLF001
        if binding.id and binding.description and section(binding):
            found.setdefault(binding.id, binding)
    for binding_id, binding in found.items():
        words = " ".join(key_word(key) for key in keys.keys(binding_id))
        yield HelpEntry(section(binding), words, binding.description, binding_id)
