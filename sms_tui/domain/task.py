"""What a migration task is: plain values, and the questions that can be answered from them alone.

Nothing here knows how a task is read or drawn. Every value may be missing, since the service guarantees only
`id`, `name` and `state`.

There may be a hundred thousand tasks, so they are structs that the garbage collector skips (`gc=False`): they
hold only texts, numbers and one another, and never anything that refers back to them.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from msgspec import Struct

from sms_tui.domain.masking import masked_text
from sms_tui.domain.situation import Situation, SourceState


class TaskState(StrEnum):
    """The union of the states that the published versions of the API name, and UNKNOWN for all others."""

    READY = "READY"
    RUNNING = "RUNNING"
    SYNCING = "SYNCING"
    MIGRATE_SUCCESS = "MIGRATE_SUCCESS"
    SYNC_SUCCESS = "SYNC_SUCCESS"
    MIGRATE_FAIL = "MIGRATE_FAIL"
    SYNC_FAIL = "SYNC_FAIL"
    ABORTING = "ABORTING"
    ABORT = "ABORT"
    SKIPPING = "SKIPPING"
    DELETING = "DELETING"
    RESETING = "RESETING"
    SYNC_F_ROLLBACKING = "SYNC_F_ROLLBACKING"
    SYNC_F_ROLLBACK_SUCCESS = "SYNC_F_ROLLBACK_SUCCESS"
    UNKNOWN = "UNKNOWN"

    # A member equals its text, so that both must hash alike; it is also three times as fast as an Enum's own.
    __hash__ = str.__hash__

    @classmethod
    def parse(cls, text: str) -> "TaskState":
        """Read a state whatever its case; only exact ASCII spellings count, look-alikes are UNKNOWN."""
        return _BY_NAME.get(text) or (_BY_NAME.get(text.upper()) if text.isascii() else None) or cls.UNKNOWN


_BY_NAME = {state.value: state for state in TaskState}

FAILED = frozenset({TaskState.MIGRATE_FAIL, TaskState.SYNC_FAIL})
FINISHED = frozenset({TaskState.MIGRATE_SUCCESS, TaskState.SYNC_SUCCESS})
TRANSIENT = frozenset(
    {
        TaskState.ABORTING,
        TaskState.SKIPPING,
        TaskState.DELETING,
        TaskState.RESETING,
        TaskState.SYNC_F_ROLLBACKING,
    }
)
_BEFORE_OWN_LAUNCH = frozenset(
    {TaskState.READY, TaskState.RUNNING, TaskState.ABORTING, TaskState.ABORT, TaskState.MIGRATE_FAIL}
)
"""A copy that failed or was stopped goes on to its launch once it is resumed"""
ACTIVE = frozenset({TaskState.RUNNING, TaskState.SYNCING}) | TRANSIENT

_SITUATIONS = {
    TaskState.READY: Situation.READY,
    TaskState.RUNNING: Situation.REPLICATING,
    TaskState.SYNCING: Situation.CONTINUOUS,
    TaskState.ABORT: Situation.PAUSED,
    TaskState.MIGRATE_FAIL: Situation.MIGRATION_FAILED,
    TaskState.SYNC_FAIL: Situation.SYNC_FAILED,
    TaskState.MIGRATE_SUCCESS: Situation.FINISHED,
    TaskState.SYNC_SUCCESS: Situation.FINISHED,
    TaskState.SYNC_F_ROLLBACK_SUCCESS: Situation.ROLLED_BACK,
    TaskState.UNKNOWN: Situation.UNKNOWN,
}
# A launch and a clone have no task state of their own: they show in the source server's state.
_WHILE_MOVING: dict[str, Situation] = {
    SourceState.CUTOVERING: Situation.LAUNCHING,
    SourceState.CLONING: Situation.CLONING,
}
_AFTER_FINISH: dict[str, Situation] = {
    SourceState.CLEARING: Situation.TRANSITION,
    SourceState.CLEARED: Situation.CLEARED,
}
_MOST_ROUNDS = 4
_MOVING_SOURCE = frozenset(
    {SourceState.CUTOVERING, SourceState.CLONING, SourceState.CLEARING, SourceState.DRILLING}
)


class SubTask(Struct, frozen=True, gc=False):
    """One step of a task; `progress` is the number as sent (percent), which may be missing or over 100."""

    name: str
    progress: float | None = None
    started_ms: int | None = None
    ended_ms: int | None = None
    speed: float | None = None
    """Mbit/s"""
    sent_trace: str = ""

    @property
    def trace(self) -> str:
        """What the service says of its progress or failure, without secrets."""
        return masked_text(self.sent_trace)


class Round(Struct, frozen=True, gc=False):
    """One round of a continuous synchronization, seen at its end."""

    started_ms: int
    ended_ms: int

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.ended_ms - self.started_ms) / 1000


class Server(Struct, frozen=True, gc=False):
    """A source or a target server as far as a task names it."""

    id: str = ""
    name: str = ""
    ip: str = ""
    os_version: str = ""
    state: str = ""
    """Source servers only: the state in lower case, as the service spells it otherwise."""
    cycle: str = ""
    """Source servers only: the migration cycle, the console's stage."""


NO_SERVER = Server()


class Clone(Struct, frozen=True, gc=False):
    """The clone made of a target for a trial, and how far its making is."""

    vm_id: str = ""
    name: str = ""
    state: str = ""
    sent_error: str = ""

    @property
    def error(self) -> str:
        """Why it could not be made, without secrets."""
        return masked_text(self.sent_error)

    @property
    def is_finished(self) -> bool:
        """Whether it can be tried."""
        return self.state.upper() == "FINISHED"

    @property
    def has_failed(self) -> bool:
        """Whether its making came to nothing."""
        return self.state.upper() == "ERROR"


def round_shown(step: SubTask | None, source: Server) -> Round | None:
    """The round whose end a step shows; the synchronization within a launch is no round."""
    if step is None or step.started_ms is None or step.ended_ms is None:
        return None
    is_round = step.name.startswith("SYNC_") and source.state != SourceState.CUTOVERING
    return Round(step.started_ms, step.ended_ms) if is_round and step.started_ms < step.ended_ms else None


class Task(Struct, frozen=True, gc=False):
    """One migration task at one moment, immutable: two equal tasks look the same."""

    id: str
    name: str
    state: TaskState
    state_text: str
    """The state as it was sent."""
    kind: str = ""
    """`MIGRATE_FILE` or `MIGRATE_BLOCK`."""
    os_type: str = ""
    source: Server = NO_SERVER
    target: Server = NO_SERVER
    clone: Clone | None = None
    stage: SubTask | None = None
    """The sub-task under way, or the one that comes next, or the last one."""
    subtasks: tuple[SubTask, ...] = ()
    """Filled only when the task was read by itself: a list of thousands need not carry them."""
    past_rounds: tuple[Round, ...] = ()
    """Those of `rounds` that `stage` does not show, since the service tells one at a time"""
    syncing: bool | None = None
    """True: stays in continuous synchronization until someone launches. False: launches by itself."""
    start_target: bool | None = None
    connected: bool | None = None
    """Whether the agent is connected; None where the list did not say."""
    speed: float | None = None
    """Mbit/s"""
    speed_limit: int | None = None
    """Mbit/s, 0 for none"""
    error: str = ""
    """`error_json` as it was sent: JSON text that may be cut off, or empty."""
    created_ms: int | None = None
    started_ms: int | None = None
    finished_ms: int | None = None
    estimate_ms: int | None = None
    """Epoch milliseconds at which the service expects the task to be complete."""
    remain_seconds: int | None = None
    """As an answer told it; what the store keeps is `due`, since seconds told earlier have gone by"""
    due: float | None = None
    """Epoch seconds of our own clock at which the time that was last said to remain is over"""
    replicated: int | None = None
    """Bytes"""
    total: int | None = None
    """Bytes"""
    log_status: str = ""
    migration_ip: str = ""
    region: str = ""
    project: str = ""

    @property
    def situation(self) -> Situation:
        """Where the task stands, with the source state deciding what the task state leaves open."""
        if self.state in TRANSIENT:
            return Situation.TRANSITION
        if self.state in FINISHED:
            return _AFTER_FINISH.get(self.source.state, Situation.FINISHED)
        if self.state in ACTIVE:
            return _WHILE_MOVING.get(self.source.state, _SITUATIONS[self.state])
        return _SITUATIONS[self.state]

    @property
    def rounds(self) -> tuple[Round, ...]:
        """The last few rounds of a synchronization that were seen at their end, oldest first."""
        past = self.past_rounds
        shown = round_shown(self.stage, self.source) if self.state is TaskState.SYNCING else None
        if shown is None or (past and shown.started_ms <= past[-1].started_ms):
            return past
        return (*past, shown)[-_MOST_ROUNDS:]

    @property
    def is_active(self) -> bool:
        """Whether something is moving, so that the next poll is likely to bring news."""
        return self.state in ACTIVE or self.source.state in _MOVING_SOURCE

    @property
    def is_failed(self) -> bool:
        """Whether the task ended badly and waits for a repair."""
        return self.state in FAILED

    @property
    def has_lost_agent(self) -> bool:
        """Whether the agent is gone while the task still needs it."""
        return self.connected is False and self.state not in FINISHED

    @property
    def is_windows(self) -> bool:
        """Whether the source runs Windows, in whatever case the service writes that."""
        return self.os_type.upper() == "WINDOWS"

    @property
    def is_in_blocks(self) -> bool:
        """Whether blocks are copied instead of files."""
        return self.is_windows or self.kind.upper() == "MIGRATE_BLOCK"

    @property
    def ends_with_agent(self) -> bool:
        """Whether a restart of agent or source ends it for good: what is copied in blocks cannot go on."""
        return self.is_in_blocks and self.state is not TaskState.READY and self.state not in FINISHED

    @property
    def is_problem(self) -> bool:
        """Whether a person should look: failed, disconnected while it matters, or in a state nobody knows."""
        return self.is_failed or self.has_lost_agent or self.state is TaskState.UNKNOWN

    @property
    def launches_itself(self) -> bool:
        """Whether full replication ends in a launch that nobody has to ask for."""
        return self.syncing is False and self.state in _BEFORE_OWN_LAUNCH


class SourceFacts(Struct, frozen=True, gc=False):
    """What only the list of source servers tells in bulk about a task."""

    source_id: str
    task_id: str = ""
    state: str = ""
    cycle: str = ""
    connected: bool | None = None
    replicated: int | None = None
    total: int | None = None
    remain_seconds: int | None = None
    started_ms: int | None = None
    region: str = ""
    project: str = ""


@dataclass(frozen=True, slots=True)
class TaskDetail:
    """One task read by itself: the task, and the whole document for the views that show everything."""

    task: Task
    document: dict[str, object] = field(repr=False)
    read_at: float
    """Epoch seconds"""
