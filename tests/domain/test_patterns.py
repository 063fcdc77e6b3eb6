"""Regular expressions that could search for ever."""

import pytest

from sms_tui.domain.patterns import can_take_for_ever


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b",
        "(a*)*b",
        "(?:a+)*b",
        "(?P<x>a+){2,}b",
        "((a+)b?)+c",
        "(a|ab)*c",
        "(a?a?)+b",
        "(a+){20}b",
        "([a-z]+)*b",
        r"(\w+\s?)+$",
        "x(?i:(a+))+?b",
        "((?>a+)b*)+c",
    ],
)
def test_a_repeat_of_what_varies_can_take_for_ever(pattern: str) -> None:
    assert can_take_for_ever(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "web-[0-9]+",
        "^wave(1|2)-.*db",
        "(abc)+d",
        "([ab+*|()])+c",
        r"(\(\+\|)+x",
        "(a{3})+",
        "(a+)?b*",
        r"(\d+\.){3}\d+",
        "(?>a+)+b",
        "(a++)+b",
        "(?=a+)b",
        "a|b+",
        "(?#why+)a+",
        "[]a+]+b",
        ")a+",
    ],
)
def test_the_usual_ones_come_to_an_end(pattern: str) -> None:
    assert not can_take_for_ever(pattern)
