"""Reading what a request asks for; what makes no sense is refused as the service refuses it."""

from collections.abc import Mapping

import msgspec.json

from sms_tui.simulator.limits import Rule, parse_time
from sms_tui.simulator.rules import Refusal, bad_request

_LAST_OFFSET = 65_535
_MOST_RULES = 5
_MOST_MBIT = 1000


class Refused(Exception):  # noqa: N818 - not an error of the program
    """The request is answered with this refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def page(
    query: Mapping[str, str], default: int, most: int, *, offset_needed: bool = False
) -> tuple[int, int]:
    """`offset` (a count of records) and `limit` of a list; 0 means the default."""
    if offset_needed and "offset" not in query:
        raise Refused(bad_request("offset is required"))
    offset = _number(query, "offset", _LAST_OFFSET)
    return offset, _number(query, "limit", most) or default


def _number(query: Mapping[str, str], name: str, most: int) -> int:
    text = query.get(name, "0")
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) <= most):
        raise Refused(bad_request(f"{name} must be a number from 0 to {most}"))
    return int(text)


def body_object(body: bytes) -> dict[str, object]:
    """The JSON object in a body."""
    try:
        decoded = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        raise Refused(bad_request("the body is not JSON")) from None
    if not isinstance(decoded, dict):
        raise Refused(bad_request("the body is not a JSON object"))
    return decoded


def identifiers(body: bytes) -> list[str]:
    """The `ids` of a batch."""
    ids = body_object(body).get("ids")
    if not isinstance(ids, list) or not ids or not all(isinstance(each, str) for each in ids):
        raise Refused(bad_request("ids must be a list of ids"))
    return list(dict.fromkeys(ids))


def speed_rules(body: bytes) -> tuple[Rule, ...]:
    """The speed rules that a body sets."""
    rules = body_object(body).get("speed_limit")
    if not isinstance(rules, list) or len(rules) > _MOST_RULES:
        raise Refused(bad_request(f"speed_limit must be a list of at most {_MOST_RULES} rules"))
    return tuple(_rule(rule) for rule in rules)


def _rule(rule: object) -> Rule:
    if not isinstance(rule, dict):
        raise Refused(bad_request("a speed rule must be an object"))
    try:
        start, end = parse_time(str(rule.get("start"))), parse_time(str(rule.get("end")))
    except ValueError:
        raise Refused(bad_request("start and end of a speed rule must be HH:MM")) from None
    speed, threshold = rule.get("speed") or 0, rule.get("over_speed_threshold") or 0
    if not isinstance(speed, int) or not 0 <= speed <= _MOST_MBIT:
        raise Refused(bad_request(f"speed must be a number from 0 to {_MOST_MBIT}"))
    if not isinstance(threshold, int | float) or not 0 <= threshold <= 100:
        raise Refused(bad_request("over_speed_threshold must be a number from 0 to 100"))
    return Rule(start, end, speed, float(threshold))


def log_bucket(body: Mapping[str, object], *, strict: bool) -> str:
    """The bucket of collect_log: in `param` or, unless the service is strict, in `params`."""
    for name in ("param",) if strict else ("param", "params"):
        holder = body.get(name)
        if isinstance(holder, dict) and isinstance(bucket := holder.get("bucket"), str) and bucket:
            return bucket
    raise Refused(Refusal(400, "SMS.0009", "The bucket is missing", ("bucket",)))
