"""`sms-tui config`: what is in force and why, every mistake at once, and a first file from answers."""

import io
import json
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path

import jsonschema
import pytest

from sms_tui.config import ConfigError, Profile, load
from sms_tui.config.json_schema import json_schema
from sms_tui.config.schema import Kind
from sms_tui.exit_codes import ExitCode
from sms_tui.headless.configuring import Configuring, InForce, configure
from sms_tui.headless.first_config import Asked, FirstConfig, Interview
from sms_tui.headless.output import Output

PROFILE = '[profiles.p]\nendpoint = "https://x.example"\n'


def answered(
    action: str,
    file: Path | None,
    environ: Mapping[str, str],
    asked: Mapping[str, str] | None = None,
    *,
    options: Mapping[str, object] | None = None,
    as_json: bool = False,
) -> tuple[ExitCode, str, str]:
    """Code, data and narration of a `config` command."""
    out, err = io.StringIO(), io.StringIO()
    command = Configuring(Asked(file, **(asked or {})), options or {}, as_json, environ, Output(out, err))
    return configure(action, command), out.getvalue(), err.getvalue()


def configured(action: str, file: Path | None, environ: Mapping[str, str], **asked: str) -> tuple[str, str]:
    code, data, told = answered(action, file, environ, asked)
    assert code is ExitCode.DONE
    return data, told


def private(folder: Path, text: str) -> Path:
    path = folder / "c.toml"
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_path_says_where_the_file_would_be(tmp_path: Path) -> None:
    data, told = configured("path", None, {"XDG_CONFIG_HOME": str(tmp_path)})
    assert data == f"{tmp_path}/sms-tui/config.toml\n"
    assert "config init" in told


def test_init_writes_a_private_file_that_loads_and_never_writes_over_one(tmp_path: Path) -> None:
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "new")}
    configured("init", None, environ, profile="prod", endpoint="https://sms.example.com")
    path = tmp_path / "new" / "sms-tui" / "config.toml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert load(None, environ).profile().endpoint == "https://sms.example.com"
    before = path.read_bytes()
    with pytest.raises(ConfigError, match="not written over"):
        configured("init", None, environ)
    assert path.read_bytes() == before


def test_every_setting_that_init_comments_out_may_be_commented_in(tmp_path: Path) -> None:
    environ = {"XDG_CONFIG_HOME": str(tmp_path)}
    configured("init", None, environ, profile="a b")
    path = tmp_path / "sms-tui" / "config.toml"
    lines = path.read_text().splitlines()
    plain = [
        line.removeprefix("# ") if " = " in line and "=" in line.split()[2:3] else line for line in lines
    ]
    path.write_text("\n".join(plain))
    document = tomllib.loads(path.read_text())
    assert len(document["profiles"]["a b"]) > 20
    settings = load(None, environ)
    assert settings.warnings == []
    assert settings.profile().name == "a b"


def test_show_says_of_each_value_where_it_comes_from(tmp_path: Path) -> None:
    text = f'interval = 2\n{PROFILE}token = "tok-en-value"\nproxy = "http://me:hush@proxy:3128"\n'
    path = private(tmp_path, text + '[keys]\na.b = "x"\n[columns]\nname = 20\n[views.v]\nsort = "age"\n')
    environ = {"SMS_TUI_USER": "kim", "HUAWEICLOUD_SDK_SK": "sec-ret-key", "SMS_TUI_PROFILE": "p"}
    _, data, _ = answered("show", path, environ, options={"theme": "dusk", "read_only": True})
    for line in (
        f"interval = 2    # {path}:1:1",
        'default_profile = "p"    # SMS_TUI_PROFILE',
        'theme = "dusk"    # --theme',
        f'endpoint = "https://x.example"    # {path}:3:1',
        f'token = "***"    # {path}:4:1',
        f'proxy = "http://***@proxy:3128"    # {path}:5:1',
        'sk = "***"    # HUAWEICLOUD_SDK_SK',
        'user = "kim"    # SMS_TUI_USER',
        "read_only = true    # --read-only",
        "production = false    # default",
        f'keys.a.b = ["x"]    # {path}:7:1',
        f"columns.name = 20    # {path}:9:1",
        f'views.v.sort = "age"    # {path}:11:1',
    ):
        assert line in data.splitlines(), (line, data)
    for secret in ("tok-en-value", "hush", "sec-ret-key"):
        assert secret not in data


def test_show_names_the_option_that_chose_the_profile(tmp_path: Path) -> None:
    path = private(tmp_path, PROFILE)
    _, data, _ = answered("show", path, {}, options={"default_profile": "p"})
    assert 'default_profile = "p"    # --profile' in data.splitlines()


def test_show_is_a_document_too(tmp_path: Path) -> None:
    path = private(tmp_path, PROFILE + 'token = "tok-en-value"\n')
    _, data, _ = answered("show", path, {}, as_json=True)
    document = json.loads(data)
    assert (document["file"], document["exists"], document["profile"]) == (str(path), True, "p")
    values = {each["key"]: (each["value"], each["origin"]) for each in document["settings"]}
    assert values["profiles.p.token"] == ("***", f"{path}:3:1")
    assert values["profiles.p.proxy"] == (None, "default")
    assert values["interval"] == (5.0, "default")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("http://me:hu@sh@proxy:3128", "http://***@proxy:3128"),
        ("http://me:h/u@s/h@proxy:3128", "http://***@proxy:3128"),
        ("http://me@corp:hu@sh@proxy:3128", "http://***@proxy:3128"),
        ("http://a-lone-token@proxy:3128", "http://***@proxy:3128"),
        ("http://proxy:3128", "http://proxy:3128"),
        ("me:hush@proxy:3128", "me:***@proxy:3128"),
        ("proxy:3128", "proxy:3128"),
    ],
)
def test_show_tells_no_part_of_a_password_in_a_url(sent: str, shown: str) -> None:
    assert InForce("profiles.p", "proxy", sent, "default").shown == shown


def test_show_tells_no_argument_of_a_command(tmp_path: Path) -> None:
    """An argument may be a secret, a webhook's address among them, and nothing tells it from others."""
    path = private(
        tmp_path,
        'notify_command = ["curl", "https://hooks.example/T0/B0/xyz"]\n'
        f'{PROFILE}credential_command = ["vault", "read", "--token=hvs.1", "hunter2"]\n'
        '[views.v]\ncolumns = ["name", "state"]\n',
    )
    data, _told = configured("show", path, {})
    assert f'notify_command = ["curl", "***"]    # {path}:1:1' in data
    assert f'credential_command = ["vault", "***", "***", "***"]    # {path}:4:1' in data
    assert 'columns = ["name", "state"]' in data
    code, document, _told = answered("show", path, {}, as_json=True)
    assert code is ExitCode.DONE
    assert not {"hvs.1", "hunter2", "xyz"} & set(re.findall(r"[\w.]+", document))


def test_validate_lists_every_mistake_and_every_warning(tmp_path: Path) -> None:
    text = f'interval = 0\ncolour = 1\ndefault_profile = "r"\n{PROFILE}auth = "basic"\n'
    path = private(tmp_path, text + '[profiles.q]\nproxi = "x"\n')
    code, data, told = answered("validate", path, {})
    assert code is ExitCode.USAGE
    assert data.splitlines() == [
        f"{path}:1:12: interval: found 0, allowed: a number from 0.02 to 3600",
        f"{path}:6:8: profiles.p.auth: found 'basic', allowed: one of 'token', 'password', 'aksk'",
        f"{path}: profiles.q.endpoint: found nothing, allowed: {Kind.URL.value}",
        f"{path}:3:1: default_profile: found 'r', allowed: 'p', 'q'",
        f"warning: {path}:2:1: colour: unknown key, ignored; did you mean 'columns'?",
        f"warning: {path}:8:1: profiles.q.proxi: unknown key, ignored; did you mean 'proxy'?",
    ]
    assert told == f"{path}: 2 profiles, 2 warnings, 4 mistakes.\n"
    _, data, _ = answered("validate", path, {}, as_json=True)
    document = json.loads(data)
    assert [one["line"] for one in document["mistakes"]] == [1, 6, None, 3]
    assert (document["profiles"], len(document["warnings"])) == (["p", "q"], 2)


def test_validate_is_a_document_for_a_file_that_is_none_too(tmp_path: Path) -> None:
    path = private(tmp_path, "interval = 1\n[profiles.p\n")
    code, data, told = answered("validate", path, {}, as_json=True)
    document = json.loads(data)
    (mistake,) = document.pop("mistakes")
    assert (code, told) == (ExitCode.USAGE, "")
    assert document == {"file": str(path), "exists": True, "profiles": [], "warnings": []}
    assert (mistake["file"], mistake["line"]) == (str(path), 2)
    assert mistake["found"].startswith("text that is not TOML")
    missing = tmp_path / "none.toml"
    code, data, _ = answered("validate", missing, {}, as_json=True)
    assert (code, json.loads(data)["exists"]) == (ExitCode.USAGE, False)
    with pytest.raises(ConfigError):
        answered("validate", path, {})


def test_validate_is_content_with_what_is_right(tmp_path: Path) -> None:
    path = private(tmp_path, "colour = 1\n" + PROFILE)
    data, told = configured("validate", path, {})
    assert "warning: " in data
    assert "1 profile, 1 warning, no mistake." in told


def test_schema_lists_everything() -> None:
    data, _ = configured("schema", None, {})
    for name in ("default_profile", "credential_command", "settle_window", "[columns]", "SMS_TUI_TOKEN"):
        assert name in data


def test_the_json_schema_takes_what_the_program_takes_and_refuses_what_it_refuses(tmp_path: Path) -> None:
    _, data, _ = answered("schema", None, {}, as_json=True)
    schema = json.loads(data)
    assert schema == json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    right = PROFILE + 'auth = "aksk"\n[keys]\na.b = ["x"]\n[columns]\nname = "auto"\n[views.v]\nkey = "1"\n'
    jsonschema.validate(tomllib.loads(right), schema)
    for wrong in ("interval = 0", "colour = 1", "[profiles.p]\nread_only = 1", "[columns]\nname = 0"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(tomllib.loads(wrong), schema)


# A first file from answers


class Person:
    """Types what was prepared, and keeps what was asked."""

    def __init__(self, *lines: str, works: bool = True) -> None:
        self._lines = list(lines)
        self._works = works
        self.tried: list[Profile] = []

    def interview(self) -> Interview:
        return Interview(ask=self._line, ask_secret=self._line, try_out=self._try)

    def _line(self, _words: str) -> str:
        if not self._lines:
            raise EOFError
        return f"{self._lines.pop(0)}\n"

    def _try(self, profile: Profile) -> bool:
        self.tried.append(profile)
        return self._works

    @property
    def is_done(self) -> bool:
        return not self._lines


def written(folder: Path, person: Person) -> tuple[ExitCode, Path, str]:
    path = folder / "new" / "config.toml"
    out, err = io.StringIO(), io.StringIO()
    code = FirstConfig(Asked(path), {}, Output(out, err)).write(person.interview())
    assert person.is_done
    return code, path, err.getvalue()


def test_answers_become_a_private_commented_file_that_works(tmp_path: Path) -> None:
    person = Person("", "ap-southeast-3", "", "", "kim", "acme", "", "3", "pass 'sms prod'", "y", "")
    code, path, _ = written(tmp_path, person)
    assert (code, stat.S_IMODE(path.stat().st_mode)) == (ExitCode.DONE, 0o600)
    settings = load(path, {})
    profile = settings.profile()
    assert (settings.warnings, settings.default_profile) == ([], "prod")
    assert profile.endpoint == "https://sms.ap-southeast-3.myhuaweicloud.com"
    assert (profile.auth, profile.user, profile.domain) == ("password", "kim", "acme")
    assert (profile.scope_project, profile.production) == ("ap-southeast-3", True)
    assert profile.credential_command == ("pass", "sms prod")
    assert "# How to sign in" in path.read_text()
    assert [one.endpoint for one in person.tried] == [profile.endpoint]


@pytest.mark.parametrize(
    ("region", "endpoint"),
    [
        ("ru-moscow-1", "https://sms-api.ru-moscow-1.myhuaweicloud.com"),
        ("eu-west-101", "https://sms.eu-west-101.myhuaweicloud.eu"),
    ],
)
def test_regions_whose_service_is_named_otherwise_are_known(
    tmp_path: Path, region: str, endpoint: str
) -> None:
    person = Person("", region, "", "kim", "acme", "", "prompt", "n", "n")
    _, path, _ = written(tmp_path, person)
    profile = load(path, {}).profile()
    assert (profile.endpoint, profile.scope_project) == (endpoint, region)


def test_a_secret_is_written_only_when_that_is_wanted(tmp_path: Path) -> None:
    person = Person("x", "https://s.example", "token", "file", "to-ken", "n", "n")
    _, path, told = written(tmp_path, person)
    token = load(path, {}).profile().token
    assert token is not None
    assert token.reveal() == "to-ken"
    assert "to-ken" not in told
    other = Person("x", "https://s.example", "aksk", "prompt", "AKID", "n", "n")
    _, path, _ = written(tmp_path / "other", other)
    profile = load(path, {}).profile()
    assert (profile.ak, profile.sk, other.tried) == ("AKID", None, [])


def test_nonsense_is_asked_again(tmp_path: Path) -> None:
    person = Person(
        "", "not a region", "https://op:CANARY@far.example", "https://s.example", "9", "password", "", "kim",
        "acme", "-", "command", "'", "", "say it", "maybe", "n", "n",
    )  # fmt: skip
    code, path, told = written(tmp_path, person)
    assert code is ExitCode.DONE
    assert "'not a region' is neither a region nor" in told
    assert "'https://***@far.example' is neither" in told
    assert "It is needed." in told
    assert load(path, {}).profile().scope_project == ""


@pytest.mark.parametrize("typed", [["x", "https://s.example"], ["", "eu-west-1", "3", "2", "n", "y", "n"]])
def test_who_leaves_or_declines_leaves_no_file(tmp_path: Path, typed: list[str]) -> None:
    code, path, told = written(tmp_path, Person(*typed, works=False))
    assert (code, path.exists()) == (ExitCode.USAGE, False)
    assert "Nothing was written." in told


def test_a_file_that_is_there_is_found_before_anything_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    path.parent.mkdir()
    path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match="not written over"):
        written(tmp_path, Person())
