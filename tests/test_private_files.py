"""Private files: from the first byte on, never over a link, and old or new whatever fails."""

import errno
import os
import stat
from pathlib import Path

import pytest

from sms_tui.private_files import create_private, replace_private


def test_a_private_file_is_private_from_the_first_byte(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        replace_private(tmp_path / "new" / "folder" / "f", b"x")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "new" / "folder" / "f").stat().st_mode) == 0o600
    for folder in (tmp_path / "new" / "folder", tmp_path / "new"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_new_file_never_follows_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        create_private(tmp_path / "link", b"x")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT])
@pytest.mark.parametrize("call", ["open", "fsync", "replace"])
def test_a_file_is_old_or_new_whatever_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, call: str
) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old")

    def fail(*_args: object, **_options: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(OSError, match=os.strerror(number)):
        replace_private(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["f"]
