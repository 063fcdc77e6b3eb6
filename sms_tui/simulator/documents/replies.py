"""Answers as the service, its gateway and the identity service write them."""

import msgspec.json
from starlette.responses import Response

from sms_tui.simulator.migration.rules import Refusal

_JSON = "application/json"


def ok(body: object) -> Response:
    """200 with a JSON body."""
    return raw(msgspec.json.encode(body))


def raw(body: bytes, status: int = 200) -> Response:
    """An answer whose JSON is ready."""
    return Response(body, status, media_type=_JSON)


def refused(refusal: Refusal, request_id: str) -> Response:
    """A no, in the shape of whoever says it; without a code, a page that is not JSON at all."""
    if not refusal.code:
        page = f"<html><body><h1>{refusal.status} {refusal.message}</h1></body></html>"
        return Response(page, refusal.status, media_type="text/html")
    body: dict[str, object] = {"error_code": refusal.code, "error_msg": refusal.message}
    if refusal.code.startswith("APIGW."):
        body["request_id"] = request_id
    if refusal.parameters:
        body["error_param"] = list(refusal.parameters)
    if refusal.encoded:
        body["encoded_authorization_message"] = refusal.encoded
        body["details"] = [{"error_code": refusal.code, "error_msg": each} for each in refusal.parameters]
    return raw(msgspec.json.encode(body), refusal.status)
