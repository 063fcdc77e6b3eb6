"""Problems with the configured keys, for commands that never open the interface."""

from collections.abc import Sequence

from sms_tui.config import Settings


def key_problems(settings: Settings) -> Sequence[str]:
    """Entries of `[keys]` that would not be used; loads the interface only where there are any entries."""
    if not settings.keys:
        return ()
    from sms_tui.ui.keys.binding_places import all_bindings
    from sms_tui.ui.keys.choice import KeyChoice

    return KeyChoice(all_bindings(), settings.keys, settings.origins).placed_problems
