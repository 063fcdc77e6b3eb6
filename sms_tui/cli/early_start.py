"""What happens before the interface is loaded: find profile and credentials, begin the first read."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sms_tui.api.early.pages import EarlyPages
from sms_tui.cli.arguments import Overrides
from sms_tui.cli.environment import Environment
from sms_tui.cli.resolved_profile import ResolvedProfile, resolve_profile
from sms_tui.cli.terminal import require_terminal
from sms_tui.config import Settings

if TYPE_CHECKING:
    from sms_tui.memory import Memory


@dataclass(frozen=True, slots=True)
class EarlyStart:
    """A profile that is about to be shown."""

    resolved: ResolvedProfile
    memory: "Memory"


def start_early(overrides: Overrides, here: Environment, settings: Settings) -> EarlyStart:
    """Choose the profile named, configured or used last, and begin to read its tasks.

    Raises `NoProfileError`, `ConfigError` and `CredentialsError`.
    """
    memory = None
    name = overrides.profile or settings.default_profile
    if not name and len(settings.profiles) > 1:
        memory = _memory(here)
        name = memory.state.last_profile if memory.state.last_profile in settings.profiles else ""
    settings.profile(name, overrides.endpoint)
    require_terminal(here)
    resolved = resolve_profile(settings, name, overrides, here, here.prompt)
    early = EarlyPages(resolved.connection, here.environ)
    early.start()
    memory = memory or _memory(here)
    memory.state.last_profile = resolved.profile.name
    return EarlyStart(replace(resolved, early=early), memory)


def _memory(here: Environment) -> "Memory":
    # Imported late: the first request needs none of it, unless the last profile decides its target.
    from sms_tui.memory import Memory

    return Memory(here.state_folder / "state.toml")
