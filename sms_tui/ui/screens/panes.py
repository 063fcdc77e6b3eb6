"""The layout of the main screen: which pane is visible, which has the focus, what a small terminal drops."""

from collections.abc import Sequence

from textual.widget import Widget

from sms_tui.ui.bars.footer_hints import DETAIL, LOG, PROMPT, TABLE
from sms_tui.ui.desk import Desk
from sms_tui.ui.screens.sizes import ROOMY, SMALLEST, TALL, WIDE


class Panes:
    """Turns sizes and the operator's choices into CSS classes of the screen; styles.tcss does the rest."""

    def __init__(self, screen: Widget, desk: Desk) -> None:
        self._screen = screen
        self._table = desk.table
        self._detail = desk.detail
        self._log = desk.log
        self._prompt = desk.prompt
        self._zoomed: Widget | None = None
        self._detail_open = False
        self._size = (0, 0)

    def resized(self, width: int, height: int) -> None:
        """Take the screen's new size."""
        self._size = (width, height)
        self._arrange()

    def wake(self) -> None:
        """Let keys work where somebody can see what they do, and nowhere else."""
        screen = self._screen.screen
        if self.too_small:
            screen.set_focus(None)
        elif screen.focused is None or not self.can_see(screen.focused):
            self._give_focus(self._prompt.field if self._prompt.is_open else self._seen()[0])

    def can_see(self, widget: Widget) -> bool:
        """Whether `widget` is where somebody can see it."""
        shown = (part.display for part in widget.ancestors_with_self if isinstance(part, Widget))
        return not self.too_small and all(shown)

    @property
    def too_small(self) -> bool:
        """Whether the screen cannot show enough to act on."""
        return self._size[0] < SMALLEST[0] or self._size[1] < SMALLEST[1]

    @property
    def is_wide(self) -> bool:
        """Whether table and detail stand side by side."""
        return self._size[0] >= WIDE

    def open_detail(self) -> None:
        """Show the detail pane and give it the focus."""
        self._detail_open = True
        self._zoomed = None if self._zoomed is not self._detail else self._zoomed
        self._arrange()
        self._give_focus(self._detail)

    def open_tab(self, tab: int) -> None:
        """Show one tab of the detail pane."""
        self._detail.choose(tab)
        self.open_detail()

    def turn_tab(self, step: int) -> None:
        """Show the next tab, or the previous one."""
        self._detail.choose(self._detail.tab + step)
        if self._detail not in self._seen():
            self.open_detail()

    def open_log(self) -> None:
        """Give the log the focus; on a low screen it takes all of it."""
        if self._size[1] < TALL:
            self._zoomed = self._log
        elif self._zoomed is not self._log:
            self._zoomed = None
        self._arrange()
        self._give_focus(self._log)

    def zoom(self) -> None:
        """Give the pane that has the focus the whole body, or take it back."""
        self._zoomed = None if self._zoomed else self._focused()
        self._arrange()

    def cycle(self, step: int) -> None:
        """Move the focus to the next pane that is seen."""
        seen = self._seen()
        here = seen.index(self._focused()) if self._focused() in seen else 0
        self._give_focus(seen[(here + step) % len(seen)])

    def back(self) -> bool:
        """Undo one step: the zoom, the open detail, the focus; False if there was nothing to undo."""
        focused, zoomed = self._focused(), self._zoomed
        if focused is self._table and zoomed is None:
            return False
        self._zoomed = None
        if not self.is_wide and self._detail in {focused, zoomed}:
            self._detail_open = False
        self._arrange()
        # The table, or else the detail that covers it still.
        self._give_focus(self._seen()[0])
        return True

    def show_table(self) -> None:
        """Bring the table into view if another pane covers it."""
        if self._table not in self._seen():
            self._zoomed = None
            self._detail_open = self._detail_open and self.is_wide
            self._arrange()
            self._give_focus(self._table)

    def reveal(self, pane: Widget) -> None:
        """Bring the table or the log into sight, with the focus on it."""
        if pane is self._log:
            self.open_log()
        else:
            self.show_table()
            self._give_focus(self._table)

    def _seen(self) -> Sequence[Widget]:
        if self._zoomed is not None:
            return [self._zoomed]
        seen: list[Widget] = [self._table] if self.is_wide or not self._detail_open else []
        seen += [self._detail] if self.is_wide or self._detail_open else []
        return [*seen, self._log] if self._size[1] >= TALL else seen

    def _focused(self) -> Widget:
        focused = self._screen.screen.focused
        for pane in (self._detail, self._log):
            if focused is not None and pane in focused.ancestors_with_self:
                return pane
        return self._table

    def place_of(self, widget: Widget) -> str:
        """The pane that `widget` is in."""
        inside = widget.ancestors_with_self
        if self._prompt in inside:
            return PROMPT
        return DETAIL if self._detail in inside else LOG if self._log in inside else TABLE

    def _give_focus(self, pane: Widget) -> None:
        # At once, since `focus()` would act only after further keys that are meant for this pane.
        self._screen.screen.set_focus(self._detail.reader if pane is self._detail else pane)

    def _arrange(self) -> None:
        seen = self._seen()
        self._table.display = self._table in seen
        self._detail.display = self._detail in seen
        self._log.display = self._log in seen
        self._screen.set_class(self.is_wide and self._zoomed is None, "-wide")
        self._screen.set_class(self._log in seen and self._zoomed is None, "-log")
        self._screen.set_class(self._zoomed is self._log, "-log-zoomed")
        self._screen.set_class(self.too_small, "-too-small")
        self._screen.set_class(self._size[1] < ROOMY, "-low")
