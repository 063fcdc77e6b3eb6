"""The servers of a world by site; a site is created when somebody first looks at it."""

from collections.abc import Callable, Iterable, Sequence

from sms_tui.simulator.migration import agent, failing, operations
from sms_tui.simulator.migration.failure_causes import WINDOWS_ONLY
from sms_tui.simulator.migration.machine import Machine
from sms_tui.simulator.migration.placing import place_infeasible, place_role
from sms_tui.simulator.migration.rules import refusal
from sms_tui.simulator.migration.site import Site
from sms_tui.simulator.world.chronicle import Chronicle
from sms_tui.simulator.world.scenario import Beat, Role, Scenario
from sms_tui.simulator.world.servers import make_server, role_of

_WARM_UP_MS = 60_000
"""How long the world has been running when the clock starts, so that copies are on the move."""


class Fleet:
    """All machines; those of one site share its uplink, and those of different sites nothing.

    Behind the `size` servers that have a task come the infeasible ones, which never got any.
    """

    def __init__(self, scenario: Scenario, seed: int, start_ms: int, size: int, chronicle: Chronicle) -> None:
        self._scenario = scenario
        self._seed = seed
        self._start_ms = start_ms
        self._size = size
        self._chronicle = chronicle
        self._sites: dict[int, Site] = {}
        self._machines: dict[int, Machine] = {}

    def opened(self) -> Iterable[Machine]:
        """The machines that somebody has looked at, as they stand."""
        return self._machines.values()

    def machines(self, indexes: Sequence[int], now: int) -> list[Machine]:
        """Several machines, brought up to `now` with their whole sites."""
        size = self._scenario.site_size
        for number in dict.fromkeys(index // size for index in indexes):
            site = self._sites.get(number) or self._open(number)
            site.advance(now)
        return [self._machines[index] for index in indexes]

    def _open(self, number: int) -> Site:
        site = self._sites[number] = Site(self._scenario.site_mbit)
        first = number * self._scenario.site_size
        indexes = range(
            first, min(first + self._scenario.site_size, self._size + len(self._scenario.unavailable))
        )
        for index in indexes:
            self._machines[index] = self._settle(index, site)
        site.open(self._start_ms - _WARM_UP_MS)
        for beat in self._scenario.beats:
            if beat.index in indexes:
                self._schedule(beat)
        return site

    def _settle(self, index: int, site: Site) -> Machine:
        code = self._scenario.unavailable[index - self._size] if index >= self._size else ""
        role = _infeasible_role(code) if code else role_of(self._scenario, index)
        server = make_server(self._scenario, self._seed, index, role, self._start_ms)
        machine = Machine(server, self._scenario, self._seed, site, self._chronicle, failing.strike)
        site.members.append(machine)
        if code:
            place_infeasible(machine, code)
        else:
            place_role(machine, self._start_ms - _WARM_UP_MS)
        return machine

    def _schedule(self, beat: Beat) -> None:
        machine, act = self._machines[beat.index], _BEATS[beat.what]
        moment = self._start_ms + int(beat.at_seconds * 1000)
        machine.agenda.set(f"~{beat.at_seconds}", moment, lambda now: act(machine, beat.detail, now))


def _infeasible_role(code: str) -> Role:
    if code in WINDOWS_ONLY:
        return Role("legacy", system="windows", os_version="WINDOWS2008_R2_64BIT")
    return Role("legacy", os_version="CENTOS_6_5_64BIT")


def _by_console(machine: Machine, operation: str, now: int) -> None:
    if refusal(machine, operation, now) is None:
        machine.note(now, f"{operation} from the web console")
        operations.EFFECTS[operation](machine, now, {})


def _disguise(machine: Machine, state: str, now: int) -> None:
    machine.disguise = state
    machine.note(now, f"shown as {state}" if state else "shown as it is")


def _fail(machine: Machine, code: str, now: int) -> None:
    if machine.state in {"RUNNING", "SYNCING"}:
        failing.break_with(machine, code, now)


_BEATS: dict[str, Callable[[Machine, str, int], None]] = {
    "fail": _fail,
    "console": _by_console,
    "disconnect": lambda machine, _, now: agent.disconnect(machine, now),
    "reconnect": lambda machine, _, now: agent.reconnect(machine, now),
    "restart-agent": lambda machine, _, now: agent.restart_agent(machine, now),
    "disguise": _disguise,
    "fix": lambda machine, _, __: failing.fix(machine),
}
