"""`run`: exact requests, its question, dry runs, and what is refused before anything is sent."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sms_tui.engine.mode import Mode
from sms_tui.exit_codes import ExitCode
from sms_tui.simulator.world.scenario import Role
from tests.headless.runs import ran
from tests.headless.stage import PROFILE, stage

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("name", "argv", "body"),
    [
        ("ready-01", ["start"], {"operation": "start"}),
        ("paused-06", ["start"], {"operation": "start"}),
        ("copy-02", ["stop"], {"operation": "stop"}),
        (
            "sync-03",
            ["collect_log", "--param", "bucket=sms-logs"],
            {"operation": "collect_log", "param": {"bucket": "sms-logs"}},
        ),
        ("sync-03", ["test"], {"operation": "test"}),
        ("sync-03", ["clone_test"], {"operation": "clone_test"}),
        ("done-05", ["restart"], {"operation": "restart"}),
        ("syncfail-09", ["sync_failed_rollback"], {"operation": "sync_failed_rollback"}),
    ],
)
async def test_each_operation_is_one_exact_request(
    tmp_path: Path, name: str, argv: list[str], body: dict[str, object]
) -> None:
    async with stage(tmp_path) as there:
        assert await ran(there, argv[0], f"w1-{name}", *argv[1:], "--yes") is ExitCode.DONE
        assert there.line.writes == [
            (
                "POST",
                f"/v3/tasks/{there.id_of(name)}/action",
                json.dumps(body, separators=(",", ":")).encode(),
            )
        ]
    assert "accepted" in there.data


@pytest.mark.parametrize(
    ("settings", "path", "body"),
    [
        ({"param_key": "params"}, "action", {"operation": "collect_log", "params": {"bucket": "b-1"}}),
        (
            {"param_key": "both"},
            "action",
            {"operation": "collect_log", "param": {"bucket": "b-1"}, "params": {"bucket": "b-1"}},
        ),
        ({"log_api": "endpoint"}, "log", {"log_bucket": "b-1"}),
    ],
)
async def test_logs_are_asked_for_in_the_dialect_of_the_profile(
    tmp_path: Path, settings: dict[str, object], path: str, body: dict[str, object]
) -> None:
    bucket = replace(PROFILE, log_bucket="b-1")
    async with stage(tmp_path, settings=settings) as there:
        await ran(there, "collect_log", "w1-sync-03", "--yes", profile=bucket)
        assert [(one[1].rpartition("/")[2], json.loads(one[2])) for one in there.line.writes] == [
            (path, body)
        ]


async def test_delete_and_speed_limit_have_calls_of_their_own(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await ran(there, "delete", "w1-ready-01", "--yes", "--wait") is ExitCode.DONE
        rules = "rules=08:00-20:00=100"
        assert await ran(there, "speed_limit", "w1-sync-03", "--param", rules, "--yes") is ExitCode.DONE
        deleted, limited = there.line.writes
    assert (deleted[0], deleted[2]) == ("DELETE", b"")
    assert limited[1].endswith("/speed-limit")
    assert json.loads(limited[2])["speed_limit"][0]["speed"] == 100


async def test_without_a_terminal_nothing_is_sent_but_with_yes(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await ran(there, "stop", "w1-sync-03") is ExitCode.USAGE
        assert there.line.writes == []
    assert "--yes" in there.told


@pytest.mark.parametrize(
    ("argv", "word"),
    [
        (["stop", "w1-sync-03"], "y"),
        (["stop", "w1-sync-03", "w1-sync-08"], "2"),
        (["start", "w1-ready-01"], "1"),
        (["test", "w1-sync-03"], "w1-sync-03"),
        (["test", "w1-sync-03", "w1-sync-08"], "test 2"),
    ],
)
async def test_only_the_right_word_goes_ahead(tmp_path: Path, argv: list[str], word: str) -> None:
    async with stage(tmp_path) as there:
        for wrong in ("", "yes", f"{word} now", word.upper() + "!"):
            assert await ran(there, *argv, typed=wrong) is ExitCode.FAILED
            assert there.line.writes == []
        assert await ran(there, *argv, typed=word) is ExitCode.DONE
        assert len(there.line.writes) == len(argv) - 1
    asked = f"Type {word} to go ahead: " if word != "y" else "y to go ahead"
    assert asked in there.told


async def test_the_question_says_what_the_dialog_says(tmp_path: Path) -> None:
    production = replace(PROFILE, production=True)
    async with stage(tmp_path) as there:
        await ran(there, "test", "w1-sync-03", "w1-lost-07", "w1-ready-01", typed="", profile=production)
        expected = (
            "Launch target (cut over) (test)",
            "profile test  PRODUCTION",
            there.id_of("sync-03"),
            "SYNCING (continuous synchronization)",
            "left out: w1-lost-07  Launch target (cut over) needs the agent",
            "left out: w1-ready-01",
            "What happens:  Ends continuous synchronization",
            "What it costs: Outage",
            "The way back:  None in the service",
            '{"operation":"test"}',
            "No finished clone test",
        )
        for text in expected:
            assert text in there.told
    assert "Nothing was sent." in there.told


async def test_dry_run_shows_the_requests_and_sends_none(tmp_path: Path) -> None:
    async with stage(tmp_path, mode=Mode(dry_run=True)) as there:
        assert await ran(there, "stop", "w1-sync-03") is ExitCode.DONE
        assert there.line.writes == []
        path = f"http://localhost/v3/tasks/{there.id_of('sync-03')}/action"
    assert there.data == f'POST {path} {{"operation":"stop"}}\n'


@pytest.mark.parametrize("dry_run", [False, True])
async def test_who_is_not_asked_is_warned_all_the_same(tmp_path: Path, *, dry_run: bool) -> None:
    async with stage(tmp_path, mode=Mode(dry_run=dry_run)) as there:
        assert await ran(there, "test", "w1-sync-03", "w1-sync-08", "--yes") is ExitCode.DONE
    first = there.told.splitlines()[0]
    assert first == "! w1-sync-03, w1-sync-08: No finished clone test is on record."


async def test_a_dry_run_for_programs_names_what_is_left_out_too(tmp_path: Path) -> None:
    async with stage(tmp_path, mode=Mode(dry_run=True)) as there:
        argv = ["stop", "w1-sync-03", "w1-ready-01", "-o", "jsonl"]
        assert await ran(there, *argv) is ExitCode.FAILED
    left, request = map(json.loads, there.data.splitlines())
    assert (left["task_name"], left["outcome"]) == ("w1-ready-01", "not-sent")
    assert (request["method"], request["sent"]) == ("POST", False)
    assert (request["operation"], request["task_name"]) == ("stop", "w1-sync-03")


async def test_a_dry_run_shows_each_of_many_requests(tmp_path: Path) -> None:
    many = tuple(Role("many", at="SYNCING") for _ in range(12))
    names = [f"w1-many-{number:02}" for number in range(1, 13)]
    async with stage(tmp_path, mode=Mode(dry_run=True), cast=many) as there:
        assert await ran(there, "stop", *names) is ExitCode.DONE
    assert len(there.data.splitlines()) == 12


async def test_read_only_sends_nothing_with_any_word(tmp_path: Path) -> None:
    async with stage(tmp_path, mode=Mode(read_only=True)) as there:
        assert await ran(there, "stop", "w1-sync-03", "--yes") is ExitCode.FAILED
        assert (
            await ran(there, "collect_log", "w1-sync-03", "--param", "bucket=abc", typed="y")
            is ExitCode.FAILED
        )
        assert there.line.writes == []
    assert "read-only" in there.told


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["stpo", "w1-sync-03"], "did you mean 'stop'?"),
        (["pause", "w1-sync-03"], "there is no operation 'pause'; Pause is 'stop'"),
        (["Resume", "w1-sync-03"], "Resume is 'start'"),
        (["launch", "w1-sync-03"], "Launch target (cut over) is 'test'"),
        (["cutover", "w1-sync-03"], 'launch_operation = "test"'),
        (["collect_log", "w1-sync-03"], "Upload logs (collect_log) needs --param bucket=..."),
        (["collect_log", "w1-sync-03", "--param", "bucket=Not_A_Bucket"], "not a bucket name"),
        (["stop", "w1-sync-03", "--param", "x=1"], "it takes none"),
        (["clone_test", "w1-sync-03", "--param", "x=1"], "template_id"),
        (["stop", "w1-snyc-03"], "w1-sync-03"),
        (["stop", "sync"], "no task 'sync'"),
    ],
)
async def test_wrong_usage_is_code_2_and_says_what_is_right(
    tmp_path: Path, argv: list[str], said: str
) -> None:
    async with stage(tmp_path) as there:
        assert await ran(there, *argv, "--yes") is ExitCode.USAGE
        assert there.line.writes == []
    assert said in there.told


async def test_at_a_terminal_a_required_parameter_is_asked_for(tmp_path: Path) -> None:
    answers = iter(["sms-logs ", "y"])
    async with stage(tmp_path) as there:
        code = await ran(there, "collect_log", "w1-sync-03", typed=answers)
        assert code is ExitCode.DONE
        (write,) = there.line.writes
    assert write[2] == b'{"operation":"collect_log","param":{"bucket":"sms-logs"}}'
    assert "Bucket (bucket, required): " in there.told


async def test_a_parameter_that_cannot_be_is_told_before_the_question(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await ran(there, "collect_log", "w1-sync-03", typed="No") is ExitCode.USAGE
    assert "'No' is not a bucket name" in there.told


async def test_an_operation_the_profile_hides_is_not_offered(tmp_path: Path) -> None:
    old = replace(PROFILE, operations="2022")
    async with stage(tmp_path) as there:
        assert await ran(there, "network_check", "w1-paused-06", "--yes", profile=old) is ExitCode.USAGE
    assert 'operations = "2022"' in there.told


@pytest.mark.parametrize(
    ("argv", "how"),
    [
        (["stop"], "all at once, 4 under way; go on after a refusal"),
        (["stop", "--order", "one", "--halt"], "one at a time; halt at the first not accepted"),
        (
            ["stop", "--canary-state", "ABORT"],
            "canary first, the rest once it is ABORT; go on after a refusal",
        ),
        (["test"], "one at a time; halt at the first not accepted; halt at a change"),
        (["test", "--leave-out"], "one at a time; halt at the first not accepted; leave out what changed"),
        (["test", "--no-halt"], "one at a time; go on after a refusal; halt at a change"),
    ],
)
async def test_the_question_says_how_a_batch_is_sent(tmp_path: Path, argv: list[str], how: str) -> None:
    async with stage(tmp_path) as there:
        code = await ran(there, *argv, "w1-sync-03", "w1-sync-08", typed="no")
        assert code is ExitCode.FAILED
        assert f"How:           {how}" in " ".join(there.told.splitlines())


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (["--order", "one", "--canary-state", "ABORT", "--yes"], "goes with --order canary alone"),
        (["--param", "bucket=b", "--yes"], "has no parameter 'bucket'"),
        ([], "--yes is needed; nothing was sent"),
    ],
)
async def test_wrong_usage_is_refused_before_the_service_is_asked(
    tmp_path: Path, argv: list[str], why: str
) -> None:
    async with stage(tmp_path) as there:
        assert await ran(there, "stop", "w1-sync-03", *argv) is ExitCode.USAGE
        assert why in there.told
        assert there.line.requests == []


@pytest.mark.parametrize(
    ("argv", "is_said"),
    [
        (["--wait=ABROT"], True),
        (["--canary-state", "ABROT"], True),
        (["--wait=abort", "--canary-state", "paused"], False),
    ],
)
async def test_a_state_that_nobody_knows_is_named_before_it_is_waited_for(
    tmp_path: Path, argv: list[str], is_said: bool
) -> None:
    async with stage(tmp_path) as there:
        await ran(there, "stop", "w1-sync-03", *argv, typed="no")
        assert (
            "'ABROT' is no state that is known here; waiting for it all the same." in there.told
        ) is is_said


async def test_a_dry_run_names_the_state_that_is_needed_and_does_not_read_as_a_refusal(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, mode=Mode(dry_run=True)) as there:
        assert await ran(there, "test", "w1-sync-03") is ExitCode.DONE
        assert there.told.endswith(
            "Dry run: 1 would be sent, and nothing was; "
            "Launch target (cut over) (test) is possible while continuous synchronization.\n"
        )
