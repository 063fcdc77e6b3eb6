"""Reading what the service sends, of either generation - and surviving what it should not send."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_tui.api.answers import tolerant
from sms_tui.api.answers.codec import (
    Item,
    ListName,
    TaskReader,
    UnreadableError,
    _cut,
    read_rules,
    read_sources,
    split,
)
from sms_tui.api.answers.shapes import TaskShape
from sms_tui.domain.situation import Situation
from sms_tui.domain.speed_limit import SpeedRule
from sms_tui.domain.task import SubTask, Task, TaskState
from tests.api.rig import FIXTURES, fixture

LIST = fixture("list_tasks.json")
SHOWN = sorted(FIXTURES.glob("show_task_*.json"))


def read_list(document: Any, unit: Any = "Mbit/s") -> tuple[list[Task], list[str]]:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return TaskReader(unit).read_page(split(body, "tasks")[0])


def one(**fields: Any) -> Task:
    [task], broken = read_list({"tasks": [{"id": "a", "name": "n", "state": "READY", **fields}]})
    assert not broken
    return task


def test_the_list_is_read_whole() -> None:
    tasks, broken = read_list(LIST)
    assert not broken
    assert [task.id for task in tasks] == [item["id"] for item in LIST["tasks"]]
    assert [task.state_text for task in tasks] == [item["state"] for item in LIST["tasks"]]
    assert not [task for task in tasks if task.state is TaskState.UNKNOWN]


def test_every_field_of_a_running_task() -> None:
    task = next(task for task in read_list(LIST)[0] if task.name == "migrate-web-02")
    assert task.kind == "MIGRATE_FILE"
    assert task.source.name == "web-02"
    assert task.source.state == "replicate"
    assert task.target.id == "37560c1e-84e1-5e03-947a-041f77055a9b"
    assert task.target.ip == ""
    assert task.stage is not None
    assert (task.stage.name, task.stage.progress) == ("MIGRATE_LINUX_FILE", 47)
    assert task.subtasks == ()
    assert (task.speed, task.speed_limit) == (186.42, 300)
    assert task.syncing is False
    assert task.connected is None
    assert task.error == ""


@pytest.mark.parametrize("count", [-1, 2**31, True, 1.5, "7", None, []])
def test_a_count_that_cannot_be_is_none(count: object) -> None:
    for name in ("tasks", "source_servers"):
        assert split(json.dumps({"count": count, name: []}).encode(), name)[1] is None


def test_an_error_stays_as_it_was_sent() -> None:
    tasks = {task.name: task for task in read_list(LIST)[0]}
    sent = {item["name"]: item["error_json"] for item in LIST["tasks"]}
    assert {name: task.error for name, task in tasks.items()} == sent


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.stem)
def test_a_task_by_itself_keeps_steps_and_document(path: Path) -> None:
    document = json.loads(path.read_bytes())
    detail = TaskReader("Mbit/s").read_detail(path.read_bytes(), 12.5)
    assert detail.document == document
    assert detail.read_at == 12.5
    assert [step.name for step in detail.task.subtasks] == [step["name"] for step in document["sub_tasks"]]
    assert detail.task.connected is document["connected"]
    assert detail.task.region == "ap-southeast-3"
    assert detail.task.stage in detail.task.subtasks


def test_the_older_shape_has_a_machine_and_no_state() -> None:
    body = (FIXTURES / "show_task_2022_running_linux_file.json").read_bytes()
    task = TaskReader("MB/s").read_detail(body, 0).task
    assert task.source.state == ""
    assert task.situation is Situation.REPLICATING
    assert task.speed == pytest.approx(23.3 * 8)
    assert task.stage is not None
    assert task.stage.speed == 186.42
    assert task.speed_limit is None


def test_a_clone_that_nobody_asked_for_is_none() -> None:
    assert one(clone_server={"vm_id": "", "name": "", "clone_state": "NOT_READY"}).clone is None
    assert one(clone_server=None).clone is None
    clone = one(clone_server={"vm_id": "v", "clone_state": "ERROR", "error_msg": "no room"}).clone
    assert clone is not None
    assert (clone.vm_id, clone.state, clone.error) == ("v", "ERROR", "no room")


def test_a_failed_clone_keeps_its_code_and_the_words_for_it() -> None:
    clone = one(clone_server={"clone_state": "ERROR", "clone_error": "SMS.0601", "error_msg": "quota"}).clone
    assert clone is not None
    assert clone.error == "SMS.0601 quota"


DONE = {"name": "A", "progress": 100, "start_date": 1, "end_date": 2}
UNDER_WAY = {"name": "B", "progress": 3, "start_date": 2, "end_date": None}
NEXT = {"name": "C", "progress": 0, "start_date": None, "end_date": None}


@pytest.mark.parametrize(
    ("steps", "stage"),
    [
        ([DONE, UNDER_WAY, NEXT], "B"),
        ([NEXT, UNDER_WAY, DONE], "B"),
        ([DONE, NEXT, {**NEXT, "name": "D"}], "C"),
        ([DONE, {**DONE, "name": "Z"}], "Z"),
        ([DONE, {**UNDER_WAY, "progress": None}], "B"),
        ([{"name": "A", "progress": 100}, {"name": "B", "progress": 5}, {"name": "C"}], "B"),
        ([], None),
    ],
)
def test_the_stage_is_the_step_under_way_wherever_it_stands(steps: list[Any], stage: str | None) -> None:
    found = one(sub_tasks=steps).stage
    assert (found and found.name) == stage


def test_the_short_form_serves_where_there_are_no_steps() -> None:
    assert one(subtask_info="FORMAT_DISK_LINUX_FILE-10").stage == SubTask("FORMAT_DISK_LINUX_FILE", 10.0)
    assert one(subtask_info="SOMETHING").stage == SubTask("SOMETHING")
    assert one(subtask_info="").stage is None


def test_the_same_bytes_give_the_same_object_one_sweep_later() -> None:
    reader = TaskReader("Mbit/s")
    body = (FIXTURES / "list_tasks.json").read_bytes()
    first, _ = reader.read_page(split(body, "tasks")[0])
    reader.begin_sweep()
    changed = body.replace(b'"progress": 47', b'"progress": 48')
    second, _ = reader.read_page(split(changed, "tasks")[0])
    kept = [old is new for old, new in zip(first, second, strict=True)]
    assert kept.count(False) == 1
    reader.begin_sweep()
    reader.begin_sweep()
    third, _ = reader.read_page(split(changed, "tasks")[0])
    assert third == second
    assert third[0] is not second[0]


def test_texts_that_repeat_are_one_object() -> None:
    first, second = read_list(
        {"tasks": [{"id": i, "state": "RUNNING", "os_type": "LIN" + "UX"} for i in "ab"]}
    )[0]
    assert first.os_type is second.os_type


def test_sources_tell_what_the_list_does_not() -> None:
    document = fixture("list_sources.json")
    facts = read_sources(split(json.dumps(document).encode(), "source_servers")[0])
    assert len(facts) == 21
    lost = [fact for fact in facts if fact.connected is False]
    assert [fact.task_id for fact in lost] == ["96e4c5ff-6b5d-5f62-bf03-e75000c6660b"]
    assert facts[2].total == 150_323_855_360
    assert facts[2].started_ms == 1_659_679_200_000
    assert facts[0].task_id == ""
    assert facts[2].region == "ap-southeast-3"


def test_speed_rules_are_read_with_their_limit_and_what_flows_now() -> None:
    rules = read_rules(split((FIXTURES / "speed_limit.json").read_bytes(), "speed_limit")[0])
    assert rules[1] == SpeedRule("08:00", "20:00", 100, 10.0)


def test_broken_items_cost_only_themselves() -> None:
    items = [{"id": "a", "state": "READY"}, 5, None, {"name": "no id"}, [], {"id": "b"}]
    tasks, broken = read_list({"tasks": items})
    assert [task.id for task in tasks] == ["a", "b"]
    assert len(broken) == 4
    assert "no id" in broken[2]


def test_without_a_name_the_id_stands_in() -> None:
    [task], _ = read_list({"tasks": [{"id": "a"}]})
    assert (task.name, task.state, task.state_text) == ("a", TaskState.UNKNOWN, "")


@pytest.mark.parametrize("blank", ["   ", "\u3000", "\t\n"])
def test_the_id_stands_in_for_a_name_of_blanks(blank: str) -> None:
    assert one(name=blank).name == "a"


@pytest.mark.parametrize(
    ("fields", "attribute", "value"),
    [
        ({"speed_limit": "2"}, "speed_limit", 2),
        ({"speed_limit": 2.0}, "speed_limit", 2),
        ({"speed_limit": "high"}, "speed_limit", None),
        ({"speed_limit": "\ud800"}, "speed_limit", None),
        ({"syncing": "true"}, "syncing", True),
        ({"migrate_speed": "12.5"}, "speed", 12.5),
        ({"migrate_speed": {}}, "speed", None),
        ({"create_date": 10**30}, "created_ms", None),
        ({"source_server": "web"}, "source", Task("a", "n", TaskState.READY, "READY").source),
        ({"sub_tasks": {"name": "x"}}, "stage", None),
        ({"type": 5}, "kind", "5"),
        ({"state": "Running"}, "state", TaskState.RUNNING),
        ({"state": "RUNNІNG"}, "state", TaskState.UNKNOWN),
    ],
)
def test_a_field_of_another_type_is_converted_or_dropped(fields: Any, attribute: str, value: object) -> None:
    assert getattr(one(**fields), attribute) == value


def test_a_null_where_nothing_is_counted_is_an_empty_list() -> None:
    assert split(b'{"count":0,"tasks":null}', "tasks") == ([], 0)
    for unsure in (b'{"count":2,"tasks":null}', b'{"tasks":null}', b'{"count":0}'):
        with pytest.raises(UnreadableError):
            split(unsure, "tasks")


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"5", b'"x"', b"{", b'{"tasks":5}', b"{}", b"\xff\xfe", b"<html>", b"[" * 100_000],
)
def test_what_is_no_list_is_unreadable_and_nothing_worse(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        split(body, "tasks")
    with pytest.raises(UnreadableError):
        TaskReader("Mbit/s").read_detail(body, 0)


@pytest.mark.parametrize(
    "field",
    [
        b'"migrate_speed":NaN',
        b'"migrate_speed":-Infinity',
        b'"migrate_speed":1e999',
        b'"create_date":' + b"9" * 5000,
        b'"name":"\\ud800"',
        b'"name":"\xff\xfe"',
        b'"migration_ip":"\x00\x1b[2J"',
        b'"id":"b","id":"a"',
    ],
)
def test_json_that_is_not_quite_json_still_gives_the_task(field: bytes) -> None:
    body = b'{"count":1,"tasks":[{"state":"READY","id":"a",%b}]}' % field
    [task], broken = read_list(body)
    assert task.id == "a"
    assert not broken
    assert task.speed is None
    assert task.created_ms is None


def test_a_deep_field_costs_at_most_its_page() -> None:
    deep = b"[" * 50_000 + b"]" * 50_000
    try:
        tasks, broken = read_list(b'{"tasks":[{"id":"a","x":%b},{"id":"b"}]}' % deep)
    except UnreadableError:
        return
    assert "b" in [task.id for task in tasks]
    assert len(tasks) + len(broken) == 2


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**25), 10**25)
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["RUNNING", "READY", "NaN", "12", "true", "FUTURE_STATE"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
_names = [field.encode_name for field in msgspec.structs.fields(TaskShape)]


@settings(max_examples=250)
@given(base=st.sampled_from(LIST["tasks"]), data=st.data())
def test_dropped_added_and_retyped_fields_never_cost_a_task(
    base: dict[str, Any], data: st.DataObject
) -> None:
    dropped = data.draw(st.sets(st.sampled_from(sorted(base))))
    retyped = data.draw(st.dictionaries(st.sampled_from(_names) | st.text(max_size=6), _json, max_size=5))
    document = {key: value for key, value in base.items() if key not in dropped} | retyped | {"id": "kept"}
    body = json.dumps({"tasks": [document]}).encode()
    [task], broken = read_list(body)
    assert not broken
    assert task.id == "kept"
    check_types(task)
    check_types(TaskReader("MB/s").read_detail(json.dumps(document).encode(), 0).task)


def check_types(task: Task) -> None:
    """Whatever came in, what comes out has the types that the domain promises, and every number is finite."""
    hash(task)
    for number in (task.speed, *(step.progress for step in task.subtasks)):
        assert number is None or (isinstance(number, int | float) and math.isfinite(number))
    for whole in (task.created_ms, task.remain_seconds, task.speed_limit):
        assert whole is None or (isinstance(whole, int) and abs(whole) <= 2**53)
    for text in (task.name, task.state_text, task.error, task.source.name, task.source.state, task.region):
        assert isinstance(text, str)
    for flag in (task.syncing, task.connected, task.start_target):
        assert flag is None or isinstance(flag, bool)


@settings(max_examples=200)
@given(st.data())
def test_a_list_cut_or_damaged_anywhere_is_read_or_unreadable(data: st.DataObject) -> None:
    body = bytearray((FIXTURES / "list_tasks.json").read_bytes())
    for _ in range(data.draw(st.integers(0, 3))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(body[: data.draw(st.integers(0, len(body)))])
    try:
        tasks, broken = read_list(cut)
    except UnreadableError:
        return
    assert len(tasks) + len(broken) == 15


@given(_json)
def test_any_json_is_read_or_unreadable(document: Any) -> None:
    body = json.dumps(document).encode()
    for name in ("tasks", "source_servers", "speed_limit"):
        for wrapped in (body, json.dumps({name: document}).encode(), json.dumps({name: [document]}).encode()):
            try:
                items, _ = split(wrapped, name)  # type: ignore[arg-type]
            except UnreadableError:
                continue
            TaskReader("Mbit/s").read_page(items)
            read_sources(items)
            read_rules(items)


@pytest.mark.parametrize("document", LIST["tasks"], ids=lambda task: task["state"])
def test_the_quick_and_the_slow_reader_agree(document: dict[str, Any]) -> None:
    quick = msgspec.json.decode(json.dumps(document), type=TaskShape)
    assert tolerant.from_document(document, TaskShape) == quick


SOURCES = (FIXTURES / "list_sources.json").read_bytes()


@given(st.data())
def test_a_page_of_sources_read_in_one_go_says_what_they_say_one_by_one(data: st.DataObject) -> None:
    document = json.loads(SOURCES)
    for source in document["source_servers"]:
        if data.draw(st.booleans()):
            source.update(data.draw(st.dictionaries(st.sampled_from(sorted(source)), _json, max_size=2)))
    document.update(data.draw(st.dictionaries(st.sampled_from(["count", "tasks", "source_servers"]), _json)))
    body = bytearray(json.dumps(document).encode())
    for _ in range(data.draw(st.integers(0, 2))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    assert sources_of(bytes(body), split) == sources_of(bytes(body), _cut)


def sources_of(body: bytes, cut: Callable[[bytes, ListName], tuple[list[Item], int | None]]) -> object:
    """What a page of sources says, and its count; None if it is unreadable."""
    try:
        items, count = cut(body, "source_servers")
    except UnreadableError:
        return None
    return read_sources(items), count
