"""Rules about keys that hold for all dialogs."""

import importlib
import pkgutil

from textual.binding import Binding
from textual.widget import Widget

from sms_tui.ui import dialogs
from tests.ui.dialogs.host import NEVER_BOUND


def own_bindings() -> list[Binding]:
    """What the classes of the package bind themselves, whatever the toolkit binds in text fields."""
    found = []
    for module in pkgutil.iter_modules(dialogs.__path__):
        members = vars(importlib.import_module(f"{dialogs.__name__}.{module.name}")).values()
        for member in members:
            if (
                isinstance(member, type)
                and issubclass(member, Widget)
                and member.__module__.startswith("sms_tui.")
            ):
                found.extend(Binding.make_bindings(member.__dict__.get("BINDINGS", ())))
    return found


def test_dangerous_keys_are_never_bound() -> None:
    keys = {binding.key for binding in own_bindings()}
    assert keys, "nothing was found to judge"
    assert not {key for key in keys if key in NEVER_BOUND or key.startswith("alt+")}


def test_every_binding_has_an_id_so_that_it_can_be_remapped() -> None:
    assert all(binding.id for binding in own_bindings())
