"""What holds for every test in a real terminal."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try a test here up to three times: processes and pseudo terminals of a busy machine keep no schedule.

    A fault of the program fails all three; the number of repeats is printed with the result.
    """
    for item in items:
        if "/tests/pty/" in item.path.as_posix():
            item.add_marker(pytest.mark.flaky(reruns=2))
