"""The table of promises: what it names exists, and the README tells it as the tests do."""

import re
from pathlib import Path

from tests.promises import PROMISE, PROMISES, TRIED, TRIED_IN, cases_in, promises_of

HERE = Path(__file__).parent
README = (HERE.parent / "README.md").read_text(encoding="utf-8")


def test_every_promise_is_tried_and_every_file_exists() -> None:
    assert {number for numbers in TRIED_IN.values() for number in numbers} == set(PROMISES)
    assert [name for name in TRIED_IN if not (HERE / name).exists()] == []
    assert promises_of(HERE / "pty" / "test_endings.py") == (3, 9)


def test_the_readme_names_every_promise_and_no_test_that_is_not() -> None:
    table = README.partition("\n## Safety\n")[2].partition("\n## ")[0]
    assert re.findall(r"(?m)^\| (\d) ", table) == [str(number) for number in PROMISES]
    named = re.findall(r"`(tests/[\w/]+\.py)`", table)
    assert len(named) >= len(PROMISES)
    assert [name for name in named if not (HERE.parent / name).exists()] == []


def test_a_test_counts_itself_unless_it_or_its_examples_say_otherwise() -> None:
    examples = "during reuse: 2 passing, 0 failing\nduring generate: 98 passing, 0 failing, 3 invalid"
    assert cases_in([]) == {}
    assert cases_in([(PROMISE, 1), (PROMISE, 3)]) == {1: 1, 3: 1}
    assert cases_in([(PROMISE, 1), (TRIED, [1, 7]), (TRIED, [1, 2]), (TRIED, [6, 5])]) == {1: 9, 6: 5}
    assert cases_in([(PROMISE, 8)], examples) == {8: 100}
