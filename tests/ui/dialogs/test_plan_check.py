"""A plan under an open question: what is read again, what breaks it, and that nothing mends it."""

import random
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from sms_tui.domain.operations import STOP, TEST, Operation
from sms_tui.domain.plan import Plan, make_plan
from sms_tui.domain.task import Task
from sms_tui.ui.dialogs.plan_check import Look, PlanCheck
from tests.conftest import Tried
from tests.ui.dialogs.host import task, tasks

pytestmark = pytest.mark.anyio
_MOST_READ = 10


class World:
    """The tasks as they are now, and what was read of them."""

    def __init__(self, known: Sequence[Task]) -> None:
        self.known = {each.id: each for each in known}
        self.read_ids: list[str] = []
        self.troubles: list[str] = []

    def plan(self, shown: Plan) -> Plan:
        now = [(self.known[each], 2.0) for each in shown.ids if each in self.known]
        return make_plan(shown.operation, now, shown.parameters, shown.hidden)

    async def read(self, task_id: str) -> str:
        self.read_ids.append(task_id)
        return self.troubles.pop(0) if self.troubles else ""

    def check(self, operation: Operation = STOP) -> PlanCheck:
        plan = make_plan(operation, [(each, 1.0) for each in self.known.values()], {}, ())
        return PlanCheck(plan, Look(self.plan, self.read), lambda _: None)


@pytest.mark.parametrize("count", [1, 9, 10, 11, 20])
async def test_the_first_targets_are_read_once_each_and_in_order(count: int) -> None:
    world = World(tasks(count))
    check = world.check()
    assert check.is_reading
    await check.read()
    await check.read()
    assert world.read_ids == list(check.plan.ids[:_MOST_READ])
    assert not check.is_reading
    assert not check.is_broken
    assert check.plan.targets[0].read_at == 2.0


async def test_one_failed_read_is_told_and_the_others_are_read_all_the_same() -> None:
    world = World(tasks(3))
    world.troubles = ["", "no answer", ""]
    check = world.check()
    await check.read()
    assert check.trouble == "no answer"
    assert len(world.read_ids) == 3
    assert check.holds_for("3")


async def test_a_plan_whose_tasks_are_as_they_were_holds_for_its_word_alone() -> None:
    check = World([task()]).check()
    assert check.is_reading
    await check.read()
    assert not check.is_reading
    assert not check.news
    assert check.holds_for("y")
    assert not check.holds_for("n")


async def test_news_are_told_once_and_the_plan_goes_along() -> None:
    world = World([task(1, "SYNCING")])
    check = world.check()
    world.known[check.plan.ids[0]] = task(1, "RUNNING")
    check.compare()
    check.compare()
    assert len(check.news) == 1
    assert "continuous synchronization -> full replication" in str(check.news[0])
    assert check.holds_for("y")


@pytest.mark.parametrize("operation", [STOP, TEST])
async def test_a_task_with_another_name_than_was_read_breaks_the_plan_and_both_are_told(
    operation: Operation,
) -> None:
    world = World([task(1, "SYNCING"), task(2, "SYNCING")])
    check = world.check(operation)
    first = check.plan.targets[0].task
    world.known[first.id] = replace(first, name="another")
    check.compare()
    assert [str(each) for each in check.against] == [f"{first.name} is called another now"]


async def test_whatever_happens_ids_never_change_and_what_broke_stays_broken(tried: Tried) -> None:
    states = ("SYNCING", "RUNNING", "ABORT", "ABORTING", "NEWEST_STATE", "gone")
    cases = 0
    for seed in range(300):
        chance = random.Random(seed)
        world = World(tasks(chance.randint(1, 4)))
        check = world.check()
        ids, word, was_broken = check.plan.ids, check.plan.word, False
        for _ in range(12):
            number = chance.randrange(len(ids)) + 1
            state = chance.choice((*states, "SYNCING", "SYNCING"))
            world.known.pop(ids[number - 1], None)
            if state != "gone":
                world.known[ids[number - 1]] = task(number, state)
            check.compare()
            possible = set(world.plan(check.plan).ids) == set(ids)
            assert check.plan.ids == ids, seed
            assert check.is_broken >= was_broken, seed
            assert check.is_broken or possible, seed
            assert check.holds_for(word or "y") == (not check.is_broken), seed
            was_broken = check.is_broken
            cases += 1
    tried(2, cases)
