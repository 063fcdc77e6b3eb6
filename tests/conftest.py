"""What every layer needs: the async backend, and the count of cases that each promise was tried with."""

import asyncio
import gc
import os
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import settings

from tests.patience import PatientLoop
from tests.promises import PROMISE, PROMISES, STATISTICS, TRIED, cases_in, promises_of

Tried = Callable[[int, int], None]
# How long an example takes says something about the machine, not about the code.
settings.register_profile("untimed", deadline=None)
settings.register_profile("few", deadline=None, max_examples=20)
settings.load_profile("untimed")
# By whom loops are made: the runner of these tests, `asyncio.run`, and apps.
asyncio.events.new_event_loop = asyncio.new_event_loop = PatientLoop  # type: ignore[assignment]


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
        record_property(TRIED, [promise, cases])

    return note


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Two processes more than there are processors: some tests wait for programs in terminals."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return 2 + (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each test carry the promises of its file into its report."""
    for item in items:
        item.user_properties += [(PROMISE, promise) for promise in promises_of(item.path)]


def pytest_collection() -> None:
    """Look for no garbage while tests are collected: all of that stays."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and never among thousands of tests: a quarter of the time would go into it.

    An app is a few hundred thousand objects that hold each other; a look is cheap once most of them are over.
    """
    gc.freeze()
    gc.set_threshold(1_000_000, 1, 5)
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print for each promise with how many cases it was tried by the tests that passed."""
    cases, tests = Counter[int](), Counter[int]()
    statistics = {
        report.nodeid: report.__dict__.get(STATISTICS, "") for report in terminalreporter.getreports("")
    }
    for report in terminalreporter.getreports("passed"):
        found = cases_in(report.user_properties, statistics.get(report.nodeid, ""))
        cases += found
        tests += Counter(found.keys())
    if cases:
        terminalreporter.section("cases tried for each promise")
    for number in sorted(cases):
        terminalreporter.write_line(
            f"{number} {PROMISES[number]:<24} {cases[number]:>7} cases in {tests[number]:>5} tests"
        )
