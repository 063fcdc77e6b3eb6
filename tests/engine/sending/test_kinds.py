"""Thousands of tasks are judged by one of each kind: that must come to the same as judging all of them."""

import random
from pathlib import Path

import pytest

from sms_tui.domain.operations import OPERATIONS, STOP
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.task import Clone, Server, SubTask, Task, TaskState
from sms_tui.engine.record import OperationRecord
from tests.engine.scripted import Scripted, staged, task

pytestmark = pytest.mark.anyio
SOURCES = ("", "replicate", "cutovering", "cloning", "finished", "cleared", "clearing", "error")
STEPS = (None, SubTask("CHECK_CONSISTENCY", 50.0), SubTask("CHECK_CONSISTENCY", 99.0), SubTask("SYNC", 50.0))
CLONES = (None, Clone("v", state="FINISHED"), Clone("v", state="CREATING"))
STATES = (*TaskState, "STRANGE", "STRANGER")


def any_task(number: int, chance: random.Random) -> Task:
    """A task in any condition, likely or not."""
    state = str(chance.choice(STATES))
    return task(
        f"t{number}" if chance.random() < 0.9 else f"t/{number}",
        state,
        source=Server(id=f"s{number}", state=chance.choice(SOURCES)),
        connected=chance.choice((True, False, None)),
        syncing=chance.choice((True, False, None)),
        stage=chance.choice(STEPS),
        clone=chance.choice(CLONES),
    )


@pytest.mark.parametrize("seed", range(20))
async def test_one_of_each_kind_tells_what_all_of_them_would(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    service = Scripted()
    service.add(*(any_task(number, chance) for number in range(400)))
    async with staged(tmp_path, service) as stage:
        store, dispatcher = stage.engine.store, stage.engine.dispatcher
        for task_id in chance.sample(sorted(store.tasks), 3):
            known = store.tasks[task_id]
            store.set_pending(OperationRecord("op", STOP, "Pause", task_id, "", known, Outcome.ACCEPTED))
        ids = [*chance.sample(sorted(store.tasks), 300), "gone"]
        kinds = dispatcher.kinds(ids)
        assert sum(kinds.values()) == 300
        assert len(kinds) < 250
        for operation in OPERATIONS.values():
            whole, sketch = dispatcher.plan(operation, ids), dispatcher.plan(operation, kinds)
            assert sum(kinds[task_id] for task_id in sketch.ids) == len(whole.targets)
            assert (sketch.label, sketch.tier) == (whole.label, whole.tier)
            assert sketch.targets[:1] == whole.targets[:1]
            assert sketch.left_out[:1] == whole.left_out[:1]
