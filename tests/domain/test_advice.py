"""Codes are found in whatever is left of an error, and every task gets one short next step."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_tui.domain.advice import codes, error_code, error_text, next_step
from sms_tui.domain.task import Clone, Server, SubTask, TaskState
from tests.domain.samples import error, make_task
from tests.hostile import CORPUS

LONGEST_STEP = 48
"""Cells that a row has for it"""
FULL = '{"error_code":"SMS.3805","error_param":["connect to 192.0.2.7 port 22 timed out, see SMS.0007"]}'
TURNED = '{"error_param":"disk 1","error_code":"SMS.1105"}'


@pytest.mark.parametrize("length", range(len(FULL) + 1))
def test_a_code_survives_a_cut_anywhere_behind_it(length: int) -> None:
    whole = FULL.index("SMS.3805") + len("SMS.3805")
    assert error_code(FULL[:length]) == ("SMS.3805" if length >= whole else "")


@pytest.mark.parametrize("length", range(len(TURNED) + 1))
def test_a_code_at_the_end_is_found_once_it_is_there(length: int) -> None:
    whole = TURNED.index("SMS.1105") + len("SMS.1105")
    assert error_code(TURNED[:length]) == ("SMS.1105" if length >= whole else "")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("", ""),
        ("{}", ""),
        ("null", ""),
        ("[]", ""),
        ('"SMS.0805"', "SMS.0805"),
        ("error SMS.0805 happened", "SMS.0805"),
        ('{"error_code":"NEW.12"}', "NEW.12"),
        ('{"error_code":"NEW.12","error_param":"cut', "NEW.12"),
        ('{"error_code":7,"error_param":"SMS.0805"}', "SMS.0805"),
        ('{"error_code":null}', ""),
        ('{"error_code":""}', ""),
        ('{"error_code":"[bold]x"}', ""),
        ('{"error_code":"' + "x" * 41 + '"}', ""),
        ('{"error_param":"about SMS.0007", "error_code" : "SMS.3805", "mo', "SMS.3805"),
        ("SMS.38051", ""),
        ("XSMS.3805", ""),
        ("[" * 100_000, ""),
        ('{"error_code":"SMS.3805","x":' + "9" * 5000 + "}", "SMS.3805"),
        ("x" * 5000 + "SMS.3805", ""),
    ],
)
def test_a_code_in_odd_company(sent: str, code: str) -> None:
    assert error_code(sent) == code


@given(st.text())
def test_any_text_has_a_code_or_none(text: str) -> None:
    assert len(error_code(text)) <= 40
    assert len(error_code(json.dumps({"error_code": text}))) <= 40


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("", ""),
        ('{"error_code":"SMS.3805","error_param":"port 22"}', "SMS.3805 port 22"),
        ('{"error_code":"SMS.3805","error_param":["port 22","10 s"]}', "SMS.3805 port 22, 10 s"),
        ('{"error_code":"SMS.3805","error_msg":"time-out","error_param":[]}', "SMS.3805 time-out"),
        ('{"error_code":"SMS.3805","error_param":{"disk":1}}', 'SMS.3805 {"disk": 1}'),
        ('{"error_code":"SMS.3805","error_param":[null,7,["a"]]}', "SMS.3805 , 7, a"),
        ('{"error_code":"SMS.3805"}', "SMS.3805"),
        ('{"error_code":"SMS.3805","error_par', '{"error_code":"SMS.3805","error_par'),
        ("{}", "{}"),
        ("disk is full", "disk is full"),
    ],
)
def test_an_error_in_words(sent: str, text: str) -> None:
    assert error_text(sent) == text


@pytest.mark.parametrize("depth", [9, 600, 900])
@pytest.mark.parametrize(("opened", "closed"), [("[", "]"), ('{"a":[', "]}")])
def test_an_error_nested_without_end_is_still_words(opened: str, closed: str, depth: int) -> None:
    """Where the text is too long or too deep to be read at all, it stays as it was sent."""
    sent = f'{{"error_code":"SMS.3805","error_msg":{opened * depth}{closed * depth}}}'
    assert "SMS.3805" in error_text(sent)


READY, RUNNING, SYNCING, ABORT = TaskState.READY, TaskState.RUNNING, TaskState.SYNCING, TaskState.ABORT
FAILED, SYNC_FAILED = TaskState.MIGRATE_FAIL, TaskState.SYNC_FAIL
DONE, SYNCED = TaskState.MIGRATE_SUCCESS, TaskState.SYNC_SUCCESS
MINE, THEIRS = True, False
STEPS = [
    (READY, None, {}, "start full replication", MINE),
    (READY, None, {"syncing": False}, "start; will launch by itself", MINE),
    (READY, "premiging", {}, "wait: migration drill", THEIRS),
    (READY, "premigfailed", {}, "drill failed: read its report, repair", MINE),
    (RUNNING, None, {}, "wait: full replication", THEIRS),
    (RUNNING, None, {"stage": SubTask("MIGRATE_LINUX_FILE", 43.0)}, "wait: copying", THEIRS),
    (
        RUNNING,
        None,
        {"stage": SubTask("MIGRATE_LINUX_FILE", None)},
        "wait: copying, no figure is normal",
        THEIRS,
    ),
    (
        RUNNING,
        None,
        {"stage": SubTask("MIGRATE_LINUX_FILE", 104.0)},
        "wait: copying, over 100 % is normal",
        THEIRS,
    ),
    (RUNNING, None, {"stage": SubTask("FORMAT_DISK_LINUX_FILE", 0.0)}, "wait: formatting disks", THEIRS),
    (RUNNING, None, {"stage": SubTask("BREW_COFFEE", 5.0)}, "wait: full replication", THEIRS),
    (
        RUNNING,
        None,
        {"syncing": False, "stage": SubTask("MIGRATE_LINUX_FILE", 43.0)},
        "will launch by itself; copying",
        THEIRS,
    ),
    (SYNCING, None, {}, "launch when the business is stopped", MINE),
    (SYNCING, None, {"stage": SubTask("SYNC_LINUX_FILE", 6.0)}, "launch when the business is stopped", MINE),
    (SYNCING, None, {"clone": Clone(state="ERROR")}, "clone failed: see why, clone again or launch", MINE),
    (SYNCING, "cloning", {}, "wait: cloning, then synchronization goes on", THEIRS),
    (SYNCING, "cutovering", {}, "wait: launching the target", THEIRS),
    (
        SYNCING,
        "cutovering",
        {"stage": SubTask("SYNC_LINUX_FILE", 0.0)},
        "wait: comparing, 0 % is normal",
        THEIRS,
    ),
    (
        SYNCING,
        "cutovering",
        {"stage": SubTask("SYNC_LINUX_FILE", 6.2)},
        "wait: comparing, 6 % is normal",
        THEIRS,
    ),
    (
        SYNCING,
        "cutovering",
        {"stage": SubTask("SYNC_LINUX_FILE", 50.0)},
        "wait: launching, final sync",
        THEIRS,
    ),
    (
        SYNCING,
        "cutovering",
        {"stage": SubTask("SYNC_LINUX_FILE", None)},
        "wait: launching, final sync",
        THEIRS,
    ),
    (
        SYNCING,
        "cutovering",
        {"stage": SubTask("CONFIGURE_LINUX_FILE", 9.0)},
        "wait: launching, configuring",
        THEIRS,
    ),
    (RUNNING, "cutovering", {"syncing": False}, "wait: launching the target", THEIRS),
    (TaskState.ABORTING, None, {}, "wait: pausing", THEIRS),
    (TaskState.SKIPPING, None, {}, "wait: skipping the consistency check", THEIRS),
    (TaskState.DELETING, None, {}, "wait: deleting the task", THEIRS),
    (TaskState.RESETING, None, {}, "wait: rolling back", THEIRS),
    (TaskState.SYNC_F_ROLLBACKING, None, {}, "wait: rolling back", THEIRS),
    (DONE, "clearing", {}, "wait: deleting snapshots", THEIRS),
    (ABORT, None, {}, "resume", MINE),
    (ABORT, None, {"syncing": False}, "resume; will launch by itself", MINE),
    (ABORT, None, {"error": error("SMS.9007")}, "SMS.9007: raise the speed limit, then resume", MINE),
    (FAILED, None, {"error": error("SMS.3805")}, "SMS.3805: open port 22, then resume", MINE),
    (FAILED, None, {"error": error("SMS.3805")[:30]}, "SMS.3805: open port 22, then resume", MINE),
    (FAILED, None, {"error": error("SMS.1414")}, "SMS.1414: delete the task, new task", MINE),
    (FAILED, None, {"error": error("SMS.9999")}, "find out about SMS.9999, then resume", MINE),
    (FAILED, None, {"error": ""}, "upload and read the logs, then resume", MINE),
    (SYNC_FAILED, None, {"error": error("SMS.0806")}, "SMS.0806: check network and disks, then resume", MINE),
    (DONE, None, {}, "verify the target, then clean up", THEIRS),
    (SYNCED, None, {}, "verify the target, then clean up", THEIRS),
    (DONE, None, {"start_target": False}, "start and verify the target, then clean up", THEIRS),
    (DONE, "clearfailed", {}, "snapshots are still there: delete them again", MINE),
    (DONE, "cleared", {}, "done: remove agent and left-over disks", THEIRS),
    (TaskState.SYNC_F_ROLLBACK_SUCCESS, None, {}, "rolled back: sync again in the console", MINE),
    (TaskState.UNKNOWN, None, {}, "look in the console: unknown state", MINE),
]


@pytest.mark.parametrize(("state", "source", "changes", "text", "mine"), STEPS)
def test_next_step(
    state: TaskState, source: str | None, changes: dict[str, object], text: str, mine: bool
) -> None:
    step = next_step(make_task(state, source, **changes))
    assert (step.text, step.waiting_for_operator) == (text, mine)


@pytest.mark.parametrize(("state", "source", "changes", "text", "mine"), STEPS)
def test_a_lost_agent_outranks_everything_but_the_end(
    state: TaskState, source: str | None, changes: dict[str, object], text: str, mine: bool
) -> None:
    step = next_step(make_task(state, source, connected=False, **changes))
    if state in {"MIGRATE_SUCCESS", "SYNC_SUCCESS"}:
        assert (step.text, step.waiting_for_operator) == (text, mine)
    else:
        assert (step.text, step.waiting_for_operator) == ("reconnect the agent on the source", True)


def test_nobody_is_sent_to_restart_the_agent_of_a_task_that_this_would_end() -> None:
    """A restart ends what is copied in blocks; where nothing is copied yet it harms nothing."""
    for changes in ({"kind": "MIGRATE_BLOCK"}, {"os_type": "WINDOWS"}):
        lost = next_step(make_task(SYNCING, connected=False, **changes))
        assert (lost.text, lost.waiting_for_operator) == (
            "agent lost: check its network, no restart yet",
            True,
        )
        assert len(lost.text) <= LONGEST_STEP
        assert next_step(make_task(READY, connected=False, **changes)).text.startswith("reconnect")


def test_the_table_has_every_state() -> None:
    assert {state for state, *_ in STEPS} == set(TaskState)


@pytest.mark.parametrize("code", codes())
def test_every_remedy_fits_into_a_row(code: str) -> None:
    text = next_step(make_task(FAILED, error=error(code))).text
    assert text.startswith(f"{code}: ")
    assert text.endswith((", then resume", ", new task"))
    assert len(text) <= LONGEST_STEP


@pytest.mark.parametrize("state", list(TaskState))
def test_no_server_makes_a_step_long(state: TaskState) -> None:
    for text in (*CORPUS, "x" * 300):
        server = Server(id=text, name=text, state=text)
        sent = json.dumps({"error_code": text})
        task = make_task(
            state, error=sent, state_text=text, stage=SubTask(text, 1e15), clone=Clone(state=text)
        )
        for one in (task, make_task(state, name=text, error=text)):
            assert 0 < len(next_step(one).text) <= LONGEST_STEP
        assert next_step(make_task(state, text, error=sent, target=server)).text
