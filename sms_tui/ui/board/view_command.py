"""A view as one line for the command line, and back; typed in another window it opens the same view."""

import shlex

from msgspec import Struct

from sms_tui.domain.sentence import sentence
from sms_tui.ui.board.board import Board
from sms_tui.ui.table.column_choice import ColumnChoice

_FILTER = "filter="
_WORDS = ("view", "sort", "columns")
_PROBLEMS = "problems"


class WantedView(Struct, frozen=True):
    """Everything that decides what a table shows; an empty text leaves that part as it is."""

    view: str = ""
    sort: str = ""
    columns: str = ""
    problems_only: bool = False
    filter: str = ""


def as_command(board: Board, columns: ColumnChoice) -> str:
    """The line that shows the same again."""
    pairs = (("view", board.view.name), ("sort", board.sort.text), ("columns", columns.text))
    words = [f"{name}={shlex.quote(value)}" for name, value in pairs]
    words += [_PROBLEMS] if board.problems_only else []
    words += [_FILTER + board.filter.text] if board.filter.text else []
    return " ".join([":show", *words])


def parse_view(text: str) -> WantedView:
    """Read what `as_command` writes, without the command's name; raises `ValueError` with a sentence."""
    front, found, wanted = f" {text}".partition(f" {_FILTER}")
    values: dict[str, str] = {}
    words = shlex.split(front)
    for word in words:
        name, sign, value = word.partition("=")
        if word == _PROBLEMS:
            continue
        if not sign or name not in _WORDS:
            raise ValueError(
                sentence("'{word}' is not one of view=, sort=, columns=, problems, filter=", word=word)
            )
        values[name] = value
    return WantedView(**values, problems_only=_PROBLEMS in words, filter=wanted.strip() if found else "")
