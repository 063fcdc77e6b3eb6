"""An hour of polling in weather, on virtual time: what lasts does not grow. The day is `tests.bench.soak`."""

import tracemalloc
from pathlib import Path

import pytest

from tests.bench.soak import soak
from tests.conftest import Tried

MEGABYTE = 1_000_000


@pytest.mark.anyio
async def test_an_hour_of_weather_leaves_nothing_behind(tmp_path: Path, tried: Tried) -> None:
    tracemalloc.start()
    try:
        done = await soak(tmp_path, hours=1.0, tasks=30, interval=5.0, seed=3)
    finally:
        tracemalloc.stop()
    print(f"{done.polls} lists, {dict(done.counted)}, {done.growth / MEGABYTE:.2f} MB")
    assert done.polls > 500
    assert done.operations > 10
    assert done.end.tasks <= done.warm.tasks + 4
    assert done.end.descriptors - done.end.gate_files <= done.warm.descriptors - done.warm.gate_files + 4
    # The log fills up to its bound meanwhile, which is most of it.
    assert done.growth < 6 * MEGABYTE
    tried(6, done.counted.total())
