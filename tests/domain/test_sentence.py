"""Sentences that remember what they were made of."""

import copy
import json
import pickle

import pytest

from sms_tui.domain.nearest import did_you_mean
from sms_tui.domain.sentence import Sentence, counted, first_few, joined, sentence

PAUSED = sentence("{what} is {state}", what="web-07", state=sentence("paused"))


def test_a_sentence_is_its_english_text() -> None:
    assert PAUSED == "web-07 is paused"
    assert json.dumps({"text": PAUSED}) == '{"text": "web-07 is paused"}'
    assert {PAUSED: 1}["web-07 is paused"] == 1


def test_foreign_text_is_never_a_template() -> None:
    assert sentence("{name} is new", name="{name.__class__} {0}") == "{name.__class__} {0} is new"


@pytest.mark.parametrize(
    "again",
    [
        lambda text: pickle.loads(pickle.dumps(text)),  # noqa: S301 - its own
        copy.copy,
        copy.deepcopy,
        str,
        lambda text: str(ValueError(text)),
    ],
)
def test_a_sentence_survives_being_copied_and_carried(again: object) -> None:
    made = again(PAUSED)  # type: ignore[operator]
    assert isinstance(made, Sentence)
    assert (made, made.template, made.fields) == (PAUSED, PAUSED.template, PAUSED.fields)


def test_within_another_it_loses_its_capital_alone() -> None:
    made = sentence("Roll back {name}", name="Web-07").in_midst()
    assert (made, made.template) == ("roll back Web-07", "Roll back {name}")
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301


def test_counting_and_joining() -> None:
    one, many = (counted(count, "{count} task", "{count} tasks") for count in (1, 3))
    assert joined(", ", (one, "", many, "db")) == "1 task, 3 tasks, db"
    assert joined(", ", ()) == ""


@pytest.mark.parametrize(("count", "shown", "more"), [(0, 0, ""), (3, 3, ""), (4, 3, "and 1 more")])
def test_the_first_few_say_how_many_they_leave_out(count: int, shown: int, more: str) -> None:
    assert first_few(range(count), 3) == (range(shown), more)


def test_who_mistyped_is_told_what_is_near() -> None:
    assert did_you_mean("prdo", ["test", "prod"]) == "; did you mean 'prod'?"
    assert did_you_mean("zzz", ["test", "prod"]) == ""
