"""What is shown and in which order: filter, sort, columns, views, problems; all of it remembered."""

from collections.abc import Callable, Sequence

from sms_tui.domain.query import COLUMNS, QueryError
from sms_tui.domain.text import clean
from sms_tui.state import State
from sms_tui.ui.board import Board
from sms_tui.ui.dialogs.picker import MultiPicker, Option, Picker
from sms_tui.ui.flows.asking import Ask, Tell

MOST_HISTORY = 50


class Viewing:
    """Changes the board by the operator's word, and has the screen draw it anew."""

    def __init__(
        self,
        board: Board,
        state: State,
        ask: Ask,
        tell: Tell,
        redraw: Callable[[], None],
        columns: Callable[[Sequence[str]], None],
    ) -> None:
        self._board = board
        self._state = state
        self._ask = ask
        self._tell = tell
        self._redraw = redraw
        self._columns = columns
        self._recalled = -1

    def type_filter(self, text: str) -> str:
        """Filter by what is being typed; the answer says what is wrong with it, or nothing."""
        try:
            self._board.type_filter(text)
        except QueryError as error:
            return f"column {error.position + 1}: {error}"
        self._redraw()
        return ""

    def settle_filter(self, text: str) -> None:
        """Keep a filter that was typed to the end, and remember it."""
        if problem := self.type_filter(text):
            self._tell(f"Not filtered: {problem}", "warning")
            self._board.type_filter("")
            self._redraw()
            return
        self._recalled = -1
        if text:
            history = [text, *(old for old in self._state.filter_history if old != text)]
            self._state.filter_history = history[:MOST_HISTORY]

    def recall(self, step: int) -> str | None:
        """The filter typed `step` before (1) or after (-1) the one recalled last."""
        history = self._state.filter_history
        self._recalled = max(-1, min(self._recalled + step, len(history) - 1))
        if not history:
            return None
        return history[self._recalled] if self._recalled >= 0 else ""

    def clear_filter(self) -> bool:
        """Drop the filter and 'problems only'; False if neither was set."""
        if not self._board.filter.text and not self._board.problems_only:
            return False
        self._board.problems_only = False
        self._board.type_filter("")
        self._redraw()
        return True

    def problems(self) -> None:
        """Show problems only, or everything again; the typed filter stays."""
        self._board.problems_only = not self._board.problems_only
        self._redraw()

    def view(self, key: str) -> None:
        """Take the view with that key or name."""
        names = {view.name: key for key, view in self._board.views.items()}
        wanted = key if key in self._board.views else names.get(key, "")
        if not wanted:
            self._tell(f"There is no view '{clean(key)}'. Views: {', '.join(names)}", "warning")
            return
        self._board.choose_view(wanted)
        self._redraw()

    async def pick_view(self) -> None:
        """Choose a view from a list."""
        options = [Option(key, f"{key}  {view.name}") for key, view in self._board.views.items()]
        if chosen := await self._ask(Picker("View", options, current=self._board.view_key)):
            self.view(chosen)

    def sort_by(self, column: str) -> None:
        """Sort by a column, or turn its direction round; a trailing `-` means descending."""
        name = column.rstrip("-+")
        if name not in COLUMNS:
            self._tell(f"There is no column '{clean(name)}'. Columns: {', '.join(COLUMNS)}", "warning")
            return
        self._board.sort_by(name, descending=True if column.endswith("-") else None)
        self._state.sort = self._board.sort.text
        self._redraw()

    async def pick_sort(self) -> None:
        """Choose the sort column from a list."""
        options = [Option(name, column.title) for name, column in COLUMNS.items()]
        if chosen := await self._ask(Picker("Sort by", options, current=self._board.sort.column)):
            self.sort_by(chosen)

    async def pick_columns(self, current: Sequence[str]) -> None:
        """Choose the columns and their order."""
        options = [Option(name, column.title) for name, column in COLUMNS.items()]
        chosen = await self._ask(MultiPicker("Columns", options, current))
        if chosen:
            names = tuple(chosen)
            self._state.columns = list(names)
            self._columns(names)

    def type_columns(self, text: str) -> None:
        """Take the columns named in `text`, in that order."""
        names = [name.strip() for name in text.split(",") if name.strip()]
        unknown = [name for name in names if name not in COLUMNS]
        if unknown or not names:
            self._tell(
                f"Columns are {', '.join(COLUMNS)}; not {clean(', '.join(unknown)) or 'nothing'}", "warning"
            )
            return
        self._state.columns = names
        self._columns(names)

    def as_command(self) -> str:
        """What is shown, as a line for the command line of another window."""
        parts = [f":view {self._board.view.name}", f":sort {self._board.sort.text}"]
        parts += [f":filter {self._board.filter.text}"] if self._board.filter.text else []
        return "  ".join(parts)
