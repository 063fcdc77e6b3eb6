"""What is shown and in which order: filter, sort, columns, views, problems; all of it is remembered."""

from collections.abc import Callable, Collection, Iterator
from functools import partial

from msgspec import Struct

from sms_tui.domain.filters import FilterError
from sms_tui.domain.rows import COLUMNS
from sms_tui.domain.sorting import parse_sort
from sms_tui.domain.text import clean
from sms_tui.state import MOST_HISTORY, State
from sms_tui.ui.board.arranger import Arranger
from sms_tui.ui.board.board import Board
from sms_tui.ui.board.last_view import restore_last_view
from sms_tui.ui.board.view_command import as_command, parse_view
from sms_tui.ui.flows.asking import Ask, Tell
from sms_tui.ui.table.column_choice import ColumnChoice, ColumnError, parse_columns
from sms_tui.ui.table.columns import COLUMN_VIEWS
from sms_tui.ui.table.task_table import TaskTable
from sms_tui.ui.wording.language import tr


class Viewing(Struct):
    """Changes the board as the operator wishes, and has it drawn again."""

    board: Board
    arranger: Arranger
    table: TaskTable
    columns: ColumnChoice
    state: State
    ask: Ask
    tell: Tell
    redraw: Callable[[], None]
    _recalled: int = -1

    def __post_init__(self) -> None:
        """Begin with what was shown last."""
        restore_last_view(self.board, self.columns, self.state)
        self._show_columns()

    def type_filter(self, text: str, then: Callable[[], object] | None = None) -> str:
        """Filter by what is being typed; returns what is wrong with it, or an empty text.

        `then` is called once its rows are in view.
        """
        try:
            self.board.type_filter(text)
        except FilterError as error:
            return tr("character {place}: {problem}", place=error.position + 1, problem=error.args[0])
        self._show()
        if then is not None:
            self.arranger.afterwards(then)
        return ""

    def settle_filter(self, text: str) -> str:
        """Keep and remember a finished filter; returns what is wrong with it, or an empty text."""
        if problem := self.type_filter(text):
            return problem
        self._recalled = -1
        # Back from a filter even a cursor that nobody ever moved is where it was.
        self.arranger.afterwards(partial(self.table.stand_somewhere, stays=True))
        if text:
            history = [text, *(old for old in self.state.filter_history if old != text)]
            self.state.filter_history = history[:MOST_HISTORY]
        return ""

    def filter_as(self, text: str) -> None:
        """Filter as a command says; a wrong filter changes nothing."""
        if problem := self.settle_filter(text):
            self.tell(tr("Not filtered: {problem}", problem=problem), "warning")

    def recall(self, step: int) -> str | None:
        """The filter typed `step` before (1) or after (-1) the one recalled last."""
        history = self.state.filter_history
        self._recalled = max(-1, min(self._recalled + step, len(history) - 1))
        if not history:
            return None
        return history[self._recalled] if self._recalled >= 0 else ""

    def clear_filter(self) -> None:
        """Drop the filter and 'problems only'."""
        if self.board.filter.text or self.board.problems_only:
            self.board.problems_only = False
            self.board.type_filter("")
            self._settle(stays=True)

    def problems(self) -> None:
        """Show problems only, or everything again; the typed filter stays."""
        self.board.problems_only = not self.board.problems_only
        self._settle(stays=True)

    def next_problem(self, step: int) -> None:
        """Go to the next problem shown (1), or the one before (-1); where there is none that is said."""
        found = self.board.next_problem(self.table.cursor_id, step)
        if found is None:
            self.tell(tr("No problem among the tasks shown."))
        else:
            self.table.go_to(found)

    def view(self, name: str) -> None:
        """Take the view with that key or name."""
        if key := self.board.key_of(name):
            self.board.choose_view(key)
            self.columns.take_view(self.board.view.columns)
            self._show_columns()
            self._settle()
            return
        known = ", ".join(self.board.view_names())
        sentence = tr("There is no view '{name}'. Views: {known}", name=clean(name), known=clean(known))
        self.tell(sentence, "warning")

    async def pick_view(self) -> None:
        """Choose a view from a list."""
        from sms_tui.ui.dialogs.picker import Option, Picker

        options = [Option(key, f"{key}  {tr(view.name)}") for key, view in self.board.views.items()]
        if chosen := await self.ask(Picker(tr("View"), options, current=self.board.view_key)):
            self.view(chosen)

    def turn_sort(self, column: str) -> None:
        """Sort by a column, the other way round if it is the one in force."""
        self.board.sort_by(column)
        self._settle()

    def sort_by(self, column: str) -> None:
        """Sort by a column as it is typed: a trailing `-` means descending."""
        sort = parse_sort(column)
        if sort is None:
            known = ", ".join(COLUMNS)
            sentence = tr("There is no column '{name}'. Columns: {known}", name=clean(column), known=known)
            self.tell(sentence, "warning")
            return
        self.board.sort = sort
        self._settle()

    async def pick_sort(self) -> None:
        """Choose the sort column from a list; the one in force turns round."""
        from sms_tui.ui.dialogs.picker import Option, Picker

        sort = self.board.sort
        turn = (
            tr("now descending: choose it for ascending")
            if sort.descending
            else tr("choose it for descending")
        )
        options = [
            Option(name, heading, "  ".join(filter(None, (other, turn if name == sort.column else ""))))
            for name, heading, other in _named_columns()
        ]
        if chosen := await self.ask(Picker(tr("Sort by"), options, current=sort.column)):
            self.turn_sort(chosen)

    async def pick_columns(self) -> None:
        """Choose the columns, their order and their widths."""
        from sms_tui.ui.dialogs.picker import MultiPicker, Option

        left_out = frozenset(self.columns.names).difference(self.table.drawn)
        options = [Option(*named) for named in _named_columns(left_out)]
        natural = {name: view.width for name, view in COLUMN_VIEWS.items()}
        picker = MultiPicker(tr("Columns"), options, self.columns.names, self.columns.widths, natural)
        if chosen := await self.ask(picker):
            self.columns.choose(chosen, picker.widths)
            self._show_columns()

    def type_columns(self, text: str) -> None:
        """Take the columns named in `text`, in that order, with their widths."""
        try:
            self.columns.choose(*parse_columns(text))
        except ColumnError as problem:
            self.tell(tr("Columns are as before: {problem}", problem=clean(str(problem))), "warning")
        else:
            self._show_columns()

    def show(self, text: str) -> None:
        """Show what a line from `as_command` says."""
        try:
            wanted = parse_view(text)
        except ValueError as problem:
            self.tell(tr("Not shown: {problem}", problem=clean(str(problem))), "warning")
            return
        self.board.problems_only = wanted.problems_only
        if wanted.view:
            self.view(wanted.view)
        if sort := parse_sort(wanted.sort):
            self.board.sort = sort
        if wanted.columns:
            self.type_columns(wanted.columns)
        self.filter_as(wanted.filter)

    def as_command(self) -> str:
        """What is shown, as a line for the command line of another window."""
        return as_command(self.board, self.columns)

    def _settle(self, *, stays: bool = False) -> None:
        """Show what was chosen; a cursor that it left without a task goes to another one."""
        self._show()
        self.arranger.afterwards(partial(self.table.stand_somewhere, stays=stays))

    def _show_columns(self) -> None:
        self.table.set_columns(self.columns.names, self.columns.widths)

    def _show(self) -> None:
        board, state = self.board, self.state
        state.view = board.view.name
        state.sort = board.sort.text
        state.filter = board.filter.text
        state.problems_only = board.problems_only
        self.redraw()


def _named_columns(left_out: Collection[str] = ()) -> Iterator[tuple[str, str, str]]:
    """Every column: its name, its heading in the table, and its longer title.

    Of those that are `left_out` it says why.
    """
    for name, column in COLUMNS.items():
        heading, other = tr(COLUMN_VIEWS[name].title), tr(column.title)
        remarks = [] if other.casefold() == heading.casefold() else [other]
        if name in left_out:
            remarks.append(tr("no room on this screen"))
        yield name, heading, tr("; ").join(remarks)
