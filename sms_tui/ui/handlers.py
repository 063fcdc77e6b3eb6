"""What each action of the key map does, and of the log's: one table from ids to flows and panes."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from sms_tui.ui.detail.pane import RAW, TABS
from sms_tui.ui.flows.commanding import Commanding
from sms_tui.ui.flows.monitoring import PACE
from sms_tui.ui.keys.help_entries import HelpEntry
from sms_tui.ui.ports import Program
from sms_tui.ui.screens.panes import Panes
from sms_tui.ui.session_flows import SessionFlows
from sms_tui.ui.typed_commands import WORDS_OF_KEYS, typed_commands

Handler = Callable[[], Awaitable[None] | None]


def handlers(
    flows: SessionFlows,
    panes: Panes,
    program: Program,
    entries: Callable[[], list[HelpEntry]],
    run: Callable[[str], None],
) -> Mapping[str, Handler]:
    """Every action of the key map, and those of the log that are no matter of its own, with what it does."""
    commands = typed_commands(flows, program, run)
    only_typed = {name: command for name, command in commands.items() if name not in WORDS_OF_KEYS}
    commanding = Commanding(program.ask, program.tell, commands, only_typed, entries, run)
    return {
        "operate.palette": flows.operating.choose,
        "operate.again": flows.follow_up.again,
        "operate.halt": flows.follow_up.halt,
        "operate.batch": flows.follow_up.show,
        "operate.settle": flows.follow_up.settle,
        **_view_handlers(flows, panes),
        **_look_handlers(flows, panes),
        **_monitor_handlers(flows),
        **_quitting_handlers(flows, panes),
        "program.command": commanding.command_line,
        "program.help": commanding.help,
        "program.palette": commanding.palette,
        "program.profile": program.profiles.pick,
        "program.theme": program.themes.pick,
    }


def _quitting_handlers(flows: SessionFlows, panes: Panes) -> Mapping[str, Handler]:
    desk = flows.desk

    async def leave() -> None:
        if panes.too_small or not panes.back():
            await flows.quitting.quit()

    def back() -> None:
        """Undo one step; with nothing left to undo it does nothing, and never quits."""
        if desk.log.has_focus and desk.log.needle:
            desk.log.filter_by("")
        elif panes.back():
            return
        elif desk.table.selection.is_ranging:
            desk.table.action_range(keeps=False)
        else:
            flows.viewing.clear_filter()

    return {"program.back": back, "program.leave": leave, "program.interrupt": flows.quitting.quit}


def _one_by_one(*acts: Callable[[], object]) -> Handler:
    """Do several things one after the other, such as to bring a pane into view before its rows change."""

    def handler() -> None:
        for act in acts:
            act()

    return handler


def _view_handlers(flows: SessionFlows, panes: Panes) -> Mapping[str, Handler]:
    viewing = flows.viewing
    return {
        **{
            f"view.{key}": _one_by_one(panes.show_table, partial(viewing.view, key))
            for key in map(str, range(10))
        },
        "view.filter": _one_by_one(panes.show_table, flows.prompting.ask_filter),
        "view.problems": _one_by_one(panes.show_table, viewing.problems),
        "view.next_problem": partial(viewing.next_problem, 1),
        "view.previous_problem": partial(viewing.next_problem, -1),
        "view.sort": viewing.pick_sort,
        "view.columns": viewing.pick_columns,
        "view.pick": viewing.pick_view,
        "view.waves": flows.waves.pick,
        "view.time": flows.time_zone.turn,
    }


def _look_handlers(flows: SessionFlows, panes: Panes) -> Mapping[str, Handler]:
    show_detail = flows.desk.show_detail
    return {
        "look.detail": _one_by_one(panes.open_detail, show_detail),
        "look.raw": _one_by_one(lambda: panes.open_tab(TABS.index(RAW)), show_detail),
        "look.next_tab": _one_by_one(lambda: panes.turn_tab(1), show_detail),
        "look.previous_tab": _one_by_one(lambda: panes.turn_tab(-1), show_detail),
        "look.explain": flows.explaining.explain,
        "look.log": panes.open_log,
        "look.next_pane": lambda: panes.cycle(1),
        "look.previous_pane": lambda: panes.cycle(-1),
        "look.zoom": _one_by_one(panes.zoom, show_detail),
        "log.filter": _one_by_one(panes.open_log, flows.prompting.ask_log_filter),
        "log.save": _one_by_one(panes.open_log, flows.save_log),
    }


def _monitor_handlers(flows: SessionFlows) -> Mapping[str, Handler]:
    desk, monitoring, copying = flows.desk, flows.monitoring, flows.copying

    async def copy_menu() -> None:
        await copying.menu(desk.chosen.rows())

    async def export() -> None:
        await copying.export(desk.board.rows(), desk.now(), simulated=desk.session.engine.mode.simulated)

    return {
        "monitor.refresh": monitoring.refresh,
        "monitor.pause": monitoring.pause,
        "monitor.faster": partial(monitoring.poll_times, 1 / PACE),
        "monitor.slower": partial(monitoring.poll_times, PACE),
        "monitor.watch": lambda: monitoring.watch(desk.chosen.rows()),
        "copy.id": lambda: copying.copy("id", [row.task.id for row in desk.chosen.rows()]),
        "copy.menu": copy_menu,
        "copy.export": export,
    }
