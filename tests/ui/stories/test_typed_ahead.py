"""Stories of keys typed behind one that opens something only after a while: they are meant for that."""

import asyncio
import threading
from pathlib import Path

import pytest
from textual.events import Key

from sms_tui.ui.board import arranger
from sms_tui.ui.dialogs.form import ParameterForm
from sms_tui.ui.flows import choosing_wave, copying
from sms_tui.ui.widgets.field import Field
from tests.story import Operator, story

pytestmark = pytest.mark.anyio
DATABASES = {"w1-erp-db-05", "w2-crm-db-13", "w3-dwh-db-20"}


class Gate:
    """Holds up whoever waits at it, until it is opened."""

    def __init__(self) -> None:
        self.is_reached = asyncio.Event()
        self._is_open = asyncio.Event()

    async def __call__(self, *_: object) -> None:
        self.is_reached.set()
        await self._is_open.wait()

    def open(self) -> None:
        self._is_open.set()


def send(op: Operator, *names: str) -> None:
    """Keys, of one read."""
    for name in names:
        op.app.post_message(Key(name, name if len(name) == 1 else "\r"))


@pytest.mark.parametrize("at_once", [True, False])
async def test_keys_behind_w_wait_while_a_long_list_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    gate = Gate()
    monkeypatch.setattr(choosing_wave, "_MOST_AT_ONCE", 5)
    async with story(tmp_path, "war-room") as op:
        monkeypatch.setattr(op.screen.flows.waves, "yield_point", gate)
        cursor = op.screen.desk.table.cursor_id
        send(op, "W", *("jj" if at_once else ""))
        await gate.is_reached.wait()
        send(op, *("" if at_once else "jj"), "enter")
        await op.pilot.pause()
        assert op.screen.desk.table.cursor_id == cursor
        gate.open()
        await op.settle()
        assert op.screen.desk.board.filter.text == "wave=2"
        assert op.app.screen is op.screen


async def test_keys_behind_w_reach_the_table_where_there_is_no_wave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    monkeypatch.setattr(choosing_wave, "_MOST_AT_ONCE", 5)
    monkeypatch.setattr("sms_tui.domain.waves.wave_of", lambda _: None)
    async with story(tmp_path, "war-room") as op:
        monkeypatch.setattr(op.screen.flows.waves, "yield_point", gate)
        send(op, *"Wjj")
        await gate.is_reached.wait()
        send(op, "j")
        gate.open()
        await op.settle()
        assert op.screen.desk.table.selection.place == 3


async def test_what_is_typed_while_the_present_limits_are_read_is_typed_into_the_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    async with story(tmp_path, "war-room") as op:
        await op.select(op.first("RUNNING"))
        monkeypatch.setattr(op.engine, "speed_rules", gate)
        send(op, *"av")
        await gate.is_reached.wait()
        send(op, *"100x")
        await op.pilot.pause()
        assert op.app.screen is op.screen
        gate.open()
        await op.settle()
        assert isinstance(op.app.screen, ParameterForm)
        assert op.app.screen.query_one(Field).value == "100x"


def exported(folder: Path) -> list[str]:
    return [path.read_text() for path in folder.glob("*.csv")]


async def test_keys_act_while_rows_are_written_to_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_begun, may_end = threading.Event(), threading.Event()

    def slowly(*_: object) -> str:
        has_begun.set()
        may_end.wait()
        return "rows"

    monkeypatch.setattr(copying, "_as_csv", slowly)
    async with story(tmp_path, "war-room") as op:
        await op.press("E", "enter")
        while not has_begun.is_set():
            await op.pilot.pause()
        try:
            await op.press("j")
            assert op.screen.desk.table.selection.place == 1
        finally:
            may_end.set()
        await op.settle()
        assert exported(tmp_path) == ["rows"]


@pytest.mark.parametrize("at_once", [True, False])
async def test_keys_behind_a_filter_wait_until_its_tasks_are_in_view(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    gate = Gate()
    async with story(tmp_path, "war-room") as op:
        table, store = op.screen.desk.table, op.engine.store
        await op.press("slash", "d")
        monkeypatch.setattr(arranger, "_ALL", 0)
        monkeypatch.setattr(op.screen.desk.arranger, "yield_point", gate)
        send(op, "b", "enter", *(["asterisk"] if at_once else []))
        await gate.is_reached.wait()
        send(op, *([] if at_once else ["asterisk"]))
        await op.pilot.pause()
        assert not table.marks
        assert "filter: db  sort: name  … of 24" in op.shown()
        gate.open()
        await op.settle()
        assert {store.tasks[task_id].name for task_id in table.marks} == DATABASES
