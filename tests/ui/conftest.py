"""What holds for every test at the app."""

from collections.abc import Iterator

import pytest

from tests.quiet import quietly_waiting


@pytest.fixture(scope="session", autouse=True)
def _quietly_waiting() -> Iterator[None]:
    with quietly_waiting():
        yield
