"""Living with the picture: refresh it, hold it, poll at another pace, watch a row, understand an error."""

from collections.abc import Callable, Iterable

from sms_tui.domain.advice import Advice, error_code, error_text, explain, search
from sms_tui.domain.quantities import age
from sms_tui.domain.query import Row
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.engine import Engine
from sms_tui.ui.dialogs.text_view import TextView
from sms_tui.ui.flows.asking import Ask, Tell

FASTEST = 2.0
"""Seconds; a shorter interval has to come from the configuration, where somebody meant it."""
SLOWEST = 300.0
_FACTOR = 1.5


class Monitoring:
    """Turns the operator's wishes about polling and attention into calls of the engine."""

    def __init__(
        self, engine: Engine, ask: Ask, tell: Tell, redraw: Callable[[], None], bell: Callable[[], None]
    ) -> None:
        self._engine = engine
        self._ask = ask
        self._tell = tell
        self._redraw = redraw
        self._bell = bell
        self._noticed = 0
        self.paused = False
        """Whether the screen stands still; polling goes on."""

    def refresh(self) -> None:
        """Read the list now."""
        self._engine.refresh()

    def pause(self) -> None:
        """Hold the screen, or let it catch up."""
        self.paused = not self.paused
        if not self.paused:
            self._redraw()

    def resumed(self) -> None:
        """Read the list again after a stop in the shell, and say how old the picture is until then."""
        seconds = self._engine.store.sync.age(self._engine.clock.now())
        self._engine.refresh()
        if seconds is not None:
            self._tell(f"Back. What is shown is {age(seconds)} old; reading again.")

    def pace(self, factor: float) -> None:
        """Poll faster (a factor under 1) or slower."""
        poller = self._engine.poller
        floor = min(FASTEST, poller.interval)
        self.set_interval(max(floor, min(SLOWEST, poller.interval * factor)))

    def set_interval(self, seconds: float) -> None:
        """Poll every `seconds` while something is active."""
        self._engine.poller.interval = seconds
        self._engine.refresh()
        self._tell(f"Polling every {seconds:.0f} s while something is active.")

    def type_interval(self, text: str) -> None:
        """Poll every so many seconds, as typed."""
        try:
            seconds = float(text)
        except ValueError:
            self._tell(f"'{clean(text)}' is not a number of seconds", "warning")
            return
        self.set_interval(max(FASTEST, min(SLOWEST, seconds)))

    def faster(self) -> None:
        """Poll faster."""
        self.pace(1 / _FACTOR)

    def slower(self) -> None:
        """Poll slower."""
        self.pace(_FACTOR)

    def watch(self, rows: Iterable[Row]) -> None:
        """Watch rows, or stop watching those that are watched already."""
        store = self._engine.store
        for row in rows:
            store.watch(row.task.id, on=not row.watched)
            verb = "No longer watching" if row.watched else "Watching"
            self._tell(f"{verb} {row.task.name}")

    def notice(self) -> None:
        """Say what happened to watched rows since the last look, with a bell."""
        events = self._engine.log.since(self._noticed)
        watched = self._engine.store.watched
        seen = [event for event in events if event.task_id in watched and event.kind == "state"]
        for event in seen:
            self._tell(f"{event.task_name}: {event.text}", "warning")
        if seen:
            self._bell()
        self._noticed = events[-1].seq if events else self._noticed

    async def explain(self, row: Row | None) -> None:
        """Explain the error of a row from the catalogue that comes with the program."""
        if row is None:
            return
        if not row.task.error:
            self._tell("This task reports no error.")
            return
        await self._ask(TextView("What this error means", explanation(row.task.error)))

    async def look_up(self, words: str) -> None:
        """Explain a code, or find codes by words."""
        code = words.strip().upper()
        found = [explain(code)] if explain(code) else search(words)
        text = "\n\n".join(_told(advice) for advice in found if advice)
        await self._ask(TextView(f"Errors: {words}", text or "Nothing in the catalogue."))


def explanation(error: str) -> str:
    """What an error means, who acts, whether resuming helps, and what the service said."""
    advice = explain(error_code(error))
    said = clean(error_text(error) or error, DETAIL_LIMIT)
    if advice is None:
        return f"{error_code(error) or 'No code'}: not in the catalogue.\n\nThe service said:\n{said}"
    return f"{_told(advice)}\n\nThe service said:\n{said}"


_WHO = {"S": "source admin", "N": "network", "T": "target owner", "A": "account owner", "V": "vendor"}
_RESUME = {
    "y": "Resume helps after the fix.",
    "n": "Resume does not help: a new task or registration is needed.",
}


def _told(advice: Advice) -> str:
    who = ", ".join(_WHO.get(letter, letter) for letter in advice.who.split("/"))
    lines = [advice.code, advice.meaning, f"First: {advice.action}"]
    lines += [f"Who: {who}"] if advice.who.strip("-") else []
    lines += [_RESUME[advice.resume]] if advice.resume in _RESUME else []
    return "\n".join(lines)
