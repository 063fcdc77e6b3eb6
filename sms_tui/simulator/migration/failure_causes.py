"""What can go wrong with a server: when it happens, what the service reports then, and what helps."""

from msgspec import Struct

from sms_tui.simulator.world.seeded_random import SeededRandom
from sms_tui.simulator.world.servers import Server

_LIMIT = 255
"""Characters of error_json; more is cut off."""


class Cause(Struct, frozen=True):
    """One way to fail."""

    code: str
    words: str
    steps: tuple[str, ...]
    """The steps in which it strikes; empty for what is never a task's own error."""
    cure: str
    """`resume`, `fix` (resume helps once the cause is gone) or `rebuild` (only a new task helps)."""
    systems: tuple[str, ...] = ("linux-file", "linux-block", "windows")
    """The kinds of server that it can strike, as a role names them."""


_NETWORK = ("SMS.0807", "SMS.1807", "SMS.2802", "SMS.3805", "SMS.3806")
_PORTS = {
    "SMS.0807": "22",
    "SMS.1807": "8900",
    "SMS.2802": "8899",
    "SMS.3802": "22",
    "SMS.3805": "22",
    "SMS.3806": "22",
}
RECOVERABLE = frozenset({"SMS.0807", "SMS.1807", "SMS.2802", "SMS.2805", "SMS.2806", "SMS.3802"})
"""What an agent may recover from by itself."""
_LINUX = ("linux-file", "linux-block")
_BLOCK = ("linux-block", "windows")
_WINDOWS = ("windows",)
_COPY = ("migrate",)
_ROUND = ("scan", "sync", "compare", "final", "gap")

_CAUSES = (
    Cause("SMS.0807", "The network between source and target was interrupted", (*_COPY, *_ROUND), "resume"),
    Cause("SMS.1807", "Port 8900 of the target cannot be reached", _COPY, "resume", _BLOCK),
    Cause("SMS.2802", "Port 8899 of the target cannot be reached", _COPY, "resume", _WINDOWS),
    Cause("SMS.3805", "The connection to port 22 of the target timed out", _COPY, "resume"),
    Cause("SMS.3806", "The connection to port 22 of the target was refused", _COPY, "resume"),
    Cause("SMS.3802", "The SSH channel to the target could not be set up", ("format",), "fix"),
    Cause("SMS.3803", "The host key of the target has changed", ("format",), "rebuild"),
    Cause("SMS.3804", "The target refused the SSH login", ("format",), "rebuild"),
    Cause("SMS.1404", "Disk state is wrong: expected available, found in-use", ("attach",), "rebuild"),
    Cause("SMS.0805", "A partition could not be copied", _COPY, "resume"),
    Cause("SMS.0806", "A partition could not be synchronized", _ROUND, "resume"),
    Cause("SMS.0515", "The disks of the source have changed", ("ssl",), "rebuild"),
    Cause("SMS.0212", "The agent was restarted, the task cannot go on", _COPY, "rebuild", _WINDOWS),
    Cause("SMS.1414", "The synchronization module has ended", _ROUND, "rebuild", _BLOCK),
    Cause("SMS.1105", "The disk could not be created: arrears or quota", ("attach",), "fix"),
    Cause("SMS.6526", "The account is restricted or its quota is used up", ("ssl",), "fix"),
    Cause("SMS.1106", "The temporary disk could not be deleted", ("detach",), "fix"),
    Cause("SMS.1104", "The disk could not be detached from the target", ("detach",), "fix"),
    Cause("SMS.3102", "The initrd of the target could not be modified", ("configure",), "resume", _LINUX),
    Cause("SMS.1113", "Partitions of the target could not be configured in time", ("configure",), "resume"),
    Cause("SMS.1904", "A VSS snapshot could not be made", ("ssl",), "fix", _WINDOWS),
    Cause("SMS.1204", "There is no space left on the source", _COPY, "rebuild"),
    Cause("SMS.9007", "The speed went over its limit", _COPY, "resume"),
)
CAUSES = {cause.code: cause for cause in _CAUSES}

FEASIBILITY = {
    "SMS.6504": "OS_VERSION",
    "SMS.6509": "FILE_SYSTEM",
    "SMS.6511": "DRIVER",
    "SMS.6517": "RSYNC",
    "SMS.6533": "VSS",
    "SMS.6537": "DISK",
    "SMS.6563": "INITRD",
    "SMS.6564": "GRUB",
    "SMS.6616": "OS_VERSION",
    "SMS.6617": "KERNEL",
}
"""What the checks of a source server can find before it has a task, and what was looked at.

Of the latter only OS_VERSION, RSYNC and DISK have been seen."""
WINDOWS_ONLY = frozenset({"SMS.6511", "SMS.6533"})
"""What those checks find on Windows; the rest is told of a Linux server."""

_REALISTIC = (
    (0.06, _NETWORK),
    (0.03, ("SMS.1404", "SMS.3802", "SMS.1105")),
    (0.02, ("SMS.3102",)),
    (0.01, ("SMS.0212", "SMS.1414")),
    (0.01, ("SMS.6526",)),
)


class LatentFailure(Struct):
    """What will strike, or has struck, one server."""

    cause: Cause
    step: str
    """The step in which it strikes; empty for whichever comes."""
    at: float
    """How far into that step, as a share of its duration."""

    def strikes_in(self, step: str) -> bool:
        """Whether this step is the one."""
        return self.step in {"", step}


def latent_failure_of(server: Server, rate: float, random: SeededRandom) -> LatentFailure | None:
    """The failure that lies in wait for this server, if any; most servers are healthy."""
    roll, at = random.fraction(), random.between(0.2, 0.8)
    if server.role.code and server.role.fails_in:
        return LatentFailure(CAUSES[server.role.code], server.role.fails_in, at)
    for share, codes in _REALISTIC:
        roll -= share * rate
        if roll < 0:
            return _one_of(codes, server, random, at)
    return None


def _one_of(codes: tuple[str, ...], server: Server, random: SeededRandom, at: float) -> LatentFailure | None:
    possible = [cause for code in codes if server.role.system in (cause := CAUSES[code]).systems]
    if not possible:
        return None
    cause = random.pick(possible)
    return LatentFailure(cause, cause.steps[0], at)


def error_json(code: str, server: Server, random: SeededRandom) -> str:
    """What the task's `error_json` says: valid JSON, JSON cut in the middle, or nothing at all."""
    manner = random.fraction()
    words = CAUSES[code].words
    if manner < 0.04:
        return ""
    if manner < 0.16:
        return _json(code, f'"{words}. {_where(server) * 6}"')[:_LIMIT]
    if manner < 0.35:
        return _json(code, f'"{words}"')
    if code in _PORTS:
        return _json(code, f'["{server.migration_ip}","{_PORTS[code]}"]')
    return _json(code, f'["{words}"]')


def _json(code: str, parameter: str) -> str:
    return f'{{"error_code":"{code}","error_param":{parameter}}}'


def _where(server: Server) -> str:
    return f"Source {server.name} ({server.ip}), target {server.migration_ip}. "
