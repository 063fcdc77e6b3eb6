"""Which columns are shown, in which order and how wide: chosen, configured, or those of the view."""

from collections.abc import Iterable, Mapping, Sequence

from sms_tui.config.settings import WIDEST_COLUMN
from sms_tui.domain.rows import ALIASES, COLUMNS
from sms_tui.domain.sentence import sentence
from sms_tui.state import State
from sms_tui.ui.table.columns import DEFAULT_COLUMNS


class ColumnError(ValueError):
    """A list of columns that cannot be understood; the text says which part."""


class ColumnChoice:
    """Columns by name with the widths given by hand; remembers what is chosen."""

    def __init__(self, state: State, configured: Mapping[str, int]) -> None:
        self._state = state
        self._configured = configured
        """In order, with their width in cells, 0 for what fits"""
        self._of_view: Sequence[str] = ()

    @property
    def names(self) -> Sequence[str]:
        """The columns from left to right."""
        return self.chosen or self._known(self._configured) or DEFAULT_COLUMNS

    @property
    def chosen(self) -> Sequence[str]:
        """The columns that somebody chose; empty while they are those of the configuration, or built in."""
        return self._of_view or self._known(self._state.columns)

    @property
    def widths(self) -> Mapping[str, int]:
        """The widths given by hand."""
        configured = {name: cells for name, cells in self._configured.items() if cells}
        return {**configured, **self._state.widths}

    def take_view(self, columns: Iterable[str]) -> None:
        """Show a view's own columns, if it has any."""
        self._of_view = self._known(columns)
        self._state.columns_are_of_view = True

    def choose(self, names: Sequence[str], widths: Mapping[str, int]) -> None:
        """Show these columns from now on; of the widths those count that are not 0."""
        self._of_view = ()
        self._state.columns_are_of_view = False
        self._state.columns = list(names)
        self._state.widths = {name: cells for name, cells in widths.items() if cells}

    @property
    def text(self) -> str:
        """The choice as it is typed, such as `name:30,state,eta`."""
        widths = self.widths
        return ",".join(f"{name}:{widths[name]}" if name in widths else name for name in self.names)

    @staticmethod
    def _known(names: Iterable[str]) -> Sequence[str]:
        return tuple(name for name in names if name in COLUMNS)


def parse_columns(text: str) -> tuple[Sequence[str], Mapping[str, int]]:
    """Read `name:30,state`; raises `ColumnError`."""
    widths: dict[str, int] = {}
    names: list[str] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        typed, _, cells = part.partition(":")
        name = ALIASES.get(typed.strip().casefold(), typed.strip().casefold())
        if name not in COLUMNS:
            hint = sentence("columns are {names}", names=", ".join(COLUMNS))
            raise ColumnError(sentence("there is no column '{name}'; {hint}", name=typed, hint=hint))
        if cells and not (cells.isascii() and cells.isdigit() and 0 < int(cells) <= WIDEST_COLUMN):
            raise ColumnError(
                sentence(
                    "a width is a number of cells from 1 to {most}, not '{text}'",
                    most=WIDEST_COLUMN,
                    text=cells,
                )
            )
        names.append(name)
        widths[name] = int(cells or 0)
    if not names:
        raise ColumnError(sentence("name at least one column; columns are {names}", names=", ".join(COLUMNS)))
    return tuple(dict.fromkeys(names)), widths
