"""Any keys, clicks and sizes in any order: nothing moves, is marked or sent that nobody meant."""

import random
from pathlib import Path

import pytest

from tests.conftest import Tried
from tests.story import story
from tests.ui.stories.any_keys import ROOM, Hand

pytestmark = pytest.mark.anyio
STEPS, BACK_EVERY = 40, 20


@pytest.mark.parametrize(("seed", "scenario"), enumerate(("war-room", "post-lost", "nasty", "foreign-hand")))
async def test_any_keys_in_any_order(tmp_path: Path, tried: Tried, seed: int, scenario: str) -> None:
    async with story(tmp_path, scenario, seed=seed, size=ROOM, draws=True) as op:
        hand = Hand(op, random.Random(seed))
        try:
            for step in range(1, STEPS + 1):
                await hand.step()
                if step % BACK_EVERY == 0:
                    await hand.come_back()
        except AssertionError as fault:
            fault.add_note(f"behind {hand.pressed}")
            raise
    tried(2, STEPS)
