"""Saves what is shown as a view in the remembered state; the configuration stays untouched."""

from collections.abc import Callable, Mapping

from sms_tui.domain.text import clean
from sms_tui.domain.views import ALL, View
from sms_tui.state import KeptView, State
from sms_tui.ui.board.board import Board
from sms_tui.ui.flows.asking import Tell
from sms_tui.ui.flows.viewing import Viewing
from sms_tui.ui.table.column_choice import ColumnChoice
from sms_tui.ui.wording.language import tr

MOST_VIEWS = 50
LONGEST_NAME = 24


class ViewKeeping:
    """Keeps views, and forgets them."""

    def __init__(
        self,
        board: Board,
        columns: ColumnChoice,
        state: State,
        tell: Tell,
        viewing: Viewing,
        views: Callable[[Mapping[str, KeptView]], Mapping[str, View]],
    ) -> None:
        """`views` gives all views, with those that are kept."""
        self._board = board
        self._columns = columns
        self._state = state
        self._tell = tell
        self._viewing = viewing
        self._views = views

    def save(self, name: str) -> None:
        """Keep what is shown as a view of that name."""
        board, kept = self._board, self._state.views
        name = clean(name.strip())
        if not name or len(name) > LONGEST_NAME or (name not in kept and board.key_of(name)):
            self._tell(
                tr("A view needs a name of its own, of at most {most} letters.", most=LONGEST_NAME),
                "warning",
            )
        elif name not in kept and len(kept) >= MOST_VIEWS:
            self._tell(
                tr("{most} views are kept already; :drop-view NAME makes room.", most=MOST_VIEWS), "warning"
            )
        else:
            kept[name] = self._as_kept(kept.get(board.view.name), name)
            board.problems_only = False
            board.type_filter("")
            board.views = self._views(kept)
            self._viewing.view(name)
            self._tell(tr("Kept as view {key} '{name}'.", key=board.key_of(name), name=name))

    def _as_kept(self, below: KeptView | None, name: str) -> KeptView:
        """What is shown, as a view; based on a kept view, it includes that one's filter."""
        board = self._board
        base = below.base if below else board.view.name
        narrowed = [below.filter] if below else []
        return KeptView(
            base="" if base == name else base,
            filter=" ".join(filter(None, [*narrowed, board.filter.text])),
            sort=board.sort.text,
            columns=tuple(self._columns.chosen),
            problems_only=board.problems_only or bool(below and below.problems_only),
        )

    def drop(self, name: str) -> None:
        """Forget a view that was kept; those of the configuration are not ours to drop."""
        if self._state.views.pop(name, None) is None:
            known = ", ".join(self._state.views) or tr("none")
            self._tell(
                tr("No view '{name}' is kept here. Kept: {known}", name=clean(name), known=known), "warning"
            )
            return
        here = self._board.view.name
        self._board.views = self._views(self._state.views)
        self._viewing.view(self._board.key_of(here) or ALL)

    def names(self) -> list[str]:
        """The names of the views that can be dropped."""
        return list(self._state.views)
