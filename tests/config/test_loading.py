"""The configuration: every mistake has its place, the environment wins, secrets are kept private."""

import errno
import os
import stat
import tomllib
from pathlib import Path

import pytest

from sms_tui.config import ConfigError, NoProfileError, Profile, Settings, load, survey
from sms_tui.config.paths import config_file, state_folder
from sms_tui.config.positions import Position, entries
from sms_tui.config.schema import Kind, settings_of
from sms_tui.config.settings import General
from sms_tui.domain.endpoint import url_problem
from sms_tui.private_files import create_private, replace_private
from sms_tui.ui.board.board import views_of

ENDPOINT = 'endpoint = "https://sms.example.com"\n'
PROFILE = f"[profiles.p]\n{ENDPOINT}"


def written(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "config.toml"
    path.write_text(text)
    path.chmod(mode)
    return path


def loaded(folder: Path, text: str, **environ: str) -> Settings:
    return load(written(folder, text), environ)


def mistake(folder: Path, text: str, **environ: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        loaded(folder, text, **environ).profile()
    return caught.value


# Wrong values


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


def test_what_is_wrong_with_an_endpoint_is_said_wherever_it_stands(tmp_path: Path) -> None:
    url = "https://op:CANARY@sms.example.com"
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, PROFILE).profile(endpoint=url)
    in_file = mistake(tmp_path, f'[profiles.p]\nendpoint = "{url}"\n')
    for error in (caught.value, in_file, mistake(tmp_path, PROFILE, SMS_TUI_ENDPOINT=url)):
        assert error.found == "'https://***@sms.example.com'"
        assert error.allowed.endswith(
            "; this one holds a user name or password, which belongs into the credentials"
        )


@pytest.mark.parametrize(
    ("text", "line", "column", "key", "found", "allowed"),
    [
        ("interval = 0\n" + PROFILE, 1, 12, "interval", "0", "from 0.5 to 3600"),
        ("interval = nan\n", 1, 12, "interval", "nan", "a number"),
        ("interval = true\n", 1, 12, "interval", "true", "a number"),
        ('interval = "5"\n', 1, 12, "interval", "'5'", "a number"),
        ("default_profile = 1\n", 1, 19, "default_profile", "1", "a text in quotes"),
        ('language = "de"\n', 1, 12, "language", "'de'", "one of 'auto', 'en', 'zh'"),
        ('notify_command = "say"\n', 1, 18, "notify_command", "'say'", "a list of texts"),
        ("notify_command = []\n", 1, 18, "notify_command", "[]", "a list of texts"),
        ("notify_command = [1]\n", 1, 18, "notify_command", "[1]", "a list of texts"),
        ("profiles = 1\n", 1, 12, "profiles", "1", "a table"),
        ("[profiles]\np = 1\n", 2, 5, "profiles.p", "1", "a table"),
        (
            '[profiles.p]\nendpoint = "http://sms.example.com"\n',
            2,
            12,
            "profiles.p.endpoint",
            "http:",
            "https://",
        ),
        ('[profiles.p]\nendpoint = "sms.example.com"\n', 2, 12, "profiles.p.endpoint", "sms.", "https://"),
        ('[profiles.p]\nendpoint = "https://u:p@x"\n', 2, 12, "profiles.p.endpoint", "@x", "https://"),
        (PROFILE + 'auth = "basic"\n', 3, 8, "profiles.p.auth", "'basic'", "'token', 'password', 'aksk'"),
        (PROFILE + 'production = "yes"\n', 3, 14, "profiles.p.production", "'yes'", "true or false"),
        (PROFILE + "read_only = 1\n", 3, 13, "profiles.p.read_only", "1", "true or false"),
        (
            PROFILE + 'param_key = "parms"\n',
            3,
            13,
            "profiles.p.param_key",
            "'parms'",
            "'param', 'params', 'both'",
        ),
        (PROFILE + 'log_api = "post"\n', 3, 11, "profiles.p.log_api", "'post'", "'action', 'endpoint'"),
        (PROFILE + "log_expire = 1.5\n", 3, 14, "profiles.p.log_expire", "1.5", "a whole number"),
        (PROFILE + "log_expire = 0\n", 3, 14, "profiles.p.log_expire", "0", "from 1 to 31536000"),
        (
            PROFILE + 'launch_operation = "go"\n',
            3,
            20,
            "profiles.p.launch_operation",
            "'go'",
            "'test', 'cutover'",
        ),
        (PROFILE + 'operations = "2023"\n', 3, 14, "profiles.p.operations", "'2023'", "'2022', 'all'"),
        (PROFILE + "requests_per_second = 0\n", 3, 23, "profiles.p.requests_per_second", "0", "0.1 to 100"),
        (PROFILE + "read_timeout = -1\n", 3, 16, "profiles.p.read_timeout", "-1", "from 1 to 600"),
        (PROFILE + 'speed_unit = "MB"\n', 3, 14, "profiles.p.speed_unit", "'MB'", "'Mbit/s', 'MB/s'"),
        (PROFILE + "ca_bundle = 1\n", 3, 13, "profiles.p.ca_bundle", "1", "a text in quotes"),
        ("[columns]\nname = 0\n", 2, 8, "columns.name", "0", "a width in cells"),
        ('[keys]\n"view.filter" = 3\n', 2, 17, "keys.view.filter", "3", "a key or a list of keys"),
        ("[keys]\nlook.log = 1\n", 2, 12, "keys.look.log", "1", "a key or a list of keys"),
        ('[views.v]\nfilter = "stat:x"\n', 2, 10, "views.v.filter", "column 1", "a filter"),
        ('[views.v]\nsort = "nmae"\n', 2, 8, "views.v.sort", "'nmae'", "a column"),
        ('[views.v]\ncolumns = ["nam"]\n', 2, 11, "views.v.columns", "'nam'", "columns: name"),
        ('[views.v]\nkey = "0"\n', 2, 7, "views.v.key", "'0'", "a digit from '1' to '9'"),
    ],
)
def test_a_wrong_value_has_file_line_found_and_allowed(
    tmp_path: Path, text: str, line: int, column: int, key: str, found: str, allowed: str
) -> None:
    error = mistake(tmp_path, text)
    assert (error.file, error.line, error.column, error.key) == (
        str(tmp_path / "config.toml"),
        line,
        column,
        key,
    )
    assert found in error.found
    assert allowed in error.allowed
    assert str(error).startswith(f"{tmp_path}/config.toml:{line}:{column}: {key}: found ")


def test_every_mistake_is_listed_and_only_the_first_outside_profiles_is_raised(tmp_path: Path) -> None:
    text = (
        'interval = 0\nlanguage = "de"\n[profiles.p]\nendpoint = "x"\nread_only = 1\n'
        '[profiles.q]\nproxy = 7\n[views.v]\nsort = "nmae"\nkey = "0"\n[columns]\nname = 0\n'
    )
    path = written(tmp_path, text)
    mistakes = survey(path, {"SMS_TUI_IAM_ENDPOINT": "ftp://x"}).mistakes
    assert [one.key or one.file for one in mistakes] == [
        "interval",
        "language",
        "profiles.p.endpoint",
        "profiles.p.read_only",
        "SMS_TUI_IAM_ENDPOINT",
        "profiles.q.proxy",
        "columns.name",
        "views.v.sort",
        "views.v.key",
    ]
    assert [one.line for one in mistakes] == [1, 2, 4, 5, 0, 7, 12, 9, 10]
    with pytest.raises(ConfigError, match=r":1:12: interval: found 0"):
        load(path, {})


def test_one_bad_profile_does_not_stop_the_others(tmp_path: Path) -> None:
    text = f'default_profile = "good"\n[profiles.good]\n{ENDPOINT}[profiles.bad]\n{ENDPOINT}read_only = 1\n'
    settings = loaded(tmp_path, text)
    assert settings.profile().name == "good"
    assert list(settings.broken) == ["bad"]
    with pytest.raises(ConfigError, match=r":6:13: profiles.bad.read_only: found 1"):
        settings.profile("bad")


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a = \n", 1, 5),
        ("a = 1\nb == 2\n", 2, 4),
        ("a = 1\na = 2\n", 2, 6),
        ('a = "x\n', 1, 7),
        ("[profiles.p\n", 1, 12),
        ("a = [1,\n", 2, 1),
        ("a = 1 b = 2\n", 1, 7),
        ("= 1\n", 1, 1),
    ],
)
def test_what_is_not_toml_has_its_place(tmp_path: Path, text: str, line: int, column: int) -> None:
    error = mistake(tmp_path, text)
    assert (error.line, error.column) == (line, column)
    assert "not TOML" in error.found


def test_a_number_without_end_has_its_line(tmp_path: Path) -> None:
    error = mistake(tmp_path, f"a = 1\nb = {'9' * 5000}\n")
    assert (error.line, error.found) == (2, "a number of too many digits")


def test_what_is_not_text_has_its_place(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_bytes(b"a = 1\nb = '\xff'\n")
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert (caught.value.line, caught.value.column) == (2, 6)


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "none", "no such file"), (tmp_path, "is a directory")):
        with pytest.raises(ConfigError, match=reason):
            load(path, {})
    big = tmp_path / "big.toml"
    big.write_bytes(b"#" * (1024 * 1024 + 1))
    with pytest.raises(ConfigError, match="more than 1 MiB"):
        load(big, {})


def test_a_deep_file_is_a_mistake_and_no_crash(tmp_path: Path) -> None:
    assert mistake(tmp_path, "a = " + "[" * 5000 + "]" * 5000).found


# Themes


@pytest.mark.parametrize(("name", "hint"), [("cutover-drak", "; did you mean 'cutover-dark'?"), ("x", "")])
def test_a_theme_that_there_is_not_is_a_mistake_with_its_place(tmp_path: Path, name: str, hint: str) -> None:
    error = mistake(tmp_path, f'theme = "{name}"\n{PROFILE}')
    assert (error.line, error.key, error.found) == (1, "theme", repr(name))
    assert "'high-contrast'" in error.allowed
    assert error.allowed.endswith(f"themes{hint}")
    settings = loaded(tmp_path, f'{PROFILE}theme = "{name}"\n')
    with pytest.raises(ConfigError, match=rf":3:9: profiles\.p\.theme: found '{name}', allowed: one of "):
        settings.profile()


def test_a_theme_of_ones_own_is_known_by_its_name_or_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "sms-tui" / "themes"
    folder.mkdir(parents=True)
    (folder / "a.toml").write_text('name = "night"')
    # What is wrong in it is the interface's to tell: it names the colour.
    (folder / "broken.toml").write_text("primary = ")
    for name in ("night", "broken", "terminal-16"):
        path = written(tmp_path, f'theme = "{name}"\n{PROFILE}theme = "{name}"\n')
        settings = load(path, {"XDG_CONFIG_HOME": str(tmp_path)})
        assert (settings.theme, settings.profile().theme) == (name, name)


# Unknown keys


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


# What is read


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


# The environment


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


# Secrets


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


def test_a_secret_in_a_private_file_is_taken_and_shown_to_nobody(tmp_path: Path) -> None:
    profile = loaded(tmp_path, PROFILE + 'token = "very-secret"\n').profile()
    assert profile.token is not None
    assert profile.token.reveal() == "very-secret"
    assert "very-secret" not in repr(profile)


def test_a_secret_of_the_wrong_kind_is_not_repeated(tmp_path: Path) -> None:
    error = mistake(tmp_path, PROFILE + "token = 123456\n")
    assert "123456" not in str(error)


@pytest.mark.parametrize(
    ("url", "usable"),
    [
        ("https://sms.example.com", True),
        ("https://sms.example.com:8443/prefix", True),
        ("http://localhost:80", True),
        ("http://127.0.0.2", True),
        ("http://[::1]:8080", True),
        ("http://example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://localhost.example.com", False),
        ("https://", False),
        ("https://x:port", False),
        ("https://user@x", False),
        ("https://x?y", False),
        ("https://x#y", False),
        ("//x", False),
        ("", False),
    ],
)
def test_plain_http_is_for_loopback_alone(url: str, usable: bool) -> None:
    assert (not url_problem(url)) is usable


@pytest.mark.parametrize(
    ("endpoint", "iam", "expected"),
    [
        ("https://sms.r-1.example.com", "", "https://iam.r-1.example.com"),
        ("https://sms.r-1.example.com", "https://other.example", "https://other.example"),
        ("http://127.0.0.1:8080", "", "http://127.0.0.1:8080"),
        ("https://migration.example.com", "", ""),
    ],
)
def test_where_to_sign_in_follows_from_the_endpoint(endpoint: str, iam: str, expected: str) -> None:
    assert Profile("p", endpoint=endpoint, iam_endpoint=iam).sign_in_endpoint == expected


# The schema, positions, files


def test_every_setting_has_a_default_that_it_allows_and_words() -> None:
    for owner in (General, Profile):
        for each in settings_of(owner):
            assert each.help.endswith(".")
            assert each.kind is not Kind.CHOICE or each.choices
            assert not isinstance(each.default, float) or each.least is None or each.default >= each.least


def test_positions_survive_all_that_toml_allows() -> None:
    text = (
        "# [not.a.table]\n"
        'a = """x = 1\n[b]\n\\""" """\r\n'
        "c = '''d = 2''''\n"
        'e.f = [ 1, # g = 3\n "]", { h = "}" } ]\n'
        '[ "i.j" . k ]\n'
        "l={m=1,n.o=[{p=2}]}\n"
        "[[q]]\n"
        "r=2026-01-01 00:00:00 # x\n"
        "[[q]]\n"
        "s = true"
    )
    tomllib.loads(text)
    found = entries(text)
    assert {path: entry.key.line for path, entry in found.items()} == {
        ("a",): 2,
        ("c",): 5,
        ("e", "f"): 6,
        ("e", "f", "h"): 7,
        ("i.j", "k"): 8,
        ("i.j", "k", "l"): 9,
        ("i.j", "k", "l", "m"): 9,
        ("i.j", "k", "l", "n", "o"): 9,
        ("i.j", "k", "l", "n", "o", "p"): 9,
        ("q",): 10,
        ("q", "r"): 11,
        ("q", "s"): 13,
    }
    assert found["e", "f"].value == Position(6, 7)


def test_a_private_file_is_private_from_the_first_byte(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        replace_private(tmp_path / "new" / "f", b"x")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "new" / "f").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_a_new_file_never_follows_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        create_private(tmp_path / "link", b"x")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT])
@pytest.mark.parametrize("call", ["open", "fsync", "replace"])
def test_a_file_is_old_or_new_whatever_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, call: str
) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old")

    def fail(*_args: object, **_options: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(OSError, match=os.strerror(number)):
        replace_private(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["f"]
