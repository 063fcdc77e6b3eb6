"""What each action of the key map does, and of the log's: one table from ids to flows and panes."""

from collections.abc import Awaitable, Callable, Mapping

from sms_tui.ui.detail.pane import RAW, TABS
from sms_tui.ui.flows.commanding import Commanding
from sms_tui.ui.keys.help_entries import HelpEntry
from sms_tui.ui.ports import Program, Terminal
from sms_tui.ui.screens.panes import Panes
from sms_tui.ui.session_flows import SessionFlows
from sms_tui.ui.typed_commands import WORDS_OF_KEYS, typed_commands

Handler = Callable[[], Awaitable[None] | None]


def handlers(
    flows: SessionFlows,
    panes: Panes,
    program: Program,
    terminal: Terminal,
    entries: Callable[[], list[HelpEntry]],
    run: Callable[[str], None],
) -> Mapping[str, Handler]:
    """Every action of the key map, and those of the log that are no matter of its own, with what it does."""
    commands = typed_commands(flows, program, terminal, run)
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
        "program.redraw": terminal.redraw,
        "program.suspend": terminal.suspend,
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


def _view_handlers(flows: SessionFlows, panes: Panes) -> Mapping[str, Handler]:
    viewing, table = flows.viewing, flows.desk.table

    def in_the_table(act: Callable[[], object]) -> Handler:
        """Bring the table into view before `act`, which changes its rows."""

        def shown() -> None:
            panes.show_table()
            act()

        return shown

    def jump(step: int) -> None:
        if found := viewing.next_problem(table.cursor_id, step):
            table.go_to(found)

    def view(key: str) -> Handler:
        return in_the_table(lambda: viewing.view(key))

    return {
        **{f"view.{number}": view(str(number)) for number in range(10)},
        "view.filter": in_the_table(flows.prompting.ask_filter),
        "view.problems": in_the_table(viewing.problems),
        "view.next_problem": lambda: jump(1),
        "view.previous_problem": lambda: jump(-1),
        "view.sort": viewing.pick_sort,
        "view.columns": viewing.pick_columns,
        "view.pick": viewing.pick_view,
        "view.waves": flows.waves.pick,
        "view.time": flows.time_zone.turn,
    }


def _look_handlers(flows: SessionFlows, panes: Panes) -> Mapping[str, Handler]:
    desk = flows.desk

    async def explain() -> None:
        await flows.explaining.explain(desk.chosen.under_cursor())

    def then_show(act: Callable[[], None]) -> Handler:
        def handler() -> None:
            act()
            desk.show_detail()

        return handler

    def in_the_log(act: Callable[[], None]) -> Handler:
        def shown() -> None:
            panes.open_log()
            act()

        return shown

    return {
        "look.detail": then_show(panes.open_detail),
        "look.raw": then_show(lambda: panes.open_tab(TABS.index(RAW))),
        "look.next_tab": then_show(lambda: panes.turn_tab(1)),
        "look.previous_tab": then_show(lambda: panes.turn_tab(-1)),
        "look.explain": explain,
        "look.log": panes.open_log,
        "look.next_pane": lambda: panes.cycle(1),
        "look.previous_pane": lambda: panes.cycle(-1),
        "look.zoom": then_show(panes.zoom),
        "log.filter": in_the_log(flows.prompting.ask_log_filter),
        "log.save": in_the_log(flows.save_log),
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
        "monitor.faster": monitoring.faster,
        "monitor.slower": monitoring.slower,
        "monitor.watch": lambda: monitoring.watch(desk.chosen.rows()),
        "copy.id": lambda: copying.copy("id", [row.task.id for row in desk.chosen.rows()]),
        "copy.menu": copy_menu,
        "copy.export": export,
    }
