"""The sizes from which the main screen has room for each of its panes."""

SMALLEST = (60, 15)
"""Below this many columns and lines nothing can be operated."""
WIDE = 110
TALL = 20
ROOMY = 32
"""Lines from which the log gets its full height"""
_DETAIL_SHARE = 0.24
"""Of the width"""
_LEAST_DETAIL = 42
_MOST_DETAIL = 56
"""Cells; a task's details hardly need more, while the table can use every cell"""
_LOG = 8
_LOW_LOG = 6
_ABOVE = 2
_BELOW = 1


def table_size(width: int, height: int) -> tuple[int, int]:
    """Columns and lines of the task table on a screen of that size, its scrollbar and heading included.

    The same as the style sheet says to the toolkit, for what is drawn before the toolkit is there.
    """
    detail = min(max(int(width * _DETAIL_SHARE), _LEAST_DETAIL), _MOST_DETAIL) if width >= WIDE else 0
    log = 0 if height < TALL else _LOW_LOG if height < ROOMY else _LOG
    return width - detail, height - _ABOVE - _BELOW - log
