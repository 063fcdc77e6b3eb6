"""Where the cursor is and what is marked, by task id over an order of ids; no widget, no drawing.

It makes one promise: however the order changes, the cursor never moves to another task unless the operator
moved it. When its task is gone, the cursor keeps its place but stands on no task.
"""

from collections.abc import Collection, Sequence


class Marks:
    """A set of task ids that remembers in which order they were marked."""

    def __init__(self) -> None:
        self._ids: dict[str, None] = {}

    def __contains__(self, task_id: str) -> bool:
        return task_id in self._ids

    def __len__(self) -> int:
        return len(self._ids)

    def ordered(self, order: Sequence[str]) -> list[str]:
        """All marked ids: those in `order` as they come there, then the others."""
        if not self._ids:
            return []
        shown = [task_id for task_id in order if task_id in self._ids]
        return shown + self.hidden(order) if len(shown) < len(self._ids) else shown

    def hidden(self, order: Sequence[str]) -> list[str]:
        """The marked ids that are not in `order`."""
        if not self._ids:
            return []
        shown = set(order)
        return [task_id for task_id in self._ids if task_id not in shown]

    def put(self, task_id: str, *, marked: bool) -> None:
        """Mark a task or take its mark away."""
        if marked:
            self._ids[task_id] = None
        else:
            self._ids.pop(task_id, None)

    def turn_all(self, order: Sequence[str]) -> None:
        """Mark all of `order`, or unmark it where all of it is marked already."""
        if all(task_id in self._ids for task_id in order):
            self.invert(order)
        else:
            self._ids.update(dict.fromkeys(order))

    def invert(self, order: Sequence[str]) -> None:
        """Mark what of `order` is not marked, and the other way round; the rest stays as it is."""
        fresh = [task_id for task_id in order if task_id not in self._ids]
        self._ids = dict.fromkeys([*fresh, *self.hidden(order)])

    def clear(self) -> None:
        """Take all marks away, those of hidden tasks too."""
        self._ids = {}

    def forget(self, task_ids: Collection[str]) -> bool:
        """Drop the marks of tasks that no longer exist; says whether there were any."""
        gone = [task_id for task_id in self._ids if task_id in task_ids]
        for task_id in gone:
            del self._ids[task_id]
        return bool(gone)

    def copied(self) -> dict[str, None]:
        """The marks as they are now, to come back to."""
        return dict(self._ids)

    def replace(self, kept: dict[str, None], more: Sequence[str]) -> None:
        """Mark exactly `kept` and `more`."""
        self._ids = {**kept, **dict.fromkeys(more)}


class Selection:
    """Cursor and marks over the ids shown."""

    def __init__(self) -> None:
        self.order: Sequence[str] = ()
        """The ids shown, from top to bottom."""
        self.place = 0
        """Index of the cursor in `order`, whether or not it stands on a task there."""
        self.marks = Marks()
        self._wanted: str | None = None
        self._is_armed = False
        self.is_moved = False
        """Whether the operator ever chose a place for the cursor"""
        self._anchor: str | None = None
        self._before_range: dict[str, None] = {}
        self._at_start: dict[str, None] = {}

    @property
    def cursor_id(self) -> str | None:
        """The task that the cursor stands on; None once that task is no longer shown."""
        return self._wanted if self._is_armed else None

    @property
    def is_ranging(self) -> bool:
        """Whether moving the cursor marks what it passes."""
        return self._anchor is not None

    def reorder(self, order: Sequence[str]) -> None:
        """Take another order; the cursor goes where its task goes, or loses it."""
        self.order = order
        if self._wanted is None and order and not self.is_moved:
            self._wanted, self._is_armed = order[0], True
        if self._wanted is not None:
            self._follow(self._wanted)
        self.place = min(self.place, max(len(order) - 1, 0))
        self._carry_range()

    def forget(self, task_ids: Collection[str]) -> bool:
        """Drop the marks of tasks that no longer exist; says whether there were any."""
        found = self.marks.forget(task_ids)
        if found:
            self._carry_range()
        return found

    def _carry_range(self) -> None:
        """Keep what the range has marked and go on from the cursor: other tasks may lie in between now."""
        if self._anchor is not None:
            self._anchor = self.cursor_id
            self._before_range = self.marks.copied()

    def _follow(self, task_id: str) -> None:
        try:
            place = self.order.index(task_id)
        except ValueError:
            self._is_armed = False
            return
        # Until somebody has moved it the cursor marks the top of the list, and the top must stay in view.
        self._is_armed = self.is_moved or place == self.place
        if self._is_armed:
            self.place = place

    def stay_at(self, place: int) -> None:
        """Keep a cursor that stands on nothing at `place`."""
        if self.cursor_id is None:
            self.place = min(max(place, 0), max(len(self.order) - 1, 0))

    def go(self, place: int) -> None:
        """Put the cursor on the task at `place`, or on the nearest there is."""
        self.is_moved = True
        if not self.order:
            return
        self.place = min(max(place, 0), len(self.order) - 1)
        self._wanted, self._is_armed = self.order[self.place], True
        if self._anchor is not None:
            self._mark_range(self._anchor)

    def step(self, count: int) -> None:
        """Move by `count`; a cursor on nothing goes down onto whatever has slid into its place."""
        on_nothing = self.cursor_id is None and count > 0
        self.go(self.place + count - (1 if on_nothing else 0))

    def go_to(self, task_id: str) -> bool:
        """Put the cursor on a task, if it is shown."""
        try:
            place = self.order.index(task_id)
        except ValueError:
            return False
        self.go(place)
        return True

    def stand(self, *, stays: bool) -> bool:
        """Go to a row with a cursor that stands on nothing: to its own if it `stays`, else to the first.

        Returns whether it did. For an operator who never moved it the latter is no move either: it goes on
        marking the top of the list.
        """
        if self.cursor_id is not None or not self.order:
            return False
        if stays and self._wanted is not None and self.go_to(self._wanted):
            return True
        if self.is_moved:
            self.go(0)
        else:
            self.place, self._wanted, self._is_armed = 0, self.order[0], True
        return True

    def edit_marks(self) -> Marks:
        """The marks, for a change that is no part of a range: it ends the range under way."""
        self.end_range()
        return self.marks

    def start_range(self) -> None:
        """From here on mark everything between this task and the cursor."""
        if (task_id := self.cursor_id) is not None:
            self._anchor = task_id
            self._before_range = self._at_start = self.marks.copied()
            self._mark_range(task_id)

    def end_range(self, *, keeps: bool = True) -> None:
        """Stop marking; unless it `keeps` them only those marks stay that were there when the range began."""
        self._anchor = None
        if not keeps:
            # What is gone since then has no mark any more.
            self.marks.replace({each: None for each in self._at_start if each in self.marks}, ())

    def _mark_range(self, anchor: str) -> None:
        first, last = sorted((self.order.index(anchor), self.place))
        self.marks.replace(self._before_range, self.order[first : last + 1])
