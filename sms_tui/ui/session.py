"""What the screen works on: a profile and the engine that serves it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from msgspec import Struct

from sms_tui.config import Profile
from sms_tui.engine import Engine


class Session(Struct, frozen=True):
    """One signed-in profile; changing the profile means another session."""

    profile: Profile
    engine: Engine
    reached_by: tuple[str, ...] = ()
    """Options of the command line that lead to the same service"""
    shown: Callable[[], object] = lambda: None
    """To be called once the session is on the screen for the first time"""
    patience: float = 0.0
    """Seconds that the screen waits for the first page, which is under way already"""
    may_renew: bool = True
    """Whether it may get other credentials when it is opened again"""


OpenSession = Callable[[str], AbstractAsyncContextManager[Session]]
"""Opens the session of the profile with that name; the engine stops when the context is left."""


class SessionError(Exception):
    """A profile cannot be opened for a reason that the operator can fix; the text says how."""
