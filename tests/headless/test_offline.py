"""Commands that need no service: explain, config, and the doctor's local checks."""

import io
import stat
import tomllib
from pathlib import Path

import pytest

from sms_tui.config import ConfigError, load
from sms_tui.headless.configuring import configure
from sms_tui.headless.examining import Check, Verdict, clock_check, owner_check, terminal_checks, verdict_of
from sms_tui.headless.exit_codes import ExitCode
from sms_tui.headless.explaining import explain_code
from sms_tui.headless.output import Output
from tests.headless.stage import options


def explained(*words: str) -> tuple[ExitCode, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return explain_code(options("explain", *words), Output(out, err)), out.getvalue(), err.getvalue()


@pytest.mark.parametrize("words", [["SMS.3805"], ["sms.3805"], ["3805"]])
def test_a_code_is_explained_in_any_spelling(words: list[str]) -> None:
    code, data, _ = explained(*words)
    assert code is ExitCode.DONE
    assert data.startswith("SMS.3805\n")
    assert "First: " in data
    assert "Who: " in data


def test_words_find_every_row_that_holds_them() -> None:
    code, data, _ = explained("port", "22")
    assert code is ExitCode.DONE
    assert "SMS.3805" in data


def test_a_code_that_nobody_knows_offers_near_ones() -> None:
    code, data, told = explained("SMS.3885")
    assert (code, data) == (ExitCode.USAGE, "")
    assert "SMS.3" in told.partition("near:")[2]


def configured(
    action: str | None, file: Path | None, environ: dict[str, str], **given: str
) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = configure(action, file, given.get("profile"), given.get("endpoint", ""), environ, Output(out, err))
    assert code is ExitCode.DONE
    return out.getvalue(), err.getvalue()


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


def test_show_masks_secrets_and_says_where_values_come_from(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text('[profiles.p]\nendpoint = "https://x.example"\ntoken = "tok-en-value"\n')
    path.chmod(0o600)
    data, _ = configured("show", path, {"SMS_TUI_USER": "kim"})
    assert "tok-en-value" not in data
    assert 'token = "***"' in data
    assert f'endpoint = "https://x.example"    # {path}:2:1' in data
    assert 'user = "kim"    # SMS_TUI_USER' in data


def test_validate_counts_and_schema_lists_everything(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text('colour = 1\n[profiles.p]\nendpoint = "https://x.example"\n')
    _, told = configured("validate", path, {})
    assert "1 profile(s), 1 warning(s)" in told
    data, _ = configured("schema", None, {})
    for name in (
        "default_profile",
        "endpoint",
        "credential_command",
        "settle_window",
        "[columns]",
        "SMS_TUI_TOKEN",
    ):
        assert name in data


class Pipe(io.StringIO):
    """Something that is no terminal, with an encoding."""

    encoding = "ascii"  # type: ignore[assignment]


def test_a_poor_terminal_is_a_warning_and_not_a_failure() -> None:
    checks = list(terminal_checks({"TERM": "dumb"}, Pipe()))
    assert {check.verdict for check in checks} == {Verdict.WARNING}
    assert all(check.advice for check in checks)
    assert verdict_of(checks) is ExitCode.DONE


@pytest.mark.parametrize(
    ("offset", "signs", "verdict"),
    [
        (0.4, True, Verdict.GOOD),
        (-59.0, True, Verdict.GOOD),
        (61.0, True, Verdict.WARNING),
        (-901.0, True, Verdict.BAD),
        (901.0, False, Verdict.WARNING),
        (None, True, Verdict.WARNING),
    ],
)
def test_clocks_apart_matter_to_signatures(offset: float | None, signs: bool, verdict: Verdict) -> None:
    assert clock_check(offset, signs=signs).verdict is verdict


def test_a_configuration_that_others_can_write_is_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.touch(mode=0o600)
    assert list(owner_check(path)) == []
    path.chmod(0o666)
    (check,) = owner_check(path)
    assert check.verdict is Verdict.BAD
    assert verdict_of([check, Check("x", Verdict.GOOD, "", "")]) is ExitCode.FAILED
