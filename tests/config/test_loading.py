"""The configuration read whole: what arrives, which profile counts, what costs no more than a warning."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sms_tui.config import ConfigError, NoProfileError, load
from sms_tui.ui.board.board import views_of
from tests.config.written import ENDPOINT, PROFILE, loaded, mistake


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("intervall = 5\n" + PROFILE, ":1:1: intervall: unknown key, ignored; did you mean 'interval'?"),
        (
            PROFILE + 'endpont = "x"\n',
            ":3:1: profiles.p.endpont: unknown key, ignored; did you mean 'endpoint'?",
        ),
        (PROFILE + "zzzz = 1\n", ":3:1: profiles.p.zzzz: unknown key, ignored"),
        (PROFILE + "[columns]\nnaem = 3\n", ":4:1: columns.naem: unknown key, ignored; did you mean 'name'?"),
        (
            PROFILE + '[views.v]\nfliter = "x"\n',
            ":4:1: views.v.fliter: unknown key, ignored; did you mean 'filter'?",
        ),
        ("[profile.q]\n" + PROFILE, ":1:1: profile: unknown key, ignored; did you mean 'profiles'?"),
        ("profile = 1\n" + PROFILE, ":1:1: profile: unknown key, ignored; did you mean 'profiles'?"),
    ],
)
def test_an_unknown_key_is_a_warning_and_the_rest_loads(tmp_path: Path, text: str, warning: str) -> None:
    settings = loaded(tmp_path, text)
    assert settings.warnings == [f"{tmp_path}/config.toml{warning}"]
    assert settings.profile().endpoint == "https://sms.example.com"


def test_a_key_that_two_views_want_goes_to_the_first_and_is_a_warning(tmp_path: Path) -> None:
    views = '[views.a]\nkey = "5"\n[views.b]\nkey = "5"\n[views.c]\nkey = "6"\n'
    settings = loaded(tmp_path, PROFILE + views)
    assert settings.warnings == [
        f"{tmp_path}/config.toml:6:1: views.b.key: '5' belongs to the view 'a' already; 'b' gets another key"
    ]
    assert {name: view.key for name, view in settings.views.items()} == {"a": "5", "b": "", "c": "6"}
    assert {view.name for view in views_of(settings, {}, lambda: 0.0).values()} >= {"a", "b", "c"}


def test_everything_of_a_whole_file_arrives(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        """
default_profile = "prod"
theme = "cutover-dark"
notify_command = ["notify-send", "{title}"]
interval = 7

[profiles.prod]
endpoint = "https://sms.example.com/"
auth = "password"
user = "operator"
ca_bundle = "~/corp.pem"
credential_command = ["pass", "sms/prod"]
requests_per_second = 2
log_expire = 3600
production = true

[profiles.other]
endpoint = "http://127.0.0.1:8080"

[keys]
look.log = "l"
"view.filter" = ["slash", "f"]

[columns]
state = "auto"
name = 30

[views.failed]
filter = "state:fail wave=3"
sort = "age-"
columns = ["name", "error"]
key = "5"
""",
        HOME="/somewhere",
    )
    prod = settings.profile()
    assert (settings.theme, settings.interval, settings.notify_command) == (
        "cutover-dark",
        7.0,
        ("notify-send", "{title}"),
    )
    assert (prod.name, prod.endpoint, prod.user, prod.production) == (
        "prod",
        "https://sms.example.com",
        "operator",
        True,
    )
    assert (prod.ca_bundle, prod.log_expire, prod.requests_per_second) == ("/somewhere/corp.pem", 3600, 2.0)
    assert prod.credential_command == ("pass", "sms/prod")
    assert settings.profile("other").endpoint == "http://127.0.0.1:8080"
    assert settings.keys == {"look.log": ["l"], "view.filter": ["slash", "f"]}
    assert list(settings.columns.items()) == [("state", 0), ("name", 30)]
    view = settings.views["failed"]
    assert (view.filter, view.sort, view.columns, view.key) == (
        "state:fail wave=3",
        "age-",
        ("name", "error"),
        "5",
    )
    assert settings.warnings == []


def test_what_another_program_writes_is_read_to_its_end(tmp_path: Path) -> None:
    """As a shell hands it over: `--config <(command)`."""
    slowly = f"import sys; [print(line, flush=True) for line in {PROFILE!r}.splitlines()]"
    with subprocess.Popen([sys.executable, "-c", slowly], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert "p" in load(Path(f"/dev/fd/{writer.stdout.fileno()}"), {}).profiles
    os.mkfifo(tmp_path / "pipe")
    named = f"open({str(tmp_path / 'pipe')!r}, 'w').write({PROFILE!r})"
    with subprocess.Popen([sys.executable, "-c", named]):
        assert "p" in load(tmp_path / "pipe", {}).profiles
    assert load(Path("/dev/null"), {}).profiles == {}


def test_no_file_is_a_configuration_without_profiles(tmp_path: Path) -> None:
    settings = load(None, {"XDG_CONFIG_HOME": str(tmp_path)})
    assert not settings.exists
    assert settings.interval == 5.0
    with pytest.raises(NoProfileError):
        settings.profile()


@pytest.mark.parametrize(
    ("name", "said"),
    [("prdo", "did you mean 'prod'?"), ("zzz", "'prod', 'test'"), (None, "--profile NAME")],
)
def test_a_profile_that_is_not_clear_is_a_mistake(tmp_path: Path, name: str | None, said: str) -> None:
    settings = loaded(tmp_path, f"[profiles.prod]\n{ENDPOINT}[profiles.test]\n{ENDPOINT}")
    with pytest.raises(ConfigError) as caught:
        settings.profile(name)
    assert said in str(caught.value)


def test_a_default_profile_that_does_not_exist_is_told_where_it_is_asked_for(tmp_path: Path) -> None:
    text = f'interval = 1\ndefault_profile = "x"\n{PROFILE}'
    error = mistake(tmp_path, text)
    assert str(error) == f"{tmp_path}/config.toml:2:1: default_profile: found 'x', allowed: 'p'"
    error = mistake(tmp_path, text, SMS_TUI_PROFILE="y")
    assert str(error) == "SMS_TUI_PROFILE: found 'y', allowed: 'p'"
    with pytest.raises(ConfigError, match=r"config\.toml: profiles: found 'z'"):
        loaded(tmp_path, text).profile("z")


def test_a_profile_without_an_endpoint_is_a_mistake_only_when_it_is_used(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "[profiles.p]\nproduction = true\n")
    with pytest.raises(ConfigError, match=r"profiles\.p\.endpoint: found nothing"):
        settings.profile()
    assert settings.profile(endpoint="https://x.example").production
