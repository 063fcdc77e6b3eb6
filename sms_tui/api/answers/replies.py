"""Classifies every answer that is not a plain success, and makes one sentence of it for the operator."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from math import isnan
from urllib.parse import urlsplit

from msgspec import Struct

from sms_tui.api.network.transport import Reply
from sms_tui.domain.outcome import Trouble, TroubleKind
from sms_tui.domain.sentence import Sentence, sentence

LONGEST_TEXT = 300
_CODE_SHAPE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,31}\.\d{3,8}")
_PERMISSION = re.compile(r"\b[a-z]+:[a-zA-Z]+:[a-zA-Z]+\b")
_DEEPEST = 4
_SHORTEST_WAIT = 1.0
_LONGEST_WAIT = 120.0
_NO_SUCH_TASK = "SMS.7703"
_BY_STATUS = {
    401: TroubleKind.SIGN_IN,
    403: TroubleKind.DENIED,
    407: TroubleKind.UNREACHABLE,
    429: TroubleKind.THROTTLED,
}
_ADVICE = {
    TroubleKind.NONSENSE: "sign in to the network if it asks for that, and check `endpoint` and `proxy`",
    TroubleKind.NOT_FOUND: "it may have been deleted, so read the list again",
    TroubleKind.UNREACHABLE: "correct user and password in `proxy`",
    TroubleKind.THROTTLED: "wait a moment, and poll less often if it goes on",
    TroubleKind.SERVER: "try again later",
}
_ID_HEADERS = ("x-request-id", "x-iam-trace-id")
_OF_ERRORS = {"error_code": "error_msg", "errorCode": "errorMsg"}
_SPELLINGS = (*_OF_ERRORS.items(), ("code", "message"))


class Complaint(Struct, frozen=True):
    """What the body of an error says, each part empty where it says nothing."""

    code: str = ""
    text: str = ""
    request_id: str = ""
    tells_error: bool = False
    """Whether something stands where only errors are told, which may be no code that is known"""

    @property
    def is_from_service(self) -> bool:
        """Whether the code is one of the service, its gateway or its sign-in: one of them refused."""
        return bool(self.code)


def is_success(reply: Reply) -> bool:
    """Whether the status is a 2xx."""
    return 200 <= reply.status < 300


def is_html(reply: Reply) -> bool:
    """Whether a web page came instead of data."""
    return "html" in reply.headers.get("content-type", "").lower()


def parse_json(body: bytes) -> object:
    """Read JSON leniently (bad UTF-8, control characters, NaN, lone surrogates); raises `ValueError`."""
    try:
        parsed: object = json.loads(body.decode("utf-8", "replace"), parse_int=_whole, strict=False)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return parsed


def _whole(text: str) -> int | float:
    """Numbers with thousands of digits are an attack; as infinity they are simply dropped later."""
    return int(text) if len(text) <= 20 else float(text[:400])


def complaint_of(reply: Reply) -> Complaint:
    """Read the error in the answer's body, in any of the shapes that service, gateway and sign-in use."""
    request_id = request_id_of(reply)
    try:
        document = parse_json(reply.body)
    except ValueError:
        return Complaint(text=_raw(reply.body), request_id=request_id)
    said, tells_error = "", False
    for candidate in _objects(document, _DEEPEST):
        for code_key, text_key in _SPELLINGS:
            code, text = candidate.get(code_key), candidate.get(text_key)
            if _is_code(code, reply.status):
                return Complaint(
                    str(code), text if isinstance(text, str) else "", request_id, tells_error=True
                )
            tells_error = tells_error or (code_key in _OF_ERRORS and bool(code or text))
            if isinstance(text, str) and not said:
                said = f"{code}: {text}" if code and isinstance(code, str | int) else text
    text = said or (_raw(reply.body) if document else "")
    return Complaint(text=text, request_id=request_id, tells_error=tells_error)


def _raw(body: bytes) -> str:
    """The beginning of an error that has no known shape: support can tell by it who wrote it."""
    text = body[: LONGEST_TEXT * 4].decode("utf-8", "replace").rstrip("\ufffd").strip()
    is_text = not text.startswith("<") and "\ufffd" not in text
    return text if is_text else ""


def request_id_of(reply: Reply) -> str:
    """The id that support asks for: from a header, else from the body, else empty."""
    found = next((reply.headers[name] for name in _ID_HEADERS if reply.headers.get(name)), "")
    if not found and b'"request_id"' in reply.body[: LONGEST_TEXT * 4]:
        match = re.search(rb'"request_id"\s*:\s*"([\x20-\x7e]{1,128}?)"', reply.body)
        found = match.group(1).decode() if match else ""
    return found[:128]


def _objects(value: object, depth: int) -> Iterator[Mapping[str, object]]:
    if isinstance(value, dict) and depth:
        yield value
        for inner in value.values():
            yield from _objects(inner, depth - 1)


def _is_code(code: object, status: int) -> bool:
    """Codes look like `SMS.1038`; the sign-in service repeats the status of its error instead."""
    if isinstance(code, str) and _CODE_SHAPE.fullmatch(code):
        return True
    return status >= 400 and type(code) in {int, str} and str(code) == str(status)


def retry_after(reply: Reply, now: float) -> float | None:
    """Seconds the service asks to wait, held between 1 and 120; None where it says nothing usable."""
    text = reply.headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        # A date is one of the service's clock, and not of ours.
        seconds = float(text) if text[:1].isdigit() else http_date(text) - date_of(reply, now)
    except ValueError:
        return None
    return None if isnan(seconds) else min(max(seconds, _SHORTEST_WAIT), _LONGEST_WAIT)


def http_date(text: str) -> float:
    """Epoch seconds of a date in a header; raises `ValueError`."""
    # Imported here, since nothing before the first request has to read a date.
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (TypeError, OverflowError, IndexError) as problem:
        raise ValueError(str(problem)) from None


def date_of(reply: Reply, otherwise: float) -> float:
    """Epoch seconds of the answer by the service's clock, where it says."""
    try:
        return http_date(reply.headers.get("date", ""))
    except ValueError:
        return otherwise


def iso_date(text: str) -> float:
    """Epoch seconds of a date as the sign-in service writes it; raises `ValueError`."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


class Hints(Struct, frozen=True):
    """Advice about an answer, from the call or the credentials, which may know more than it says."""

    permission: str = ""
    """What the call needs, where the service does not name it"""
    missing: str = ""
    """When the endpoint has no such call"""
    refused: str = ""
    """When what was sent is wrong, and the one who sent it knows where it came from"""
    fault: str = ""
    """After a fault of the service, where trying again could do a thing twice"""
    sign_in: str = sentence("sign in again, or correct the credentials")


NO_HINTS = Hints()


def trouble_of(reply: Reply, host: str, *, now: float, hints: Hints = NO_HINTS) -> Trouble:
    """Why `reply` is not what was asked for, as one sentence with what to do."""
    complaint = complaint_of(reply)
    kind = _kind(reply, complaint)
    is_proven_no = 400 <= reply.status < 500 and reply.status != 408 and complaint.is_from_service
    return Trouble(
        kind,
        sentence(
            "{said}; {advice}.",
            said=_said(reply, complaint, host),
            advice=_advice(kind, reply.status, complaint, hints),
        ),
        code=complaint.code,
        status=reply.status,
        request_id=complaint.request_id,
        retry_after=retry_after(reply, now),
        may_have_executed=not is_proven_no,
    )


def _kind(reply: Reply, complaint: Complaint) -> TroubleKind:
    status, code = reply.status, complaint.code
    if status == 408 or status >= 500 or (is_success(reply) and complaint.tells_error):
        return TroubleKind.SERVER
    if status < 400 or (is_html(reply) and not code):
        return TroubleKind.NONSENSE
    if code == _NO_SUCH_TASK or (status == 404 and code.startswith("SMS.")):
        return TroubleKind.NOT_FOUND
    # The service's older error list answers bad requests with 401, so an SMS code is not about signing in.
    if status == 401 and code.startswith("SMS."):
        return TroubleKind.REFUSED
    return _BY_STATUS.get(status, TroubleKind.REFUSED)


def _advice(kind: TroubleKind, status: int, complaint: Complaint, hints: Hints) -> str:
    if kind is TroubleKind.DENIED:
        named = _PERMISSION.search(complaint.text)
        permission = named.group() if named else hints.permission
        if permission:
            return sentence("ask an administrator for {permission}", permission=permission)
        return sentence("ask an administrator")
    if kind is TroubleKind.SIGN_IN:
        return hints.sign_in
    if status == 404 and complaint.code != _NO_SUCH_TASK and hints.missing:
        return hints.missing
    if kind is TroubleKind.REFUSED and hints.refused:
        return hints.refused
    if kind is TroubleKind.REFUSED and (status == 404 or "." not in complaint.code):
        return sentence("check `endpoint` in the profile")
    if kind is TroubleKind.REFUSED:
        return _of_catalogue(complaint.code)
    if kind is TroubleKind.SERVER and hints.fault:
        return hints.fault
    if kind is TroubleKind.SERVER and complaint.request_id:
        return sentence("try again later, and give support the request id")
    return sentence(_ADVICE[kind])


def _of_catalogue(code: str) -> str:
    # Imported here, since nothing of it is needed before something is refused.
    from sms_tui.domain.advice import explain

    found = explain(code)
    return found.action.in_midst() if found else sentence("ask support about that code")


def is_sign_in_refused(reply: Reply) -> bool:
    """Whether the credentials were refused: by a 401 that is no web page and has no code of the service."""
    if reply.status != 401 or is_html(reply) or reply.body.lstrip().startswith(b"<"):
        return False
    return not complaint_of(reply).code.startswith("SMS.")


def _said(reply: Reply, complaint: Complaint, host: str) -> Sentence:
    if 300 <= reply.status < 400:
        target = _target(reply.headers.get("location", ""), host)
        return sentence(
            "{host} answers with a redirect to {target}, which is not followed", host=host, target=target
        )
    if (is_success(reply) and not complaint.tells_error) or (is_html(reply) and not complaint.code):
        return sentence(
            "{host} answers {status} with something that is not from the service",
            host=host,
            status=reply.status,
        )
    text = " ".join(complaint.text.split()).rstrip(".")[:LONGEST_TEXT]
    code = complaint.code if "." in complaint.code else f"HTTP {reply.status}"
    if text:
        return sentence("{host} answers {code}: {text}", host=host, code=code, text=text)
    return sentence("{host} answers {code}", host=host, code=code)


def _target(location: str, host: str) -> str:
    """The host of a redirect; the rest of the address may hold what should not be repeated."""
    try:
        return (urlsplit(location).hostname or host)[:LONGEST_TEXT]
    except ValueError:
        return sentence("an address that is not one")
