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


def test_our_own_signs_are_spelt_out_where_there_is_ascii_alone() -> None:
    out, err = io.StringIO(), io.StringIO()
    output = Output(out, err, ascii_only=True)
    output.data("web-07  –  Zürich…")
    output.say("→ set TERM")
    assert (out.getvalue(), err.getvalue()) == ("web-07  -  Zürich...\n", "-> set TERM\n")
