"""Restores at the start what was shown last."""

from contextlib import suppress

from sms_tui.domain.filters import FilterError
from sms_tui.domain.sorting import parse_sort
from sms_tui.state import State
from sms_tui.ui.board.board import Board
from sms_tui.ui.table.column_choice import ColumnChoice


def restore_last_view(board: Board, columns: ColumnChoice, state: State) -> None:
    """Take view, order and filter from `state`; a part of it that no longer exists is left out."""
    if key := board.key_of(state.view):
        board.choose_view(key)
        if state.columns_are_of_view:
            columns.take_view(board.view.columns)
    board.sort = parse_sort(state.sort) or board.sort
    board.problems_only = state.problems_only
    with suppress(FilterError):
        board.type_filter(state.filter)
