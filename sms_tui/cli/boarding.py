"""What is decided before the interface is loaded: the profile, its credentials, and the first read begun."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sms_tui.api.early import EarlyPages
from sms_tui.cli.arguments import Overrides
from sms_tui.cli.surroundings import Surroundings
from sms_tui.cli.terminal import require_terminal
from sms_tui.cli.ticket import Ticket, ticket_for
from sms_tui.config import Settings

if TYPE_CHECKING:
    from sms_tui.memory import Memory


@dataclass(frozen=True, slots=True)
class Boarding:
    """A profile that is about to be shown."""

    ticket: Ticket
    memory: "Memory"


def board(overrides: Overrides, here: Surroundings, settings: Settings) -> Boarding:
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
    ticket = ticket_for(settings, name, overrides, here, here.prompt)
    early = EarlyPages(ticket.connection, here.environ)
    early.start()
    memory = memory or _memory(here)
    memory.state.last_profile = ticket.profile.name
    return Boarding(replace(ticket, early=early), memory)


def _memory(here: Surroundings) -> "Memory":
    # Only now: the request that is about to leave needs nothing of it, unless it decides where to.
    from sms_tui.memory import Memory

    return Memory(here.state_folder / "state.toml")
