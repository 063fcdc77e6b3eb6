"""How profiles are opened again: with the same credentials, or with those found now."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from sms_tui.cli.arguments import Overrides
from sms_tui.cli.environment import take_environment
from sms_tui.cli.resolved_profile import ResolvedProfiles, resolve_profile
from sms_tui.cli.starting_line import StartingLine
from sms_tui.config import Profile, Settings
from sms_tui.credentials import CredentialsError

URL = "http://127.0.0.1:9"
PATHS = {"PATH": os.environ["PATH"]}


def printing(folder: Path) -> tuple[str, ...]:
    """A command that prints another token each time."""
    count = f'echo x >> {folder}/runs; printf \'{{"token": "token-%s"}}\' "$(wc -l < {folder}/runs)"'
    return ("sh", "-c", count)


def resolved_profiles(tmp_path: Path, profile: Profile, environ: dict[str, str]) -> ResolvedProfiles:
    here = take_environment({"HOME": str(tmp_path), **environ}, StartingLine())
    settings, overrides = Settings(profiles={profile.name: profile}), Overrides(endpoint=URL)
    first = resolve_profile(settings, profile.name, overrides, here, lambda _: "typed-token")
    return ResolvedProfiles(first, settings, overrides, here)


def token(resolved: object) -> str:
    return resolved.found.parts["token"].reveal()


def test_the_first_ticket_is_at_hand_once_and_the_command_is_asked_again(tmp_path: Path) -> None:
    found = resolved_profiles(
        tmp_path, Profile("prod", endpoint=URL, credential_command=printing(tmp_path)), PATHS
    )
    first = found.at_hand("prod")
    assert first is not None
    assert token(first) == "token-1"
    assert found.at_hand("prod") is None
    again = found.find("prod")
    assert token(again) == "token-2"
    assert again.connection.endpoint == URL
    assert again.connection.credentials.is_printed


def test_a_token_can_only_be_another_where_something_is_asked_for_it_anew(tmp_path: Path) -> None:
    typed, here = Profile("prod", endpoint=URL), {"SMS_TUI_TOKEN": "token-0", **PATHS}
    printed = replace(typed, credential_command=printing(tmp_path))
    for profile, environ, may_renew in ((typed, PATHS, False), (typed, here, False), (printed, PATHS, True)):
        first = resolved_profiles(tmp_path, profile, environ).at_hand("prod")
        assert first is not None
        assert first.may_renew is may_renew


def test_what_was_typed_is_not_asked_for_again(tmp_path: Path) -> None:
    found = resolved_profiles(tmp_path, Profile("prod", endpoint=URL), PATHS)
    assert token(found.at_hand("prod")) == token(found.at_hand("prod")) == "typed-token"


def test_another_profile_is_found_without_asking_anybody(tmp_path: Path) -> None:
    found = resolved_profiles(tmp_path, Profile("prod", endpoint=URL), PATHS)
    assert found.at_hand("night") is None
    with pytest.raises(CredentialsError, match="No credentials"):
        resolved_profiles(tmp_path, Profile("prod", endpoint=URL), PATHS).find("prod")
