"""Writes the log records of all parts to a file when asked to, with secrets removed."""

import logging
import os
from pathlib import Path

from sms_tui.config import ConfigError
from sms_tui.domain.secret import Redactor
from sms_tui.private_files import PRIVATE_FILE


class _RedactingFormatter(logging.Formatter):
    def __init__(self, redactor: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        return self._redactor.redact(super().format(record))


def log_to(path: Path, redactor: Redactor) -> None:
    """Write what the program's parts log to `path`, readable by the user alone; raises `ConfigError`."""
    try:
        descriptor = _opened(path)
    except OSError as problem:
        found = f"{path} ({(problem.strerror or str(problem)).lower()})"
        raise ConfigError("--debug-log", found=found, allowed="a file that can be written") from None
    handler = logging.StreamHandler(open(descriptor, "a", encoding="utf-8"))  # noqa: PTH123, SIM115
    handler.setFormatter(_RedactingFormatter(redactor))
    logging.basicConfig(level=logging.DEBUG, handlers=[handler], force=True)
    for name in ("httpx", "httpcore"):
        # At lower levels they log headers, which hold tokens.
        logging.getLogger(name).setLevel(logging.WARNING)


def _opened(path: Path) -> int:
    # A pipe that nobody reads would keep its writer waiting for ever.
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK
    descriptor = os.open(path, flags, PRIVATE_FILE)
    os.set_blocking(descriptor, True)
    os.fchmod(descriptor, PRIVATE_FILE)
    return descriptor
