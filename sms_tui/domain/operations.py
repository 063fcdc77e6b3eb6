"""The operations, in one table that keys, palette, help, dialogs, guard and command line all read.

Our verb comes first and the API's second, because the API's words mislead: its `test` is the cut-over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import NamedTuple

from sms_tui.domain.sentence import Sentence, sentence
from sms_tui.domain.situation import RESUMABLE, Situation


class Tier(IntEnum):
    """How much an operation can hurt, which decides how it must be confirmed."""

    REPEATABLE = 1
    COSTLY = 2
    DESTRUCTIVE = 3
    IRREVERSIBLE = 4

    @property
    def words(self) -> str:
        """What it is called, everywhere."""
        return _TIER_WORDS[self]


_TIER_WORDS = {
    Tier.REPEATABLE: "repeatable",
    Tier.COSTLY: "costs money or time",
    Tier.DESTRUCTIVE: "destroys or interrupts",
    Tier.IRREVERSIBLE: "irreversible",
}


class Epoch(StrEnum):
    """Since when the API has an operation: a profile can hide the newer ones."""

    FOUNDING = "2022"
    NEWER = "all"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that an operation takes; only a required one is asked for before the confirmation."""

    name: str
    label: str
    required: bool = False
    choices: tuple[str, ...] = ()


class Consequences(NamedTuple):
    """What an operator is told before saying yes."""

    what: str
    cost: str
    way_back: str


def titled(label: str, name: str) -> Sentence:
    """Our verb first and the API's second: `Pause (stop)`."""
    return sentence("{label} ({name})", label=sentence(label), name=name)


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be done to a task, with all that an operator should know before doing it."""

    name: str
    """The API's word."""
    letter: str
    label: str
    """Our verb."""
    doing: str
    """The verb while it is pending, as shown on the row."""
    tier: Tier
    allowed: frozenset[Situation]
    what: str
    cost: str
    way_back: str
    epoch: Epoch = Epoch.FOUNDING
    parameters: tuple[Parameter, ...] = ()
    cautious: Mapping[Situation, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    """Situations in which it is offered with a warning, and the warning."""
    without_agent: bool = False
    """Whether it can be asked for while the agent is disconnected."""

    def __str__(self) -> Sentence:
        return titled(self.label, self.name)

    def consequences(self, *, resumes: bool) -> Consequences:
        """What comes of it where it begins something, or where it only goes on (`resumes`)."""
        return OF_RESUMING if resumes else Consequences(self.what, self.cost, self.way_back)


_HAS_REPLICATED = frozenset(
    {
        Situation.REPLICATING,
        Situation.CONTINUOUS,
        Situation.CLONING,
        Situation.LAUNCHING,
        Situation.PAUSED,
        Situation.MIGRATION_FAILED,
        Situation.SYNC_FAILED,
        Situation.FINISHED,
        Situation.CLEARED,
        Situation.ROLLED_BACK,
        Situation.UNKNOWN,
    }
)
_AT_REST = RESUMABLE | {Situation.READY, Situation.FINISHED, Situation.CLEARED, Situation.ROLLED_BACK}
_SERVER_DECIDES = "The state is not known to this program; the service has the last word."
_CHECK = Parameter("is_need_consistency_check", "Check consistency", choices=("true", "false"))
_HCE = Parameter("switch_hce", "Switch to Huawei Cloud EulerOS (Linux)", choices=("true", "false"))

START = Operation(
    "start",
    letter="s",
    label="Start full replication",
    doing="starting",
    tier=Tier.DESTRUCTIVE,
    allowed=RESUMABLE | {Situation.READY},
    what="Formats and re-partitions the target's disks, locks the target and reboots it into a temporary "
    "system, then copies everything.",
    cost="A temporary 40 GB disk is billed; the copy loads the source's disks and network for hours.",
    way_back="None for what was on the target's disks. Pause stops the copy.",
    parameters=(_HCE, _CHECK),
    without_agent=True,
)
RESUME_LABEL = "Resume"
OF_RESUMING = Consequences(
    what="Goes on where the task stopped; much data may be verified again.",
    cost="Time. Windows and block-level tasks cannot resume after a restart of agent or source.",
    way_back="Pause.",
)
STOP = Operation(
    "stop",
    letter="p",
    label="Pause",
    doing="pausing",
    tier=Tier.COSTLY,
    allowed=frozenset(
        {
            Situation.REPLICATING,
            Situation.CONTINUOUS,
            Situation.CLONING,
            Situation.LAUNCHING,
            Situation.UNKNOWN,
        }
    ),
    what="Pauses the task. Target lock and temporary disk stay.",
    cost="A copy near a terabyte is verified and largely copied again after a pause.",
    way_back="Resume (start).",
    cautious=MappingProxyType(
        {
            Situation.CLONING: "A clone is being made; pausing leaves it unfinished.",
            Situation.LAUNCHING: "The target is being launched; a pause now lengthens the outage. "
            "Where the launch stands still it is the remedy: pause, resume, wait ten minutes.",
            Situation.UNKNOWN: _SERVER_DECIDES,
        }
    ),
    without_agent=True,
)
COLLECT_LOG = Operation(
    "collect_log",
    letter="l",
    label="Upload logs",
    doing="uploading logs",
    tier=Tier.REPEATABLE,
    allowed=_HAS_REPLICATED,
    what="The agent uploads its logs to the bucket you name.",
    cost="Storage in the bucket. The service may make a share link: whoever has the link can read the logs.",
    way_back="Delete the object in the bucket.",
    parameters=(Parameter("bucket", "Bucket", required=True),),
    cautious=MappingProxyType({Situation.UNKNOWN: _SERVER_DECIDES}),
)
CLONE_TEST = Operation(
    "clone_test",
    letter="c",
    label="Clone for test",
    doing="cloning",
    tier=Tier.COSTLY,
    allowed=frozenset({Situation.CONTINUOUS}),
    what="Makes a new server from a snapshot of the target, for boot and application tests; then syncing "
    "goes on.",
    cost="The new server and the snapshot are billed until you delete them.",
    way_back="Delete the clone.",
    parameters=(Parameter("template_id", "Server template id"),),
)
RESTART = Operation(
    "restart",
    letter="r",
    label="Sync changes again",
    doing="syncing again",
    tier=Tier.IRREVERSIBLE,
    allowed=frozenset({Situation.FINISHED}),
    what="Locks the target, takes it out of service and overwrites what changed there with the source's "
    "data.",
    cost="The target is out of service until it is launched again. Writes made on it since the launch are "
    "lost.",
    way_back="Only the cut-over snapshot.",
    parameters=(_CHECK,),
    cautious=MappingProxyType(
        {Situation.FINISHED: "If the target is in service, its new data will be overwritten."}
    ),
)
ROLL_BACK = Operation(
    "sync_failed_rollback",
    letter="b",
    label="Roll back failed sync",
    doing="rolling back",
    tier=Tier.DESTRUCTIVE,
    allowed=frozenset({Situation.SYNC_FAILED}),
    what="Returns the target to the snapshot taken before the failed synchronization.",
    cost="What that synchronization copied, and later writes on the target, are discarded.",
    way_back="None for what is discarded; after it, only the console can synchronize again.",
)
NETWORK_CHECK = Operation(
    "network_check",
    letter="n",
    label="Measure network",
    doing="measuring network",
    tier=Tier.COSTLY,
    allowed=RESUMABLE,
    what="Measures bandwidth, delay and loss between source and target, which must answer ICMP.",
    cost="Four to five minutes at full speed: speed limits do not apply and the link may be saturated.",
    way_back="Wait.",
    epoch=Epoch.NEWER,
)
MIGRATION_TEST = Operation(
    "migration_test",
    letter="m",
    label="Migration drill",
    doing="drilling",
    tier=Tier.COSTLY,
    allowed=frozenset({Situation.READY}),
    what="Rehearses ports, domains and permissions without moving data. The drill has to be enabled in the "
    "task, and its agent 25.5.0 or newer.",
    cost="Five to fifteen minutes; pay-per-use resources are created and billed.",
    way_back="Nothing to undo.",
    epoch=Epoch.NEWER,
)
SKIP = Operation(
    "skip",
    letter="o",
    label="Skip consistency check",
    doing="skipping check",
    tier=Tier.DESTRUCTIVE,
    allowed=frozenset({Situation.REPLICATING, Situation.CONTINUOUS, Situation.LAUNCHING}),
    what="Ends the consistency check under way.",
    cost="No proof of equality for this round.",
    way_back="Run a check later.",
    epoch=Epoch.NEWER,
)
TEST = Operation(
    "test",
    letter="t",
    label="Launch target (cut over)",
    doing="launching",
    tier=Tier.IRREVERSIBLE,
    allowed=frozenset({Situation.CONTINUOUS}),
    what="Ends continuous synchronization: last sync, configuration (new MAC, UUID, fstab), snapshots, "
    "boot of the target. "
    "Stop the business on the source first; the service cannot see whether you did.",
    cost="Outage until the target runs: final sync, configuration, boot. Minutes to tens of minutes.",
    way_back="None in the service. Business goes back to the untouched source, or the disks to the cut-over "
    "snapshot.",
)
CUTOVER = replace(TEST, name="cutover", epoch=Epoch.NEWER)
LAUNCHES = frozenset({TEST, CUTOVER})
"""The cut-over under both of the service's words"""
CLEAR = Operation(
    "clear",
    letter="x",
    label="Delete snapshots",
    doing="deleting snapshots",
    tier=Tier.IRREVERSIBLE,
    allowed=frozenset({Situation.FINISHED}),
    what="Deletes the cut-over and sync snapshots.",
    cost="No snapshot rollback and no further synchronization afterwards.",
    way_back="None.",
    epoch=Epoch.NEWER,
    cautious=MappingProxyType({Situation.FINISHED: "Only when no further synchronization will be needed."}),
    without_agent=True,
)
DELETE = Operation(
    "delete",
    letter="d",
    label="Delete the task",
    doing="deleting",
    tier=Tier.IRREVERSIBLE,
    allowed=_AT_REST,
    what="Deletes the task with its target configuration, snapshots and progress.",
    cost="All data would be copied again. An unfinished task can leave a billed disk and a locked target.",
    way_back="None.",
    without_agent=True,
)
SPEED_LIMIT = Operation(
    "speed_limit",
    letter="v",
    label="Set the speed limit",
    doing="setting speed limit",
    tier=Tier.REPEATABLE,
    allowed=frozenset(Situation) - {Situation.UNKNOWN, Situation.TRANSITION},
    what="Replaces the task's whole list of speed rules.",
    cost="A limit slows the copy; rules follow the agent's clock, and do not bind Linux without tc or IPv6.",
    way_back="Set the former rules.",
    parameters=(
        Parameter(
            "rules", "Rules, as 08:00-20:00=100 (Mbit/s, 0: no limit); empty removes all", required=True
        ),
    ),
)

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        operation.name: operation
        for operation in (
            START,
            STOP,
            COLLECT_LOG,
            CLONE_TEST,
            NETWORK_CHECK,
            MIGRATION_TEST,
            SPEED_LIMIT,
            SKIP,
            ROLL_BACK,
            RESTART,
            TEST,
            CUTOVER,
            CLEAR,
            DELETE,
        )
    }
)
"""By the API's word, the dangerous ones last: the order in which they are offered."""

_SIDE_JOBS = frozenset({COLLECT_LOG, SPEED_LIMIT})
"""Once accepted, these block nothing but themselves"""


def waits_for(operation: Operation, accepted: Operation) -> bool:
    """Whether `operation` has to wait on a task until what was `accepted` there is settled.

    A pause must be possible at any time, and is sent once all the same.
    """
    if operation is STOP:
        return accepted is STOP
    return accepted is operation or accepted not in _SIDE_JOBS


def offered(epoch: str, launch_operation: str) -> tuple[Operation, ...]:
    """The operations of a profile: `epoch` is `2022` or `all`, `launch_operation` `test` or `cutover`."""
    unused_launch = "test" if launch_operation == "cutover" else "cutover"
    return tuple(
        operation
        for operation in OPERATIONS.values()
        if operation.name != unused_launch
        and (epoch == "all" or operation.epoch is Epoch.FOUNDING or operation.name == launch_operation)
    )
