"""What is copied is the text, and nothing in it that a shell would run when it is pasted."""

import csv
import errno
import json
import os
import subprocess
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from sms_tui.domain.documents import task_document
from sms_tui.domain.rows import Row
from sms_tui.domain.task import TaskDetail
from sms_tui.ui.flows.copying import Copying
from sms_tui.ui.terminal.sequences import MOST_BYTES
from sms_tui.ui.wording.copy_texts import Text, copy_texts, curl
from tests.ui.samples import row

pytestmark = pytest.mark.anyio
NAME = "web-07\nrm -rf ~"
DOCUMENT: dict[str, Any] = {"name": NAME}


class Desk:
    """A clipboard, and an operator who chooses one text from the menu."""

    def __init__(self, choice: str = "", folder: Path = Path()) -> None:
        self.choice = choice
        self.folder = folder
        self.copied: list[str] = []
        self.told: list[str] = []
        self._begun: list[Coroutine[None, None, None]] = []

    async def ask(self, _dialog: object) -> Any:
        return self.choice

    def clipboard(self, text: str) -> bool:
        self.copied.append(text)
        return True

    def copying(self) -> Copying:
        def texts(one: Row) -> Sequence[Text]:
            return copy_texts(one, TaskDetail(one.task, DOCUMENT, 0.0), "https://sms.example", ())

        return Copying(
            self.ask,
            lambda said, *_: self.told.append(said),
            clipboard=self.clipboard,
            lend_mouse=lambda _: None,
            texts=texts,
            commands=lambda _: (),
            background=self._begun.append,
            folder=self.folder,
        )

    async def export(self, rows: Sequence[Row]) -> None:
        """Export them, up to the file."""
        await self.copying().export(rows, 1_700_000_100.0, simulated=False)
        for each in self._begun:
            await each


async def test_a_line_feed_in_a_name_is_drawn_and_not_sent() -> None:
    desk = Desk("name")
    await desk.copying().menu([row(7, name=NAME)])
    desk.copying().copy("id", ["one\ntwo", "three"])
    assert desk.copied == ["web-07⏎rm -rf ~", "one⏎two\nthree"]


async def test_signs_that_take_more_room_cut_nothing_off() -> None:
    desk = Desk()
    desk.copying().copy("command", ["run " + "\U000e0041" * 5000 + " --profile prod"])
    assert desk.copied == ["run " + "<U+E0041>" * 5000 + " --profile prod"]


@pytest.mark.parametrize("sign", ["x", "\U000e0041"])
async def test_what_is_cut_is_more_than_a_clipboard_takes(sign: str) -> None:
    desk = Desk()
    for more in range(1, 12):
        desk.copying().copy("command", ["y" * more + sign * MOST_BYTES])
    assert min(map(len, desk.copied)) > MOST_BYTES


def test_the_curl_line_shows_the_token_to_no_other_user(tmp_path: Path) -> None:
    program = tmp_path / "curl"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >given\ncat >read\n', encoding="ascii")
    program.chmod(0o700)
    environ = {"PATH": f"{tmp_path}:/usr/bin:/bin", "SMS_TUI_TOKEN": "CANARY"}
    line = curl("https://sms.example", "../{a,b}'$(id)\ud800")
    subprocess.run(["/bin/sh", "-c", line], cwd=tmp_path, env=environ, check=True)
    # The list of processes has the words of each program in it.
    address = "https://sms.example/v3/tasks/..%2F%7Ba%2Cb%7D%27%24%28id%29%3F"
    assert (tmp_path / "given").read_text().splitlines() == ["-H", "@-", address]
    assert (tmp_path / "read").read_text() == "X-Auth-Token: CANARY\n"


async def test_json_keeps_its_lines() -> None:
    desk = Desk("JSON")
    await desk.copying().menu([row(7)])
    assert desk.copied == [json.dumps(DOCUMENT, indent=1)]
    assert "\n" in desk.copied[0]


@pytest.mark.parametrize("long", ["x" * 100_000, [{"x": 1}] * 30_000], ids=["text", "items"])
async def test_a_document_too_long_for_a_clipboard_is_not_searched_for_secrets(
    long: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(DOCUMENT, "long", long)
    monkeypatch.setattr("sms_tui.ui.wording.copy_texts.masked", Mock(side_effect=AssertionError))
    desk = Desk("JSON")
    await desk.copying().menu([row(7)])
    assert desk.copied == []
    assert desk.told == ["Too long for the terminal's clipboard; sms-tui show -o json prints it."]
    desk.choice = "plain"
    await desk.copying().menu([row(7)])


def written(folder: Path, form: str) -> str:
    """The file with the ending `form`."""
    return next(folder.glob(f"*.{form}")).read_text(encoding="utf-8")


def files(folder: Path) -> list[Path]:
    """What is in a folder."""
    return list(folder.iterdir())


async def test_exports_hold_what_the_command_tasks_prints(tmp_path: Path) -> None:
    known = Row(row(7, created_ms=1_700_000_000_000).task, 1_700_000_060.0)
    for form in ("csv", "json"):
        await Desk(form, tmp_path).export([known])
    (line,) = csv.DictReader(written(tmp_path, "csv").splitlines())
    assert line["created"] == "2023-11-14T22:13:20.000+00:00"
    assert line["changed_at"] == "2023-11-14T22:14:20.000+00:00"
    assert json.loads(written(tmp_path, "json")) == [task_document(known, 1_700_000_100.0)]


async def test_a_full_disk_leaves_no_half_of_an_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    await Desk("csv", tmp_path).export([row(7)])
    assert files(tmp_path) == []
