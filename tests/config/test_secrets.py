"""Secrets in the configuration: only in a private file, and never repeated."""

from pathlib import Path

import pytest

from sms_tui.config import ConfigError, load
from tests.config.written import ENDPOINT, PROFILE, loaded, mistake, written


@pytest.mark.parametrize(
    "text",
    [
        'endpoint = "https://op:CANARY@sms.example.com"',
        'endpoint = "https://CANARY@sms.example.com"',
        'endpoint = "https://op:CAN/ARY@CANARY@sms.example.com"',
        f'endpoint = "https://op:{"CANARY" * 20}@sms.example.com"',
        'endpoint = "op:CANARY@sms.example.com"',
        f'{ENDPOINT}proxy = ["http://u:CANARY@proxy:3128"]',
        f'{ENDPOINT}proxy = {{ http = "http://u:CANARY@proxy:3128" }}',
    ],
)
def test_a_password_in_a_url_is_not_repeated(tmp_path: Path, text: str) -> None:
    error = mistake(tmp_path, f"[profiles.p]\n{text}\n")
    assert "ARY" not in f"{error} {error.found} {error.allowed}"
    assert "***@" in error.found


@pytest.mark.parametrize("key", ["token", "password", "sk", "security_token"])
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_secret_that_others_can_read_is_refused_and_not_repeated(
    tmp_path: Path, key: str, mode: int
) -> None:
    path = written(tmp_path, PROFILE + f'{key} = "very-secret"\n', mode)
    with pytest.raises(ConfigError) as caught:
        load(path, {}).profile()
    assert (caught.value.line, caught.value.key) == (3, f"profiles.p.{key}")
    assert "0600" in str(caught.value)
    assert "very-secret" not in str(caught.value)


@pytest.mark.parametrize("mode", [0o666, 0o602])
def test_a_file_that_everybody_can_write_is_refused(tmp_path: Path, mode: int) -> None:
    # They could name a program to be run, or another host for the credentials.
    with pytest.raises(ConfigError, match="everybody can write") as caught:
        load(written(tmp_path, PROFILE, mode), {})
    assert "chmod o-w" in str(caught.value)


def test_a_secret_in_a_private_file_is_taken_and_shown_to_nobody(tmp_path: Path) -> None:
    profile = loaded(tmp_path, PROFILE + 'token = "very-secret"\n').profile()
    assert profile.token is not None
    assert profile.token.reveal() == "very-secret"
    assert "very-secret" not in repr(profile)


def test_a_secret_of_the_wrong_kind_is_not_repeated(tmp_path: Path) -> None:
    error = mistake(tmp_path, PROFILE + "token = 123456\n")
    assert "123456" not in str(error)


def test_a_command_of_the_wrong_kind_is_not_repeated(tmp_path: Path) -> None:
    error = mistake(tmp_path, PROFILE + 'credential_command = "vault read --token=hvs.1 sms"\n')
    assert "hvs.1" not in str(error)
    assert "a list of texts" in error.allowed
