"""The board: which tasks are shown, in which order, under which view; the screen's own state as one object.

It holds no tasks and draws nothing. Everything the operator has chosen survives refreshes because it is here.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

from sms_tui.config import SavedView, Settings
from sms_tui.domain.filters import EMPTY_FILTER, Filter, FilterError, parse_filter
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.rows import Row
from sms_tui.domain.situation import Situation
from sms_tui.domain.sorting import STEP, Sort, Steps, Test, arranged, by_id, parse_sort, passing, place_by
from sms_tui.domain.views import ALL, BUILT_IN_VIEWS, View, is_problem
from sms_tui.engine.store.news import Change
from sms_tui.state import KeptView
from sms_tui.ui.bars.header_words import Counts
from sms_tui.ui.board.shown import Shown

_SHORT = 400
_FAILED = (Situation.MIGRATION_FAILED, Situation.SYNC_FAILED)


class Board:
    """Filter, sort and view over the tasks shown."""

    def __init__(self, shown: Shown, views: Mapping[str, View], now: Callable[[], float]) -> None:
        self._shown = shown
        self._now = now
        self.views = views
        """By key or name: the built-in ones have digits"""
        self.view_key = ALL
        self.filter: Filter = EMPTY_FILTER
        self.sort: Sort = views[ALL].sort
        self.problems_only = False
        self._arranged: dict[str, Row] = {}
        """What the view shows without the typed filter, in order, as it was when last looked at"""
        self._asked: tuple[Test, Sort, bool] | None = None
        self._shown_by: Filter | None = None
        """The filter that made `order`, as long as no row has begun to pass it since"""
        self._is_stale = False
        self._meanwhile: Change | None = None
        """What changed while the order is being worked out"""
        self.is_outdated = False
        """Whether rows moved while the order in view was worked out"""
        self.order: list[str] = []
        """Ids of the tasks shown, in order."""

    @property
    def view(self) -> View:
        """The view in force."""
        return self.views[self.view_key]

    @property
    def is_short(self) -> bool:
        """Whether there are so few tasks that they are in order in no time."""
        return self._shown.total <= _SHORT

    def hidden(self, task_ids: Iterable[str]) -> frozenset[str]:
        """Those tasks that are not shown."""
        return frozenset(task_ids).difference(self.order)

    def rows(self) -> Sequence[Row]:
        """The rows shown, in order."""
        return self._shown.rows_of(self.order)

    def view_names(self) -> list[str]:
        """The names of all views."""
        return [view.name for view in self.views.values()]

    def key_of(self, name: str) -> str:
        """The key of the view with that key or name; empty if there is none."""
        if name in self.views:
            return name
        return next((key for key, view in self.views.items() if view.name == name), "")

    def choose_view(self, key: str) -> None:
        """Take a view with its sort; what was typed as a filter stays on top of it."""
        self.view_key = key
        self.sort = self.view.sort

    def type_filter(self, text: str) -> None:
        """Filter by `text`; raises `FilterError`, and then nothing changed."""
        self.filter = parse_filter(text, self._now)

    def sort_by(self, column: str) -> None:
        """Sort by `column`, the other way round if it is the sort column already."""
        self.sort = Sort(column, self.sort.column == column and not self.sort.descending)

    def arranging(self) -> Steps[None]:
        """Work out the order anew, step by step; it is taken over as a whole at the end.

        The order of all that the view shows is kept: a typed filter only has to choose from that.
        """
        asked, wanted = (self.view.shows, self.sort, self.problems_only), self.filter
        # What came while an order was worked out that was then given up is still to be looked at.
        missed = self._meanwhile = self._meanwhile or Change()
        if asked != self._asked or self._is_stale:
            rows = yield from arranged(self._shown.rows(), self._base_tests(), self.sort)
            arranged_rows = yield from by_id(rows)
            self._arranged, self._asked, self._is_stale, self._shown_by = arranged_rows, asked, False, None
        yield from self._catch_up(missed)
        narrows = self._shown_by is not None and wanted.narrows(self._shown_by)
        order = yield from self._passing(wanted, self.order if narrows else None)
        is_moved = yield from self._catch_up(missed)
        self._meanwhile = None
        self.order, self._shown_by = order, None if is_moved else wanted
        self.is_outdated = self._is_stale or is_moved

    def _passing(self, wanted: Filter, before: list[str] | None) -> Steps[list[str]]:
        """What passes the typed filter, in order: of `before`, or of all that the view shows."""
        known = self._arranged
        if not wanted.tests:
            return list(known)
        # Looking one up takes half as long as searching it: only where many are left out.
        if before is None or len(before) * 3 > len(known) * 2:
            return (yield from passing(list(known), list(known.values()), wanted.tests))
        return (yield from passing(before, [known[task_id] for task_id in before], wanted.tests))

    def _catch_up(self, missed: Change) -> Steps[bool]:
        """Look at what changed meanwhile, which goes on; whether rows began or ceased to pass the filter."""
        is_moved = False
        while missed.updated:
            # Known again only at the end: what is half looked at must not be narrowed.
            self._shown_by = None
            part = list(islice(missed.updated, STEP))
            for task_id in part:
                del missed.updated[task_id]
            # As they are now: the rows that were put in order may be newer than what was told of them.
            rows = {task_id: row for task_id in part if (row := self._shown.row(task_id)) is not None}
            is_moved = self._take(rows) or is_moved
            yield
        self._is_stale = self._is_stale or bool(missed.added or missed.removed)
        return is_moved

    def note_time(self) -> bool:
        """Time has passed; whether rows may have begun or ceased to be shown since they were put in order."""
        self._is_stale = self._is_stale or self.view.ages
        return self.view.ages or self.filter.ages

    def note(self, change: Change) -> bool:
        """Take in what changed; whether that moves rows: which are shown, or in which order.

        While an order is being worked out the change is kept for its end, and nothing is known of it yet.
        """
        if self._meanwhile is not None:
            self._meanwhile.merge(change)
            return False
        if change.added or change.removed:
            self._is_stale = True
        is_moved = self._take(change.updated)
        if is_moved:
            self._shown_by = None
        return self._is_stale or is_moved

    def _take(self, updated: Mapping[str, Row]) -> bool:
        """Put rows in the place of what they were; whether one began or ceased to pass the typed filter."""
        tests, place, wanted = self._base_tests(), place_by(self.sort), self.filter
        arranged, is_moved = self._arranged, False
        # Each is looked at, moved or not: what is filtered next has to be the rows as they are.
        for task_id, row in updated.items():
            before = arranged.get(task_id)
            if tests and not all(test(row) for test in tests):
                self._is_stale = self._is_stale or before is not None
            elif before is None or place(row) != place(before):
                self._is_stale = True
            else:
                arranged[task_id] = row
                if wanted.tests and wanted.matches(row) != wanted.matches(before):
                    is_moved = True
        return is_moved

    def _base_tests(self) -> Sequence[Test]:
        shows = self.view.shows
        tests = [] if shows is BUILT_IN_VIEWS[ALL].shows else [shows]
        return [*tests, is_problem] if self.problems_only else tests

    def next_problem(self, current: str | None, step: int) -> str | None:
        """The id of the next problem shown after `current`, going round; `step` is 1 or -1."""
        order, count = self.order, len(self.order)
        here = order.index(current) if current in order else -1 if step > 0 else 0
        around = (order[(here + step * distance) % count] for distance in range(1, count + 1))
        return next(filter(self._is_problem, around), None)

    def _is_problem(self, task_id: str) -> bool:
        row = self._shown.row(task_id)
        return row is not None and is_problem(row)

    def counts(self) -> Counts:
        """How many tasks stand where, over all tasks and not only those shown."""
        situations = self._shown.situations
        syncing = situations.get(Situation.CONTINUOUS, 0)
        outcomes = Counter(record.outcome for record in self._shown.pending_records())
        return Counts(
            total=self._shown.total,
            # As the view of that name shows them: every task in which something moves to its end.
            running=self._shown.active - syncing,
            syncing=syncing,
            failed=sum(situations.get(each, 0) for each in _FAILED),
            pending=outcomes.total() - outcomes[Outcome.UNKNOWN],
            unknown=outcomes[Outcome.UNKNOWN],
        )


def views_of(
    settings: Settings, kept: Mapping[str, KeptView], now: Callable[[], float]
) -> Mapping[str, View]:
    """The built-in views, the configured and the kept ones; a configured one can take any digit."""
    views = dict(BUILT_IN_VIEWS)
    # A key that was asked for is nobody else's, wherever its view stands in the file.
    for saved in sorted(settings.views.values(), key=lambda saved: not saved.key):
        _put(views, saved.key, _configured(saved, now))
    for name, view in kept.items():
        if name not in settings.views:
            _put(views, "", _kept(name, view, views, now))
    return dict(sorted(views.items()))


def _put(views: dict[str, View], wanted: str, view: View) -> None:
    """Place `view` under the key `wanted`, else of the built-in one of its name, else a free one."""
    former = next((key for key, other in views.items() if other.name == view.name), "")
    if former == ALL:
        # Every board begins there, so that its place is never empty.
        wanted = ALL
    elif former:
        del views[former]
    views[wanted or former or _free_key(views, view.name)] = view


def _free_key(views: Mapping[str, View], name: str) -> str:
    return next((str(number) for number in range(1, 10) if str(number) not in views), name)


def _configured(saved: SavedView, now: Callable[[], float]) -> View:
    wanted = parse_filter(saved.filter, now)
    shows = _narrowed(View("").shows, wanted, problems_only=saved.problems_only)
    return View(saved.name, shows, parse_sort(saved.sort) or Sort(), saved.columns, wanted.ages)


def _kept(name: str, kept: KeptView, views: Mapping[str, View], now: Callable[[], float]) -> View:
    """A view that was kept; where it cannot be understood, one that shows nothing, and never too much."""
    base = next(
        (view for view in views.values() if view.name == kept.base), None if kept.base else views[ALL]
    )
    wanted = _read(kept.filter, now)
    if base is None or wanted is None:
        return View(name, lambda _row: False, is_lost=True)
    shows = _narrowed(base.shows, wanted, problems_only=kept.problems_only)
    return View(name, shows, parse_sort(kept.sort) or base.sort, kept.columns, base.ages or wanted.ages)


def _read(text: str, now: Callable[[], float]) -> Filter | None:
    """The filter; None for one that cannot be read, as from another version."""
    try:
        return parse_filter(text, now)
    except FilterError:
        return None


def _narrowed(base: Callable[[Row], bool], wanted: Filter, *, problems_only: bool) -> Callable[[Row], bool]:

    def shows(row: Row) -> bool:
        return base(row) and wanted.matches(row) and (not problems_only or is_problem(row))

    return shows
