"""The catalogue of error codes: complete, well-formed, and short enough where it is shown in a row."""

import csv
import re
from importlib.resources import files

import pytest

from sms_tui.domain.advice import Advice, codes, explain, search

TEXT = files("sms_tui.domain").joinpath("errors.tsv").read_text(encoding="utf-8")
ROWS = list(csv.DictReader(TEXT.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
# What an agent or the service is known to report of a migration.
MET_IN_MIGRATIONS = """
0007 0201 0202 0203 0204 0205 0206 0207 0208 0210 0211 0212 0219 0303 0304 0306 0410 0412 0515 0601 0609 0805
0806 0807 1104 1105 1106 1113 1204 1205 1351 1352 1353 1402 1404 1414 1807 1901 1902 1904 2802 2805 2806 3102
3205 3802 3803 3804 3805 3806 5102 5105 5108 5109 5112 5113 6303 6306 6504 6509 6511 6517 6526 6528 6533 6537
6563 6564 6102 6103 6519 6520 6562 6602 6603 6616 6617 7602 7605 7703 7711 7712 7719 8115 9007
"""
NEED_A_NEW_TASK = """
0007 0212 0412 0515 1104 1107 1204 1404 1414 3205 3803 3804 6602 6616 6617
"""
RESUMABLE = """
0204 0210 0211 0219 0303 0601 0805 0806 0807 1105 1106 1113 1807 1904 2802 2805 2806 3102 3802 3805 3806 6526
6603 9007
"""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["code"]))
def test_every_row_is_well_formed(row: dict[str, str]) -> None:
    assert list(row) == ["code", "meaning", "action", "who", "resume"]
    assert re.fullmatch(r"(SMS|APIGW|APIG|IAM)\.\d{4}", row["code"])
    assert re.fullmatch(r"[SNTAV](/[SNTAV])*|-", row["who"])
    assert row["resume"] in {"y", "a", "n", "-"}
    for words in (row["meaning"], row["action"]):
        assert words == " ".join(words.split())
        assert words[0].isupper()
        assert not words.endswith((".", ";", ","))
        assert words.isascii()
        assert 8 <= len(words) <= 110 or words.startswith("Wait;")


def test_no_code_is_there_twice() -> None:
    assert len({row["code"] for row in ROWS}) == len(ROWS)
    assert codes() == [row["code"] for row in ROWS]


def test_no_cell_is_missing_or_too_many() -> None:
    assert {line.count("\t") for line in TEXT.splitlines()} == {4}


@pytest.mark.parametrize("number", MET_IN_MIGRATIONS.split())
def test_what_is_met_in_migrations_is_explained(number: str) -> None:
    assert explain(f"SMS.{number}") is not None


def marked(marks: str) -> list[str]:
    """The codes of the service whose resume is one of these marks."""
    return [row["code"] for row in ROWS if row["resume"] in marks and row["code"].startswith("SMS.")]


def test_what_a_repair_leads_to() -> None:
    assert marked("n") == [f"SMS.{number}" for number in NEED_A_NEW_TASK.split()]
    assert marked("ya") == [f"SMS.{number}" for number in RESUMABLE.split()]


def test_of_network_faults_an_agent_may_recover_by_itself() -> None:
    said = {code: getattr(explain(code), "resuming", "") for code in codes()}
    recovering = [code for code, words in said.items() if "may go on by itself" in words]
    assert recovering == [f"SMS.{number}" for number in ("0807", "1807", "2802", "2805", "2806", "3802")]


def test_a_code_is_found_however_it_is_typed() -> None:
    advice = explain(" sms.3805 ")
    assert advice is not None
    assert advice.code == "SMS.3805"
    assert advice is explain("SMS.3805")


@pytest.mark.parametrize("code", ["", "SMS.9999", "3805", "SMS.38", "code", "\x1b[m"])
def test_an_unknown_code_is_nothing(code: str) -> None:
    assert explain(code) is None


def found(words: str) -> set[str]:
    """The codes that a search gives."""
    return {advice.code for advice in search(words)}


def test_a_code_is_found_by_its_beginning_and_by_all_words_of_its_text() -> None:
    assert found("PORT 8900") == {"SMS.1807"}
    assert found("8900 port") == {"SMS.1807"}
    assert found("sms.38") == {"SMS.3802", "SMS.3803", "SMS.3804", "SMS.3805", "SMS.3806"}
    assert found("") == found("  ") == found("no such words") == set()
    assert "SMS.1904" in found("shadow")


def test_a_row_says_what_to_do_and_who_does_it() -> None:
    assert explain("SMS.6517") == Advice(
        "SMS.6517",
        "The Linux source has no rsync",
        "Install rsync",
        "restart the agent",
        "S",
        "-",
    )
