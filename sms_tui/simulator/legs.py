"""The legs of a migration: what comes after what, how long each takes, how its progress looks."""

from collections.abc import Callable
from functools import cache

from msgspec import Struct

from sms_tui.simulator.dice import Dice
from sms_tui.simulator.scenario import Pace
from sms_tui.simulator.servers import GIGABYTE, Server

Curve = Callable[[float], int]
_HUNDRED_GIGABYTES = 100 * GIGABYTE


def _linear(done: float) -> int:
    return min(int(done * 100), 99)


def _steps(*steps: tuple[float, int]) -> Curve:
    def curve(done: float) -> int:
        return max(progress for since, progress in steps if done >= since)

    return curve


_HALVES = _steps((0.0, 0), (0.35, 50))
_ATTACHING = _steps((0.0, 0), (0.08, 10), (0.18, 30), (0.3, 60), (0.45, 90))
_CONFIGURING = _steps((0.0, 0), (0.15, 20), (0.4, 45), (0.65, 70), (0.85, 90))


class Kind(Struct, frozen=True, eq=False):
    """One sort of leg: seconds it takes, the sub-task it shows as, and its progress over its time."""

    name: str
    low: float
    high: float
    subtask: str = ""
    """May contain `{flavour}` or `{copier}`, such as LINUX_FILE; empty for what shows as no sub-task."""
    curve: Curve = _linear
    copies: bool = False
    """Whether bytes decide how long it takes."""


_KINDS = (
    Kind("create", 60, 180, "CREATE_CLOUD_SERVER", _HALVES),
    Kind("ssl", 5, 20, "SSL_CONFIG", _HALVES),
    Kind("measure", 240, 300),
    Kind("attach", 90, 240, "ATTACH_AGENT_IMAGE", _ATTACHING),
    Kind("format", 10, 60, "FORMAT_DISK_{flavour}"),
    Kind("migrate", 0, 0, "MIGRATE_{copier}", copies=True),
    Kind("settle", 10, 60, "MIGRATE_{copier}", _steps((0.0, 99))),
    Kind("scan", 30, 240, "SYNC_{copier}", _steps((0.0, 0), (0.04, 6))),
    Kind("sync", 0, 0, "SYNC_{copier}", copies=True),
    Kind("gap", 60, 600),
    Kind("compare", 30, 240, "SYNC_{copier}", _steps((0.0, 0))),
    Kind("final", 0, 0, "SYNC_{copier}", copies=True),
    Kind("check", 0, 0, "CHECK_CONSISTENCY"),
    Kind("configure", 60, 300, "CONFIGURE_{flavour}", _CONFIGURING),
    Kind("detach", 60, 180, "DETTACH_AGENT_IMAGE", _HALVES),
    Kind("boot", 30, 180),
)
KINDS = {kind.name: kind for kind in _KINDS}


def legs_of(stage: str, server: Server, *, check: bool) -> list[Kind]:
    """The legs of a stage: `replicate`, `sync` (one round), `launch` or, out of sync, `relaunch`."""
    return list(_legs(stage, server.role.new_target, server.role.measure, check))


@cache
def _legs(stage: str, create: bool, measure: bool, check: bool) -> tuple[Kind, ...]:
    wanted = {"create": create, "measure": measure, "check": check}
    return tuple(KINDS[name] for name in _STAGES[stage] if wanted.get(name, True))


_STAGES = {
    "replicate": ("create", "ssl", "measure", "attach", "format", "migrate", "settle"),
    "sync": ("scan", "sync", "gap"),
    "relaunch": ("compare", "final", "check", "configure", "detach", "boot"),
    "launch": ("check", "configure", "detach", "boot"),
}


def subtask_name(kind: Kind, server: Server) -> str:
    """What the service calls this leg, empty when it shows as none."""
    return _named(kind, server.role.system)


@cache
def _named(kind: Kind, system: str) -> str:
    flavour = {"linux-file": "LINUX_FILE", "linux-block": "LINUX_BLOCK", "windows": "WINDOWS"}[system]
    copier = "WINDOWS_BLOCK" if system == "windows" else flavour
    return kind.subtask.format(flavour=flavour, copier=copier)


def planned_subtasks(server: Server, *, check: bool) -> list[str]:
    """The sub-tasks that a task lists before it has begun."""
    role = server.role
    return list(_planned(role.new_target, role.measure, role.system, None if role.syncing else check))


@cache
def _planned(create: bool, measure: bool, system: str, launch_check: bool | None) -> tuple[str, ...]:
    kinds = _legs("replicate", create, measure, check=False)
    if launch_check is not None:
        kinds += _legs("launch", create, measure, launch_check)
    return tuple(name for kind in kinds if (name := _named(kind, system)))


def duration_ms(kind: Kind, server: Server, pace: Pace, dice: Dice) -> int:
    """How long a timed leg of `server` takes."""
    return expected_ms(kind, server, pace, 0.0 if kind.name == "check" else dice.fraction() * 2 - 1)


def expected_ms(kind: Kind, server: Server, pace: Pace, luck: float = 0.0) -> int:
    """How long a timed leg takes on average, or with a `luck` from -1 (shortest) to 1 (longest)."""
    if kind.name == "check":
        per_unit = 1020 if server.windows else 780
        return int(per_unit * 1000 * server.total / _HUNDRED_GIGABYTES)
    middle, half = (kind.low + kind.high) / 2, (kind.high - kind.low) / 2
    seconds = middle + luck * half * pace.spread
    if kind.name == "format":
        seconds *= disks_of(server)
    return int(seconds * pace.scale * 1000)


def disks_of(server: Server) -> int:
    """How many disks the server has: a system disk, and one for data when there is much of it."""
    return 1 if server.total <= 40 * GIGABYTE else 2
