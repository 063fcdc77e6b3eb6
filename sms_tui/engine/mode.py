"""What a session may do, and the numbers it works with."""

from msgspec import Struct


class Mode(Struct, frozen=True):
    """What a whole session may do, independent of any task."""

    read_only: bool = False
    dry_run: bool = False
    simulated: bool = False


class EngineSettings(Struct, frozen=True):
    """Paces and limits; times in seconds."""

    interval: float = 5.0
    idle_interval: float = 30.0
    settle_window: float = 600.0
    in_flight: int = 4
    """Operations under way at once, over all tasks"""
