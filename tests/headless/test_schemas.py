"""The JSON that commands print is what its schema says, field by field."""

import asyncio
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sms_tui.cli.arguments import build_parser
from sms_tui.domain.documents import change_document
from sms_tui.engine.mode import Mode
from sms_tui.exit_codes import ExitCode
from sms_tui.headless.configuring import Configuring, configure
from sms_tui.headless.doctor_checks import clock_check, document_of, state_check, terminal_checks
from sms_tui.headless.first_config import Asked
from sms_tui.headless.journal import journal
from sms_tui.headless.output import Output
from sms_tui.headless.running import Run
from sms_tui.headless.schemas import SCHEMAS, print_schema, schema_of
from sms_tui.headless.show import show_task
from sms_tui.headless.tasks import list_tasks
from sms_tui.headless.watching import watch
from sms_tui.simulator.world.clock import VirtualClock
from sms_tui.simulator.world.scenarios import SCENARIOS
from sms_tui.simulator.world.world import Service
from tests.headless.stage import NAMES, PROFILE, Stage, options, stage

pytestmark = pytest.mark.anyio


def closed(schema: Any) -> Any:
    """The schema without room for fields that it does not name."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    return {**made, "additionalProperties": False} if "properties" in schema else made


def check(name: str, documents: Iterable[object], *, is_open: bool = False) -> None:
    """Every document is one of that schema, and says nothing beyond it unless `is_open`."""
    schema = schema_of(name) if is_open else closed(schema_of(name))
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    checked = [validator.validate(document) for document in documents]
    assert checked


def lines(text: str) -> Iterator[object]:
    return (json.loads(line) for line in text.splitlines())


async def ran(there: Stage, *argv: str) -> ExitCode:
    chosen = options("run", *argv, "-o", "jsonl")
    return await Run(there.engine, PROFILE, chosen, there.output, None).execute()


def test_every_schema_is_one() -> None:
    for name in SCHEMAS:
        jsonschema.Draft202012Validator.check_schema(schema_of(name))


def test_no_command_prints_json_without_a_schema() -> None:
    (commands,) = (action.choices for action in build_parser()._actions if action.dest == "command")
    forms = {
        name: form for name, parser in commands.items() for form in parser._actions if form.dest == "output"
    }
    prints = {name for name, form in forms.items() if {"json", "jsonl"} & set(form.choices or ())}
    assert prints <= {name.partition("-")[0] for name in SCHEMAS}
    assert {"tasks", "doctor"} <= prints


async def test_tasks(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        await list_tasks(there.engine, options("tasks", "-o", "json"), there.output)
        tasks = json.loads(there.data)
        assert len(tasks) == len(NAMES)
        check("tasks", [tasks])
        check("task", tasks)


async def test_show(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        await show_task(there.engine, options("show", "w1-sync-03", "-o", "json"), there.output)
    check("show", [json.loads(there.data)], is_open=True)


async def test_watch(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        chosen = options("watch", "w1-copy-02", "--until", "state=SYNCING", "-o", "jsonl")
        watching = asyncio.ensure_future(watch(there.engine, chosen, there.output))
        await there.until(lambda: there.engine.store.sync.rounds >= 2)
        # Hours of copying would be as many polls.
        there.service.force_state("copy-02", "SYNCING")
        assert await watching is ExitCode.DONE
        row = next(iter(there.engine.store.rows()))
        check("watch", [change_document(None, row, 1.0), change_document(row.task, row, 1.0)])
    gone = {"time": "2026-01-01T00:00:00.000+00:00", "id": "a", "name": "b", "from": "READY", "state": None}
    check("watch", [gone, *lines(there.data)])


async def test_run_and_the_journal_of_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as there:
        await ran(there, "stop", "w1-copy-02", "w1-failed-04", "--yes", "--wait")
        await ran(there, "start", "w1-paused-06", "--yes")
    outcomes = list(lines(there.data))
    assert len(outcomes) >= 3
    check("run", outcomes)
    async with stage(tmp_path / "other", mode=Mode(dry_run=True)) as dry:
        await ran(dry, "stop", "w1-copy-02", "--yes")
    check("run", lines(dry.data))
    out = io.StringIO()
    journal("list", options("journal", "list", "-o", "jsonl"), tmp_path / "journal", Output(out, there.err))
    check("journal", lines(out.getvalue()))
    (file,) = (tmp_path / "journal").glob("*.jsonl")
    out = io.StringIO()
    journal("export", options("journal", "export"), tmp_path / "journal", Output(out, there.err))
    records = list(lines(out.getvalue()))
    check("journal-record", records)
    out = io.StringIO()
    op_id = next(each["op_id"] for each in records if "op_id" in each)
    journal(
        "show", options("journal", "show", op_id, "-o", "jsonl"), tmp_path / "journal", Output(out, there.err)
    )
    check("journal-record", lines(out.getvalue()))
    check("journal-settle", [each for each in outcomes if "op_id" in each])
    file.write_text(file.read_text().replace('"stop"', '"test"', 1))
    out = io.StringIO()
    journal("verify", options("journal", "verify", "-o", "jsonl"), file.parent, Output(out, there.err))
    check("journal-verify", lines(out.getvalue()))


def config(action: str, file: Path) -> object:
    out = io.StringIO()
    configure(action, Configuring(Asked(file), {}, True, {}, Output(out, io.StringIO())))
    return json.loads(out.getvalue())


def test_config(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text('interval = 0\n[profiles.p]\nendpoint = "https://x.example"\nproxi = "x"\n')
    check("config-show", [config("show", path)])
    check("config-validate", [config("validate", path)])


def test_doctor(tmp_path: Path) -> None:
    checks = [
        *terminal_checks({}, io.StringIO(), (60, 15), {""}),
        state_check(tmp_path),
        clock_check(None, signs=True, is_here=False),
    ]
    check("doctor", [json.loads(json.dumps(document_of(checks)))])


def test_schemas_are_listed_and_printed_and_near_ones_named() -> None:
    def printed(name: str | None) -> tuple[ExitCode, str, str]:
        out, err = io.StringIO(), io.StringIO()
        return print_schema(name, Output(out, err)), out.getvalue(), err.getvalue()

    code, data, _ = printed(None)
    assert (code, [line.split()[0] for line in data.splitlines()]) == (ExitCode.DONE, list(SCHEMAS))
    assert json.loads(printed("doctor")[1]) == schema_of("doctor")
    code, data, told = printed("doctr")
    assert (code, data) == (ExitCode.USAGE, "")
    assert "did you mean 'doctor'?" in told


def test_the_first_line_of_a_simulated_service() -> None:
    credentials = Service(SCENARIOS["calm"], 1, VirtualClock()).credentials
    check("simulate", [json.loads(json.dumps(credentials.announced("http://127.0.0.1:1")))])
