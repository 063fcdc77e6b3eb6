"""A service for the tests of commands."""

from collections.abc import Iterator

import pytest

from tests.cli.program import Service, simulated


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """At speed 0 the world stands still, so that every test finds it as it began."""
    with simulated(tmp_path_factory.mktemp("home"), "--speed", "0") as service:
        yield service
