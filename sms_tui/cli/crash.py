"""The last resort: turns an unexpected error into a private report without secrets and one sentence."""

import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from sms_tui import __version__
from sms_tui.domain.secret import Redactor
from sms_tui.private_files import create_private, make_private_folder

_RESERVE = 4 * 1024 * 1024
"""Bytes"""


class CrashReporter:
    """Writes crash reports into one folder."""

    def __init__(self, folder: Path, redactor: Redactor) -> None:
        self._folder = folder
        self._redactor = redactor
        self._reserve = bytes(_RESERVE)
        """Let go of for the first report: the error may be that no memory is left"""

    def report(self, error: BaseException) -> str:
        """Write a report of `error` with its calls but none of their values; returns where it is."""
        path = self._folder / f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.txt"
        said = f"sms-tui: internal error {type(error).__name__}"
        self._reserve = b""
        try:
            make_private_folder(self._folder)
            create_private(path, self._text(error).encode("utf-8", "backslashreplace"))
        except OSError as problem:
            return f"{said}; no report could be written: {problem.strerror}"
        except MemoryError:
            return f"{said}; no report could be written: no memory is left"
        return f"{said}; the report is {path}"

    def _text(self, error: BaseException) -> str:
        import platform
        import traceback

        lines = traceback.format_exception(error, chain=True)
        about = f"sms-tui {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        return self._redactor.redact(about + "".join(lines))

    def install(self) -> None:
        """Catch errors that no caller can catch: in threads and at the interpreter's end."""
        sys.excepthook = self._uncaught
        threading.excepthook = lambda details: self._uncaught(
            details.exc_type, details.exc_value or details.exc_type(), details.exc_traceback
        )

    def _uncaught(
        self, kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        if not issubclass(kind, KeyboardInterrupt | SystemExit):
            print(self.report(error), file=sys.stderr)  # noqa: T201 - there is nobody left to print it
