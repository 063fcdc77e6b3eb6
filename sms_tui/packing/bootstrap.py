"""The start of the single-file program: unpacks it once into the cache, then runs what was unpacked.

Unpacked files start faster, because Python keeps them compiled, and they work with any library. The code also
runs on old versions of Python, to tell their users what is missing.
"""

import atexit
import os
import shutil
import stat
import sys
import tempfile
import time
import zipfile
from contextlib import suppress
from pathlib import Path

BUILD = "@BUILD@"
OLDEST = (3, 11)
WRONG_USAGE = 2
LONG_AGO = 30 * 24 * 3600
"""Seconds"""


def run() -> None:
    """Start the program."""
    if sys.version_info < OLDEST:
        fail(f"needs Python {OLDEST[0]}.{OLDEST[1]} or newer, and this is {sys.version.split()[0]}")
    archive = __loader__.archive  # type: ignore[name-defined]
    try:
        sys.path[0:1] = [str(unpacked(archive))]
    except OSError as problem:
        fail(f"cannot unpack itself ({problem}); XDG_CACHE_HOME or TMPDIR can name a folder for it")
    from sms_tui.__main__ import run as start

    sys.exit(start())


def fail(why: str) -> None:
    """End with a sentence."""
    sys.stderr.write(f"sms-tui: {why}.\n")
    sys.exit(WRONG_USAGE)


def unpacked(archive: str) -> Path:
    """The folder with the content of `archive`: kept in the cache, or temporary where there is none."""
    try:
        return in_cache(archive)
    except (OSError, RuntimeError):
        # The latter for a user whom nobody knows, and who has no home.
        folder = Path(tempfile.mkdtemp(prefix="sms-tui-"))
    atexit.register(shutil.rmtree, str(folder), ignore_errors=True)
    extract(archive, folder)
    return folder


def in_cache(archive: str) -> Path:
    """Extract into the user's cache, once; raises `OSError` where that is not possible or not safe."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    parent = Path(base if base.startswith("/") else "~/.cache").expanduser() / "sms-tui"
    parent.mkdir(0o700, parents=True, exist_ok=True)
    around = parent.parent.stat().st_mode
    if around & stat.S_IWOTH and not around & stat.S_ISVTX:
        raise OSError(f"anybody can put another folder in the place of {parent}")
    check_owner(parent)
    folder = parent / BUILD
    if not folder.is_dir():
        sweep(parent)
        fill(archive, parent, folder)
    check_owner(folder)
    # Its time says when it was started last.
    os.utime(str(folder))
    return folder


def sweep(parent: Path) -> None:
    """Remove what other builds left here, if none of them was started for a long time."""
    for each in parent.iterdir():
        with suppress(OSError):
            there = each.lstat()
            if stat.S_ISDIR(there.st_mode) and there.st_mtime < time.time() - LONG_AGO:
                shutil.rmtree(str(each), ignore_errors=True)


def fill(archive: str, parent: Path, folder: Path) -> None:
    """Unpack beside and rename, so that a folder of that name is whole, whoever else unpacks meanwhile."""
    fresh = Path(tempfile.mkdtemp(dir=str(parent)))
    try:
        extract(archive, fresh)
        fresh.rename(folder)
    except OSError:
        shutil.rmtree(str(fresh), ignore_errors=True)
        if not folder.is_dir():
            raise


def extract(archive: str, folder: Path) -> None:
    """Unpack all of `archive`."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(str(folder))


def check_owner(path: Path) -> None:
    """Code is run from there: nobody else may be able to put some; raises `OSError`."""
    status = path.lstat()
    others = stat.S_IWGRP | stat.S_IWOTH
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & others:
        raise OSError(f"{path} is not a folder of yours alone")


if __name__ == "__main__":
    run()
