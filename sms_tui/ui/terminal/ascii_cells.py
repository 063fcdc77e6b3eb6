"""Replaces any text by ASCII, for a terminal without Unicode."""

from functools import lru_cache

from rich.cells import cell_len

_ALIKE = {
    **dict.fromkeys("─━═╌╍┄┅╾╼▔▁▂▃▄", "-"),
    **dict.fromkeys("│┃║▏▎▍▌▐▕┆┇", "|"),
    **dict.fromkeys("┌┐└┘┏┓┗┛├┤┬┴┼╭╮╰╯┣┫┳┻╋╔╗╚╝╠╣╦╩╬", "+"),
    **dict.fromkeys("▅▆▇█▉▊▋▀■", "#"),
    **dict(zip("…·•–—→←×␛°", "~-*--><x^o", strict=True)),
}
"""Signs with an ASCII one that looks alike; of the same width, so that nothing moves"""


@lru_cache(4096)
def ascii_cells(text: str) -> str:
    """`text` in as many ASCII characters as it takes cells; what nothing resembles is `?`."""
    return "".join(char if char.isascii() else _ALIKE.get(char, "?" * cell_len(char)) for char in text)
