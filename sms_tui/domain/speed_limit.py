"""Speed rules of a task: parsed from what an operator types, and checked before anything is sent."""

import re
from collections.abc import Iterable
from itertools import pairwise

from msgspec import Struct

from sms_tui.domain.sentence import sentence

_MOST_RULES = 5
FASTEST = 10_000
"""Mbit/s; the documentation says 1000, the schema 10 000: the service has the last word."""
_RULE = re.compile(
    r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})\s*[=:\s]\s*(\d{1,9})(?:\s*@\s*(\d+(?:\.\d+)?)\s*%?)?"
)
_LAST_MINUTE = 23 * 60 + 59


class SpeedRuleError(ValueError):
    """The rules cannot be used; the text says which and why."""


class SpeedRule(Struct, frozen=True):
    """One rule: between two times of the agent's day, at most so many Mbit/s (0: no limit)."""

    start: str
    end: str
    speed: int
    threshold: float | None = None
    """Percent over the limit at which the service pauses the task."""

    def __str__(self) -> str:
        excess = "" if self.threshold is None else f"@{self.threshold:g}"
        return f"{self.start}-{self.end}={self.speed}{excess}"


def parse_rules(text: str) -> tuple[SpeedRule, ...]:
    """Read rules such as `08:00-20:00=100, 22:00-06:00=500@10`, a wrap over midnight split in two.

    An empty text is the empty list. Raises `SpeedRuleError`.
    """
    rules: list[SpeedRule] = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        match = _RULE.fullmatch(part)
        if match is None:
            raise SpeedRuleError(
                sentence(
                    "'{rule}' is not a rule; write HH:MM-HH:MM=MBITS, such as 08:00-20:00=100", rule=part
                )
            )
        rules.extend(_split(*match.groups()))
    _check(rules)
    return tuple(rules)


def are_as_wanted(found: Iterable[SpeedRule], wanted: Iterable[SpeedRule]) -> bool:
    """Whether the rules that were found are those that were asked for, in whatever order.

    A rule that was sent without a threshold may come back with one of the service's own.
    """
    ours, theirs = (sorted(rules, key=_place) for rules in (wanted, found))
    return len(ours) == len(theirs) and all(map(_is_as_wanted, theirs, ours))


def _place(rule: SpeedRule) -> tuple[str, str, int]:
    return rule.start, rule.end, rule.speed


def _is_as_wanted(found: SpeedRule, wanted: SpeedRule) -> bool:
    return _place(found) == _place(wanted) and wanted.threshold in {None, found.threshold}


def _split(start: str, end: str, speed: str, threshold: str | None) -> list[SpeedRule]:
    first, last = _minutes(start), _minutes(end)
    if int(speed) > FASTEST:
        raise SpeedRuleError(
            sentence("{speed} Mbit/s is more than the highest limit, {most}", speed=speed, most=FASTEST)
        )
    excess = None if threshold is None else float(threshold)
    if excess is not None and excess > 100:
        raise SpeedRuleError(sentence("{excess:g} % is more than 100 %", excess=excess))
    halves = [(first, last)] if first < last else [(first, _LAST_MINUTE), (0, last)]
    spans = [(a, b) for a, b in halves if a < b]
    if not spans or (first == last and end.startswith("24")):
        # Left out, it would leave an empty list, which removes all rules.
        raise SpeedRuleError(
            sentence("nothing lies between {start} and {end}: a day ends at 23:59", start=start, end=end)
        )
    return [SpeedRule(_clock(a), _clock(b), int(speed), excess) for a, b in spans]


def _minutes(text: str) -> int:
    hours, minutes = (int(part) for part in text.split(":"))
    if hours == 24 and minutes == 0:
        return _LAST_MINUTE
    if hours > 23 or minutes > 59:
        raise SpeedRuleError(sentence("{text} is not a time of day", text=text))
    return hours * 60 + minutes


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _check(rules: list[SpeedRule]) -> None:
    if len(rules) > _MOST_RULES:
        raise SpeedRuleError(
            sentence(
                "{count} rules are more than the {most} that the service takes",
                count=len(rules),
                most=_MOST_RULES,
            )
        )
    ordered = sorted(rules, key=lambda rule: rule.start)
    for one, other in pairwise(ordered):
        if other.start < one.end:
            raise SpeedRuleError(sentence("{one} and {other} overlap", one=one, other=other))
