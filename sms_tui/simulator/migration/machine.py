"""One migration task: its states, its current step, and how it moves from step to step.

What can break it is in `failing`, what an operator can do to it in `operations`, when that is allowed in
`rules`, and how the service writes it in `documents.tasks`.
"""

from collections.abc import Callable, Mapping

from msgspec import Struct

from sms_tui.simulator.migration.agenda import Action, Agenda
from sms_tui.simulator.migration.check_results import CheckResult, consistency, network
from sms_tui.simulator.migration.failure_causes import LatentFailure, latent_failure_of
from sms_tui.simulator.migration.replication import Replication
from sms_tui.simulator.migration.site import Member, Site
from sms_tui.simulator.migration.speed import BYTES_PER_MS
from sms_tui.simulator.migration.speed_limits import Limits
from sms_tui.simulator.migration.steps import Step, duration_ms, planned_subtasks, steps_of, subtask_name
from sms_tui.simulator.migration.stopwatch import Stopwatch
from sms_tui.simulator.migration.subtasks import SubTasks
from sms_tui.simulator.world.chronicle import Chronicle, Entry
from sms_tui.simulator.world.scenario import Scenario
from sms_tui.simulator.world.seeded_random import SeededRandom
from sms_tui.simulator.world.servers import Server

_WORKING = frozenset({"RUNNING", "SYNCING", "SKIPPING"})


class Logs(Struct):
    """The last upload of logs."""

    status: str = "INIT"
    bucket: str = ""
    expire: int = 0
    uploaded: int | None = None
    url: str = ""


class Clone(Struct):
    """The clone made of the target."""

    state: str = "NOT_READY"
    vm_id: str = ""
    name: str = ""
    code: str = ""
    error: str = ""


class Order(Struct, frozen=True):
    """An accepted operation that the agent has not fetched yet."""

    operation: str
    details: Mapping[str, object]
    may_begin: Callable[[], bool]
    """Whether a start need not wait for others to end."""


class Machine(Member):
    """A task on its way; every method that moves it takes the virtual moment at which that happens."""

    # Where each begins; what it has of its own, and what may be changed in place, is made by `__init__`.
    state = "READY"
    source_state = "waiting"
    cycle = "replicating"
    former = ("READY", "waiting")
    """Task state and source state before the last move"""
    version = 0
    """Grows with every entry in the chronicle"""
    asked = False
    """Whether an operator has wanted something of it"""
    connected = True
    gone = False
    """Whether the source has no task: it was deleted, or never made"""
    infeasible = ""
    """Code of what the checks of the source found, so that it never got a task"""
    stage = ""
    """One of those that `enter` begins; empty where nothing has to be done or taken up again"""
    step: Step | None = None
    step_from = 0
    step_until = 0
    shown_subtask = ""
    """The sub-task that the step under way shows as"""
    error = ""
    error_code = ""
    disguise = ""
    """A state that it shows in place of its own"""
    started_ms: int | None = None
    finished_ms: int | None = None
    resynced = False
    launches = 0
    """Each makes the cut-over snapshots anew"""
    paused_from = "RUNNING"
    order: Order | None = None
    in_line = False
    """Whether its order waits for room in the quota"""
    network: CheckResult | None = None

    def __init__(
        self,
        server: Server,
        scenario: Scenario,
        seed: int,
        site: Site,
        chronicle: Chronicle,
        strike: "Callable[[Machine, int], None]",
    ) -> None:
        self.server, self.scenario, self.seed, self.site = server, scenario, seed, site
        self.chronicle, self._strike = chronicle, strike
        self.source_name, self.task_name = server.name, server.task_name
        self.changed_ms = self.visited_ms = server.created_ms
        self.checks, self.target_taken = server.role.check, server.role.in_service
        self.random = SeededRandom(seed, f"task-{server.index}")
        self.latent_failure: LatentFailure | None = latent_failure_of(server, scenario.failures, self.random)
        self.agenda = Agenda()
        self.queue: list[Step] = []
        self.replication = Replication(server, scenario, seed)
        extra = [scenario.extra_subtask] if scenario.extra_subtask else []
        self.subtasks = SubTasks(planned_subtasks(server, check=self.checks) + extra)
        self.worked = Stopwatch()
        self.limits, self.logs, self.clone = Limits(), Logs(), Clone()
        self.consistency: list[CheckResult] = []
        self.settings: list[dict[str, object]] = []
        """Configuration settings, which the agent reads"""

    # States

    def move(self, now: int, cause: str, state: str = "", source: str = "", cycle: str = "") -> None:
        """Go to other states; empty means unchanged."""
        before = (self.state, self.source_state)
        after = (state or self.state, source or self.source_state)
        self.cycle = cycle or self.cycle
        if after == before:
            return
        self.former = before
        self.changed_ms = now
        self.state, self.source_state = after
        self.keep_time(now)
        self.note(now, cause, before[0])

    def keep_time(self, now: int) -> None:
        """Count the time from `now` on if the task works; a drill, which has no stage, moves nothing."""
        self.worked.set(now, running=self.state in _WORKING and bool(self.stage))

    def note(self, now: int, cause: str, before: str = "") -> None:
        """Write into the chronicle; whatever changes how the task looks is written there."""
        self.version += 1
        entry = Entry(now, self.server.task_id, cause, before or self.state, self.state, self.source_state)
        self.chronicle.append(entry)

    def later(self, name: str, now: int, seconds: tuple[float, float], action: Action) -> None:
        """Do `action` once some seconds between these two have passed."""
        self.agenda.set(name, now + int(self.random.between(*seconds) * 1000), action)

    # Stages

    def enter(self, stage: str, now: int, cause: str) -> None:
        """Begin a stage: `replicate`, `sync`, `launch` (after a full copy) or `relaunch` (out of sync)."""
        self.plan(stage)
        if stage == "replicate":
            self.started_ms = now
            self.move(now, cause, "RUNNING", "initialize", "replicating")
        elif stage == "sync":
            self.move(now, cause, "SYNCING", "syncing", "syncing")
        else:
            self.move(now, cause, source="cutovering", cycle="cutovering")
        self.next_step(now)

    def plan(self, stage: str) -> None:
        """Queue the steps of a stage without beginning it."""
        self.stage = stage
        self.queue = steps_of(stage, self.server, check=self.checks)

    def next_step(self, now: int) -> None:
        """Go on with what is left of the stage, or with the next stage."""
        if self.queue:
            self._begin(self.queue.pop(0), now)
        elif self.stage == "replicate" and self.server.role.syncing:
            self.enter("sync", now, "full replication is complete")
        elif self.stage == "replicate":
            self.enter("launch", now, "full replication is complete, syncing is off")
        elif self.stage == "sync":
            self.enter("sync", now, "next round")
        else:
            self._finish(now)

    def _finish(self, now: int) -> None:
        self.finished_ms = now
        self.launches += 1
        self.stage = ""
        state = "SYNC_SUCCESS" if self.resynced else "MIGRATE_SUCCESS"
        self.move(now, "launch is complete", state, "finished", "cutovered")

    # Steps

    def _begin(self, step: Step, now: int) -> None:
        self.step, self.shown_subtask, self.step_from = step, subtask_name(step, self.server), now
        self.subtasks.open(self.shown_subtask, now)
        if step.copies:
            self._begin_copy(step, now)
        else:
            self.end_step_at(now + duration_ms(step, self.server, self.scenario.pace, self.random))
            if step.name == "measure":
                self.site.join(self, now)
        self._expect_failure(now)

    def end_step_at(self, moment: int) -> None:
        """Let the timed step under way last until then."""
        self.step_until = moment
        self.agenda.set("go-on", moment, self._end_step)

    def _begin_copy(self, step: Step, now: int) -> None:
        if step.name == "migrate":
            self.move(now, "data is being copied", source="replicate")
        still = self.random.between(5, 20) * 1000 if self.scenario.noise else 0
        self.replication.begin(step, now, int(still))
        self.site.join(self, now)

    def _end_step(self, now: int) -> None:
        step = self.step
        if step is None:
            return
        if step.name == "measure":
            measure_network(self)
        if step.name == "check":
            _compare(self, now)
        self.replication.complete(step)
        self.leave_step(now)

    def leave_step(self, now: int) -> None:
        """Be done with the step under way, whatever it brought, and go on."""
        name = self.shown_subtask
        self._drop_step(now)
        if not (self.queue and subtask_name(self.queue[0], self.server) == name):
            self.subtasks.close(now)
        self.next_step(now)

    def halt(self, now: int) -> None:
        """Interrupt the step under way so that `next_step` can take it up again."""
        if self.step is None:
            return
        if shown := self.subtasks.get(self.shown_subtask):
            shown.progress = self.progress(now)
        self.replication.interrupt(self.step, now)
        self.queue.insert(0, self.step)
        self._drop_step(now)

    def _drop_step(self, now: int) -> None:
        self.step = None
        self.shown_subtask = ""
        self.agenda.drop("go-on", "fail")
        self.site.leave(self, now)

    def share_changed(self, now: int) -> None:
        """Copy on at the speed that is now possible."""
        transfer = self.replication.transfer
        if transfer is None:
            return
        transfer.set_rate(self.possible_mbit() * self.server.ratio * BYTES_PER_MS, now)
        done = transfer.done_ms()
        if done is None:
            self.agenda.drop("go-on")
        else:
            self.agenda.set("go-on", done, self._end_step)

    def possible_mbit(self) -> float:
        """Mean speed on the wire that link, share and limit allow; nothing without an agent."""
        if not self.connected:
            return 0.0
        mbit = min(self.server.role.link_mbit, self.site.share_mbit)
        if self.limits.effective and self.server.role.has_tc:
            mbit = min(mbit, self.limits.effective)
        return mbit * self.server.utilisation

    def progress(self, now: int) -> int:
        """Percent of the step under way; a copy stays below 100 until it is verified."""
        if self.step is None:
            return 0
        if (transfer := self.replication.transfer) is not None:
            rest = 6 if self.step.name == "sync" else 0
            return min(int(rest + transfer.moved_at(now) / transfer.goal * (100 - rest)), 99)
        length = self.step_until - self.step_from
        reached = now if self.connected else min(now, self.visited_ms)
        return self.step.curve(min((reached - self.step_from) / length, 1.0) if length > 0 else 1.0)

    def _expect_failure(self, now: int) -> None:
        if self.step and self.latent_failure and self.latent_failure.strikes_in(self.step.name):
            transfer = self.replication.transfer
            until = (transfer.done_ms() or now) if transfer else self.step_until
            moment = now + int(self.latent_failure.at * (until - now))
            self.agenda.set("fail", moment, lambda at: self._strike(self, at))


def measure_network(machine: Machine) -> None:
    """Find out what the link can do."""
    mbit = min(machine.server.role.link_mbit, machine.site.share_mbit)
    machine.network = network(mbit, machine.random)


def _compare(machine: Machine, now: int) -> None:
    dirty = machine.server.role.writes > 0 and not machine.scenario.business_stopped
    machine.consistency.append(consistency(machine.server, now, dirty=dirty))
