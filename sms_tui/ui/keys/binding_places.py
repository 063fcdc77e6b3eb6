"""Where bindings act, collected from the classes that declare them, so that nothing is listed twice."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator

from textual.binding import Binding
from textual.dom import DOMNode

from sms_tui.ui import dialogs
from sms_tui.ui.app import SmsApp
from sms_tui.ui.bars.prompt import PromptLine
from sms_tui.ui.detail.pane import DetailPane
from sms_tui.ui.keys.choice import Bound
from sms_tui.ui.log.panel import LogPanel
from sms_tui.ui.screens.main import MainScreen
from sms_tui.ui.table.task_table import TaskTable

_MAIN = "main"
_OF_THE_MAIN_SCREEN = (MainScreen, TaskTable)
_ALONE = (LogPanel, DetailPane, PromptLine)


def all_bindings(*, with_dialogs: bool = True) -> list[Bound]:
    """Every binding of the program; dialogs are many modules, which a start without need of them leaves out.

    The main screen and its table are one place. Log and detail may give a key of theirs another meaning
    while they have the focus. What the app itself binds acts everywhere.
    """
    found = [bound for owner in _OF_THE_MAIN_SCREEN for bound in _of(owner, _MAIN)]
    found += [
        bound
        for owner in (*_ALONE, *(_dialogs() if with_dialogs else ()))
        for bound in _of(owner, owner.__name__)
    ]
    everywhere = frozenset().union(*(bound.places for bound in found))
    return [*found, *(Bound(each.id, each.keys, each.text, everywhere) for each in _of(SmsApp, ""))]


def _of(owner: type[DOMNode], place: str) -> Iterable[Bound]:
    keys: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    for binding in Binding.make_bindings(owner.__dict__.get("BINDINGS", ())):
        if binding.id:
            keys.setdefault(binding.id, []).append(binding.key)
            texts.setdefault(binding.id, binding.description)
    for binding_id, its_keys in keys.items():
        yield Bound(binding_id, tuple(its_keys), texts[binding_id], frozenset({place}))


def _dialogs() -> Iterator[type[DOMNode]]:
    for module in pkgutil.iter_modules(dialogs.__path__):
        for member in vars(importlib.import_module(f"{dialogs.__name__}.{module.name}")).values():
            is_node = isinstance(member, type) and issubclass(member, DOMNode)
            if is_node and member.__module__.endswith(f".{module.name}") and "BINDINGS" in member.__dict__:
                yield member
