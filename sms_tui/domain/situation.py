"""The situations an operator sees a task in; apart from tasks, since help on operations needs no task."""

from enum import StrEnum


class Situation(StrEnum):
    """Where a task stands for an operator: task state and source state read together."""

    READY = "ready"
    REPLICATING = "full replication"
    CONTINUOUS = "continuous synchronization"
    CLONING = "cloning"
    LAUNCHING = "launching"
    TRANSITION = "changing state"
    PAUSED = "paused"
    MIGRATION_FAILED = "migration failed"
    SYNC_FAILED = "synchronization failed"
    FINISHED = "finished"
    CLEARED = "finished without snapshots"
    ROLLED_BACK = "rolled back"
    UNKNOWN = "unknown"

    __hash__ = str.__hash__


class SourceState(StrEnum):
    """States of a source server that tell what the state of its task leaves open."""

    CUTOVERING = "cutovering"
    FINISHED = "finished"
    CLONING = "cloning"
    CLEARING = "clearing"
    CLEARED = "cleared"
    CLEAR_FAILED = "clearfailed"
    DRILL_READY = "premigready"
    DRILLING = "premiging"
    DRILLED = "premiged"
    DRILL_FAILED = "premigfailed"

    __hash__ = str.__hash__


AGENT_LOST = "agent lost"
AUTO_LAUNCH = "auto-launch"
"""What the state of a task does not tell is said beside it in these words."""
RESUMABLE = frozenset({Situation.PAUSED, Situation.MIGRATION_FAILED, Situation.SYNC_FAILED})
"""Situations from which `start` goes on instead of beginning."""
ENDED = frozenset({Situation.FINISHED, Situation.CLEARED, Situation.ROLLED_BACK})
"""Situations that no task leaves by itself, and that are no failure."""
