"""The clock that nobody sets."""

from pathlib import Path

import pytest

from sms_tui.engine import clock


@pytest.fixture(autouse=True)
def _ask_anew() -> None:
    clock._boot.cache_clear()


def test_it_goes_on_and_names_the_start_of_the_machine() -> None:
    first, second = clock.uptime(), clock.uptime()
    assert first is not None
    assert second is not None
    assert 0.0 < first.seconds <= second.seconds
    assert first.boot == second.boot
    assert len(first.boot) == 36


@pytest.mark.parametrize("content", [None, b"", b"\xff"])
def test_where_no_start_is_named_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "boot_id").write_bytes(content)
    monkeypatch.setattr(clock, "_BOOT_ID", tmp_path / "boot_id")
    assert clock.uptime() is None
    clock._boot.cache_clear()
