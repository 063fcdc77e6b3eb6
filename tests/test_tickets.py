"""How profiles are opened again: with the same credentials, or with those found now."""

import os
from pathlib import Path

import pytest

from sms_tui.cli.arguments import Overrides
from sms_tui.cli.splash import Splash
from sms_tui.cli.surroundings import take_surroundings
from sms_tui.cli.ticket import Tickets, ticket_for
from sms_tui.config import Profile, Settings
from sms_tui.credentials import CredentialsError

URL = "http://127.0.0.1:9"
PATHS = {"PATH": os.environ["PATH"]}


def printing(folder: Path) -> tuple[str, ...]:
    """A command that prints another token each time."""
    count = f'echo x >> {folder}/runs; printf \'{{"token": "token-%s"}}\' "$(wc -l < {folder}/runs)"'
    return ("sh", "-c", count)


def tickets(tmp_path: Path, profile: Profile, environ: dict[str, str]) -> Tickets:
    here = take_surroundings({"HOME": str(tmp_path), **environ}, Splash())
    settings, overrides = Settings(profiles={profile.name: profile}), Overrides(endpoint=URL)
    first = ticket_for(settings, profile.name, overrides, here, lambda _: "typed-token")
    return Tickets(first, settings, overrides, here)


def token(ticket: object) -> str:
    return ticket.found.parts["token"].reveal()


def test_the_first_ticket_is_at_hand_once_and_the_command_is_asked_again(tmp_path: Path) -> None:
    found = tickets(tmp_path, Profile("prod", endpoint=URL, credential_command=printing(tmp_path)), PATHS)
    first = found.at_hand("prod")
    assert first is not None
    assert token(first) == "token-1"
    assert found.at_hand("prod") is None
    again = found.find("prod")
    assert token(again) == "token-2"
    assert again.connection.endpoint == URL
    assert again.connection.credentials.is_printed


def test_what_was_typed_is_not_asked_for_again(tmp_path: Path) -> None:
    found = tickets(tmp_path, Profile("prod", endpoint=URL), PATHS)
    assert token(found.at_hand("prod")) == token(found.at_hand("prod")) == "typed-token"


def test_another_profile_is_found_without_asking_anybody(tmp_path: Path) -> None:
    found = tickets(tmp_path, Profile("prod", endpoint=URL), PATHS)
    assert found.at_hand("night") is None
    with pytest.raises(CredentialsError, match="No credentials"):
        tickets(tmp_path, Profile("prod", endpoint=URL), PATHS).find("prod")
