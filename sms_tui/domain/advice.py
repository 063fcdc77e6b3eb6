"""What to do: error codes explained from a packaged catalogue, and the next step of a task.

Works offline, since a jump host has no browser.
"""

import csv
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from sms_tui.domain.task import Situation, Task

_CODE = re.compile(r"\b(?:SMS|APIGW|APIG|IAM)\.\d{4}\b")
_LONGEST_STEP = 48
_PLATEAU = 6.0
"""Percent at which a file-level synchronization rests while it compares"""


@dataclass(frozen=True, slots=True)
class Advice:
    """One row of the catalogue."""

    code: str
    http_status: str
    meaning: str
    action: str
    who: str
    """S source, N network, T target, A account, V vendor, joined by `/`; `-` for nobody in particular"""
    resume: str
    """y: resume after the fix; n: a new task is needed; -: no task yet"""


@dataclass(frozen=True, slots=True)
class Step:
    """What a task needs next."""

    text: str
    waiting_for_operator: bool = False


@lru_cache(maxsize=1)
def _catalogue() -> Mapping[str, Advice]:
    text = files("sms_tui.domain").joinpath("errors.tsv").read_text(encoding="utf-8")
    return {row["code"]: Advice(**row) for row in csv.DictReader(text.splitlines(), delimiter="\t")}


def explain(code: str) -> Advice | None:
    """What the catalogue says of `code`, if it knows it."""
    return _catalogue().get(code.strip().upper())


def codes() -> list[str]:
    """Every code of the catalogue."""
    return list(_catalogue())


def search(words: str) -> list[Advice]:
    """The rows that hold all of `words`, whatever the case."""
    wanted = words.casefold().split()
    return [
        advice
        for advice in _catalogue().values()
        if wanted
        and all(word in f"{advice.code} {advice.meaning} {advice.action}".casefold() for word in wanted)
    ]


@lru_cache(maxsize=4096)
def error_code(error: str) -> str:
    """The code in an `error_json`, even where the text is cut off; empty if there is none."""
    document = _parsed(error)
    if isinstance(document, dict) and isinstance(code := document.get("error_code"), str) and code:
        return code
    found = _CODE.search(error)
    return found[0] if found else ""


def error_text(error: str) -> str:
    """What an `error_json` says beside its code; the text itself where it cannot be read."""
    document = _parsed(error)
    if not isinstance(document, dict):
        return error
    parts = [document.get("error_msg"), document.get("error_param")]
    words = [", ".join(map(str, part)) if isinstance(part, list) else str(part) for part in parts if part]
    return " ".join([error_code(error), *words]).strip()


def _parsed(error: str) -> object:
    try:
        return json.loads(error) if error else None
    except (ValueError, RecursionError):
        return None


def next_step(task: Task) -> Step:
    """What has to happen next, and whether it waits for the operator."""
    if task.connected is False and task.situation not in {Situation.FINISHED, Situation.CLEARED}:
        return Step("reconnect the agent on the source", waiting_for_operator=True)
    if task.is_failed:
        return Step(_repair(task), waiting_for_operator=True)
    return _STEPS[task.situation](task)


def _repair(task: Task) -> str:
    code = error_code(task.error)
    advice = explain(code)
    if advice is None:
        return f"fix {code}, then resume" if code else "look at the error, then resume"
    then = "new task" if advice.resume == "n" else "resume"
    return f"{code}: {_short(advice.action, _LONGEST_STEP - len(code) - len(then) - 5)} → {then}"


def _short(text: str, room: int) -> str:
    first = re.split(r"[;,(]", text)[0].strip()
    first = first[:1].lower() + first[1:]
    return first if len(first) <= room else first[: room - 1].rstrip() + "…"


def _ready(task: Task) -> Step:
    text = "start; launches by itself when copied" if task.launches_itself else "start full replication"
    return Step(text, waiting_for_operator=True)


def _copying(task: Task) -> Step:
    return Step("wait: will launch by itself" if task.launches_itself else "wait: copying")


def _syncing(_task: Task) -> Step:
    return Step("launch when the business is stopped", waiting_for_operator=True)


def _launching(task: Task) -> Step:
    stage = task.stage
    if stage is not None and stage.name.startswith("SYNC_") and not stage.progress:
        return Step("wait: comparing, 0 % is normal")
    return Step("wait: launching the target")


_STEPS: Mapping[Situation, Callable[[Task], Step]] = {
    Situation.READY: _ready,
    Situation.REPLICATING: _copying,
    Situation.CONTINUOUS: _syncing,
    Situation.CLONING: lambda _: Step("wait: cloning the target"),
    Situation.LAUNCHING: _launching,
    Situation.TRANSITION: lambda _: Step("wait: changing state"),
    Situation.PAUSED: lambda _: Step("resume", waiting_for_operator=True),
    Situation.MIGRATION_FAILED: lambda _: Step("resume", waiting_for_operator=True),
    Situation.SYNC_FAILED: lambda _: Step("resume", waiting_for_operator=True),
    Situation.FINISHED: lambda _: Step("verify the target, then clean up"),
    Situation.CLEARED: lambda _: Step("nothing: snapshots are deleted"),
    Situation.ROLLED_BACK: lambda _: Step("sync changes again from the console", waiting_for_operator=True),
    Situation.UNKNOWN: lambda _: Step("look: unknown state", waiting_for_operator=True),
}
