"""Reads the fields of a request; nonsense is refused with the service's own errors."""

import re
from collections.abc import Mapping

import msgspec.json

from sms_tui.simulator.migration.rules import Refusal, bad_request
from sms_tui.simulator.migration.speed_limits import Rule, parse_time

_LAST_OFFSET = 65_535
_MOST_RULES = 5
_MOST_MBIT = 1000
_TRUTHS = {"true": True, "false": False}
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_NAME = re.compile(r"[A-Za-z0-9_\u4e00-\u9fff-]{1,64}")


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


def truth(query: Mapping[str, str], name: str, default: object = None) -> object:
    """A truth value of a query, `default` where it is not given."""
    if name not in query:
        return default
    value = _TRUTHS.get(query[name].lower())
    if value is None:
        raise Refused(bad_request(f"{name} must be true or false"))
    return value


def flag(body: Mapping[str, object], name: str) -> bool | None:
    """A truth value of a body, None where it is not given."""
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise Refused(bad_request(f"{name} must be true or false"))
    return value


def name(body: Mapping[str, object]) -> str:
    """The name that a body gives to what it makes."""
    if not is_name(wanted := body.get("name")):
        raise Refused(bad_request("name must be 1 to 64 Chinese characters, letters, digits, _ and -"))
    return str(wanted)


def is_name(value: object) -> bool:
    """Whether a task, a template or a project may be called that."""
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def speed_rules(body: bytes, *, speed_needed: bool = False) -> tuple[Rule, ...]:
    """The speed rules that a body sets."""
    rules = body_object(body).get("speed_limit")
    if not isinstance(rules, list) or len(rules) > _MOST_RULES:
        raise Refused(bad_request(f"speed_limit must be a list of at most {_MOST_RULES} rules"))
    return tuple(_rule(rule, speed_needed) for rule in rules)


def _rule(rule: object, speed_needed: bool) -> Rule:
    if not isinstance(rule, dict):
        raise Refused(bad_request("a speed rule must be an object"))
    if speed_needed and "speed" not in rule:
        raise Refused(bad_request("speed is required"))
    try:
        start, end = parse_time(str(rule.get("start"))), parse_time(str(rule.get("end")))
    except ValueError:
        raise Refused(bad_request("start and end of a speed rule must be HH:MM")) from None
    speed = _amount(rule, "speed", _MOST_MBIT)
    if not isinstance(speed, int):
        raise Refused(bad_request("speed must be a whole number"))
    return Rule(start, end, speed, float(_amount(rule, "over_speed_threshold", 100)))


def _amount(rule: Mapping[str, object], name: str, most: int) -> int | float:
    """A number of a rule, 0 where it is not given; `true` is none, although Python counts it as 1."""
    value = rule.get(name)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise Refused(bad_request(f"{name} must be a number from 0 to {most}"))
    return value


def log_bucket(body: Mapping[str, object], *, strict: bool) -> str:
    """The bucket of collect_log: in `param` or, unless the service is strict, in `params`."""
    for place in ("param",) if strict else ("param", "params"):
        holder = body.get(place)
        if isinstance(holder, dict) and holder.get("bucket"):
            return bucket(holder, "bucket")
    return bucket({}, "bucket")


def bucket(holder: Mapping[str, object], name: str) -> str:
    """The name of a bucket, by the rule of the object storage service."""
    wanted = holder.get(name)
    if not wanted:
        raise Refused(bad_request(f"{name} is required"))
    if not isinstance(wanted, str) or not _BUCKET.fullmatch(wanted):
        raise Refused(bad_request(f"{name} is not the name of a bucket"))
    return wanted
