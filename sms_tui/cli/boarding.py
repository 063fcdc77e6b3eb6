"""What is decided before the interface is loaded: the profile, its credentials, and the first read begun."""

from dataclasses import dataclass, replace

from sms_tui.api.early import EarlyPage
from sms_tui.cli.arguments import Overrides
from sms_tui.cli.surroundings import Surroundings
from sms_tui.cli.terminal import require_terminal
from sms_tui.cli.ticket import Ticket, ticket_for
from sms_tui.config import Settings
from sms_tui.memory import Memory


@dataclass(frozen=True, slots=True)
class Boarding:
    """A profile that is about to be shown."""

    ticket: Ticket
    memory: Memory


def board(overrides: Overrides, here: Surroundings, settings: Settings) -> Boarding:
    """Choose the profile named, configured or used last, and begin to read its tasks.

    Raises `NoProfileError`, `ConfigError` and `CredentialsError`.
    """
    memory = Memory(here.state_folder / "state.toml")
    state = memory.state
    last = state.last_profile if state.last_profile in settings.profiles else ""
    name = overrides.profile or settings.default_profile or last
    settings.profile(name, overrides.endpoint)
    require_terminal(here)
    ticket = ticket_for(settings, name, overrides, here, here.prompt)
    state.last_profile = ticket.profile.name
    early = EarlyPage(ticket.connection, here.environ)
    early.start()
    return Boarding(replace(ticket, early=early), memory)
