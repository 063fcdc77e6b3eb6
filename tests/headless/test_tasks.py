"""`tasks`: what is listed, in which form, and which code says that it could not be."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sms_tui.domain.documents import task_document
from sms_tui.domain.rows import Row
from sms_tui.domain.spreadsheet import value_of
from sms_tui.exit_codes import ExitCode
from sms_tui.headless.show import described
from sms_tui.headless.tasks import SHOWN, limits, list_tasks, worded
from sms_tui.simulator.world.scenario import Role
from tests.headless.stage import NAMES, Stage, options, stage

pytestmark = pytest.mark.anyio
HOSTILE = "\x1b[2Jevil\u202e[bold]"


async def listed(there: Stage, *argv: str) -> ExitCode:
    return await list_tasks(there.engine, options("tasks", *argv), there.output)


class Terminal(io.StringIO):
    """A terminal that is as wide as COLUMNS says."""

    def isatty(self) -> bool:
        return True


async def test_the_table_has_a_heading_and_a_line_for_each_task(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await listed(there) is ExitCode.DONE
    lines = there.data.splitlines()
    assert lines[0].split()[:3] == ["Name", "State", "Stage"]
    assert len(lines) == 1 + len(NAMES)
    assert [line.split()[0] for line in lines[1:]] == sorted(NAMES)


LONG = "SMS.0806: check network and disks, then resume"


async def test_a_table_for_no_terminal_holds_every_column_and_every_next_step_whole(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        await listed(there)
        ids = list(there.engine.store.tasks)
    assert LONG in there.data
    assert all(task_id in there.data for task_id in ids)


@pytest.mark.parametrize(
    ("columns", "heading"),
    [
        (40, "Name State"),
        (60, "Name State Next step"),
        (80, "Name State Progress Time left Next step"),
        (160, "Name State Stage Progress Speed Time left Source Target Next step"),
        (200, "Name State Stage Progress Speed Time left Source Target Next step Id"),
    ],
)
async def test_a_table_on_a_terminal_breaks_no_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int, heading: str
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    async with stage(tmp_path) as there:
        there.out = Terminal()
        assert await listed(there) is ExitCode.DONE
    lines = there.data.splitlines()
    assert " ".join(lines[0].split()) == heading
    assert max(map(len, lines)) <= columns
    assert all(line.startswith(name) for line, name in zip(lines[1:], sorted(NAMES), strict=True))
    assert all("MIGRATE_SUCCESS" in line for line in lines if "done" in line)
    assert there.told == ""


@given(st.dictionaries(st.sampled_from(SHOWN), st.integers(1, 60), min_size=10), st.integers(1, 300))
def test_a_line_is_no_wider_than_the_terminal_unless_name_and_state_are(
    widths: dict[str, int], room: int
) -> None:
    widths = {name: widths[name] for name in SHOWN}
    kept = dict(zip(SHOWN, limits(widths, room), strict=True))
    assert (kept["name"], kept["state"]) == (min(widths["name"], 40), min(widths["state"], 40))
    shown = [width for width in kept.values() if width]
    taken = sum(shown) + 2 * (len(shown) - 1)
    assert taken <= max(room, kept["name"] + kept["state"] + 2)


async def test_json_is_one_array_and_jsonl_the_same_elements_as_lines(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        await listed(there, "-o", "json")
        array = json.loads(there.data)
    async with stage(tmp_path) as again:
        await listed(again, "-o", "jsonl")
        lines = [json.loads(line) for line in again.data.splitlines()]
    assert [task["id"] for task in array] == [task["id"] for task in lines]
    failed = next(task for task in array if task["name"] == "w1-failed-04")
    assert (failed["state"], failed["error_code"], failed["waiting_for_operator"]) == (
        "MIGRATE_FAIL",
        "SMS.3805",
        True,
    )
    assert next(task for task in array if task["name"] == "w1-lost-07")["connected"] is False


async def test_an_empty_json_list_is_still_json(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await listed(there, "-o", "json", "--filter", "no-such-task") is ExitCode.DONE
    assert json.loads(there.data) == []
    assert "No task matches" in there.told


async def test_csv_reads_back(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        await listed(there, "-o", "csv", "--state", "migrate_fail")
    rows = list(csv.DictReader(io.StringIO(there.data)))
    assert [(row["name"], row["error"]) for row in rows] == [("w1-failed-04", "SMS.3805")]
    for moment in ("created", "started", "changed_at"):
        assert datetime.fromisoformat(rows[0][moment]).tzinfo is UTC


async def test_json_tells_the_dates_and_the_clone_as_csv_does(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        await listed(there, "-o", "csv")
    async with stage(tmp_path) as again:
        await listed(again, "-o", "json")
    told = [(row["started"], row["created"], row["clone"]) for row in csv.DictReader(io.StringIO(there.data))]
    assert any(started for started, *_ in told)
    assert told == [
        (task["started_at"] or "", task["created_at"] or "", task["clone_state"].lower())
        for task in json.loads(again.data)
    ]


@pytest.mark.parametrize(("done", "text"), [(89.6, "89 %"), (99.9, "99 %"), (100.0, "100 %"), (None, "–")])
def test_progress_is_worded_as_in_the_interface(done: float | None, text: str) -> None:
    assert worded("progress", done) == text


@pytest.mark.parametrize(
    ("argv", "names"),
    [
        (["--state", "ABORT"], ["w1-paused-06"]),
        (["--filter", "state:sync !connected:no"], ["w1-sync-03", "w1-sync-08", "w1-syncfail-09"]),
        (["--filter", "/0[12]$/"], ["w1-copy-02", "w1-ready-01"]),
    ],
)
async def test_only_what_matches_is_listed(tmp_path: Path, argv: list[str], names: list[str]) -> None:
    async with stage(tmp_path) as there:
        await listed(there, "-o", "jsonl", *argv)
    assert [json.loads(line)["name"] for line in there.data.splitlines()] == names


async def test_a_filter_that_cannot_be_read_names_its_column_and_asks_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await listed(there, "--filter", "ok stat:x") is ExitCode.USAGE
        assert there.line.requests == []
    assert "character 4" in there.told
    assert "state" in there.told


async def test_a_service_that_cannot_be_reached_is_code_4(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        there.line.is_cut = True
        assert await listed(there) is ExitCode.UNREACHABLE
    assert there.data == ""
    assert "localhost" in there.told


async def test_a_token_that_is_not_accepted_is_code_3(tmp_path: Path) -> None:
    async with stage(tmp_path, token="not-a-token") as there:
        assert await listed(there) is ExitCode.DENIED
    assert "not-a-token" not in there.told + there.data


@pytest.mark.parametrize("form", ["table", "csv", "json", "jsonl"])
async def test_hostile_names_reach_no_terminal(tmp_path: Path, form: str) -> None:
    async with stage(tmp_path, cast=(Role(HOSTILE, at="=cmd()"),)) as there:
        await listed(there, "-o", form)
    assert "\x1b" not in there.data
    assert "\u202e" not in there.data
    assert "evil" in there.data


async def test_the_time_left_is_the_same_in_every_form(tmp_path: Path) -> None:
    """The service tells a moment, no seconds, of a task in the list alone."""
    async with stage(tmp_path) as there:
        await there.engine.poller.refresh()
        now = there.engine.clock.now()
        row = next(row for row in there.engine.store.rows() if row.task.name == "w1-copy-02")
        told = replace(row.task, due=None, estimate_ms=int((now + 7200) * 1000))
        row = Row(told, changed_at=now - 600)
    assert value_of("eta", row, now) == 7200
    assert task_document(row, now)["remaining_seconds"] == 7200
    assert "Time left    2 h" in "\n".join(described(row, now))
    assert value_of("eta", Row(replace(told, estimate_ms=int(now * 1000) - 5000), now), now) == -5
    assert worded("eta", -5) == "overdue"


async def test_a_state_that_no_task_is_in_is_told_with_those_there_are(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        assert await listed(there, "--state", "PAUSED") is ExitCode.DONE
    assert there.data == ""
    assert there.told.startswith("No task is in state PAUSED; there are ")
    assert "1 ABORT" in there.told
