"""Evidence: for each operation what a later read proves, and what it does not."""

import pytest
from msgspec.structs import replace

from sms_tui.domain.operations import OPERATIONS, Operation
from sms_tui.domain.task import Clone, Server, SubTask, Task
from sms_tui.engine.settling.baseline import from_fields, to_fields
from sms_tui.engine.settling.evidence import can_be_seen, difference, has_failed, is_reached, is_uploading
from tests.engine.scripted import task


def at(state: str, source: str = "", log: str = "", clone: Clone | None = None, step: str = "") -> Task:
    return task(
        "a", state, source=Server("s", state=source), log_status=log, clone=clone, stage=SubTask(step, 50.0)
    )


OLD_CLONE, NEW_CLONE = Clone("vm-1", state="FINISHED"), Clone("vm-2", state="PREPARING")
BAD_CLONE = Clone("vm-3", state="ERROR")
SEEN = [
    ("start", at("READY"), at("RUNNING")),
    ("start", at("READY"), at("MIGRATE_FAIL")),
    ("start", at("ABORT"), at("SYNCING")),
    ("start", at("MIGRATE_FAIL"), at("RUNNING")),
    ("stop", at("RUNNING"), at("ABORTING")),
    ("stop", at("SYNCING"), at("ABORT")),
    ("collect_log", at("RUNNING", log="INIT"), at("RUNNING", log="UPLOADING")),
    ("collect_log", at("RUNNING", log="UPLOAD_FAIL"), at("RUNNING", log="TELL_AGENT_TO_COLLECT")),
    ("collect_log", at("RUNNING", log=""), at("RUNNING", log="UPLOADED")),
    ("test", at("SYNCING", "syncing"), at("SYNCING", "cutovering")),
    ("test", at("SYNCING", "syncing"), at("MIGRATE_SUCCESS", "finished")),
    ("cutover", at("SYNCING", "syncing"), at("RUNNING", "cutovering")),
    ("clone_test", at("SYNCING", "syncing"), at("SYNCING", "cloning")),
    ("clone_test", at("SYNCING", clone=OLD_CLONE), at("SYNCING", clone=NEW_CLONE)),
    ("clone_test", at("SYNCING"), at("SYNCING", clone=NEW_CLONE)),
    ("restart", at("MIGRATE_SUCCESS"), at("SYNCING")),
    ("restart", at("SYNC_SUCCESS"), at("SYNC_FAIL")),
    ("sync_failed_rollback", at("SYNC_FAIL"), at("SYNC_F_ROLLBACKING")),
    ("sync_failed_rollback", at("SYNC_FAIL"), at("RESETING")),
    ("skip", at("RUNNING", step="CHECK_CONSISTENCY"), at("SKIPPING", step="CHECK_CONSISTENCY")),
    ("skip", at("RUNNING", step="CHECK_CONSISTENCY"), at("RUNNING", step="CONFIGURE_LINUX_FILE")),
    ("clear", at("MIGRATE_SUCCESS", "finished"), at("MIGRATE_SUCCESS", "clearing")),
    ("migration_test", at("READY", "waiting"), at("READY", "premiging")),
    ("delete", at("READY"), at("DELETING")),
    # What was on the way there may fall between two reads.
    ("test", at("SYNCING", "syncing"), at("SYNCING", "finished")),
    ("cutover", at("SYNCING", "syncing"), at("MIGRATE_SUCCESS", "syncing")),
    ("clone_test", at("SYNCING"), at("SYNCING", clone=Clone("vm-2", state="creating"))),
    ("clone_test", at("SYNCING"), at("SYNCING", clone=OLD_CLONE)),
    ("restart", at("SYNC_SUCCESS"), at("RUNNING")),
    ("sync_failed_rollback", at("SYNC_FAIL"), at("SYNC_F_ROLLBACK_SUCCESS")),
    ("clear", at("MIGRATE_SUCCESS", "finished"), at("MIGRATE_SUCCESS", "cleared")),
    ("migration_test", at("READY", "waiting"), at("READY", "premigready")),
    ("migration_test", at("READY", "waiting"), at("READY", "premiged")),
]
NOT_SEEN = [
    ("start", at("READY"), at("READY")),
    ("start", at("ABORT"), at("ABORT")),
    ("start", at("ABORT"), at("READY")),
    ("start", at("READY"), at("UNHEARD_OF")),
    ("start", at("READY"), at("DELETING")),
    ("start", at("SYNC_FAIL"), at("RESETING")),
    ("start", at("SYNC_FAIL"), at("SYNC_F_ROLLBACK_SUCCESS")),
    ("start", at("ABORT"), at("ABORTING")),
    ("start", at("SYNC_FAIL"), at("MIGRATE_FAIL")),
    ("restart", at("SYNC_SUCCESS"), at("DELETING")),
    ("restart", at("SYNC_SUCCESS"), at("READY")),
    ("restart", at("SYNC_SUCCESS"), at("MIGRATE_FAIL")),
    ("skip", at("RUNNING", step="CHECK_CONSISTENCY"), at("RUNNING", step="")),
    ("skip", at("RUNNING", step=""), at("RUNNING", step="CHECK_CONSISTENCY")),
    ("stop", at("RUNNING"), at("SYNCING")),
    ("stop", at("RUNNING"), at("MIGRATE_FAIL")),
    ("stop", at("ABORTING"), at("ABORT")),
    ("collect_log", at("RUNNING", log="INIT"), at("RUNNING", log="INIT")),
    ("collect_log", at("RUNNING", log="INIT"), at("RUNNING", log="")),
    ("collect_log", at("RUNNING", log="UPLOADING"), at("RUNNING", log="UPLOADED")),
    ("collect_log", at("RUNNING", log="INIT"), at("RUNNING", log="UPLOAD_FAIL")),
    ("collect_log", at("RUNNING", log=""), at("RUNNING", log="AGENT_COLLECT_FAIL")),
    ("test", at("SYNCING", "syncing"), at("SYNCING", "syncing")),
    ("clear", at("MIGRATE_SUCCESS", "finished"), at("MIGRATE_SUCCESS", "error")),
    ("clear", at("MIGRATE_SUCCESS", "clearing"), at("MIGRATE_SUCCESS", "clearing")),
    ("test", at("SYNCING", "syncing"), at("SYNC_FAIL", "error")),
    ("test", at("SYNCING", "cutovering"), at("SYNCING", "cutovering")),
    ("clone_test", at("SYNCING", clone=OLD_CLONE), at("SYNCING", clone=OLD_CLONE)),
    ("clone_test", at("SYNCING", "cloning"), at("SYNCING", "cloning")),
    ("restart", at("MIGRATE_SUCCESS"), at("MIGRATE_SUCCESS")),
    ("restart", at("MIGRATE_SUCCESS"), at("UNHEARD_OF")),
    ("sync_failed_rollback", at("SYNC_FAIL"), at("SYNCING")),
    ("clear", at("MIGRATE_SUCCESS", "finished"), at("MIGRATE_SUCCESS", "finished")),
    ("migration_test", at("READY", "waiting"), at("RUNNING", "initialize")),
    ("migration_test", at("READY", "premiging"), at("READY", "premiging")),
    ("clone_test", at("SYNCING"), at("SYNCING", clone=BAD_CLONE)),
    ("clear", at("MIGRATE_SUCCESS", "finished"), at("MIGRATE_SUCCESS", "clearfailed")),
    ("migration_test", at("READY", "waiting"), at("READY", "premigfailed")),
    ("delete", at("READY"), at("READY")),
    ("network_check", at("ABORT"), at("RUNNING")),
    ("speed_limit", at("RUNNING"), at("SYNCING")),
]


@pytest.mark.parametrize(("name", "before", "after"), SEEN)
def test_a_reached_goal_is_seen(name: str, before: Task, after: Task) -> None:
    assert is_reached(OPERATIONS[name], before, after)


@pytest.mark.parametrize(("name", "before", "after"), NOT_SEEN)
def test_what_proves_nothing_is_not_taken_for_a_proof(name: str, before: Task, after: Task) -> None:
    assert not is_reached(OPERATIONS[name], before, after)


@pytest.mark.parametrize(
    ("name", "before", "after", "failed"),
    [
        ("clone_test", at("SYNCING"), at("SYNCING", clone=BAD_CLONE), True),
        ("clone_test", at("SYNCING", clone=BAD_CLONE), at("SYNCING", clone=BAD_CLONE), False),
        ("clone_test", at("SYNCING"), at("SYNCING", clone=NEW_CLONE), False),
        ("clear", at("MIGRATE_SUCCESS", "clearing"), at("MIGRATE_SUCCESS", "clearfailed"), True),
        ("clear", at("MIGRATE_SUCCESS", "clearfailed"), at("MIGRATE_SUCCESS", "clearfailed"), False),
        ("migration_test", at("READY", "waiting"), at("READY", "premigfailed"), True),
        ("collect_log", at("RUNNING", log="INIT"), at("RUNNING", log="UPLOAD_FAIL"), True),
        ("collect_log", at("RUNNING", log="UPLOADED"), at("RUNNING", log="SERVER_COLLECT_FAIL"), True),
        ("collect_log", at("RUNNING", log="UPLOAD_FAIL"), at("RUNNING", log="UPLOAD_FAIL"), False),
        ("collect_log", at("RUNNING", log="UPLOADING"), at("RUNNING", log="UPLOAD_FAIL"), False),
        ("collect_log", at("RUNNING", log="INIT"), at("RUNNING", log="UPLOADING"), False),
        ("stop", at("RUNNING", log="INIT"), at("RUNNING", log="UPLOAD_FAIL"), False),
        ("stop", at("RUNNING", "premiging"), at("RUNNING", "premigfailed"), False),
    ],
)
def test_a_bad_end_is_seen(name: str, before: Task, after: Task, *, failed: bool) -> None:
    assert has_failed(OPERATIONS[name], before, after) == failed


@pytest.mark.parametrize(("name", "before", "after"), [*SEEN, *NOT_SEEN])
def test_the_journal_remembers_enough_to_judge_alike(name: str, before: Task, after: Task) -> None:
    remembered = from_fields("a", "name-a", to_fields(before))
    assert is_reached(OPERATIONS[name], remembered, after) == is_reached(OPERATIONS[name], before, after)


def test_progress_within_a_check_is_no_skip() -> None:
    before = at("RUNNING", step="CHECK_CONSISTENCY")
    after = replace(before, stage=SubTask("CHECK_CONSISTENCY", 60.0))
    assert not is_reached(OPERATIONS["skip"], before, after)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=str)
def test_only_one_operation_shows_nothing(operation: Operation) -> None:
    assert can_be_seen(operation) == (operation.name != "network_check")


@pytest.mark.parametrize(
    ("status", "uploading"),
    [
        ("", False),
        ("INIT", False),
        ("UPLOADED", False),
        ("UPLOAD_FAIL", False),
        ("AGENT_COLLECT_SUCCESS", False),
        ("SUCCESS", False),
        ("UPLOADING", True),
        ("WAIT_AGENT_COLLECT_ACK", True),
    ],
)
def test_an_upload_under_way_is_known(status: str, uploading: bool) -> None:
    assert is_uploading(at("RUNNING", log=status)) == uploading


def test_the_difference_is_named() -> None:
    assert difference(at("RUNNING"), at("ABORT")) == "RUNNING -> ABORT"
    assert difference(at("SYNCING", "syncing"), at("SYNCING", "cloning")) == "source syncing -> cloning"
    cloned = difference(at("SYNCING", clone=OLD_CLONE), at("SYNCING", clone=NEW_CLONE))
    assert cloned == "clone FINISHED -> PREPARING"
    assert difference(at("RUNNING", log="INIT"), at("RUNNING", log="UPLOADED")) == "logs INIT -> UPLOADED"
