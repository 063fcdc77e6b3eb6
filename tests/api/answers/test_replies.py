"""What answers say: code, text, id and advice, for every shape of error that the service and others send."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_tui.api.answers.replies import (
    NO_HINTS,
    Hints,
    complaint_of,
    http_date,
    is_sign_in_refused,
    iso_date,
    retry_after,
    trouble_of,
)
from sms_tui.api.calls.outcomes import answer_to
from sms_tui.api.network.server_clock import ServerClock
from sms_tui.api.network.transport import Reply
from sms_tui.domain.outcome import Outcome, TroubleKind
from tests.api.rig import FIXTURES, START, date_header

HOST = "sms.example.com"


def reply(status: int, body: bytes | Path = b"", **headers: str) -> Reply:
    content = body if isinstance(body, bytes) else body.read_bytes()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, {"content-type": "application/json", **named}, content, START, 0.25)


@pytest.mark.parametrize(
    ("status", "name", "code", "request_id"),
    [
        (401, "error_apigw_401.json", "APIGW.0301", "3a1f6d0c5b7e49d28c0e4f1a2b3c4d5e"),
        (401, "error_apigw_401_token_update.json", "APIGW.0307", "3a1f6d0c5b7e49d28c0e4f1a2b3c4d5f"),
        (404, "error_apigw_404.json", "APIGW.0101", "3a1f6d0c5b7e49d28c0e4f1a2b3c4d61"),
        (429, "error_apigw_429.json", "APIGW.0308", "3a1f6d0c5b7e49d28c0e4f1a2b3c4d62"),
        (400, "error_iam_400.json", "400", ""),
        (401, "error_iam_401.json", "401", ""),
        (403, "error_iam_403_coded.json", "IAM.0003", ""),
        (400, "error_sms_400_delete_running.json", "SMS.7719", ""),
        (403, "error_sms_403.json", "SMS.9004", ""),
        (404, "error_sms_task_not_found.json", "SMS.7703", ""),
    ],
)
def test_published_errors_are_read(status: int, name: str, code: str, request_id: str) -> None:
    complaint = complaint_of(reply(status, FIXTURES / name))
    assert (complaint.code, complaint.request_id) == (code, request_id)
    assert complaint.text


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"errorCode":"SMS.1038","errorMsg":"x"}', "SMS.1038"),
        (b'{"code":"SMS.1038","message":"x"}', "SMS.1038"),
        (b'{"outer":{"inner":{"error_code":"SMS.1038"}}}', "SMS.1038"),
        (b'{"error_code":"SMS.1038","error_msg":"two\nlines"}', "SMS.1038"),
        (b'{"error_code":5,"error_msg":"x"}', ""),
        (b'{"error_code":"not a code at all","error_msg":"x"}', ""),
        (b'{"code":200}', ""),
        (b"<html>SMS.1038</html>", ""),
        (b"", ""),
        (b"[[[[", ""),
        (b"[" * 100_000, ""),
    ],
)
def test_a_code_is_found_in_whatever_shape_a_complaint_has(body: bytes, code: str) -> None:
    assert complaint_of(reply(400, body)).code == code


KINDS = [
    (400, "error_sms_400_disconnected.json", TroubleKind.REFUSED),
    (401, "error_apigw_401.json", TroubleKind.SIGN_IN),
    (403, "error_sms_403.json", TroubleKind.DENIED),
    (404, "error_sms_task_not_found.json", TroubleKind.NOT_FOUND),
    (400, "error_sms_task_not_found.json", TroubleKind.NOT_FOUND),
    (404, "error_sms_400_disconnected.json", TroubleKind.NOT_FOUND),
    (404, "error_apigw_404.json", TroubleKind.REFUSED),
    (407, "error_apigw_404.json", TroubleKind.UNREACHABLE),
    (408, "error_apigw_404.json", TroubleKind.SERVER),
    (429, "error_apigw_429.json", TroubleKind.THROTTLED),
    (500, "error_sms_400_disconnected.json", TroubleKind.SERVER),
    (503, "error_apigw_429.json", TroubleKind.SERVER),
    (401, "error_sms_400_disconnected.json", TroubleKind.REFUSED),
]


@pytest.mark.parametrize(("status", "name", "kind"), KINDS)
def test_status_and_code_tell_the_kind_of_trouble(status: int, name: str, kind: TroubleKind) -> None:
    trouble = trouble_of(reply(status, FIXTURES / name), HOST, now=START)
    assert (trouble.kind, trouble.status) == (kind, status)
    assert trouble.request_id == complaint_of(reply(status, FIXTURES / name)).request_id
    assert HOST in trouble.sentence
    assert trouble.code in trouble.sentence


def test_an_error_is_told_whatever_status_it_has() -> None:
    told = trouble_of(reply(200, b'{"error_code":5,"error_msg":"the disk is full"}'), HOST, now=START)
    assert told.kind is TroubleKind.SERVER
    assert told.may_have_executed
    assert f"{HOST} answers HTTP 200: 5: the disk is full;" in told.sentence


@pytest.mark.parametrize("status", [401, 403, 404, 429])
def test_a_web_page_is_not_the_word_of_the_service(status: int) -> None:
    page = reply(status, b"<html>blocked</html>", content_type="text/html")
    trouble = trouble_of(page, HOST, now=START)
    assert trouble.kind is TroubleKind.NONSENSE
    assert trouble.may_have_executed


def test_a_code_is_believed_whatever_the_answer_calls_itself() -> None:
    answer = reply(403, FIXTURES / "error_sms_403.json", content_type="text/html")
    assert trouble_of(answer, HOST, now=START).kind is TroubleKind.DENIED


def test_a_date_counts_with_its_zone() -> None:
    assert http_date("Mon, 01 Jan 2024 08:00:00 +0800") == http_date("Mon, 01 Jan 2024 00:00:00 GMT")
    assert iso_date("2024-01-01T08:00:00+08:00") == iso_date("2024-01-01T00:00:00Z")


def test_a_status_without_a_code_is_taken_at_its_word() -> None:
    assert trouble_of(reply(403, b"{}"), HOST, now=START).kind is TroubleKind.DENIED
    told = trouble_of(reply(200, b"OK"), HOST, now=START).sentence
    assert "answers 200 with something that is not from the service" in told


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b'{"error_code":"Weird","error_msg":"Why."}', "application/json", "HTTP 400: Weird: Why;"),
        (b'{"error_code":7703,"error_msg":"Why"}', "application/json", "HTTP 400: 7703: Why;"),
        (b'{"outer":{"message":"Why"}}', "application/json", "HTTP 400: Why;"),
        (b'{"reason":"Why"}', "application/json", 'HTTP 400: {"reason":"Why"};'),
        (b"upstream\n reset", "text/plain", "HTTP 400: upstream reset;"),
        (b"{}", "application/json", "HTTP 400;"),
        ("请求无效".encode() * 200, "text/plain", "HTTP 400: 请求无效"),
        (b"\x1f\x8b\x08\x00\xff\xfeWhy", "text/plain", "HTTP 400;"),
        (b"  <h1>Why</h1>", "text/plain", "HTTP 400;"),
        (b"", "text/plain", "HTTP 400;"),
    ],
)
def test_the_words_of_an_unknown_error_are_told_but_prove_nothing(body: bytes, kind: str, said: str) -> None:
    trouble = trouble_of(reply(400, body, content_type=kind), HOST, now=START)
    assert f"answers {said}" in trouble.sentence
    assert trouble.may_have_executed


def test_only_of_a_missing_call_the_endpoint_is_doubted() -> None:
    missing = trouble_of(reply(404, FIXTURES / "error_apigw_404.json"), HOST, now=START)
    assert missing.sentence.endswith("check `endpoint` in the profile.")
    odd = trouble_of(reply(400, b'{"error_code":"APIGW.9999"}'), HOST, now=START)
    assert odd.sentence.endswith("APIGW.9999; ask support about that code.")


def test_a_refusal_says_what_the_catalogue_advises() -> None:
    known = trouble_of(reply(400, FIXTURES / "error_sms_400_delete_running.json"), HOST, now=START)
    assert "cannot be deleted; pause, wait, delete; never end the agent" in known.sentence


def test_a_redirect_is_told_with_its_host_and_no_more() -> None:
    answer = reply(302, location="https://login.example.net/?secret=CANARY")
    trouble = trouble_of(answer, HOST, now=START)
    assert "login.example.net" in trouble.sentence
    assert "CANARY" not in trouble.sentence
    assert trouble.kind is TroubleKind.NONSENSE


def test_the_permission_is_the_one_the_service_names() -> None:
    hints = Hints(permission="sms:server:other")
    named = trouble_of(reply(403, FIXTURES / "error_sms_403.json"), HOST, now=START, hints=hints)
    assert "ask an administrator for sms:server:manageTask" in named.sentence
    unnamed = trouble_of(reply(403, FIXTURES / "error_iam_403_coded.json"), HOST, now=START, hints=hints)
    assert "ask an administrator for sms:server:other" in unnamed.sentence


def test_a_missing_call_gets_the_hint_of_the_one_who_called() -> None:
    hints = Hints(missing="change the setting")
    missing = trouble_of(reply(404, FIXTURES / "error_apigw_404.json"), HOST, now=START, hints=hints)
    assert missing.sentence.endswith("change the setting.")
    gone = trouble_of(reply(404, FIXTURES / "error_sms_task_not_found.json"), HOST, now=START, hints=hints)
    assert "change the setting" not in gone.sentence


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        ("0", 1),
        ("99999", 120),
        ("1.5", 1.5),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("nan", None),
        (date_header(START + 30)["Date"], 30),
        (date_header(START - 30)["Date"], 1),
        ("Thu, 99 Foo 2022 99:99:99 GMT", None),
    ],
)
def test_how_long_the_service_asks_to_wait(text: str, seconds: float | None) -> None:
    assert retry_after(reply(429, retry_after=text), START) == seconds


@pytest.mark.parametrize("ahead", [-3600.0, 3600.0])
def test_a_date_to_wait_for_is_one_of_the_service_s_clock(ahead: float) -> None:
    there = START + ahead
    answer = reply(429, retry_after=date_header(there + 30)["Date"], date=date_header(there)["Date"])
    assert retry_after(answer, START) == 30


@given(st.text(max_size=30))
def test_any_retry_after_is_bounded_or_ignored(text: str) -> None:
    seconds = retry_after(reply(429, retry_after=text), START)
    assert seconds is None or 1 <= seconds <= 120


@given(st.integers(100, 599), st.binary(max_size=80), st.sampled_from(["", "text/html", "application/json"]))
def test_any_answer_makes_one_sentence_and_one_outcome(status: int, body: bytes, kind: str) -> None:
    answer = reply(status, body, content_type=kind)
    assert trouble_of(answer, HOST, now=START).sentence.endswith(".")
    outcome = answer_to(answer, HOST, now=START, hints=NO_HINTS).outcome
    assert outcome in {Outcome.ACCEPTED, Outcome.REJECTED, Outcome.UNKNOWN}
    assert (outcome is Outcome.ACCEPTED) <= (200 <= status < 300)
    assert (outcome is Outcome.REJECTED) <= (400 <= status < 500 and status != 408)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (reply(200), Outcome.ACCEPTED),
        (reply(204), Outcome.ACCEPTED),
        (reply(200, b"{}"), Outcome.ACCEPTED),
        (reply(200, b"{}", content_type=""), Outcome.ACCEPTED),
        (reply(200, b" \n"), Outcome.ACCEPTED),
        (reply(200, b"{}", content_type="text/html; charset=utf-8"), Outcome.UNKNOWN),
        (reply(200, b"", content_type="text/html"), Outcome.UNKNOWN),
        (reply(200, b"Welcome"), Outcome.UNKNOWN),
        (reply(200, b'{"error_code":"SMS.1038","error_msg":"x"}'), Outcome.UNKNOWN),
        (reply(302), Outcome.UNKNOWN),
        (reply(307, FIXTURES / "error_apigw_401.json"), Outcome.UNKNOWN),
        (reply(400, FIXTURES / "error_sms_400_disconnected.json"), Outcome.REJECTED),
        (reply(400), Outcome.UNKNOWN),
        (reply(401, FIXTURES / "error_apigw_401.json"), Outcome.REJECTED),
        (reply(403, FIXTURES / "error_iam_403_coded.json"), Outcome.REJECTED),
        (reply(403, b"<html>", content_type="text/html"), Outcome.UNKNOWN),
        (reply(404, FIXTURES / "error_apigw_404.json"), Outcome.REJECTED),
        (reply(408, FIXTURES / "error_apigw_429.json"), Outcome.UNKNOWN),
        (reply(409, b'{"error_code":"SMS.1038"}'), Outcome.REJECTED),
        (reply(429, FIXTURES / "error_apigw_429.json"), Outcome.REJECTED),
        (reply(429), Outcome.UNKNOWN),
        (reply(500, FIXTURES / "error_sms_400_disconnected.json"), Outcome.UNKNOWN),
        (reply(502, b"<html>", content_type="text/html"), Outcome.UNKNOWN),
        (reply(504), Outcome.UNKNOWN),
        (reply(100), Outcome.UNKNOWN),
    ],
)
def test_what_a_whole_answer_to_a_write_proves(answer: Reply, outcome: Outcome) -> None:
    judged = answer_to(answer, HOST, now=START, hints=NO_HINTS)
    assert judged.outcome is outcome
    assert (judged.trouble is None) is (outcome is Outcome.ACCEPTED)
    assert judged.elapsed_ms == 250
    if judged.trouble:
        assert judged.trouble.may_have_executed is (outcome is Outcome.UNKNOWN)


def test_a_success_with_an_error_of_the_service_in_it_tells_that_error() -> None:
    answer = reply(200, b'{"error_code":"SMS.1038","error_msg":"x"}')
    told = trouble_of(answer, HOST, now=START, hints=Hints(fault="look at the task"))
    assert told.sentence == "sms.example.com answers SMS.1038: x; look at the task."


def test_the_request_id_comes_from_a_header_first() -> None:
    answer = answer_to(reply(200, x_request_id="abc"), HOST, now=START, hints=NO_HINTS)
    assert answer.request_id == "abc"
    assert complaint_of(reply(400, b'{"request_id":"inside"}', x_iam_trace_id="trace")).request_id == "trace"


def test_support_is_given_a_request_id_only_where_there_is_one() -> None:
    nameless = trouble_of(reply(503), HOST, now=START)
    assert nameless.sentence == "sms.example.com answers HTTP 503; try again later."
    named = trouble_of(reply(503, x_request_id="abc"), HOST, now=START)
    assert named.sentence.endswith("; try again later, and give support the request id.")


def test_a_401_refuses_the_sign_in_unless_somebody_else_or_the_service_says_it() -> None:
    assert is_sign_in_refused(reply(401))
    assert is_sign_in_refused(reply(401, b"Unauthorized", content_type="text/plain"))
    assert not is_sign_in_refused(reply(401, b"", content_type="text/html"))
    assert is_sign_in_refused(reply(401, FIXTURES / "error_apigw_401.json"))
    assert not is_sign_in_refused(reply(401, b'{"error_code":"SMS.2003","error_msg":"bad method"}'))
    assert not is_sign_in_refused(reply(401, b"<html>"))
    assert not is_sign_in_refused(reply(403, FIXTURES / "error_apigw_401.json"))


def test_the_clock_offset_is_the_median_of_uncached_answers() -> None:
    clock = ServerClock()
    assert clock.offset is None
    for ahead in (60, 61, 5000, 60, 61):
        clock.note(reply(200, date=date_header(START + ahead)["Date"]))
    for _ in range(5):
        clock.note(reply(200, date=date_header(START + 9000)["Date"], age="30"))
    clock.note(reply(200, date="yesterday"))
    assert clock.offset == pytest.approx(61, abs=1)
    assert clock.round_trip == 0.25
