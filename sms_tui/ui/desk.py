"""The desk of one session: what its main screen shows, and how every change gets there.

It owns the board and the widgets. What keys lead to are the flows (`session_flows.py`), which know the desk;
what it needs from them and from the app are the `Ports`.
"""

from sms_tui.config import Settings
from sms_tui.engine.store.news import Change
from sms_tui.state import State
from sms_tui.ui.bars.batch import BatchBar
from sms_tui.ui.bars.footer import Footer
from sms_tui.ui.bars.footer_hints import FooterHints
from sms_tui.ui.bars.header import Header
from sms_tui.ui.bars.header_words import HeaderFacts
from sms_tui.ui.bars.prompt import PromptLine
from sms_tui.ui.bars.views import ViewBar, ViewLine
from sms_tui.ui.board.arranger import Arranger
from sms_tui.ui.board.board import Board, views_of
from sms_tui.ui.board.chosen import Chosen
from sms_tui.ui.board.shown import Shown
from sms_tui.ui.detail.facts import DetailFacts
from sms_tui.ui.detail.following import RESTS_AFTER, RESTS_AFTER_SLOWLY, DetailFollower
from sms_tui.ui.detail.pane import DetailPane
from sms_tui.ui.keys.choice import KeyChoice
from sms_tui.ui.log.panel import LogPanel, event_line
from sms_tui.ui.ports import Ports
from sms_tui.ui.session import Session
from sms_tui.ui.table.task_table import TaskTable
from sms_tui.ui.wording.batch_text import running_lines
from sms_tui.ui.wording.empty_table import why_empty
from sms_tui.ui.wording.glyphs import Glyphs
from sms_tui.ui.wording.language import tr

_LONGEST_REST = 5.0
"""Seconds; ages in the table and in the detail grow in such steps"""

_WATCH_SIGN = 2
"""Cells before the name of a watched task"""


class Desk:
    """Board and widgets of one session."""

    def __init__(
        self,
        session: Session,
        settings: Settings,
        state: State,
        ports: Ports,
        glyphs: Glyphs,
        keys: KeyChoice,
    ) -> None:
        engine = session.engine
        self.session = session
        self.store = engine.store
        self.shown = Shown(engine.store)
        self.now = engine.clock.now
        self._ports = ports
        self._glyphs = glyphs
        self.hurry = ports.hurry
        self.hud = ports.hud
        self._is_age_told = settings.header_age == "seconds"
        self.keys_handled = 0
        """For measurements, and shown with `hud`"""
        self._undrawn = Change()
        """Changes that were taken from the store and are not drawn yet"""
        self._is_moved = False
        """Whether those move rows"""
        self.board = Board(self.shown, views_of(settings, state.views, self.now), self.now)
        self.arranger = Arranger(self.board, self._show_order, ports.background, engine.yield_point)
        self._make_bars()
        self._make_panes()
        self.chosen = Chosen(self.table, self.shown)
        self.footer_hints = FooterHints(engine, self.table, self.footer, keys)

    def _make_bars(self) -> None:
        engine = self.session.engine
        self.header = Header(self._header_facts, self.now, slow_link=self._ports.slow_link)
        self.view_bar = ViewBar()
        self.batch_bar = BatchBar(lambda room: running_lines(engine.dispatcher.batches, room))
        self.prompt = PromptLine()
        self.footer = Footer()

    def _make_panes(self) -> None:
        ports = self._ports
        self.table = TaskTable(
            self.shown.row,
            glyphs=self._glyphs,
            follow=self.cursor_moved,
            longest_name=lambda: self.store.longest_name() + (_WATCH_SIGN if self.store.watched else 0),
        )
        self.detail = DetailPane()
        self._detail_follower = DetailFollower(
            show=self.show_detail,
            hide=self.detail.clear,
            after_frame=self.detail.call_after_refresh,
            later=self.detail.set_timer,
            rests_after=RESTS_AFTER_SLOWLY if ports.slow_link else RESTS_AFTER,
        )
        self.log = LogPanel(self.session.engine.log)

    def _show_order(self) -> None:
        sort = self.board.sort
        self.table.set_sort(sort)
        self.table.set_order(self.board.order)
        self.table.set_message(why_empty(self.shown, self.board))
        self.show_lines()

    def take(self, change: Change, *, wished: bool = False, more: bool = False) -> None:
        """Draw what `change` touches, in an order worked out anew if that is wished or needed.

        With `more` to come at once only a wished order is drawn yet: one frame for all of it is fewer bytes.
        """
        self._is_moved = self.board.note(change) or self._is_moved
        self._undrawn.merge(change)
        if wished:
            self._is_moved = False
            self.arranger.wish()
        if more:
            return
        change, self._undrawn = self._undrawn, Change()
        is_moved, self._is_moved = self._is_moved, False
        if is_moved:
            self.arranger.news()
        self.table.forget_marks(change.removed)
        self.table.rows_changed(change.updated)
        if wished or change.status or change.is_about(self.table.cursor_id):
            self._detail_follower.refresh()
        self.show_lines()
        self.tick()
        self.hurry()

    def tick(self) -> float:
        """Update everything that shows an age.

        Returns in how many seconds time alone will change something; 0 if that is not known.
        """
        now, sync = self.now(), self.shown.sync
        unread = sync.unread(now)
        self.header.tick()
        self.table.set_dimmed(sync.is_old(now))
        self.table.tick(now, unread)
        if not self.shown.is_held and self.board.note_time():
            self.arranger.news()
        if not self.shown.total:
            # Without tasks there may never be an order that would set the message.
            self.table.set_message(why_empty(self.shown, self.board))
        self.detail.tick(now, unread)
        self.log.catch_up()
        self.batch_bar.tick()
        self.footer_hints.show()
        self._ports.notice()
        is_busy = self.batch_bar.display or bool(self.store.pending_records())
        return 0.0 if is_busy else min(self.header.rests(), _LONGEST_REST)

    def cursor_moved(self, task_id: str | None) -> None:
        """Let the engine read the task under the cursor, and show what is known of it."""
        self.session.engine.focus(task_id)
        self._detail_follower.moved(self.table.scroll_offset.y)
        self.footer_hints.show()

    def show_detail(self) -> None:
        """Show the task under the cursor, if anybody can see it."""
        if not self.detail.display:
            return
        row = self.chosen.under_cursor()
        if row is None:
            self.detail.show(None)
            return
        task_id, shown = row.task.id, self.shown
        detail, speeds, now = shown.detail(task_id), shown.speeds(task_id), self.now()
        facts = DetailFacts(row, detail, speeds, now, self._glyphs, shown.sync.unread(now))
        log = self.session.engine.log
        self.detail.show(
            facts, lambda: [event_line(event) for event in log.since(0) if event.task_id == task_id]
        )

    def show_lines(self) -> None:
        """Show which view, filter and marks are in force."""
        board = self.board
        self.view_bar.show(
            ViewLine(
                views=[(key, tr(view.name)) for key, view in board.views.items() if len(key) == 1],
                current=board.view_key,
                shown=None if self.arranger.is_wished else len(board.order),
                total=self.shown.total if self.shown.is_known else None,
                filter=board.filter.text,
                sort=board.sort.text,
                problems_only=board.problems_only,
                is_ranging=self.table.selection.is_ranging,
                marked=len(self.table.selection.marks),
                marked_hidden=len(self.table.hidden_marks) if self.table.selection.marks else 0,
            )
        )

    def _header_facts(self) -> HeaderFacts:
        engine = self.session.engine
        expires = engine.token_expires_at()
        hud = f"keys={self.keys_handled} rounds={self.store.sync.rounds}" if self.hud else ""
        return HeaderFacts(
            profile=self.session.profile,
            sync=self.shown.sync,
            counts=self.board.counts(),
            mode=engine.mode,
            paused=self.shown.is_held,
            is_age_told=self._is_age_told,
            token_seconds=expires - self.now() if expires else None,
            window_seconds=self._ports.window_left(),
            blocked=engine.blocked(),
            hud=hud,
        )
