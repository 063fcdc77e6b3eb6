"""Commands that need no service: explain, and the doctor's local checks."""

import io
from pathlib import Path

import pytest

from sms_tui.cli.starting_line import UNDRAWABLE
from sms_tui.exit_codes import ExitCode
from sms_tui.headless.doctor_checks import (
    Check,
    Verdict,
    clock_check,
    owner_check,
    state_check,
    terminal_checks,
    verdict_of,
)
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


def test_a_word_is_found_where_a_word_begins() -> None:
    _, data, _ = explained("port")
    assert "SMS.3805" in data
    assert "IAM.0072" not in data, "which says report"


def test_an_unknown_code_among_others_is_named_and_the_others_are_explained() -> None:
    code, data, told = explained("SMS.3805", "SMS.9999")
    assert (code, data.splitlines()[0]) == (ExitCode.USAGE, "SMS.3805")
    assert told.startswith("sms-tui explain: 'SMS.9999' is not in the catalogue")


def test_several_codes_are_explained_one_after_the_other() -> None:
    code, data, _ = explained("SMS.3805", "3102")
    assert code is ExitCode.DONE
    assert [line for line in data.splitlines() if line.startswith("SMS.")] == ["SMS.3805", "SMS.3102"]


def test_a_code_that_nobody_knows_offers_near_ones() -> None:
    code, data, told = explained("SMS.3885")
    assert (code, data) == (ExitCode.USAGE, "")
    assert "SMS.3" in told.partition("near:")[2]


class Pipe(io.StringIO):
    """Something that is no terminal, with an encoding."""

    encoding = "ascii"  # type: ignore[assignment]


@pytest.mark.parametrize("term", sorted(UNDRAWABLE))
def test_a_poor_terminal_is_a_warning_and_not_a_failure(term: str) -> None:
    checks = list(terminal_checks({"TERM": term}, Pipe(), (60, 15), UNDRAWABLE))
    assert {check.verdict for check in checks} == {Verdict.WARNING}
    assert all(check.advice for check in checks)
    assert verdict_of(checks) is ExitCode.DONE


def test_a_locale_that_gets_ascii_alone_is_named() -> None:
    out = io.TextIOWrapper(io.BytesIO(), "utf-8")
    environ = {"TERM": "xterm", "LC_CTYPE": "C.UTF-8", "LANG": "C"}
    (found,) = (
        check
        for check in terminal_checks(environ, out, (60, 15), UNDRAWABLE, ascii_only=True)
        if check.name == "characters"
    )
    assert (found.verdict, found.seen) == (Verdict.WARNING, "LC_CTYPE C.UTF-8, LANG C, UTF-8")
    assert "LC_ALL" in found.advice


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
    assert clock_check(offset, signs=signs, is_here=False).verdict is verdict


def test_clocks_far_apart_are_told_in_hours() -> None:
    seen = "this machine's is 1 h 13 m behind"
    assert clock_check(4397.0, signs=True, is_here=False).seen == seen


def test_the_time_of_a_service_on_this_machine_is_its_own() -> None:
    found = clock_check(4397.0, signs=True, is_here=True)
    assert (found.verdict, found.advice) == (Verdict.GOOD, "")


def test_a_configuration_that_others_can_write_is_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.touch(mode=0o600)
    assert list(owner_check(path)) == []
    path.chmod(0o666)
    (check,) = owner_check(path)
    assert check.verdict is Verdict.BAD
    assert verdict_of([check, Check("x", Verdict.GOOD, "", "")]) is ExitCode.FAILED


def test_a_journal_that_cannot_be_read_is_not_in_order(tmp_path: Path) -> None:
    assert state_check(tmp_path).verdict is Verdict.GOOD
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "nowhere")
    check = state_check(tmp_path)
    assert (check.name, check.verdict) == ("journal", Verdict.BAD)
    assert check.seen.startswith("link.jsonl: it cannot be read")
