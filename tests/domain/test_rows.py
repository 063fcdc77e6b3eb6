"""What a row says of its task under each column."""

from typing import Any

import pytest
from msgspec.structs import replace

from sms_tui.domain.rows import ALIASES, COLUMNS, Column, Kind, Row
from sms_tui.domain.task import Clone, Server, SubTask, TaskState
from tests.domain.samples import NOW, PAUSING, error, make_row
from tests.hostile import CORPUS


def test_the_columns_are_the_ones_that_people_know() -> None:
    first = "name state stage progress speed eta source target next age"
    rest = "id os kind wave region project limit created started error connected size clone billed"
    assert list(COLUMNS) == f"{first} {rest}".split()
    assert all(column.name == name and column.title for name, column in COLUMNS.items())
    assert set(ALIASES.values()) <= set(COLUMNS)
    assert not set(ALIASES) & set(COLUMNS)


@pytest.mark.parametrize(
    ("column", "state", "changes", "value"),
    [
        ("state", TaskState.UNKNOWN, {"state_text": "FROB"}, "FROB"),
        ("state", TaskState.READY, {"state_text": "ready"}, "READY"),
        ("stage", TaskState.RUNNING, {"stage": SubTask("MIGRATE_LINUX_FILE")}, "copy"),
        ("stage", TaskState.RUNNING, {"stage": None}, ""),
        ("progress", TaskState.RUNNING, {"stage": SubTask("MIGRATE_LINUX_FILE", 50.0)}, 50.0),
        ("speed", TaskState.RUNNING, {"speed": 186.4}, 186.4),
        ("speed", TaskState.ABORT, {"speed": 186.4}, None),
        ("eta", TaskState.RUNNING, {"remain_seconds": 7, "estimate_ms": 1}, 7),
        ("eta", TaskState.RUNNING, {"estimate_ms": int((NOW + 60) * 1000)}, 60.0),
        ("eta", TaskState.RUNNING, {}, None),
        ("eta", TaskState.READY, {"remain_seconds": 7}, None),
        ("source", TaskState.READY, {"source": Server(name="n", ip="i", id="d")}, "n"),
        ("source", TaskState.READY, {"source": Server(ip="i", id="d")}, "i"),
        ("target", TaskState.READY, {"target": Server(id="d")}, "d"),
        ("next", TaskState.ABORT, {}, "resume"),
        ("age", TaskState.ABORT, {}, NOW),
        ("os", TaskState.ABORT, {"os_type": "LINUX"}, "linux"),
        ("kind", TaskState.ABORT, {"kind": "MIGRATE_BLOCK"}, "block"),
        ("limit", TaskState.ABORT, {"speed_limit": 0}, 0),
        ("created", TaskState.ABORT, {"created_ms": 1500}, 1.5),
        ("started", TaskState.ABORT, {}, None),
        ("error", TaskState.ABORT, {"error": error("SMS.3805")}, "SMS.3805"),
        ("connected", TaskState.ABORT, {"connected": None}, ""),
        ("connected", TaskState.ABORT, {"connected": False}, "no"),
        ("size", TaskState.ABORT, {"total": 9}, 9),
        ("clone", TaskState.ABORT, {"clone": Clone(state="READY")}, "ready"),
        ("clone", TaskState.ABORT, {"clone": Clone(vm_id="v1", name="web-01-clone")}, "exists"),
        ("clone", TaskState.ABORT, {}, ""),
    ],
)
def test_a_column_reads(column: str, state: TaskState, changes: dict[str, Any], value: object) -> None:
    assert COLUMNS[column].value(make_row(state, **changes)) == value


@pytest.mark.parametrize(
    ("name", "source", "wave"),
    [
        ("wave3-web", "", 3),
        ("web_Wave-12", "", 12),
        ("WAVE 07 db", "", 7),
        ("w4-mail", "", 4),
        ("W04-mail", "", 4),
        ("xw4-mail", "", None),
        ("w4mail", "", None),
        ("web", "wave5-web", 5),
        ("wave3", "wave5", 3),
        ("wave0", "wave5", 0),
        ("wave", "", None),
        ("", "", None),
        ("wave" + "9" * 400, "", 999_999_999),
    ],
)
def test_the_wave_is_in_a_name(name: str, source: str, wave: int | None) -> None:
    assert COLUMNS["wave"].value(make_row(name=name, source=Server(name=source))) == wave


def test_words_hold_every_text_and_no_number() -> None:
    row = make_row(
        speed=186.4,
        region="eu",
        error=error("SMS.3805"),
        pending=PAUSING,
        clone=Clone(state="READY"),
    )
    lines = "\n".join((row.words, row.common, row.codes)).split("\n")
    for column in COLUMNS.values():
        if column.kind is Kind.TEXT and column.name != "connected":
            assert str(column.value(row)).casefold() in lines
        assert {text.casefold() for text in column.also(row) if text} <= set(lines)
    assert "pausing…" in lines
    assert "186" not in row.words + row.common
    assert row.words is row.words


def test_rows_that_stand_alike_share_what_they_have_in_common() -> None:
    one, other = make_row(name="a", region="eu"), make_row(name="b", region="eu")
    assert one.words != other.words
    assert one.common is other.common
    assert make_row(region="ap").common != one.common


def test_a_changed_row_is_searched_anew() -> None:
    row = make_row(region="eu")
    assert "eu" in row.common.split("\n")
    assert row.order == "web-7"
    moved = Row(replace(row.task, region="ap", name="ZZ"), row.changed_at)
    assert "eu" not in moved.common.split("\n")
    assert moved.words.startswith("zz")
    assert moved.order == "zz"


def test_rows_are_equal_by_what_they_show() -> None:
    one, other = make_row(), make_row()
    assert one.words
    assert one == other
    assert one.order
    assert one == other
    assert Row(one.task, one.changed_at, watched=True) != one


@pytest.mark.parametrize("column", COLUMNS.values(), ids=lambda column: str(column.name))
def test_a_column_takes_whatever_a_server_sends(column: Column) -> None:
    for text in CORPUS:
        server = Server(id=text, name=text, ip=text, state=text)
        row = make_row(
            TaskState.UNKNOWN,
            name=text,
            state_text=text,
            kind=text,
            os_type=text,
            source=server,
            target=server,
            clone=Clone(state=text),
            stage=SubTask(text, 1e15),
            error=text,
            created_ms=2**53,
            region=text,
            project=text,
        )
        value = column.value(row)
        is_text = column.kind is Kind.TEXT
        assert isinstance(value, str) if is_text else value is None or isinstance(value, int | float)
