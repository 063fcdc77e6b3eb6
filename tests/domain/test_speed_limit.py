"""Speed rules as people type them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_tui.domain.speed_limit import FASTEST, SpeedRule, SpeedRuleError, are_as_wanted, parse_rules

DAY = SpeedRule("08:00", "20:00", 100)


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("", ()),
        ("   ", ()),
        (" , ", ()),
        ("08:00-20:00=100", (DAY,)),
        ("8:00 - 20:00 = 100", (DAY,)),
        ("08:00-20:00:100", (DAY,)),
        ("08:00-20:00 100", (DAY,)),
        ("08:00-20:00=100@10", (SpeedRule("08:00", "20:00", 100, 10.0),)),
        ("08:00-20:00=100 @ 12.5 %", (SpeedRule("08:00", "20:00", 100, 12.5),)),
        ("00:00-24:00=0", (SpeedRule("00:00", "23:59", 0),)),
        ("22:00-06:00=500", (SpeedRule("22:00", "23:59", 500), SpeedRule("00:00", "06:00", 500))),
        ("23:58-24:00=500", (SpeedRule("23:58", "23:59", 500),)),
        ("22:00-00:00=500", (SpeedRule("22:00", "23:59", 500),)),
        ("08:00-20:00=100,20:00-23:00=200", (DAY, SpeedRule("20:00", "23:00", 200))),
        (f"08:00-20:00={FASTEST}", (SpeedRule("08:00", "20:00", FASTEST),)),
    ],
)
def test_rules_are_read_from_what_was_typed(text: str, rules: tuple[SpeedRule, ...]) -> None:
    assert parse_rules(text) == rules


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("always", "'always' is not a rule"),
        ("08:00-20:00", "not a rule"),
        ("08:00-20:00=-1", "not a rule"),
        ("08:00-20:00=1.5", "not a rule"),
        ("08-20=100", "not a rule"),
        ("25:00-26:00=100", "25:00 is not a time of day"),
        ("08:60-09:00=100", "08:60 is not a time of day"),
        ("24:01-09:00=100", "24:01 is not a time of day"),
        (f"08:00-20:00={FASTEST + 1}", "highest limit"),
        (f"08:00-20:00={'1' * 5000}", "not a rule"),
        ("23:59-24:00=1", "nothing lies between 23:59 and 24:00"),
        ("23:59-00:00=1", "nothing lies between 23:59 and 00:00"),
        ("08:00-20:00=100@101", "more than 100 %"),
        ("08:00-20:00=100,19:59-21:00=50", "overlap"),
        ("22:00-06:00=100,05:00-07:00=50", "overlap"),
        ("00:00-01:00=1,02:00-03:00=1,04:00-05:00=1,06:00-07:00=1,08:00-09:00=1,10:00-11:00=1", "6 rules"),
    ],
)
def test_rules_that_cannot_be_sent(text: str, why: str) -> None:
    with pytest.raises(SpeedRuleError, match=why):
        parse_rules(text)


@given(st.lists(st.tuples(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, FASTEST)), max_size=3))
def test_rules_say_themselves_as_they_are_read(spans: list[tuple[int, int, int]]) -> None:
    text = ",".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}={speed}" for a, b, speed in spans)
    try:
        rules = parse_rules(text)
    except SpeedRuleError:
        return
    assert parse_rules(",".join(map(str, rules))) == rules
    assert all(rule.start < rule.end for rule in rules)
    minutes = sum((b - a if a < b else 1439 - a + b) for a, b, _ in spans)
    assert minutes == sum(_minutes(rule.end) - _minutes(rule.start) for rule in rules)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


@given(st.text(max_size=40))
def test_any_text_is_rules_or_one_error(text: str) -> None:
    rules: tuple[SpeedRule, ...] = ()
    with suppress(SpeedRuleError):
        rules = parse_rules(text)
    assert all(0 <= rule.speed <= FASTEST for rule in rules)


@pytest.mark.parametrize(
    ("found", "wanted", "are"),
    [
        ("", "", True),
        ("08:00-20:00=100@10", "08:00-20:00=100", True),
        ("08:00-20:00=100@0", "08:00-20:00=100", True),
        ("08:00-20:00=100", "08:00-20:00=100", True),
        ("22:00-23:00=5, 08:00-20:00=100@10", "08:00-20:00=100@10, 22:00-23:00=5", True),
        ("08:00-20:00=100@10", "08:00-20:00=100@20", False),
        ("08:00-20:00=100", "08:00-20:00=100@10", False),
        ("08:00-20:00=100", "08:00-20:00=50", False),
        ("08:00-20:00=100", "08:00-19:00=100", False),
        ("08:00-20:00=100", "", False),
        ("", "08:00-20:00=100", False),
    ],
)
def test_a_threshold_of_the_service_s_own_is_no_other_rule(found: str, wanted: str, *, are: bool) -> None:
    assert are_as_wanted(parse_rules(found), parse_rules(wanted)) == are
