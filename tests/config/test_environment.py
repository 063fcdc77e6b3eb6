"""The environment wins over the file, and the command line over both."""

import pwd
from pathlib import Path

import pytest

from sms_tui.config import ConfigError, load
from sms_tui.config.paths import config_file, state_folder
from tests.config.written import ENDPOINT, PROFILE, loaded, mistake


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    text = f'default_profile = "a"\n[profiles.a]\n{ENDPOINT}user = "file"\n[profiles.b]\n{ENDPOINT}'
    settings = loaded(
        tmp_path,
        text,
        SMS_TUI_PROFILE="b",
        SMS_TUI_ENDPOINT="https://env.example/",
        SMS_TUI_IAM_ENDPOINT="https://iam.example",
        SMS_TUI_USER="env",
        SMS_TUI_DOMAIN="dom",
        HUAWEICLOUD_SDK_PROJECT_ID="proj",
        HUAWEICLOUD_SDK_DOMAIN_ID="acc",
    )
    profile = settings.profile()
    assert profile.name == "b"
    assert (profile.endpoint, profile.iam_endpoint) == ("https://env.example", "https://iam.example")
    assert (profile.user, profile.domain, profile.project_id, profile.domain_id) == (
        "env",
        "dom",
        "proj",
        "acc",
    )
    assert profile.origins["endpoint"] == "SMS_TUI_ENDPOINT"


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    assert loaded(tmp_path, PROFILE, SMS_TUI_ENDPOINT="", SMS_TUI_PROFILE="").profile().name == "p"


def test_a_profile_can_live_in_the_environment_alone(tmp_path: Path) -> None:
    environ = {"XDG_CONFIG_HOME": str(tmp_path), "SMS_TUI_ENDPOINT": "https://sms.example.com"}
    assert load(None, environ).profile().endpoint == "https://sms.example.com"
    assert load(None, {**environ, "SMS_TUI_PROFILE": "mine"}).profile().name == "mine"


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    error = mistake(tmp_path, PROFILE, SMS_TUI_ENDPOINT="ftp://x")
    assert str(error).startswith("SMS_TUI_ENDPOINT: found 'ftp://x', allowed: an https:// URL")


def test_the_command_line_wins_over_the_environment(tmp_path: Path) -> None:
    settings = loaded(tmp_path, PROFILE, SMS_TUI_ENDPOINT="https://env.example")
    assert settings.profile(endpoint="https://arg.example").endpoint == "https://arg.example"
    with pytest.raises(ConfigError, match="--endpoint"):
        settings.profile(endpoint="http://arg.example")


def test_the_file_is_where_one_says() -> None:
    assert config_file({"HOME": "/h"}) == Path("/h/.config/sms-tui/config.toml")
    assert config_file({"HOME": "/h", "XDG_CONFIG_HOME": "/x"}) == Path("/x/sms-tui/config.toml")
    assert config_file({"HOME": "/h", "XDG_CONFIG_HOME": "relative"}) == Path(
        "/h/.config/sms-tui/config.toml"
    )
    assert config_file({"SMS_TUI_CONFIG": "/c.toml"}) == Path("/c.toml")
    assert config_file({"SMS_TUI_CONFIG": "/c.toml"}, Path("/d.toml")) == Path("/d.toml")
    assert state_folder({"HOME": "/h"}) == Path("/h/.local/state/sms-tui")


def test_a_user_whom_nobody_knows_has_the_root_for_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container, say, with a number for a user; there nothing can be written, and all else works."""

    def unknown(_: int) -> None:
        raise KeyError

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert config_file({}) == Path("/.config/sms-tui/config.toml")
    assert state_folder({}) == Path("/.local/state/sms-tui")
