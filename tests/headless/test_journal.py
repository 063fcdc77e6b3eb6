"""`journal`: reading what was sent, and finding what was changed."""

import io
import json
from pathlib import Path

import pytest

from sms_tui.engine.journal.journal import NOTE, Identity, Journal, mark_of
from sms_tui.exit_codes import ExitCode
from sms_tui.headless.journal import SystemLog, journal
from sms_tui.headless.output import Output
from tests.headless.stage import options

HOSTILE = "evil\x1b[2J\u202e"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two programs that each sent something, the later one with a hostile name."""
    for number, (op_id, name) in enumerate((("aaaa1111", "web-01"), ("bbbb2222", HOSTILE))):
        identity = Identity("kim", "jump", "prod", "https://sms.example", "p", "0")
        book = Journal(tmp_path, identity, lambda number=number: 1_700_000_000.0 + number)
        book.open()
        fields = {"operation": "stop", "task": f"id-{number}", "task_name": name}
        for kind in ("queued", "sent", "accepted"):
            book.append(kind, op_id, fields)
        book.close()
    return tmp_path


NO_LOG = SystemLog([], [])


def asked(folder: Path, *argv: str, log: SystemLog = NO_LOG) -> tuple[ExitCode, str, str]:
    out, err = io.StringIO(), io.StringIO()
    given = options("journal", *argv)
    return journal(given.action, given, folder, Output(out, err), lambda: log), out.getvalue(), err.getvalue()


def test_the_list_has_a_line_for_each_operation(folder: Path) -> None:
    for argv in ([], ["list"]):
        code, data, _ = asked(folder, *argv)
        assert code is ExitCode.DONE
        lines = data.splitlines()
        assert len(lines) == 3
        assert lines[1].split() == [
            "2023-11-14",
            "22:13:20Z",
            "stop",
            "web-01",
            "accepted",
            "prod",
            "kim@jump",
            "aaaa1111",
        ]
        assert "\x1b" not in data


@pytest.mark.parametrize(
    ("kinds", "while_it_runs", "once_it_is_gone"),
    [
        (["queued"], "queued", "not-sent"),
        (["queued", "sent"], "sent", "unknown"),
        (["queued", "sent", "unknown"], "unknown", "unknown"),
        (["queued", "sent", "accepted"], "accepted", "accepted"),
        (["queued", "sent", "accepted", "resolved"], "accepted", "accepted"),
        (["queued", "sent", "unknown", "resolved"], "unknown", "unknown"),
        (["queued", "sent", "resolved"], "unknown", "unknown"),
    ],
)
def test_the_outcome_is_what_can_be_known_once_a_program_is_gone(
    folder: Path, kinds: list[str], while_it_runs: str, once_it_is_gone: str
) -> None:
    book = Journal(folder, Identity("kim", "jump", "prod", "https://sms.example", "p", "0"), lambda: 1.8e9)
    book.open()
    for kind in kinds:
        book.append(kind, "cccc3333", {"operation": "stop", "task": "id-2", "task_name": "web-03"})
    outcomes = []
    for close in (lambda: None, book.close):
        close()
        code, data, _ = asked(folder, "list", "-o", "jsonl")
        assert code is ExitCode.DONE
        outcomes.append(json.loads(data.splitlines()[-1])["outcome"])
    assert outcomes == [while_it_runs, once_it_is_gone]
    assert once_it_is_gone.replace("-", " ") in asked(folder, "list")[1].splitlines()[-1]


def test_json_lines_keep_what_was_written(folder: Path) -> None:
    _, data, _ = asked(folder, "list", "-o", "jsonl")
    documents = [json.loads(line) for line in data.splitlines()]
    assert [(one["op_id"], one["outcome"]) for one in documents] == [
        ("aaaa1111", "accepted"),
        ("bbbb2222", "accepted"),
    ]
    assert documents[1]["task_name"] == HOSTILE
    assert "\x1b" not in data


def settled_by_another_run(folder: Path) -> None:
    """An operation that one run sent and a later one saw to work."""
    fields = {"operation": "stop", "task": "id-9", "task_name": "web-09"}
    answer = {"status": 200, "request_id": "r-1", "elapsed_ms": 7, "sent_at": 1_700_000_100.0}
    kinds = {"queued": {}, "sent": {"baseline": {"state": "RUNNING"}}, "accepted": answer}
    seen = {"status": None, "request_id": "", "elapsed_ms": 0, "evidence": "RUNNING -> ABORT"}
    for host, run in (("jump", kinds), ("desk", {"confirmed": seen})):
        book = Journal(folder, Identity("kim", host, "prod", "https://sms.example", "p", "0"), lambda: 1.7e9)
        book.open()
        for kind, more in run.items():
            book.append(kind, "dddd4444", {**fields, **more})
        book.close()


def test_what_the_service_answered_is_listed_though_another_run_saw_it_work(folder: Path) -> None:
    settled_by_another_run(folder)
    _, data, _ = asked(folder, "list", "-o", "jsonl")
    (listed,) = (one for one in map(json.loads, data.splitlines()) if one["op_id"] == "dddd4444")
    assert (listed["outcome"], listed["evidence"]) == ("confirmed", "RUNNING -> ABORT")
    assert (listed["status"], listed["request_id"], listed["elapsed_ms"]) == (200, "r-1", 7)


def test_shown_are_words_and_times_and_each_thing_once(folder: Path) -> None:
    settled_by_another_run(folder)
    lines = asked(folder, "show", "dddd")[1].splitlines()
    assert lines.count("    task_name: web-09") == 1
    assert "    sent_at: 2023-11-14 22:15:00Z" in lines
    assert '    baseline: {"state": "RUNNING"}' in lines
    assert [line for line in lines if "host" in line] == ["    host: jump", "    host: desk"]


def test_show_takes_the_beginning_of_an_id(folder: Path) -> None:
    code, data, _ = asked(folder, "show", "aaaa")
    assert code is ExitCode.DONE
    assert [line.split()[-1] for line in data.splitlines() if line[0] != " "] == [
        "queued",
        "sent",
        "accepted",
    ]
    assert asked(folder, "show", "cccc")[0] is ExitCode.USAGE
    code, _, told = asked(folder, "show", "")
    assert code is ExitCode.USAGE
    assert "aaaa1111" in told
    assert "bbbb2222" in told


def test_verify_finds_an_edit_and_a_missing_line(folder: Path) -> None:
    assert asked(folder, "verify")[0] is ExitCode.DONE
    first, second = sorted(folder.glob("*.jsonl"))
    first.write_bytes(first.read_bytes().replace(b"web-01", b"web-02"))
    lines = second.read_bytes().splitlines(keepends=True)
    second.write_bytes(lines[0] + lines[2])
    code, data, told = asked(folder, "verify")
    assert code is ExitCode.FAILED
    assert [line.split(":")[1] for line in data.splitlines()] == ["1", "2"]
    assert "2 not to be believed" in told


def heads(folder: Path) -> list[str]:
    """What the system log has after both programs ended."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            record = json.loads(line)
            head = f"{path.name} {record['seq']} {record['sum']}"
            found.append(f"Nov 25 22:14:01 jump sms-tui[7]: {NOTE} {mark_of(folder)} {head}")
    return found


def test_without_a_system_log_verify_says_that_a_cut_end_cannot_be_found(folder: Path) -> None:
    code, _, told = asked(folder, "verify")
    assert code is ExitCode.DONE
    assert "No system log can be read here: records cut off at the end of a file cannot be found." in told


def test_verify_finds_a_cut_end_and_a_missing_file_by_the_heads_in_the_system_log(folder: Path) -> None:
    log = SystemLog(["/var/log/auth.log"], heads(folder))
    code, data, told = asked(folder, "verify", log=log)
    assert (code, data) == (ExitCode.DONE, "")
    assert "ends of 2 files were compared with the heads noted in /var/log/auth.log." in told
    first, second = sorted(folder.glob("*.jsonl"))
    first.write_bytes(b"".join(first.read_bytes().splitlines(keepends=True)[:2]))
    second.unlink()
    code, data, _ = asked(folder, "verify", log=log)
    assert code is ExitCode.FAILED
    assert f"{first.name}:3: cut off" in data
    assert f"{second.name}:1: the whole file is missing" in data


def test_verify_says_which_ends_nobody_noted(folder: Path) -> None:
    log = SystemLog(["journalctl"], heads(folder)[:3])
    code, _, told = asked(folder, "verify", log=log)
    assert code is ExitCode.DONE
    assert "ends of 1 file were compared" in told
    assert "1 file not noted there: what was cut off at the end cannot be found." in told


def test_what_others_write_into_the_system_log_harms_nobody(folder: Path) -> None:
    lines = [
        f"{NOTE} {'0' * 16} another-users.jsonl 9 abc",
        f"{NOTE} {mark_of(folder)} x.jsonl \u00b2 abc",
        f"{NOTE} {mark_of(folder)} x.jsonl {'9' * 5000} abc",
        f"{NOTE} {mark_of(folder)} x.jsonl",
        f"{NOTE} {NOTE}",
    ]
    code, data, _ = asked(folder, "verify", log=SystemLog(["/var/log/messages"], lines))
    assert (code, data) == (ExitCode.DONE, "")


def test_a_last_line_that_was_cut_off_is_told_and_no_fault(folder: Path) -> None:
    first = min(folder.glob("*.jsonl"))
    first.write_bytes(first.read_bytes()[:-20])
    code, data, _ = asked(folder, "verify", "-o", "jsonl")
    assert code is ExitCode.DONE
    assert json.loads(data)["torn"] is True


def test_export_is_every_record_in_the_order_of_time(folder: Path) -> None:
    _, data, _ = asked(folder, "export")
    records = [json.loads(line) for line in data.splitlines()]
    assert [record["kind"] for record in records] == ["queued", "sent", "accepted"] * 2
    assert {"seq", "prev", "sum", "endpoint", "profile", "operator", "host"} <= records[0].keys()


def test_what_cannot_be_read_is_said_and_is_no_empty_journal(folder: Path) -> None:
    (folder / "link.jsonl").symlink_to(folder / "nowhere")
    (folder / "journal").touch()
    for place, why in ((folder, "link.jsonl: it cannot be read"), (folder / "journal", "Not a directory")):
        for action in ("list", "export"):
            code, data, told = asked(place, action)
            assert (code, bool(data)) == (ExitCode.FAILED, place == folder)
            assert why in told
            assert "Nothing was sent yet" not in told
    code, data, told = asked(folder / "journal", "verify")
    assert (code, data) == (ExitCode.FAILED, "journal: it cannot be read: Not a directory\n")
    assert "0 files, 1 not to be believed" in told


@pytest.mark.parametrize("argv", [["list"], ["list", "-o", "jsonl"], ["show", "bbbb"], ["export"]])
def test_what_cannot_be_believed_is_left_out_aloud(folder: Path, argv: list[str]) -> None:
    path = min(folder.glob("*.jsonl"))
    path.write_text(path.read_text().replace("web-01", "web-02"))
    code, data, told = asked(folder, *argv)
    assert code is ExitCode.FAILED
    assert "aaaa1111" not in data
    assert "bbbb2222" in data or argv[0] == "show"
    assert f"{path.name}:1: the record was changed; from there on this file is left out" in told


def test_no_journal_is_no_error(tmp_path: Path) -> None:
    code, data, told = asked(tmp_path / "none")
    assert (code, data) == (ExitCode.DONE, "")
    assert "Nothing was sent yet" in told
