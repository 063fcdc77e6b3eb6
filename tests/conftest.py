"""What every layer needs: the async backend, and the count of cases that each promise was tried with."""

from collections import Counter
from collections.abc import Callable

import pytest

PROMISES = {
    1: "never twice",
    2: "never the wrong one",
    3: "never unseen",
    4: "never by accident",
    5: "batches with a policy",
    6: "never stuck, never blind",
    7: "never a leak",
    8: "never fooled by text",
    9: "a clean terminal",
}
"""The numbers and names are those of the table under Safety in README.md"""
Tried = Callable[[int, int], None]
_KEY = "tried"


@pytest.fixture
def anyio_backend() -> str:
    """Run `@pytest.mark.anyio` tests on asyncio alone: the app knows no other loop."""
    return "asyncio"


@pytest.fixture
def tried(record_property: Callable[[str, object], None]) -> Tried:
    """Say how many cases a test tried a promise with, by its number; the sums end the report."""

    def note(promise: int, cases: int) -> None:
        assert promise in PROMISES
        assert cases > 0
        record_property(_KEY, [promise, cases])

    return note


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that is marked for a promise is one case of it, beside those that it counts itself."""
    for item in items:
        for mark in item.iter_markers("promise"):
            item.user_properties += [(_KEY, [number, 1]) for number in mark.args]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print for each promise with how many cases it was tried by the tests that passed."""
    cases: Counter[int] = Counter()
    tests: Counter[int] = Counter()
    for report in terminalreporter.getreports("passed"):
        counted = Counter[int]()
        for key, value in report.user_properties:
            if key == _KEY:
                counted[value[0]] += value[1]
        cases += counted
        tests += Counter(counted.keys())
    if cases:
        terminalreporter.section("cases tried for each promise")
    for number in sorted(cases):
        terminalreporter.write_line(
            f"{number} {PROMISES[number]:<24} {cases[number]:>7} cases in {tests[number]:>5} tests"
        )
