"""What the table says when it has no rows."""

from sms_tui.domain.text import clean
from sms_tui.ui.board.board import Board
from sms_tui.ui.board.shown import Shown
from sms_tui.ui.wording.language import tr


def why_empty(shown: Shown, board: Board) -> str:
    """Why no row is shown, and what can be done about it."""
    sync = shown.sync
    if shown.total and board.view.is_lost:
        return tr(
            "What this view showed is not known here: its filter, or the view that it was made on.\n"
            ":drop-view {name} removes it, 0 shows all.",
            name=clean(board.view.name),
        )
    if shown.total and not board.filter.text:
        # That there is no problem is good news, and not a filter that is wrong.
        if board.problems_only:
            return tr("No problem among the tasks of this view.\n! shows all of them.")
        return tr("No task is in this view.\n0 shows all.")
    if shown.total:
        return tr("No task is shown by this view and filter.\nesc clears the filter, 0 shows all.")
    if sync.trouble is not None:
        return tr(
            "No tasks could be read yet.\n{reason}\nTrying again; r tries now.", reason=sync.trouble.sentence
        )
    if sync.synced_at is None:
        return tr("Reading the list of tasks…")
    return tr("There are no migration tasks in this account and project.")
