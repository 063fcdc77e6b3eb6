"""The state of the simulated service; a server is brought up to date only when somebody looks at it."""

from collections.abc import Mapping, Sequence

from sms_tui.simulator.migration import operations
from sms_tui.simulator.migration.machine import Machine, Order
from sms_tui.simulator.migration.quota import BEGINNINGS, may_begin, start_refusal
from sms_tui.simulator.migration.rules import Refusal, refusal
from sms_tui.simulator.world.chronicle import Chronicle
from sms_tui.simulator.world.clock import VirtualClock
from sms_tui.simulator.world.credentials import make_credentials
from sms_tui.simulator.world.fleet import Fleet
from sms_tui.simulator.world.scenario import Scenario
from sms_tui.simulator.world.servers import project_id, source_id, task_id
from sms_tui.simulator.world.templates import region_templates


class Service:
    """A pure function of seed, scenario, virtual clock and the requests it has accepted."""

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        clock: VirtualClock,
        *,
        tasks: int | None = None,
        churn: float = 0.0,
    ) -> None:
        """`churn` bounds the share of tasks whose row changes per second of a client's time; 0: unbounded."""
        self.scenario = scenario
        self.seed = seed
        self.clock = clock
        self.churn = churn
        self.size = tasks if tasks is not None else len(scenario.cast)
        self.chronicle = Chronicle()
        self.credentials = make_credentials(seed, project_id(seed, scenario.regions[0]))
        self.tasks = list(range(self.size))
        """Index of each task that exists, in the order of the list."""
        self.sources = list(range(self.size + len(scenario.unavailable)))
        """Index of each source server that is registered, with or without a task."""
        self.templates = region_templates(seed, scenario.regions)
        """Every server template by its id."""
        self.projects: list[dict[str, object]] = []
        """Every migration project; the first one is there from the start."""
        self.renamed: dict[int, str] = {}
        """What tasks are called by now that have been given another name."""
        self._fleet = Fleet(scenario, seed, clock.start_ms, self.size, self.chronicle)
        self._doomed: set[int] = set()
        self._by_task: dict[str, int] = {}
        self._by_source: dict[str, int] = {}

    @property
    def now(self) -> int:
        """Virtual epoch milliseconds."""
        return self.clock.now_ms()

    def machine(self, index: int) -> Machine:
        """The task of server `index`, brought up to the present."""
        return self.machines((index,), self.now)[0]

    def machines(self, indexes: Sequence[int], now: int) -> list[Machine]:
        """Several tasks, all brought up to the same moment."""
        return self._fleet.machines(indexes, now)

    def settle(self) -> None:
        """Bring everything up to the present, and take out of the list what has been deleted."""
        for index in sorted(self._doomed):
            if self.machine(index).gone:
                self._doomed.discard(index)
                self.tasks.remove(index)

    def by_task_id(self, wanted: str) -> Machine | None:
        """The task with that id, unless it is unknown or deleted."""
        if not self._by_task:
            self._by_task = {task_id(self.seed, index): index for index in range(self.size)}
        index = self._by_task.get(wanted)
        machine = self.machine(index) if index is not None else None
        return None if machine is None or machine.gone else machine

    def source_index(self, wanted: str) -> int | None:
        """The server whose source has that id, unless it is unknown or its record is deleted."""
        if not self._by_source:
            self._by_source = {source_id(self.seed, index): index for index in self.sources}
        index = self._by_source.get(wanted)
        return index if index in self.sources else None

    # What operators ask for

    def _quota_refusal(self, machine: Machine, operation: str) -> Refusal | None:
        # Whoever has been let in already is not asked about again: a second order like it is ignored.
        if operation not in BEGINNINGS or machine.order is not None:
            return None
        if self.scenario.residue and operation == "start" and not machine.stage:
            return Refusal(400, "SMS.7605", "An earlier task is still bound to the source server")
        if self.scenario.concurrent is None:
            return None
        return start_refusal(self.scenario, self.machines(self.tasks, self.now))

    def operate(self, machine: Machine, operation: str, details: Mapping[str, object]) -> Refusal | None:
        """Accept an operation, or say why not."""
        no = refusal(machine, operation, self.now) or self._quota_refusal(machine, operation)
        if no is None:
            operations.give(machine, Order(operation, details, self._may_begin), self.now)
        return no

    def delete(self, machines: list[Machine]) -> Refusal | None:
        """Delete all of these tasks, or none and say why."""
        for machine in machines:
            if no := refusal(machine, "delete", self.now):
                return no
        for machine in machines:
            operations.delete(machine, self.now)
            self._doomed.add(machine.server.index)
        return None

    def _may_begin(self) -> bool:
        # Asked in the midst of an advance: the others are counted as they stand.
        return may_begin(self.scenario, self._fleet.opened())
