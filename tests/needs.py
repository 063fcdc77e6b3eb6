"""Other programs that a test needs: where one is missing the test is skipped, unless it has to run here."""

import os
import shutil

import pytest

MUST_RUN = "SMS_TUI_MUST_RUN"
"""Set where everything is installed, so that a test that is skipped for want of a program fails there"""


def need(program: str) -> None:
    """Skip the test, or fail it, where `program` is not installed."""
    if shutil.which(program) is None:
        said = f"{program} is not installed"
        if os.environ.get(MUST_RUN):
            pytest.fail(said)
        pytest.skip(said)
