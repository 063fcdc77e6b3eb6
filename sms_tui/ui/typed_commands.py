"""What can be typed after `:`: one table from words to flows, and to actions of the key map."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType

from sms_tui.domain.advice import codes
from sms_tui.domain.operations import offered
from sms_tui.domain.rows import COLUMNS
from sms_tui.ui.flows.change_window import CHOICES
from sms_tui.ui.keys.typed_command import TypedCommand
from sms_tui.ui.ports import Program
from sms_tui.ui.session_flows import SessionFlows
from sms_tui.ui.wording.times import ZONES

_ACTIONS = (
    ("problems", "view.problems", "problems only"),
    ("waves", "view.waves", "how far each wave is"),
    ("refresh", "monitor.refresh", "refresh now"),
    ("pause", "monitor.pause", "hold the screen"),
    ("export", "copy.export", "export the rows shown"),
    ("retry", "operate.again", "try again what had no effect"),
    ("halt", "operate.halt", "stop the batch under way"),
    ("batch", "operate.batch", "what became of the batch"),
    ("settle", "operate.settle", "read now what is unknown"),
    ("log", "look.log", "the log"),
    ("raw", "look.raw", "raw JSON"),
    ("help", "program.help", "help"),
)
"""Words for actions of the key map: the word, the action, and what it does"""
_OTHER_WORDS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "start": ("resume",),
        "stop": ("pause",),
        "collect_log": ("logs", "upload"),
        "network_check": ("measure",),
        "migration_test": ("drill",),
        "speed_limit": ("limit",),
        "sync_failed_rollback": ("rollback", "roll-back"),
        "restart": ("resync", "re-sync", "sync"),
        "test": ("launch", "cutover", "cut-over"),
        "cutover": ("launch", "cut-over"),
        "clear": ("snapshots",),
    }
)
"""What people call an operation, by the service's word"""
WORDS_OF_KEYS = frozenset(word for word, _, _ in _ACTIONS) | {"q", "quit"}
"""Typed for what a key does as well"""


def typed_commands(
    flows: SessionFlows, program: Program, run: Callable[[str], None]
) -> Mapping[str, TypedCommand]:
    """Everything that can be typed after `:`."""
    listed = [*_view_commands(flows), *_program_commands(flows, program)]
    listed += [TypedCommand(name, _runs(run, action), text=text) for name, action, text in _ACTIONS]
    return {command.name: command for command in (*listed, *_operation_commands(flows))}


def _runs(run: Callable[[str], None], action: str) -> Callable[[str], None]:
    return lambda _: run(action)


def _view_commands(flows: SessionFlows) -> list[TypedCommand]:
    viewing, keeping = flows.viewing, flows.view_keeping

    def terms() -> Sequence[str]:
        return [f"{name}:" for name in COLUMNS]

    return [
        TypedCommand("view", viewing.view, "NAME", "show a view", values=flows.desk.board.view_names),
        TypedCommand("filter", viewing.filter_as, "EXPRESSION", "show the rows that match", terms),
        TypedCommand("sort", viewing.sort_by, "COLUMN", "sort; a trailing - for descending", COLUMNS.keys),
        TypedCommand(
            "columns", viewing.type_columns, "A,B:30,C", "choose columns; a number is a width", COLUMNS.keys
        ),
        TypedCommand("save-view", keeping.save, "NAME", "keep filter, sort and columns", keeping.names),
        TypedCommand("drop-view", keeping.drop, "NAME", "forget a view kept here", keeping.names),
        TypedCommand("show", viewing.show, "WHAT", "show what copy-view wrote"),
        TypedCommand("invert", lambda _: flows.desk.table.action_invert_marks(), text="invert the marks"),
        TypedCommand(
            "copy-view",
            lambda _: flows.copying.copy("view", [viewing.as_command()]),
            text="this view as a command",
        ),
    ]


def _program_commands(flows: SessionFlows, program: Program) -> list[TypedCommand]:
    themes, profiles = program.themes, program.profiles
    return [
        TypedCommand("theme", themes.choose, "NAME", "colours of the screen", values=themes.names),
        TypedCommand(
            "profile", profiles.open, "NAME", "another service or account", values=lambda: profiles.names
        ),
        TypedCommand("login", lambda _: profiles.sign_in(), text="sign in again"),
        TypedCommand("explain", flows.explaining.look_up, "CODE or words", "what an error means", codes),
        TypedCommand(
            "time", flows.time_zone.turn, "ZONE", "zone in which times are shown", values=lambda: ZONES
        ),
        TypedCommand("closing", flows.closing.show, "WAVE", "what is still to do", flows.closing.waves),
        TypedCommand(
            "window", flows.window.type_end, "HH:MM", "end of the change window, or off", lambda: CHOICES
        ),
        TypedCommand("interval", flows.monitoring.type_interval, "SECONDS", "seconds between two polls"),
        TypedCommand("mouse", lambda _: program.toggle_mouse(), text="release the mouse, or take it back"),
        TypedCommand(
            "resolve", lambda _: flows.follow_up.resolve(), text="settle an unknown outcome by your word"
        ),
        TypedCommand("q", lambda _: flows.quitting.quit(), text="quit"),
        TypedCommand("quit", lambda _: flows.quitting.quit(), text="quit"),
    ]


def _operation_commands(flows: SessionFlows) -> list[TypedCommand]:
    profile = flows.desk.session.profile

    def operates(name: str) -> Callable[[str], Awaitable[None]]:
        return lambda _: flows.operating.operate_named(name)

    return [
        TypedCommand(
            operation.name,
            operates(operation.name),
            text=operation.label,
            also=_OTHER_WORDS.get(operation.name, ()),
            is_for_rows=True,
        )
        for operation in offered(profile.operations, profile.launch_operation)
    ]
