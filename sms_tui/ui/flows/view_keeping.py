"""Saves what is shown as a view in the remembered state; the configuration stays untouched."""

from collections.abc import Callable, Mapping

from msgspec import Struct

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


class ViewKeeping(Struct, frozen=True):
    """Keeps views, and forgets them."""

    board: Board
    columns: ColumnChoice
    state: State
    tell: Tell
    viewing: Viewing
    views: Callable[[Mapping[str, KeptView]], Mapping[str, View]]
    """All views, with those that are kept"""

    def save(self, name: str) -> None:
        """Keep what is shown as a view of that name."""
        board, kept = self.board, self.state.views
        name = clean(name.strip())
        if not name or len(name) > LONGEST_NAME or (name not in kept and board.key_of(name)):
            self.tell(
                tr("A view needs a name of its own, of at most {most} letters.", most=LONGEST_NAME),
                "warning",
            )
        elif name not in kept and len(kept) >= MOST_VIEWS:
            self.tell(
                tr("{most} views are kept already; :drop-view NAME makes room.", most=MOST_VIEWS), "warning"
            )
        else:
            kept[name] = self._as_kept(kept.get(board.view.name), name)
            board.problems_only = False
            board.type_filter("")
            board.views = self.views(kept)
            self.viewing.view(name)
            self.tell(tr("Kept as view {key} '{name}'.", key=board.key_of(name), name=name))

    def _as_kept(self, below: KeptView | None, name: str) -> KeptView:
        """What is shown, as a view; based on a kept view, it includes that one's filter."""
        board = self.board
        base = below.base if below else board.view.name
        narrowed = [below.filter] if below else []
        return KeptView(
            base="" if base == name else base,
            filter=" ".join(filter(None, [*narrowed, board.filter.text])),
            sort=board.sort.text,
            columns=tuple(self.columns.chosen),
            problems_only=board.problems_only or bool(below and below.problems_only),
        )

    def drop(self, name: str) -> None:
        """Forget a view that was kept; those of the configuration are not ours to drop."""
        if self.state.views.pop(name, None) is None:
            known = ", ".join(self.state.views) or tr("none")
            self.tell(
                tr("No view '{name}' is kept here. Kept: {known}", name=clean(name), known=known), "warning"
            )
            return
        here = self.board.view.name
        self.board.views = self.views(self.state.views)
        self.viewing.view(self.board.key_of(here) or ALL)

    def names(self) -> list[str]:
        """The names of the views that can be dropped."""
        return list(self.state.views)
