"""The flows of one session: what keys and typed words lead to, built on the desk by constructor arguments.

Only `handlers.py` and `typed_commands.py` beside it say which key and which word leads where. Nothing here
knows the screen; what flows need from there are the `Ports`.
"""

from collections.abc import Sequence

from sms_tui.config import Settings
from sms_tui.domain.rows import Row
from sms_tui.domain.text import clean
from sms_tui.state import State
from sms_tui.ui.board.board import views_of
from sms_tui.ui.desk import Desk
from sms_tui.ui.dialogs.context import DialogContext
from sms_tui.ui.flows.alerts import Alerts
from sms_tui.ui.flows.change_window import ChangeWindow
from sms_tui.ui.flows.choosing_wave import ChoosingWave
from sms_tui.ui.flows.closing import Closing
from sms_tui.ui.flows.copying import Copying
from sms_tui.ui.flows.explaining import Explaining
from sms_tui.ui.flows.follow_up import FollowUp
from sms_tui.ui.flows.monitoring import Monitoring
from sms_tui.ui.flows.operating import Operating
from sms_tui.ui.flows.prompting import Prompting
from sms_tui.ui.flows.quitting import Quitting
from sms_tui.ui.flows.time_zone import TimeZoneSwitch
from sms_tui.ui.flows.view_keeping import ViewKeeping
from sms_tui.ui.flows.viewing import Viewing
from sms_tui.ui.ports import Ports
from sms_tui.ui.table.column_choice import ColumnChoice
from sms_tui.ui.wording.copy_texts import Command, Text, copy_texts, run_lines
from sms_tui.ui.wording.language import tr

_MOST_NEEDLE = 40
"""Letters of the log's filter that are repeated"""


class SessionFlows:
    """A desk with all that can be done at it."""

    def __init__(self, desk: Desk, settings: Settings, state: State, ports: Ports) -> None:
        self.desk = desk
        self._make_viewing(settings, state, ports)
        self._make_operating(state, ports)
        self._make_monitoring(state, ports)

    def _make_viewing(self, settings: Settings, state: State, ports: Ports) -> None:
        desk, board = self.desk, self.desk.board
        columns = ColumnChoice(state, settings.columns)
        self.viewing = Viewing(
            board, desk.arranger, desk.table, columns, state, ports.ask, ports.tell, ports.redraw
        )
        yield_point = desk.session.engine.yield_point
        self.waves = ChoosingWave(desk.shown, board, ports.ask, ports.tell, self.viewing, yield_point)
        self.view_keeping = ViewKeeping(
            board, columns, state, ports.tell, self.viewing, lambda kept: views_of(settings, kept, desk.now)
        )
        self.prompting = Prompting(
            desk.prompt, desk.table, desk.log, board, self.viewing, ports.ask, ports.tell
        )

    def _make_operating(self, state: State, ports: Ports) -> None:
        desk, session = self.desk, self.desk.session
        engine, ask, tell = session.engine, ports.ask, ports.tell
        self.copying = Copying(
            ask,
            tell,
            clipboard=ports.clipboard,
            lend_mouse=ports.lend_mouse,
            texts=self._copy_texts,
            commands=self._run_lines,
            background=ports.background,
            folder=ports.folder,
        )
        self.window = ChangeWindow(
            state.change_windows, session.profile.name, desk.now, tell, desk.header.tick
        )
        context = DialogContext(
            profile=session.profile,
            mode=engine.mode,
            clock=engine.clock,
            in_flight=engine.in_flight,
            refused=engine.dispatcher.gate.refusal,
            reached_by=session.reached_by,
            copy=lambda what, text: self.copying.copy(what, [text]),
            window_ends=lambda: self.window.ends,
        )
        self.operating = Operating(
            engine, session.profile, desk.chosen, state, ask, tell, context, ports.typed_on
        )
        self.follow_up = FollowUp(
            engine, ask, tell, desk.chosen, desk.board, self.operating, ports.background
        )
        self.quitting = Quitting(engine, ask, tell, leave=ports.leave, monotonic=engine.clock.monotonic)

    def _make_monitoring(self, state: State, ports: Ports) -> None:
        desk, engine, tell = self.desk, self.desk.session.engine, ports.tell
        self.monitoring = Monitoring(
            engine=engine,
            shown=desk.shown,
            tell=tell,
            catch_up=lambda: desk.take(desk.store.drain()),
            redraw=ports.redraw,
            may_suggest=not ports.slow_link,
        )
        self.explaining = Explaining(ports.ask, tell, desk.chosen)
        self.closing = Closing(
            ask=ports.ask,
            tell=tell,
            rows=desk.shown.rows,
            shown=lambda: desk.shown.rows_of(desk.board.order),
            read_at=lambda: desk.shown.sync.synced_at,
        )
        self.alerts = Alerts(engine, desk.session.profile, tell, ports.alert)
        self.time_zone = TimeZoneSwitch(
            state,
            tell,
            (
                desk.log.rewrite,
                desk.table.notify_style_update,
                desk.table.refresh,
                desk.header.tick,
                desk.show_detail,
            ),
        )

    def notice(self) -> None:
        """Tell what came of what was done or watched."""
        self.alerts.look()
        self.follow_up.notice()
        self.monitoring.notice()

    def save_log(self) -> None:
        """Write the lines of the log to a file; of those that a filter leaves it is said how many."""
        desk, engine = self.desk, self.desk.session.engine
        name, what, lines = "log", tr("log"), list(desk.log.plain_lines())
        if needle := desk.log.needle:
            name, whole = "log-filtered", len(engine.log.since(0))
            what = tr(
                "log, {part} of {whole} lines (filter: {text})",
                part=len(lines),
                whole=whole,
                text=clean(needle, _MOST_NEEDLE),
            )
        self.copying.save_lines(name, what, lines, desk.now(), simulated=engine.mode.simulated)

    def _copy_texts(self, row: Row) -> Sequence[Text]:
        session = self.desk.session
        detail = self.desk.shown.detail(row.task.id)
        return copy_texts(row, detail, session.profile.endpoint, session.reached_by)

    def _run_lines(self, rows: Sequence[Row]) -> Sequence[Command]:
        ids = [row.task.id for row in rows]
        operating = self.operating
        return run_lines(operating.sketches(ids), operating.plan, ids, self.desk.session.reached_by)
