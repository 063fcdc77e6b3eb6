"""Fixtures for every layer: the async backend, and nothing that a layer could own itself."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """Run `@pytest.mark.anyio` tests on asyncio alone: the app knows no other loop."""
    return "asyncio"
