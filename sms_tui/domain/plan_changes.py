"""Compares a plan's targets as shown with what they are now: what invalidates the plan, what is only news."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from sms_tui.domain.plan import GONE, Plan, Target
from sms_tui.domain.sentence import Sentence, sentence
from sms_tui.domain.situation import Situation
from sms_tui.domain.task import Task


class Changes(Struct, frozen=True):
    """How the targets of a plan differ from what was shown."""

    against: Sequence[Sentence] = ()
    """Why the plan no longer holds: what was read is not what would be sent"""
    news: Sequence[Sentence] = ()
    """What else is different"""


def changes(shown: Plan, now: Plan) -> Changes:
    """Compare a plan with the one that its target ids would make `now`."""
    left_out = {left.task.id: left.reason for left in now.left_out}
    found = {target.task.id: target for target in now.targets}
    against = [
        sentence("{name}: {reason}", name=task.name, reason=left_out.get(task.id, GONE))
        for task in (target.task for target in shown.targets)
        if task.id not in found
    ]
    against += [
        sentence("{name} is called {now} now", name=old.task.name, now=found[old.task.id].task.name)
        for old in shown.targets
        if old.task.id in found and found[old.task.id].task.name != old.task.name
    ]
    if not against and (shown.tier, shown.label, shown.word) != (now.tier, now.label, now.word):
        against = [_otherwise(shown, now)]
    news = [_moved(old.task, found[old.task.id]) for old in shown.targets if old.task.id in found]
    return Changes(tuple(against), tuple(each for each in news if each is not None))


def brought_up_to_date(shown: Plan, now: Plan) -> Plan:
    """The plan `shown` with the states as they are `now`; only where no change speaks `against` it."""
    return replace(now, left_out=shown.left_out, parameters=shown.parameters, hidden=shown.hidden)


def _otherwise(shown: Plan, now: Plan) -> Sentence:
    states = sorted({_state(target.task) for target in now.targets})
    return sentence(
        "{operation} would be another operation now, or needs another word: {states}.",
        operation=shown.operation.label,
        states=", ".join(states),
    )


def _moved(old: Task, new: Target) -> Sentence | None:
    if old is new.task:
        return None
    before, after = _state(old), _state(new.task)
    # The list does not say whether an agent is there: to learn that it is, is no change.
    was_there = old.connected is not False
    if before == after and was_there == (new.task.connected is not False):
        return None
    if before == after:
        gone = new.task.connected is False
        said = "{name}: its agent is disconnected now" if gone else "{name}: its agent is connected now"
        return sentence(said, name=old.name)
    return sentence("{name}: {before} -> {after}", name=old.name, before=before, after=after)


def _state(task: Task) -> str:
    return task.state_text if task.situation is Situation.UNKNOWN else task.situation.value
