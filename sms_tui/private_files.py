"""Files that only their owner can read: private from the first byte, and replaced whole or not at all."""

import os
from contextlib import suppress
from errno import EINVAL
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def make_private_folder(path: Path) -> None:
    """Make `path` and its parents where they are missing, durably if possible; raises `OSError`."""
    # The library leaves the modes of parents to the umask: who may write there may put others in their place.
    for folder in (*(each for each in reversed(path.parents) if not each.exists()), path):
        is_new = not folder.exists()
        folder.mkdir(exist_ok=True, mode=PRIVATE_FOLDER)
        if is_new:
            with suppress(OSError):
                sync_folder(folder.parent)


def create_private(path: Path, content: bytes) -> None:
    """Write a new file durably; raises `OSError`, `FileExistsError` where there is one or a link."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, PRIVATE_FILE)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(content)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def replace_private(path: Path, content: bytes) -> None:
    """Put `content` in the place of whatever `path` holds: old or new, never half; raises `OSError`."""
    make_private_folder(path.parent)
    fresh = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    create_private(fresh, content)
    try:
        os.replace(fresh, path)  # noqa: PTH105 - the call whose atomicity this is about
    except BaseException:
        with suppress(OSError):
            fresh.unlink()
        raise
    # Some file systems refuse it; the new content is whole with or without.
    with suppress(OSError):
        sync_folder(path.parent)


def is_at(descriptor: int, path: Path) -> bool:
    """Whether an open file is the one that `path` names; raises `OSError`."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.lstat(path))
    except FileNotFoundError:
        return False


def sync_folder(path: Path) -> None:
    """Make durable which files are in `path`, where the file system can; raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network file systems have no such call for folders.
        if error.errno != EINVAL:
            raise
    finally:
        os.close(descriptor)
