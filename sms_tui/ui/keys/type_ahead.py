"""Keys typed ahead: those that follow a key which opens something are meant for what it opens.

Keys travel in queues. By the time one of them opens a dialog, the next are already on their way to the table.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from weakref import WeakSet

from msgspec import Struct, field
from textual.events import Key
from textual.message import Message

_PAUSE = 0.35
"""Seconds without a key after which a hand has stopped typing"""
_LONGEST_HOLD = 0.25
"""Seconds that a key waits for those typed before it"""
_LONGEST_OPENING = 2.5
"""Seconds that a key waits for what is to be opened: a form waits for the service nearly as long"""
_NEVER = float("-inf")

Act = Callable[[Key], Awaitable[None]]
Later = Callable[[float, Callable[[], Awaitable[None]]], object]


async def _ignore(_: Key) -> None:
    """Before there was a key there is none to act on."""


class TypeAhead(Struct, kw_only=True):
    """Tells keys that set out while nothing was open from those typed for what is open now, or soon.

    Of the latter none may overtake the former, which are still on their way back to the app.
    """

    is_asking: Callable[[], bool]
    """Whether a dialog or a prompt waits for keys"""
    is_prompting: Callable[[], bool]
    """Whether it is a prompt"""
    has_begun: Callable[[], bool]
    """Whether a flow is under way; while nothing is open it is about to open something, or to end"""
    _set_out: set[Key] = set()
    _typed_in: WeakSet[Key] = field(default_factory=WeakSet)
    """Those for a prompt, and copies for what had opened meanwhile: both come back if that has closed"""
    _back: list[Key] = []
    """Copies of those that came back while their dialog was still to be opened"""
    _held: list[Key] = []
    _act: Act = _ignore

    async def pass_on(self, event: Key, act: Act, later: Later) -> None:
        """Give `act` the key as soon as those typed before it have found whom they were meant for."""
        self._act = act
        if event.is_forwarded and not self._keeps(event):
            await act(event)
            await self._release(self._let_go())
        elif event.is_forwarded or self._holds(event):
            if self.waiting == 1:
                wait = _LONGEST_OPENING if self._is_opening else _LONGEST_HOLD
                later(wait, self._act_anyway)
        else:
            await self._send(event)

    async def go_on(self) -> None:
        """Something was opened, or nothing will be: pass on what waits for that."""
        if not self._is_opening:
            back, self._back = self._back, []
            await self._release(back)
            await self._release(self._let_go())

    async def _act_anyway(self) -> None:
        """Act on all that wait, however many of those before them are back: one of these may never be."""
        self._set_out.clear()
        back, self._back = self._back, []
        for key in (*back, *self._let_go()):
            await self._act(key)

    async def _release(self, keys: Iterable[Key]) -> None:
        for key in keys:
            await self._send(key)

    async def _send(self, event: Key) -> None:
        if not self.is_asking():
            self._set_out.add(event)
        elif self.is_prompting():
            self._typed_in.add(event)
        await self._act(event)
        if not event.is_forwarded:
            self.forget(event)

    @property
    def _is_opening(self) -> bool:
        return self.has_begun() and not self.is_asking()

    def _keeps(self, event: Key) -> bool:
        """Whether `event`, which came back, is meant for what is still to be opened; then it is kept."""
        if not self._is_opening or not (event in self._set_out or event in self._typed_in):
            return False
        self._set_out.discard(event)
        self._back.append(_fresh(event))
        return True

    def _holds(self, event: Key) -> bool:
        """Whether `event` has to wait for keys that were typed before it; then it is kept."""
        is_early = bool(self._set_out) and self.is_asking()
        if not (self._held or self._back or is_early or self._is_opening):
            return False
        self._held.append(event)
        return True

    @property
    def waiting(self) -> int:
        """How many keys wait."""
        return len(self._back) + len(self._held)

    def _let_go(self) -> Sequence[Key]:
        """The keys that waited, once those before them are back."""
        if self._set_out:
            return ()
        held, self._held = self._held, []
        return held

    def forget(self, event: Key) -> None:
        """Forget a key that will not come back, because somebody has handled it."""
        self._set_out.discard(event)

    def claimed(self, event: Key) -> Key | None:
        """A copy for what is open, of a key that set out for the table while one before it was opening that.

        Asked once for each key: with the answer it is forgotten.
        """
        set_out = event in self._set_out
        self._set_out.discard(event)
        if not (set_out and self.is_asking()):
            return None
        copy = copy_of(event)
        self._typed_in.add(copy)
        return copy


class TypedOn(Struct):
    """Tells keys that somebody goes on typing after a question closed from those meant for the table.

    A hand that types a text into a question does not stop at once when that closes. Its keys are dropped
    until it pauses, and that is said.
    """

    monotonic: Callable[[], float]
    tell: Callable[[], None]
    _ends: float = _NEVER
    _closed_by: Key | None = None
    _is_told: bool = False

    def begin(self, closed_by: Key | None) -> None:
        """A question closed by this key: Enter came before the text, anything else may be pressed twice.

        None: there was to be another question, and a text for it may be on its way.
        """
        self._closed_by = closed_by
        self._is_told = False
        self._ends = self.monotonic() + _PAUSE

    def drops(self, event: Key) -> bool:
        """Whether `event` belongs to what was typed before."""
        if self._ends == _NEVER or not self._is_alike(event):
            return False
        # A message is stamped when it is made, so a fresh one tells the toolkit's time now.
        pressed = self.monotonic() - max(0.0, Message().time - event.time)
        if pressed >= self._ends:
            self._ends = _NEVER
            return False
        self._ends = pressed + _PAUSE
        if not self._is_told:
            self._is_told = True
            self.tell()
        return True

    def _is_alike(self, event: Key) -> bool:
        if self._closed_by is None or self._closed_by.key == "enter":
            return event.is_printable
        return event.key == self._closed_by.key


def copy_of(event: Key) -> Key:
    """The same key to be sent again; it keeps its time, so that a dialog can tell what was typed blind."""
    copy = _fresh(event)
    copy._set_forwarded()  # noqa: SLF001 - as the toolkit marks what is on its way already
    return copy


def _fresh(event: Key) -> Key:
    copy = Key(event.key, event.character)
    copy.time = event.time
    return copy
