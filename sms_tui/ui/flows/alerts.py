"""Tells the operator about watched tasks that changed, and about what happened while nobody looked."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from sms_tui.config import Profile
from sms_tui.domain.task import FAILED, FINISHED, TaskState
from sms_tui.domain.text import clean
from sms_tui.engine import Engine
from sms_tui.engine.event_log import Event
from sms_tui.ui.flows.asking import Tell
from sms_tui.ui.wording.language import tr

Alert = Callable[[str, str], None]
"""Takes a title and a text"""
_MOST_NAMED = 3


class Alerts(Struct):
    """Reports watched tasks from the log, and what changed while nobody looked at the terminal."""

    engine: Engine
    profile: Profile
    tell: Tell
    alert: Alert
    _noticed: int = 0
    _before: dict[str, TaskState] | None = None

    def look(self) -> None:
        """Say what happened to watched tasks since the last look: by toast, bell and hook."""
        events = self.engine.log.since(self._noticed)
        watched = self.engine.store.watched
        seen = [event for event in events if event.task_id in watched and event.kind == "state"]
        self._noticed = events[-1].seq if events else self._noticed
        for event in seen[:_MOST_NAMED]:
            self.tell(_line(event), "warning")
        if seen:
            production = " PRODUCTION" if self.profile.production else ""
            title, text = f"sms-tui {clean(self.profile.name)}{production}", _together(seen)
            self.alert(title, text)

    def looked(self, has_eyes: bool) -> None:
        """The terminal has lost the focus, or has it again."""
        states = {row.task.id: row.task.state for row in self.engine.store.rows()}
        if not has_eyes:
            self._before = states
        elif self._before is not None:
            if happened := since(self._before, states):
                self.tell(tr("Since you looked away: {happened}", happened=happened))
            self._before = None


def since(before: dict[str, TaskState], now: dict[str, TaskState]) -> str:
    """How many tasks failed, finished, came or went between two looks; empty if none did."""
    changed = [state for task_id, state in now.items() if before.get(task_id, state) is not state]
    failed = sum(state in FAILED for state in changed)
    done = sum(state in FINISHED for state in changed)
    counts = (
        (failed, "{count} failed"),
        (done, "{count} done"),
        (len(changed) - failed - done, "{count} changed otherwise"),
        (len(now.keys() - before.keys()), "{count} new"),
        (len(before.keys() - now.keys()), "{count} gone"),
    )
    return ", ".join(tr(words, count=count) for count, words in counts if count)


def _line(event: Event) -> str:
    return f"{clean(event.task_name)}: {clean(tr(event.text))}"


def _together(events: Sequence[Event]) -> str:
    named = "; ".join(map(_line, events[:_MOST_NAMED]))
    more = len(events) - _MOST_NAMED
    return tr("{named}; and {more} more", named=named, more=more) if more > 0 else named
