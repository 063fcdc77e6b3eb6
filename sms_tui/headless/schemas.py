"""`sms-tui schema`: JSON Schemas of the documents that commands print, for scripts to rely on.

A field is never removed and never changes its type; new fields may be added.
"""

import json
from collections.abc import Mapping

from sms_tui.config.json_schema import json_schema
from sms_tui.domain.left_overs import LeftOver
from sms_tui.domain.nearest import did_you_mean
from sms_tui.domain.operations import OPERATIONS
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.situation import Situation
from sms_tui.exit_codes import ExitCode
from sms_tui.headless.doctor_checks import Verdict
from sms_tui.headless.output import Output

Schema = dict[str, object]


def _of(kind: str, words: str, **more: object) -> Schema:
    return {"type": kind, "description": words, **more}


def _text(words: str, **more: object) -> Schema:
    return _of("string", words, **more)


def _maybe(kind: str, words: str, **more: object) -> Schema:
    return {**_of(kind, words, **more), "type": [kind, "null"]}


def _object(
    properties: Mapping[str, Schema], words: str = "", also: Mapping[str, Schema] | None = None
) -> Schema:
    """`also` are fields that not every document has."""
    made: Schema = {
        "type": "object",
        "properties": {**properties, **(also or {})},
        "required": list(properties),
    }
    return {**made, "description": words} if words else made


def _list(items: Schema, words: str) -> Schema:
    return {"type": "array", "items": items, "description": words}


_TIME = {"format": "date-time"}
_SERVER = {
    "id": _text("Its id"),
    "name": _text("Its name; empty where the service tells none"),
    "ip": _text("Its address"),
    "state": _text("The service's word for its state"),
}
_TASK: Mapping[str, Schema] = {
    "id": _text("The task's id"),
    "name": _text("Its name"),
    "state": _text("The service's word for its state, such as MIGRATE_FAIL; new ones may come"),
    "situation": _text("What the state means", enum=[one.value for one in Situation]),
    "stage": _maybe("string", "The service's word for the step under way"),
    "stage_progress": _maybe("number", "That step in percent, as the service counts it"),
    "progress": _maybe("number", "The whole task in percent, 0 to 100"),
    "speed_mbit": _maybe("number", "Megabits a second"),
    "speed_limit_mbit": _maybe("number", "The limit in force, in megabits a second"),
    "remaining_seconds": _maybe("integer", "To the end that the service expects; negative: overdue"),
    "replicated_bytes": _maybe("integer", "Moved so far"),
    "total_bytes": _maybe("integer", "To be moved in all"),
    "type": _text("MIGRATE_FILE or MIGRATE_BLOCK"),
    "os_type": _text("LINUX or WINDOWS"),
    "connected": _maybe("boolean", "Whether the source's agent is connected"),
    "syncing": _of("boolean", "Whether changes are copied continuously"),
    "source": _object(_SERVER, "The server that is moved"),
    "target": _object(_SERVER, "The server that it is moved to"),
    "wave": _maybe("integer", "The wave that the task's name tells, else that of its source"),
    "region": _text("Region of the target"),
    "project": _text("Project of the target"),
    "error_code": _text("Code of the error, for `sms-tui explain`; empty where there is none"),
    "error": _text("The error in words"),
    "next_step": _text("What the task needs next"),
    "waiting_for_operator": _of("boolean", "Whether that is for a person to do"),
    "billed": _list(
        _text("What costs money until somebody deletes it", enum=list(LeftOver)),
        "What a task at rest keeps, as far as the service tells",
    ),
    "clone_state": _text(
        "The service's word for the state of its clone; empty where there is none, and in a list"
    ),
    "created_at": _maybe("string", "When it was created, in UTC", **_TIME),
    "started_at": _maybe("string", "When it was started, in UTC", **_TIME),
    "changed_at": _maybe("string", "When it last changed, in UTC; null: no date of any calendar", **_TIME),
}
_CHANGE: Mapping[str, Schema] = {
    "time": _text("When it was seen, in UTC", **_TIME),
    "from": _maybe("string", "The state before; null for a task that is new"),
}
_GONE: Mapping[str, Schema] = {
    **_CHANGE,
    "id": _text("The task's id"),
    "name": _text("Its name"),
    "state": {"type": "null", "description": "A task that is gone has none"},
}
_FOUND_OUT: Mapping[str, Schema] = {
    "status": _maybe("integer", "HTTP status of the answer"),
    "request_id": _text("The service's id of the request, for its support"),
    "elapsed_ms": _maybe("integer", "From sending to the answer"),
    "error_code": _text("Code of a refusal"),
    "reason": _text("Why it was rejected, not sent or unknown"),
    "evidence": _text("What a later read showed"),
    "state_before": _text("The task's state right before it was sent"),
    "state_after": _text("The state in which it was seen to work"),
}
"""What an answer, and later reads, told of an operation"""
_OPERATION: Mapping[str, Schema] = {
    "op_id": _text("Our id of the operation, for `sms-tui journal show`"),
    "operation": _text("The service's word", enum=list(OPERATIONS)),
    "task_id": _text("The task's id"),
    "task_name": _text("Its name"),
    "outcome": _text("accepted is never done", enum=[one.value for one in Outcome]),
    **_FOUND_OUT,
    "sent_at": _maybe("string", "In UTC", **_TIME),
    "settled_at": _maybe("string", "When the outcome was clear, in UTC", **_TIME),
}
_LEFT_OUT: Mapping[str, Schema] = {
    "task_id": _text("The task's id"),
    "task_name": _text("Its name"),
    "outcome": {"const": Outcome.NOT_SENT.value},
    "reason": _text("Why it cannot take the operation"),
}
_REQUEST: Mapping[str, Schema] = {
    "operation": _text("The service's word", enum=list(OPERATIONS)),
    "task_id": _text("The task's id"),
    "task_name": _text("Its name"),
    "method": _text("HTTP method"),
    "url": _text("Where it would go"),
    "body": _text("What would be sent"),
    "sent": {"const": False},
}
_RECORD: Mapping[str, Schema] = {
    "op_id": _text("Our id of the operation"),
    "t": _of("number", "Epoch seconds at which it began"),
    "kind": _text("The last record of it: an outcome, or a step on the way"),
    "outcome": _text("What is known: queued, sent, accepted, rejected, unknown, not-sent, confirmed"),
    "operation": _text("The service's word"),
    "task": _text("The task's id"),
    "task_name": _text("Its name"),
    "operator": _text("Who sent it"),
    "host": _text("From where"),
    "profile": _text("With which profile"),
    "endpoint": _text("To which service"),
}
_WRITTEN: Mapping[str, Schema] = {
    "t": _of("number", "Epoch seconds at which it was written"),
    "kind": _text("What it records: an outcome, or a step on the way"),
}
_IN_SOME_RECORDS: Mapping[str, Schema] = {
    "seq": _of("integer", "Its number in its file"),
    "prev": _text("Checksum of the record before it"),
    "boot": _text("Which start of the machine it was written after"),
    "up": _of("number", "Seconds from that start to its writing"),
    "sum": _text("Its own checksum, SHA-256 of all bytes before this field"),
    "pid": _of("integer", "Process that wrote it"),
    "project": _text("In which project"),
    "version": _text("Version of sms-tui"),
    "confirm_id": _text("The same for all that one word confirmed"),
    "queued_at": _of("number", "Epoch seconds at which it was confirmed"),
    "sent_at": _maybe("number", "Epoch seconds at which it left; null: not yet, or never"),
    "method": _text("HTTP method"),
    "url": _text("Where it went"),
    "body_sha256": _text("Checksum of what was sent"),
    "parameters": _of("object", "What was given with --param"),
    "baseline": _of("object", "The task right before it was sent, as far as outcomes are told by it"),
    **_FOUND_OUT,
    "by": _text("Who settled it after the answer: reading, or the operator; empty: nobody"),
}
_SIMULATED: Mapping[str, Schema] = {
    "url": _text("Where it listens"),
    **{
        name: _text("Made up, and good for this run alone")
        for name in ("token", "user", "password", "domain", "ak", "sk", "project_id")
    },
}
_FAULT: Mapping[str, Schema] = {
    "file": _text("Name of the journal's file"),
    "line": _of("integer", "Line in it"),
    "why": _text("What is wrong"),
    "torn": _of("boolean", "Whether it only looks like a write that was cut off"),
}
_CHECK: Mapping[str, Schema] = {
    "name": _text("What was looked at"),
    "verdict": _text("How bad it is", enum=[one.value for one in Verdict]),
    "tried": _text("What was tried"),
    "seen": _text("What was seen"),
    "advice": _text("What to do; empty where nothing has to be done"),
}
_SETTING: Mapping[str, Schema] = {
    "key": _text("Its key in the file"),
    "value": {"description": "The value in force; null for none, *** for a secret or a program's argument"},
    "origin": _text("file:line:column, a variable of the environment, an option, or default"),
}
_MISTAKE: Mapping[str, Schema] = {
    "file": _text("The file, or the variable of the environment"),
    "line": _maybe("integer", "Line in the file"),
    "column": _maybe("integer", "Column in the line"),
    "key": _text("The setting's key"),
    "found": _text("What is there"),
    "allowed": _text("What may be there"),
}
_FILE: Mapping[str, Schema] = {
    "file": _text("Path of the configuration file"),
    "exists": _of("boolean", "Whether it is there"),
}

SCHEMAS: Mapping[str, tuple[str, Schema]] = {
    "task": ("an element of `tasks -o json`, a line of `tasks -o jsonl`", _object(_TASK)),
    "tasks": ("the whole of `tasks -o json`", _list(_object(_TASK), "In the order of their names")),
    "show": (
        "`show -o json`: the service's own document, secrets masked",
        _object({"id": _text("The task's id")}, "Its other fields are the service's"),
    ),
    "watch": (
        "a line of `watch -o jsonl`: a change, or a task that is gone",
        {"anyOf": [_object({**_CHANGE, **_TASK}), _object(_GONE)]},
    ),
    "run": (
        "a line of `run -o jsonl`: an outcome, a task left out, or a request with --dry-run",
        {"anyOf": [_object(_OPERATION), _object(_LEFT_OUT), _object(_REQUEST)]},
    ),
    "journal": ("a line of `journal list -o jsonl`", _object(_RECORD, also=_IN_SOME_RECORDS)),
    "journal-record": (
        "a line of `journal show -o jsonl` and of `journal export`: one record as it was written",
        _object(_WRITTEN, "Its other fields depend on its kind", {**_RECORD, **_IN_SOME_RECORDS, **_WRITTEN}),
    ),
    "journal-settle": ("a line of `journal settle -o jsonl`", _object(_OPERATION)),
    "simulate": ("the first line of `simulate`", _object(_SIMULATED)),
    "journal-verify": ("a line of `journal verify -o jsonl`", _object(_FAULT)),
    "doctor": (
        "`doctor -o json`",
        _object(
            {
                "ok": _of("boolean", "Whether nothing failed"),
                "checks": _list(_object(_CHECK), "In the order in which they were made"),
            }
        ),
    ),
    "config-show": (
        "`config show -o json`",
        _object(
            {
                **_FILE,
                "profile": _maybe("string", "The profile that would be used"),
                "settings": _list(_object(_SETTING), "All that are in force"),
            }
        ),
    ),
    "config-validate": (
        "`config validate -o json`",
        _object(
            {
                **_FILE,
                "profiles": _list({"type": "string"}, "Their names"),
                "mistakes": _list(_object(_MISTAKE), "What cannot be used"),
                "warnings": _list({"type": "string"}, "What is ignored"),
            }
        ),
    ),
    "config": ("the configuration file itself, as TOML", json_schema()),
}


def print_schema(name: str | None, output: Output) -> ExitCode:
    """Print the schema of that name, or the names."""
    if name is None:
        width = max(map(len, SCHEMAS))
        for known, (words, _) in SCHEMAS.items():
            output.data(f"{known:<{width}}  {words}")
        return ExitCode.DONE
    if name not in SCHEMAS:
        hint = did_you_mean(name, SCHEMAS) or f"; there are {', '.join(SCHEMAS)}"
        output.say(f"sms-tui schema: there is no schema '{name}'{hint}")
        return ExitCode.USAGE
    output.data(json.dumps(schema_of(name), indent=2, ensure_ascii=True))
    return ExitCode.DONE


def schema_of(name: str) -> Schema:
    """The whole schema of that name."""
    words, schema = SCHEMAS[name]
    about = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"sms-tui: {words}"}
    return {**about, **schema}
