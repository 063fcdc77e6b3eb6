"""Keeps one session in view: opens it, runs its engine, and changes to another one on request."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from msgspec import Struct, field

from sms_tui.engine.store.store import Store
from sms_tui.ui.session import OpenSession, Session, SessionError


class SessionLoop(Struct):
    """Serves one profile at a time until cancelled."""

    open_session: OpenSession
    profile: str
    show: Callable[[Session], Awaitable[None]]
    show_trouble: Callable[[str, str], Awaitable[None]]
    """Takes the profile's name and why it cannot be opened"""
    show_opening: Callable[[str], Awaitable[None]]
    """Takes the name of a profile that is opened after another one"""
    served_last: str = ""
    """Name of the profile that was in view last"""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _work: asyncio.Task[None] | None = None

    def change(self, profile: str) -> None:
        """Serve another profile; the engine of the one before ends first."""
        self.profile = profile
        self._changed.set()

    def again(self) -> None:
        """Open the same profile once more."""
        self._changed.set()

    def back(self) -> None:
        """Serve the profile again that was in view before the one that cannot be opened."""
        self.change(self.served_last or self.profile)

    async def run(self) -> None:
        """Serve until cancelled."""
        self._work = asyncio.current_task()
        while True:
            self._changed.clear()
            try:
                async with self.open_session(self.profile) as session:
                    await self._serve(session)
            except SessionError as error:
                await self.show_trouble(self.profile, str(error))
                await self._change_wanted()

    async def end(self) -> None:
        """Stop, and wait until the engine has written down what became of everything it sent."""
        if self._work is not None and not self._work.done():
            self._work.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.wait([self._work])

    async def _serve(self, session: Session) -> None:
        """The engine begins first: what it has read already is in the first frame."""
        async with asyncio.TaskGroup() as group:
            running = group.create_task(session.engine.run())
            with suppress(TimeoutError):
                async with asyncio.timeout(session.patience):
                    await _first_page(session.engine.store)
            await self.show(session)
            self.served_last = session.profile.name
            await self._change_wanted()
            running.cancel()

    async def _change_wanted(self) -> None:
        """Return once another session is wanted, and show that it is being opened.

        Keys are no longer for the one in view, whose engine may take its time to end.
        """
        await self._changed.wait()
        await self.show_opening(self.profile)


async def _first_page(store: Store) -> None:
    """Return once something is known of the list, even if only why it cannot be read."""
    news = asyncio.Event()
    store.listen(news.set)
    while not (store.tasks or store.sync.synced_at or store.sync.trouble):
        await news.wait()
        news.clear()
