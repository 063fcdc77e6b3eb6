"""A bare app that shows one dialog and keeps its answers, with a clock that stands still until moved."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from textual.app import App
from textual.events import Key
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import ModalScreen

from sms_tui.config import Profile
from sms_tui.domain.operations import Operation, Tier
from sms_tui.domain.plan import Plan, make_plan
from sms_tui.domain.task import Task, TaskState
from sms_tui.engine.clock import Clock
from sms_tui.engine.mode import Mode
from sms_tui.ui.dialogs.confirm import ConfirmDialog
from sms_tui.ui.dialogs.context import DialogContext
from sms_tui.ui.dialogs.plan_check import Look

HOSTILE = "[bold red]x[/] \x1b[31mEvil\u202e\r\ny to go ahead"
NEVER_BOUND = {"backspace", "delete", "D", "X", "K", "ctrl+k", "ctrl+x", "ctrl+a", "ctrl+b"}


@dataclass
class StoppedClock:
    """Both clocks of a dialog; they go on only by `advance`."""

    time: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += seconds


@dataclass(frozen=True)
class Request:
    method: str
    url: str
    body: bytes


class Host(App[None]):
    """Shows a dialog as the main screen would."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[object] = []

    def ask(self, dialog: ModalScreen[Any]) -> None:
        self.push_screen(dialog, self.answers.append)

    @property
    def is_asking(self) -> bool:
        return len(self.screen_stack) > 1


@dataclass
class Showing:
    """One shown dialog."""

    app: Host
    pilot: Pilot[None]
    clock: StoppedClock = field(default_factory=StoppedClock)

    @property
    def answers(self) -> list[object]:
        return self.app.answers

    async def press(self, *keys: str) -> None:
        """Press keys in a row and wait until all of them were used."""
        for key in keys:
            is_character = len(key) == 1
            self.app.post_message(
                Key(_character_to_key(key) if is_character else key, key if is_character else None)
            )
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        await self.press(*text)

    def lines(self) -> list[str]:
        """What the screen shows, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip) for strip in strips]

    def text(self) -> str:
        return "\n".join(self.lines())

    def words(self) -> str:
        """What the screen shows without line breaks and borders, to look for whole sentences."""
        return " ".join(self.text().replace("┃", " ").split())


@asynccontextmanager
async def showing(
    dialog: ModalScreen[Any], size: tuple[int, int] = (80, 24), clock: StoppedClock | None = None
) -> AsyncIterator[Showing]:
    app = Host()
    async with app.run_test(size=size) as pilot:
        app.ask(dialog)
        await pilot.pause()
        yield Showing(app, pilot, clock or StoppedClock())


def task(number: int = 7, state: str = "SYNCING", name: str | None = None, **facts: object) -> Task:
    return Task(
        id=f"0f3a{number:04d}-77aa-4c1e-9b1d-0000000a{number:04d}",
        name=f"web-{number:02d}" if name is None else name,
        state=TaskState.parse(state),
        state_text=state,
        **facts,  # type: ignore[arg-type]
    )


def tasks(count: int, state: str = "SYNCING") -> list[Task]:
    return [task(number, state) for number in range(1, count + 1)]


def requests(plan: Plan) -> list[Request]:
    return [
        Request("POST", f"https://sms.example/v3/tasks/{target.task.id}/action", plan_body(plan))
        for target in plan.targets[:3]
    ]


def plan_body(plan: Plan) -> bytes:
    return f'{{"operation":"{plan.operation.name}","param":{dict(plan.parameters)}}}'.encode()


async def _is_there(_task_id: str) -> str:
    return ""


UNCHANGED = Look(lambda plan: plan, _is_there)
"""Finds every task as it was"""


def confirmation(
    operation: Operation,
    chosen: Iterable[Task],
    clock: StoppedClock,
    *,
    hidden: Iterable[str] = (),
    parameters: dict[str, str] | None = None,
    production: bool = False,
    simulated: bool = False,
    dry_run: bool = False,
    look: Look = UNCHANGED,
    copy: Callable[[str, str], None] = lambda _what, _text: None,
    refused: Callable[[Tier], str | None] = lambda _: None,
) -> ConfirmDialog:
    where = ("-p", "prod")
    context = DialogContext(
        profile=Profile("prod", endpoint="https://sms.example", production=production),
        mode=Mode(simulated=simulated, dry_run=dry_run),
        clock=Clock(now=clock, monotonic=clock),
        in_flight=4,
        reached_by=where,
        copy=copy,
        refused=refused,
        window_ends=lambda: None,
    )
    plan = make_plan(operation, [(each, clock() - 8) for each in chosen], parameters, hidden)
    return ConfirmDialog(plan, context, requests, look)


@asynccontextmanager
async def confirming(
    operation: Operation,
    chosen: Iterable[Task],
    *,
    size: tuple[int, int] = (80, 24),
    deaf: bool = False,
    **more: Any,
) -> AsyncIterator[Showing]:
    """A `confirmation` with `more` on the screen, past its deaf time unless `deaf`."""
    clock = StoppedClock()
    async with showing(confirmation(operation, chosen, clock, **more), size, clock) as shown:
        if not deaf:
            clock.advance(1)
        yield shown
