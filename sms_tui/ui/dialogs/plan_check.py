"""Checks a plan while its question is open: its tasks are read again once and compared all the time."""

from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from sms_tui.domain.operations import Tier
from sms_tui.domain.plan import Plan
from sms_tui.domain.plan_changes import brought_up_to_date, changes
from sms_tui.domain.sentence import Sentence

_MOST_READ = 10


class Look(Struct, frozen=True):
    """How a plan can be looked at again."""

    plan: Callable[[Plan], Plan]
    """Takes a plan; gives the one that its targets would make now"""
    read: Callable[[str], Awaitable[str]]
    """Reads the task with that id; why that failed, or empty"""


class PlanCheck:
    """Holds the plan that was shown against what is known now; once it is broken it stays broken."""

    def __init__(self, plan: Plan, look: Look, refused: Callable[[Tier], str | None]) -> None:
        """`refused` says why operations of a tier would not be sent now, or None."""
        self.plan = plan
        self._look = look
        self._refused = refused
        self._to_read = list(plan.ids[:_MOST_READ])
        self.against: Sequence[Sentence] = ()
        self.news: Sequence[Sentence] = ()
        self.trouble = ""
        """Why a target could not be read again"""

    @property
    def is_broken(self) -> bool:
        """Whether the plan no longer holds."""
        return bool(self.against)

    @property
    def is_reading(self) -> bool:
        """Whether targets are still being read."""
        return bool(self._to_read)

    @property
    def refusal(self) -> str | None:
        """Why the plan would not be sent now, though it may be in a moment; None if it would."""
        return self._refused(self.plan.tier)

    def holds_for(self, typed: str) -> bool:
        """Whether `typed` lets the plan go now, as it was shown."""
        return not self.is_broken and self.refusal is None and self.plan.accepts(typed)

    async def read(self) -> None:
        """Read the first targets, one after the other, so that nobody else waits for them."""
        while self._to_read:
            self.trouble = await self._look.read(self._to_read[0]) or self.trouble
            self._to_read.pop(0)
        self.compare()

    def compare(self) -> None:
        """Compare with what is known now; while the plan holds, its states and ages are kept up to date."""
        if self.is_broken:
            return
        now = self._look.plan(self.plan)
        found = changes(self.plan, now)
        self.news = (*self.news, *found.news)
        self.against = found.against
        if not self.is_broken:
            self.plan = brought_up_to_date(self.plan, now)
