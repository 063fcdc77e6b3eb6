"""The two streams: what becomes of a command when one of them cannot be written."""

import errno
import io

from sms_tui.headless.output import Output


class Full(io.StringIO):
    """A stream on a full disk."""

    def write(self, _text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_narration_that_cannot_be_written_stops_nothing() -> None:
    out = io.StringIO()
    output = Output(out, Full())
    output.say("going on")
    output.data("the outcome")
    assert out.getvalue() == "the outcome\n"
    assert not output.has_failed
