"""What a terminal is told, taken apart: every sequence and control character among the bytes of a program."""

import os
import re
import subprocess
from collections.abc import Iterator

from tests.terminal import Terminal

_SEQUENCE = re.compile(
    r"""(?xs)
    \x1b\[ (?P<csi> [0-?]* [ -/]* [@-~])
    | \x1b\] (?P<osc> [^\x07\x1b]*) (?: \x07 | \x1b\\ )
    | (?P<other> \x1b [P_^X] [^\x1b]* \x1b\\ | \x1b . | [\x00-\x1f\x7f-\x9f])
    """
)
_NUMBERS = re.compile(r"[0-9;:]+(?=[mHuBCGLMr]$)")
_MODE = re.compile(r"CSI \?([0-9;]+)([hl])")
MOUSE, PASTE, ALTERNATE_SCREEN, CURSOR, FOCUS = (1000, 1002, 1003, 1006, 1015), 2004, 1049, 25, 1004


def sequences(raw: bytes) -> Iterator[str]:
    """Each sequence and control character of `raw` in order, spelled for people: `CSI ?25h`, `OSC 2;title`.

    Raises `UnicodeDecodeError` for bytes that are not UTF-8.
    """
    for found in _SEQUENCE.finditer(raw.decode()):
        if found["csi"] is not None:
            yield f"CSI {found['csi']}"
        elif found["osc"] is not None:
            yield f"OSC {found['osc']}"
        else:
            yield repr(found["other"])[1:-1]


def kinds(raw: bytes) -> set[str]:
    """The kinds of sequences in `raw`: numbers of colours and places left out."""
    return {_NUMBERS.sub("", sequence) for sequence in sequences(raw)}


def modes(raw: bytes) -> dict[int, bool]:
    """How each private mode of the terminal was left."""
    left: dict[int, bool] = {}
    for sequence in sequences(raw):
        if found := _MODE.fullmatch(sequence):
            left |= {int(mode): found[2] == "h" for mode in found[1].split(";")}
    return left


def is_released(raw: bytes) -> bool:
    """Whether a program that wrote `raw` gave the terminal back as a shell needs it."""
    left = modes(raw)
    on = [mode for mode in (*MOUSE, PASTE, ALTERNATE_SCREEN, FOCUS) if left.get(mode)]
    return ALTERNATE_SCREEN in left and left[CURSOR] and not on


def everything_written(terminal: Terminal) -> bytes:
    """All that a program which has ended wrote: the terminal is read to its end."""
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - its descriptor takes the place of the terminal's
        os.dup2(nothing.fileno(), terminal.slave)
    terminal._reader.join()
    return bytes(terminal.raw)


def left_running(terminal: Terminal) -> list[str]:
    """What still runs in the terminal's session."""
    listed = subprocess.run(
        ["ps", "-o", "args=", "-s", str(terminal.process.pid)], capture_output=True, text=True
    )
    return listed.stdout.splitlines()
