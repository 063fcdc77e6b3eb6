"""What is copied is the text, and nothing in it that a shell would run when it is pasted."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sms_tui.domain.query import Row
from sms_tui.domain.task import TaskDetail
from sms_tui.ui.copy_texts import copy_texts
from sms_tui.ui.flows.copying import Copying
from tests.ui.samples import row

pytestmark = pytest.mark.anyio
NAME = "web-07\nrm -rf ~"
DOCUMENT: dict[str, Any] = {"name": NAME}


class Desk:
    """A clipboard, and an operator who chooses one text from the menu."""

    def __init__(self, choice: str = "") -> None:
        self.choice = choice
        self.copied: list[str] = []

    async def ask(self, _dialog: object) -> Any:
        return self.choice

    def clipboard(self, text: str) -> bool:
        self.copied.append(text)
        return True

    def copying(self) -> Copying:
        def texts(one: Row) -> Sequence[tuple[str, str]]:
            return copy_texts(one, TaskDetail(one.task, DOCUMENT, 0.0), "https://sms.example", ())

        return Copying(
            self.ask,
            lambda *_: None,
            self.clipboard,
            lambda _: None,
            texts,
            lambda _: (),
            folder=Path(),
        )


async def test_a_line_feed_in_a_name_is_drawn_and_not_sent() -> None:
    desk = Desk("name")
    await desk.copying().menu([row(7, name=NAME)])
    desk.copying().copy("id", ["one\ntwo", "three"])
    assert desk.copied == ["web-07⏎rm -rf ~", "one⏎two\nthree"]


async def test_json_keeps_its_lines() -> None:
    desk = Desk("JSON")
    await desk.copying().menu([row(7)])
    assert desk.copied == [json.dumps(DOCUMENT, indent=1)]
    assert "\n" in desk.copied[0]
