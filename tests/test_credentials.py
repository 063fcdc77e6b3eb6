"""Credentials: the order of sources, what counts as whole, and that nothing is said aloud."""

import os
import sys
import types
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from sms_tui import credentials
from sms_tui.config import Profile
from sms_tui.credentials import CredentialsError, Found, find, run_command, without_secrets
from sms_tui.domain.secret import Secret

TOKEN = {"SMS_TUI_TOKEN": "env-token"}
PASSWORD = {"SMS_TUI_PASSWORD": "env-password"}
KEYS = {"HUAWEICLOUD_SDK_AK": "env-ak", "HUAWEICLOUD_SDK_SK": "env-sk"}
WHO = {"user": "kim", "domain": "acme"}


@pytest.fixture(autouse=True)
def keyring(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A keyring of the test's own, empty unless it is filled."""
    held: dict[str, str] = {}
    module = types.ModuleType("keyring")
    module.get_password = lambda service, name: held.get(f"{service}:{name}")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", module)
    return held


def printing(text: str) -> tuple[str, ...]:
    """A command that prints `text`."""
    return (sys.executable, "-c", f"print({text!r})")


def found(
    profile: Profile, environ: Mapping[str, str], prompt: Callable[[str], str] | None = None
) -> tuple[str, str, dict[str, str]]:
    """Kind, source and the secrets themselves."""
    result = find(profile, environ, prompt)
    return result.kind, result.origin, {part: secret.reveal() for part, secret in result.parts.items()}


def test_the_environment_comes_first_and_nothing_later_is_looked_at() -> None:
    profile = Profile("p", credential_command=("/no/such/program",), token=Secret("file-token"))
    assert found(profile, TOKEN) == ("token", "environment", {"token": "env-token"})


@pytest.mark.parametrize(
    ("environ", "kind"),
    [
        ({**TOKEN, **KEYS, **PASSWORD}, "token"),
        ({**KEYS, **PASSWORD}, "aksk"),
        (PASSWORD, "password"),
    ],
)
def test_without_auth_what_is_there_decides_in_order(environ: dict[str, str], kind: str) -> None:
    assert found(Profile("p", **WHO), environ)[0] == kind


@pytest.mark.parametrize("auth", ["token", "aksk", "password"])
def test_auth_decides_where_it_is_set(auth: str) -> None:
    assert found(Profile("p", auth=auth, **WHO), {**TOKEN, **KEYS, **PASSWORD})[0] == auth


def test_what_surrounds_a_secret_in_the_environment_is_no_part_of_it_and_blanks_are_none() -> None:
    environ = {"SMS_TUI_TOKEN": " \n", "SMS_TUI_PASSWORD": "env-password\n"}
    assert found(Profile("p", **WHO), environ) == ("password", "environment", {"password": "env-password"})


def test_the_command_comes_second(keyring: dict[str, str]) -> None:
    keyring["sms-tui:p/token"] = "ring-token"
    profile = Profile("p", credential_command=printing('{"token": "cmd-token"}'), token=Secret("file-token"))
    assert found(profile, {}) == ("token", "credential_command", {"token": "cmd-token"})


def test_the_keyring_comes_third(keyring: dict[str, str]) -> None:
    keyring["sms-tui:p/token"] = "ring-token"
    keyring["sms-tui:other/token"] = "not this one"
    assert found(Profile("p", token=Secret("file-token")), {}) == (
        "token",
        "keyring",
        {"token": "ring-token"},
    )


def test_the_file_comes_fourth_and_the_prompt_last() -> None:
    profile = Profile("p", token=Secret("file-token"))
    assert found(profile, {}, lambda _: "typed") == ("token", "configuration file", {"token": "file-token"})
    assert found(Profile("p"), {}, lambda _: "typed") == ("token", "prompt", {"token": "typed"})


def test_what_was_tried_is_told() -> None:
    result = find(Profile("p", token=Secret("t-oken")), {"HUAWEICLOUD_SDK_AK": "a"}, None)
    assert result.tried == ("environment: only ak", "keyring: nothing")


@pytest.mark.parametrize(
    "problem", [RuntimeError("no recommended backend"), ModuleNotFoundError("No module named 'keyrings.alt'")]
)
def test_a_keyring_without_any_place_to_keep_secrets_is_told(
    problem: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(service: str, name: str) -> str:
        raise problem

    monkeypatch.setattr(sys.modules["keyring"], "get_password", fail)
    with pytest.raises(CredentialsError, match=rf"keyring: cannot be used \({type(problem).__name__}\)"):
        find(Profile("p"), {}, None)


def test_a_keyring_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(CredentialsError, match="keyring: not installed"):
        find(Profile("p"), {}, None)


def test_a_password_needs_user_and_domain() -> None:
    with pytest.raises(CredentialsError, match="user or domain is missing"):
        find(Profile("p"), PASSWORD, None)
    with pytest.raises(CredentialsError, match="`user` and `domain`"):
        find(Profile("p", auth="password"), {}, lambda _: "typed")


def test_only_what_auth_accepts_is_advised() -> None:
    profile = Profile("p", auth="password", **WHO)
    with pytest.raises(CredentialsError) as failure:
        find(profile, TOKEN, None)
    assert "profile 'p' with auth = \"password\" (environment: only token;" in str(failure.value)
    assert "Set SMS_TUI_PASSWORD" in str(failure.value)
    assert "SMS_TUI_TOKEN" not in str(failure.value)


def test_a_key_pair_comes_from_one_source_but_for_the_id_of_the_profile() -> None:
    half = Profile("p", ak="file-ak", sk=Secret("file-sk"))
    assert found(half, {"HUAWEICLOUD_SDK_AK": "env-ak"})[2] == {"ak": "file-ak", "sk": "file-sk"}
    id_only = Profile("p", ak="file-ak")
    assert found(id_only, {"HUAWEICLOUD_SDK_SK": "env-sk"})[2] == {"ak": "file-ak", "sk": "env-sk"}
    environ = {**KEYS, "HUAWEICLOUD_SDK_SECURITY_TOKEN": "env-st"}
    assert found(half, environ)[2] == {"ak": "env-ak", "sk": "env-sk", "security_token": "env-st"}


@pytest.mark.parametrize(
    ("profile", "asked", "part"),
    [
        (Profile("p"), "Token", "token"),
        (Profile("p", **WHO), "Password", "password"),
        (Profile("p", ak="id"), "Secret access key", "sk"),
        (Profile("p", auth="token", **WHO), "Token", "token"),
    ],
)
def test_the_prompt_asks_for_what_is_missing(profile: Profile, asked: str, part: str) -> None:
    questions: list[str] = []

    def prompt(question: str) -> str:
        questions.append(question)
        return " typed "

    assert found(profile, {}, prompt)[2][part] == "typed"
    assert questions == [f"{asked} for profile 'p': "]


def test_nothing_typed_is_no_credential() -> None:
    with pytest.raises(CredentialsError, match="Nothing was typed"):
        find(Profile("p"), {}, lambda _: "")


def test_an_end_of_input_is_no_credential_either() -> None:
    def end(_: str) -> str:
        raise EOFError

    with pytest.raises(CredentialsError, match="Nothing was typed"):
        find(Profile("p"), {}, end)


def test_what_is_found_shows_to_nobody() -> None:
    result = find(Profile("p"), {**KEYS}, None)
    assert isinstance(result, Found)
    assert "env-sk" not in repr(result) + str(result)


# The command


def test_the_command_has_no_shell_and_no_secret_in_its_environment() -> None:
    script = (
        "import json,os,sys; print(json.dumps({'token': ' '.join([*sys.argv[1:], *sorted(os.environ)])}))"
    )
    environ = {**TOKEN, **KEYS, **PASSWORD, "PLAIN": "1"}
    parts = run_command((sys.executable, "-c", script, "$(id)", ";"), environ)
    words = parts["token"].reveal().split()
    assert words[:2] == ["$(id)", ";"]
    assert "PLAIN" in words
    assert not set(words) & (TOKEN.keys() | KEYS.keys() | PASSWORD.keys())


def test_the_command_reads_nothing_of_what_is_typed_to_the_program() -> None:
    script = "import json,sys; print(json.dumps({'token': f'read {sys.stdin.read()!r}'}))"
    (typed, hand), kept = os.pipe(), os.dup(0)
    os.write(hand, b"a key")
    os.close(hand)
    os.dup2(typed, 0)
    try:
        parts = run_command((sys.executable, "-c", script), {})
    finally:
        os.dup2(kept, 0)
        os.close(kept)
        os.close(typed)
    assert parts["token"].reveal() == "read ''"


def test_each_kind_of_answer_is_understood() -> None:
    text = '{"ak": "a-k", "sk": "s-k", "security_token": "s-t", "other": 1}'
    assert found(Profile("p", credential_command=printing(text)), {})[2] == {
        "ak": "a-k",
        "sk": "s-k",
        "security_token": "s-t",
    }
    password = Profile("p", credential_command=printing('{"password": "p-w"}'), **WHO)
    assert found(password, {})[2] == {"password": "p-w"}


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("print('tok-secret')", "did not print JSON"),
        ("print('[1]')", "did not print a JSON object"),
        ("print('{\"token\": 1}')", "each a text"),
        ("print('{}')", "the JSON must hold"),
        ("print('[' * 60000)", "did not print"),
        ("import sys; sys.exit(3)", "ended with code 3"),
        ("print('x' * 70000)", "more than 64 KiB"),
        ("import os; os.write(1, b'\\xff' * 10)", "did not print JSON"),
    ],
)
def test_what_a_command_does_wrong_is_one_sentence(script: str, said: str) -> None:
    with pytest.raises(CredentialsError) as caught:
        run_command((sys.executable, "-c", script), {})
    assert said in str(caught.value)
    assert "tok-secret" not in str(caught.value)


def test_a_program_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match="no such file"):
        run_command((str(tmp_path / "none"),), {})


def test_a_command_that_nobody_could_run_is_one_sentence() -> None:
    with pytest.raises(CredentialsError) as caught:
        run_command(("a\0b",), {})
    assert str(caught.value).endswith(": cannot be run (embedded null byte).")


def test_a_command_s_name_is_told_without_what_a_terminal_would_obey() -> None:
    with pytest.raises(CredentialsError, match=r"credential_command \(␛\[2Jnone\): cannot be run"):
        run_command(("\x1b[2Jnone",), {})


def test_the_last_words_of_a_command_hide_what_it_printed_and_what_we_know() -> None:
    script = (
        "import sys; print('printed-secret-1'); print('noise', file=sys.stderr);"
        "print('no: printed-secret-1 env-token-value \\x1b[2J', file=sys.stderr); sys.exit(1)"
    )
    with pytest.raises(CredentialsError) as caught:
        run_command((sys.executable, "-c", script), {"SMS_TUI_TOKEN": "env-token-value"})
    text = str(caught.value)
    assert "no: *** ***" in text
    assert "\x1b" not in text


def test_a_command_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "COMMAND_SECONDS", 0.2)
    with pytest.raises(CredentialsError, match="no whole answer"):
        run_command((sys.executable, "-c", "import time; print('{', flush=True); time.sleep(60)"), {})


def test_a_command_that_closes_its_output_and_lingers_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "_LAST_SECONDS", 0.2)
    script = "import os,time; os.close(1); os.close(2); time.sleep(60)"
    with pytest.raises(CredentialsError, match="does not end"):
        run_command((sys.executable, "-c", script), {})


def test_other_programs_get_no_secret() -> None:
    assert without_secrets({**TOKEN, **KEYS, **PASSWORD, "A": "b"}) == {"A": "b"}
