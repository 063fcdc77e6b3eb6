"""A hand that presses anything, in any order and at any size, and looks after each step at what it did.

What it may press is read from the bindings, so that a new one is tried as well.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from typing import Any

from textual.events import AppBlur, AppFocus, Event, Key, MouseDown, MouseMove, MouseUp, Paste, Resize
from textual.geometry import Size
from textual.keys import _character_to_key

from sms_tui.domain.plan import Plan
from sms_tui.engine.sending.policy import Policy
from sms_tui.ui.dialogs.confirm import ConfirmDialog
from sms_tui.ui.dialogs.help import HelpScreen
from sms_tui.ui.keys.binding_places import all_bindings
from sms_tui.ui.screens.main import MainScreen
from tests.story import Operator

SIZES = ((60, 15), (61, 20), (80, 24), (110, 20), (120, 40), (160, 50), (59, 15), (30, 60), (1, 1))
ROOM = (80, 24)
COMMANDS = (
    "filter wave=1",
    "sort progress",
    "sort age-",
    "columns name,state,age",
    "invert",
    "stop",
    "delete",
    "start",
)
TYPED = "w3-:st y10z~!/?"
_TURNS = 60
"""Turns of the loop with nothing on its way, after which all stands still while no time passes"""
_MOVE = ("table.", "view.", "program.back", "program.leave")
_MARK = ("table.mark", "table.unmark", "table.range", "table.clear_marks")
"""Beginnings of the ids of what may move the cursor, and of what may mark"""


def _keys() -> Mapping[str, set[str]]:
    """Every key that is bound, with what it is bound to; but for those that stop the program itself."""
    keys: dict[str, set[str]] = {name: set() for name in ("enter", "tab", "backspace", "delete", "left", "y")}
    for bound in all_bindings():
        for key in bound.keys:
            keys.setdefault(key, set()).add(bound.id)
    return {key: ids for key, ids in keys.items() if key not in {"ctrl+z", "ctrl+c", "ctrl+q"}}


KEYS = _keys()


def _key(name: str) -> Key:
    """The key of that name, or of that character."""
    if len(name) == 1:
        return Key(_character_to_key(name), name)
    characters = {"enter": "\r", "tab": "\t", "escape": "\x1b", "space": " ", **_CHARACTERS}
    return Key(name, characters.get(name))


_CHARACTERS = {_character_to_key(character): character for character in "!/:?+-*[]"}


class Hand:
    """Presses, and knows what may come of that."""

    def __init__(self, op: Operator, chance: random.Random) -> None:
        self._op = op
        self._chance = chance
        self.pressed: list[object] = []
        """Everything so far: what to look at when something is wrong"""
        self.asked = self.meant = 0
        """How many questions were seen, and how many tasks were confirmed in them"""
        self._is_meant = False
        self._table, self._panes = op.screen.desk.table, op.screen._panes
        dispatcher = op.engine.dispatcher
        submit = dispatcher.submit

        def watched(plan: Plan, typed: str, policy: Policy) -> Any:
            assert self._is_meant, "sent without a question that was answered"
            self.meant += len(plan.targets)
            return submit(plan, typed, policy)

        dispatcher.submit = watched  # type: ignore[method-assign]
        # It goes on: leaving is what `q` at the root is for.
        op.screen.flows.quitting.leave = lambda: None

    async def step(self) -> None:
        """One thing, whichever, and a look at what came of it."""
        kinds = (
            self.press,
            self.answer,
            self.operate,
            self.type,
            self.resize,
            self.wait,
            self.turn_away,
            self.click,
        )
        if not self.pressed:
            # An order that time changes.
            await self.send(":", *"sort progress", "enter")
        (kind,) = self._chance.choices(kinds, (60, 12, 4, 4, 6, 7, 4, 5))
        self._is_meant = kind == self.answer
        await kind()
        self.look()

    async def press(self) -> None:
        """One key: behind a dialog nothing moves; elsewhere only by the keys for that."""
        name = self._chance.choice(sorted(KEYS))
        front, typing = self._op.app.screen, self._op.screen.desk.prompt.is_open
        ranging = self._table.selection.is_ranging
        before = self._stand()
        await self.send(name)
        if front is not self._op.screen and front is not self._op.app.screen:
            return
        is_behind = front is not self._op.screen
        moves = not is_behind and (typing or _is_one(name, _MOVE))
        marks = not is_behind and not typing and (_is_one(name, _MARK) or (ranging and moves))
        self._stands(before, moves=moves, marks=marks)

    async def answer(self) -> None:
        """The word that a question asks for, once it can hear."""
        front = self._op.app.screen
        if isinstance(front, ConfirmDialog):
            self.asked += 1
            await self._op.clock.advance(1)
            word = front._check.plan.word if front._check.plan.is_typed else "y"
            for name in (*word, "enter"):
                await self.send(name)

    async def operate(self) -> None:
        """An operation, or a command, at full speed."""
        if self._chance.random() < 0.7:
            await self.send("a", self._chance.choice("splcnmvobrtxd"))
        else:
            await self.send(":", *self._chance.choice(COMMANDS), "enter")

    async def type(self) -> None:
        """Several keys in one go."""
        await self.send(*self._chance.choices(TYPED, k=5), self._chance.choice(("escape", "enter")))

    async def resize(self) -> None:
        """Another size of the terminal; no task is marked or stood on because of it."""
        before = self._stand()
        await self._give_size(self._chance.choice(SIZES))
        self._stands(before)

    async def wait(self) -> None:
        """Time passes, and with it states change; or the line is down for a while."""
        before, seconds = self._stand(), self._chance.choice((1, 5, 12))
        self._op.line.is_down = self._chance.random() < 0.2
        for _ in range(seconds):
            # As fast as the demo, that something happens.
            self._op.time.advance(60)
            await self._op.clock.advance(1)
        self._op.screen.desk.tick()
        await self._post(f"{seconds} s")
        self._stands(before)

    async def turn_away(self) -> None:
        """Somebody looks at another window, or back, or pastes from there."""
        events = (AppBlur(), AppFocus(), Paste("w3\nstate:"))
        await self._post("looks", self._chance.choice(events))

    async def click(self) -> None:
        """The mouse, on anything and beside everything."""
        x, y = self._chance.randrange(170), self._chance.randrange(60)
        kinds = self._chance.choice(((MouseDown, MouseUp), (MouseDown, MouseUp) * 2, (MouseDown, MouseMove)))
        where = {"screen_x": x, "screen_y": y}
        await self._post(
            f"{x},{y}", *(kind(None, x, y, 0, 0, 1, False, False, False, **where) for kind in kinds)
        )

    async def send(self, *names: str) -> None:
        """Keys, of one read."""
        await self._post(names, *map(_key, names))

    async def _give_size(self, size: tuple[int, int]) -> None:
        driver: Any = self._op.app._driver
        driver._size = size
        await self._post(size, Resize(Size(*size), Size(*size)))

    async def _post(self, what: object, *events: Event) -> None:
        self.pressed.append(what)
        for event in events:
            assert self._op.app._driver is not None
            self._op.app._driver.process_message(event)
        quiet = 0
        while quiet < _TURNS:
            await asyncio.sleep(0)
            quiet = 0 if self._is_busy() else quiet + 1

    def _is_busy(self) -> bool:
        """Whether something is on its way; a key may wait a moment for one that never comes back."""
        app = self._op.app
        places = (app, *app.screen_stack, *app.screen.walk_children())
        queued = any(
            place._message_queue is not None and not place._message_queue.empty() for place in places
        )
        return queued or bool(self._op.screen.type_ahead.waiting)

    def _stand(self) -> tuple[str | None, str | None, Sequence[str]]:
        """The task under the cursor, the one that it will find again, and what is marked."""
        selection = self._table.selection
        return selection.cursor_id, selection._wanted, list(selection.marks.copied())

    def _stands(
        self,
        before: tuple[str | None, str | None, Sequence[str]],
        *,
        moves: bool = False,
        marks: bool = False,
    ) -> None:
        """Nobody but a hand moves the cursor or marks; what is gone is not marked any more."""
        cursor, wanted, marked = before
        assert moves or self._table.cursor_id in {cursor, wanted, None}
        there = [task_id for task_id in marked if task_id in self._op.engine.store.tasks]
        assert marks or list(self._table.selection.marks.copied()) in (marked, there)

    def look(self) -> None:
        """What holds at any time."""
        app, screen = self._op.app, self._op.screen
        kinds = [type(each) for each in app.screen_stack]
        assert len(set(kinds)) == len(kinds), kinds
        assert len(self._op.line.writes) <= self.meant
        if app.screen is not screen or not app.app_focus:
            return
        prompt, focused = screen.desk.prompt, app.focused
        if self._panes.too_small:
            assert focused is None
        elif prompt.is_open:
            assert focused is prompt.field
        else:
            assert focused is not None
            assert self._panes.can_see(focused)

    async def come_back(self) -> None:
        """A few times esc leads to the main screen from anywhere, where help opens and closes."""
        await self._give_size(ROOM)
        for _ in range(8):
            await self._op.clock.advance(1)
            await self.send("escape")
        assert isinstance(self._op.app.screen, MainScreen)
        self.look()
        await self.send("?")
        assert isinstance(self._op.app.screen, HelpScreen)
        await self.send("escape")
        assert isinstance(self._op.app.screen, MainScreen)


def _is_one(name: str, beginnings: Sequence[str]) -> bool:
    return any(bound.startswith(tuple(beginnings)) for bound in KEYS[name])
