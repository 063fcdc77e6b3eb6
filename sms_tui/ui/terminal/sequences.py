"""Control sequences that we send ourselves: clipboard and notices. Foreign text in them is cleaned."""

import base64

from sms_tui.domain.text import clean

MOST_BYTES = 74_994
"""What xterm and most others take in one clipboard sequence, before base64."""
_SCREEN_CHUNK = 700
"""GNU screen passes on no more than 768 bytes of a wrapped sequence at a time."""
_LONGEST_NOTICE = 200


def clipboard(text: str, multiplexer: str = "") -> str | None:
    """The sequence that hands `text` to the terminal's clipboard; None if it is too long to send."""
    data = text.encode()
    if len(data) > MOST_BYTES:
        return None
    return wrapped(f"\x1b]52;c;{base64.b64encode(data).decode()}\x07", multiplexer)


def notice(heading: str, text: str, multiplexer: str = "") -> str:
    """Ask the desktop to show a notice, in the two ways that terminals know."""
    heading, text = (_in_one_field(part) for part in (heading, text))
    sequences = (f"\x1b]9;{heading}: {text}\x07", f"\x1b]777;notify;{heading};{text}\x07")
    return "".join(wrapped(sequence, multiplexer) for sequence in sequences)


def _in_one_field(text: str) -> str:
    """A semicolon would begin the next field, and a leading digit with one means something else to some."""
    return clean(text, _LONGEST_NOTICE).replace(";", ",")


def wrapped(sequence: str, multiplexer: str) -> str:
    """`sequence` so that a multiplexer passes it on to the terminal around it."""
    if multiplexer == "tmux":
        return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if multiplexer == "screen":
        pieces = (sequence[at : at + _SCREEN_CHUNK] for at in range(0, len(sequence), _SCREEN_CHUNK))
        return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    return sequence
