"""The steps of a migration: their order, how long each takes, and how its progress looks."""

from collections.abc import Callable
from functools import cache

from msgspec import Struct

from sms_tui.simulator.world.scenario import Pace
from sms_tui.simulator.world.seeded_random import SeededRandom
from sms_tui.simulator.world.servers import GIGABYTE, Server

Curve = Callable[[float], int]
_HUNDRED_GIGABYTES = 100 * GIGABYTE


def _linear(done: float) -> int:
    return min(int(done * 100), 99)


def _jumps(*jumps: tuple[float, int]) -> Curve:
    def curve(done: float) -> int:
        return max(progress for since, progress in jumps if done >= since)

    return curve


_HALVES = _jumps((0.0, 0), (0.35, 50))
_ATTACHING = _jumps((0.0, 0), (0.08, 10), (0.18, 30), (0.3, 60), (0.45, 90))
_CONFIGURING = _jumps((0.0, 0), (0.15, 20), (0.4, 45), (0.65, 70), (0.85, 90))


class Step(Struct, frozen=True, eq=False):
    """One step: seconds it takes, the sub-task it shows as, and its progress over its time."""

    name: str
    low: float
    high: float
    subtask: str = ""
    """May contain `{flavour}` or `{copier}`, such as LINUX_FILE; empty for what shows as no sub-task."""
    curve: Curve = _linear
    copies: bool = False
    """Whether bytes decide how long it takes."""


_STEPS = (
    Step("create", 60, 180, "CREATE_CLOUD_SERVER", _HALVES),
    Step("ssl", 5, 20, "SSL_CONFIG", _HALVES),
    Step("measure", 240, 300),
    Step("attach", 90, 240, "ATTACH_AGENT_IMAGE", _ATTACHING),
    Step("format", 10, 60, "FORMAT_DISK_{flavour}"),
    Step("migrate", 0, 0, "MIGRATE_{copier}", copies=True),
    Step("settle", 10, 60, "MIGRATE_{copier}", _jumps((0.0, 99))),
    Step("scan", 30, 240, "SYNC_{copier}", _jumps((0.0, 0), (0.04, 6))),
    Step("sync", 0, 0, "SYNC_{copier}", copies=True),
    Step("gap", 60, 600),
    Step("compare", 30, 240, "SYNC_{copier}", _jumps((0.0, 0))),
    Step("final", 0, 0, "SYNC_{copier}", copies=True),
    Step("check", 0, 0, "CHECK_CONSISTENCY"),
    Step("configure", 60, 300, "CONFIGURE_{flavour}", _CONFIGURING),
    Step("detach", 60, 180, "DETTACH_AGENT_IMAGE", _HALVES),
    Step("boot", 30, 180),
)
STEPS = {step.name: step for step in _STEPS}


def steps_of(stage: str, server: Server, *, check: bool) -> list[Step]:
    """The steps of a stage: `replicate`, `sync` (one round), `launch` or, out of sync, `relaunch`."""
    return list(_steps(stage, server.role.new_target, server.role.measure, check))


@cache
def _steps(stage: str, create: bool, measure: bool, check: bool) -> tuple[Step, ...]:
    wanted = {"create": create, "measure": measure, "check": check}
    return tuple(STEPS[name] for name in _STAGES[stage] if wanted.get(name, True))


_STAGES = {
    "replicate": ("create", "ssl", "measure", "attach", "format", "migrate", "settle"),
    "sync": ("scan", "sync", "gap"),
    "relaunch": ("compare", "final", "check", "configure", "detach", "boot"),
    "launch": ("check", "configure", "detach", "boot"),
}


def subtask_name(step: Step, server: Server) -> str:
    """What the service calls this step, empty when it shows as none."""
    return _named(step, server.role.system)


@cache
def _named(step: Step, system: str) -> str:
    flavour = {"linux-file": "LINUX_FILE", "linux-block": "LINUX_BLOCK", "windows": "WINDOWS"}[system]
    copier = "WINDOWS_BLOCK" if system == "windows" else flavour
    return step.subtask.format(flavour=flavour, copier=copier)


def planned_subtasks(server: Server, *, check: bool) -> list[str]:
    """The sub-tasks that a task lists before it has begun."""
    role = server.role
    return list(_planned(role.new_target, role.measure, role.system, None if role.syncing else check))


@cache
def _planned(create: bool, measure: bool, system: str, launch_check: bool | None) -> tuple[str, ...]:
    steps = _steps("replicate", create, measure, check=False)
    if launch_check is not None:
        steps += _steps("launch", create, measure, launch_check)
    return tuple(name for step in steps if (name := _named(step, system)))


def duration_ms(step: Step, server: Server, pace: Pace, random: SeededRandom) -> int:
    """How long a timed step of `server` takes."""
    return expected_ms(step, server, pace, 0.0 if step.name == "check" else random.fraction() * 2 - 1)


def expected_ms(step: Step, server: Server, pace: Pace, luck: float = 0.0) -> int:
    """How long a timed step takes on average, or with a `luck` from -1 (shortest) to 1 (longest)."""
    if step.name == "check":
        per_unit = 1020 if server.windows else 780
        return int(per_unit * 1000 * server.total / _HUNDRED_GIGABYTES)
    middle, half = (step.low + step.high) / 2, (step.high - step.low) / 2
    seconds = middle + luck * half * pace.spread
    if step.name == "format":
        seconds *= disks_of(server)
    return int(seconds * pace.scale * 1000)


def disks_of(server: Server) -> int:
    """How many disks the server has: a system disk, and one for data when there is much of it."""
    return 1 if server.total <= 40 * GIGABYTE else 2
