"""The speed limits of a task: rules for times of the day, and the rule in force at a moment."""

from msgspec import Struct

_MINUTE = 60_000
DAY = 1440 * _MINUTE


class Rule(Struct, frozen=True):
    """A limit between two times of the day, minutes since midnight, in Mbit/s; 0 for none."""

    start: int
    end: int
    speed: int
    threshold: float = 0.0
    """Percent over the limit at which the task is paused; 0 for never."""


class Limits(Struct):
    """The rules of one task; a change takes minutes before it bites."""

    rules: tuple[Rule, ...] = ()
    in_force: tuple[Rule, ...] = ()
    effective: int = 0
    """Mbit/s in force at the moment, 0 for none."""
    breaches: int = 0

    def rule_at(self, now: int, rules: tuple[Rule, ...]) -> Rule | None:
        """The rule that covers this time of the day."""
        minute = now % DAY // _MINUTE
        return next((rule for rule in rules if rule.start <= minute <= rule.end), None)

    def shown(self, now: int) -> int:
        """The single value that the task itself shows."""
        rule = self.rule_at(now, self.rules)
        return rule.speed if rule else 0

    def next_change(self, now: int) -> int:
        """When another rule begins or one ends."""
        today = now - now % DAY
        borders = {rule.start for rule in self.in_force} | {rule.end + 1 for rule in self.in_force}
        moments = [today + border * _MINUTE + day for border in borders for day in (0, DAY)]
        return min(moment for moment in moments if moment > now)


def parse_time(text: str) -> int:
    """Minutes since midnight of `HH:MM`; raises ValueError for anything else."""
    hours, minutes = text.split(":")
    # Digits of other scripts are decimal too, but none of these.
    if not (len(hours) == len(minutes) == 2 and text.isascii() and (hours + minutes).isdecimal()):
        raise ValueError(text)
    if int(hours) > 23 or int(minutes) > 59:
        raise ValueError(text)
    return int(hours) * 60 + int(minutes)


def show_time(minute: int) -> str:
    """`HH:MM` of minutes since midnight."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
