"""The line to the terminal fails in order where it fails at all."""

import asyncio

import pytest

from sms_tui.exit_codes import ExitCode
from sms_tui.ui.ending import EndingApp
from sms_tui.ui.terminal import driver
from sms_tui.ui.terminal.driver import TerminalDriver

pytestmark = pytest.mark.anyio


async def test_should_reading_keys_fail_the_app_ends_with_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    reported = list[BaseException]()
    fault = RuntimeError("reading")

    def report(error: BaseException) -> str:
        reported.append(error)
        return "reported"

    def fail() -> None:
        raise fault

    async def run(app: EndingApp[None]) -> None:
        async with app.run_test() as pilot:
            await asyncio.to_thread(TerminalDriver(app)._run_input_thread)
            await pilot.pause()

    monkeypatch.setattr(driver.selectors, "SelectSelector", fail)
    app = EndingApp[None](report, slow_link=False, stock=False)
    with pytest.raises(RuntimeError):
        await run(app)
    assert reported == [fault]
    assert app.return_code == ExitCode.INTERNAL_ERROR
