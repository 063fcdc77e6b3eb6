"""Every mistake in the configuration has its place, and says what would be allowed."""

import os
from pathlib import Path

import pytest

from sms_tui.config import ConfigError, load, survey
from tests.config.written import ENDPOINT, PROFILE, loaded, mistake, written


@pytest.mark.parametrize(
    ("text", "line", "column", "key", "found", "allowed"),
    [
        ("interval = 0\n" + PROFILE, 1, 12, "interval", "0", "from 0.02 to 3600"),
        ("interval = nan\n", 1, 12, "interval", "nan", "a number"),
        ("interval = true\n", 1, 12, "interval", "true", "a number"),
        ('interval = "5"\n', 1, 12, "interval", "'5'", "a number"),
        ("default_profile = 1\n", 1, 19, "default_profile", "1", "a text in quotes"),
        ('language = "de"\n', 1, 12, "language", "'de'", "one of 'auto', 'en', 'zh'"),
        ('notify_command = "say"\n', 1, 18, "notify_command", "a text", "a list of texts"),
        ("notify_command = []\n", 1, 18, "notify_command", "a list", "a list of texts"),
        ("notify_command = [1]\n", 1, 18, "notify_command", "a list", "a list of texts"),
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
        (PROFILE + "log_expire = 299\n", 3, 14, "profiles.p.log_expire", "299", "from 300 to 64800"),
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
        (PROFILE + "read_timeout = -1\n", 3, 16, "profiles.p.read_timeout", "-1", "from 0.1 to 600"),
        (PROFILE + 'speed_unit = "MB"\n', 3, 14, "profiles.p.speed_unit", "'MB'", "'Mbit/s', 'MB/s'"),
        (PROFILE + "ca_bundle = 1\n", 3, 13, "profiles.p.ca_bundle", "1", "a text in quotes"),
        ("[columns]\nname = 0\n", 2, 8, "columns.name", "0", "a width in cells"),
        ('[keys]\n"view.filter" = 3\n', 2, 17, "keys.view.filter", "3", "a key or a list of keys"),
        ("[keys]\nlook.log = 1\n", 2, 12, "keys.look.log", "1", "a key or a list of keys"),
        ('[views.v]\nfilter = "stat:x"\n', 2, 10, "views.v.filter", "character 1", "a filter"),
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


@pytest.mark.parametrize("place", ["theme", "keys", "profiles.p"])
def test_dotted_names_without_end_are_a_mistake_too(tmp_path: Path, place: str) -> None:
    error = mistake(tmp_path, f"{place}{'.a' * 2000} = 1\n")
    assert error.found == "values nested too deeply"


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


def test_a_pipe_that_nobody_writes_to_keeps_nobody_waiting_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sms_tui.config.loading._PATIENCE", 0.1)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigError, match=r"no end of it within 0\.1 s, allowed: a file that can be read"):
        load(tmp_path / "pipe", {})
    ours, theirs = os.pipe()
    os.write(theirs, PROFILE.encode())
    with pytest.raises(ConfigError, match=r"no end of it within 0\.1 s"):
        load(Path(f"/dev/fd/{ours}"), {})
    os.close(theirs)
    os.close(ours)


def test_what_never_ends_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="more than 1 MiB"):
        load(Path("/dev/zero"), {})


def test_a_deep_file_is_a_mistake_and_no_crash(tmp_path: Path) -> None:
    assert mistake(tmp_path, "a = " + "[" * 5000 + "]" * 5000).found


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
