"""All commands and options of the command line; imports nothing that `--help` would have to wait for."""

import argparse
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from sms_tui import __version__
from sms_tui.cli.help_texts import EPILOG, EXAMPLES, FILTER, FURTHER, SCENARIOS, SETTLING, SUMMARY, TASK
from sms_tui.domain.nearest import did_you_mean
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.exit_codes import ExitCode

_CHOICE = re.compile(r"invalid choice: '?(.*?)'? \(choose from (.*)\)")
SHELLS = ("bash", "zsh", "fish")
_SHORTEST_INTERVAL = 0.02
_LONGEST_INTERVAL = 3600.0


@dataclass(frozen=True, slots=True)
class Overrides:
    """The options that work everywhere."""

    profile: str | None = None
    config: Path | None = None
    endpoint: str = ""
    read_only: bool = False
    dry_run: bool = False
    interval: float | None = None
    theme: str = ""
    ascii: bool = False
    no_color: bool = False
    slow_link: bool = False
    debug_hud: bool = False
    debug_log: Path | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One parsed command line."""

    command: str
    """Empty: the interface on the default profile"""
    action: str | None
    """What `journal`, `config` and `themes` are asked for; None: its default"""
    overrides: Overrides
    options: argparse.Namespace


def parse(argv: Sequence[str]) -> Request:
    """Read `argv`; raises `SystemExit` (2 for wrong usage, 0 after help or version)."""
    options = _parser(_commands_for(argv)).parse_args(_wait_apart(argv))
    given = {name: getattr(options, name) for name in Overrides.__slots__ if hasattr(options, name)}
    action = getattr(options, "action", None)
    return Request(options.command or "", action, Overrides(**given), options)


def _wait_apart(argv: Sequence[str]) -> list[str]:
    """`--wait` takes a value after `=` alone, or it would take the next TASK for one."""
    end = next((number for number, word in enumerate(argv) if word in {"--", "--words"}), len(argv))
    return [*("--wait=" if word == "--wait" else word for word in argv[:end]), *argv[end:]]


class _Parser(argparse.ArgumentParser):
    is_called = False
    """Whether the command line names this command"""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Note that this command is at hand: the parser above it is the one that finds what is wrong."""
        self.is_called = True
        return super().parse_known_args(args, namespace)

    def option_names(self) -> Iterator[str]:
        """Every option of the command at hand and of those above it."""
        for action in self._actions:
            yield from action.option_strings
            if isinstance(action.choices, Mapping):
                for command in action.choices.values():
                    if command.is_called:
                        yield from command.option_names()

    def error(self, message: str) -> NoReturn:
        if match := _CHOICE.search(message):
            message += did_you_mean(match[1], re.findall(r"[\w-]+", match[2]))
        elif message.startswith("unrecognized arguments: -"):
            option = message.split()[2].partition("=")[0]
            message += did_you_mean(option, (name for name in self.option_names() if name != option))
        # Words that a script passes on may be names that the service gave.
        message = clean(message, DETAIL_LIMIT)
        self.exit(ExitCode.USAGE, f"{self.prog}: {message}\nTry '{self.prog} --help'.\n")


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30, width=100)
        # Actions stand further in than it reckons with, and the longest would get a line of its own.
        self._action_max_length = 12


def build_parser() -> argparse.ArgumentParser:
    """The parser of the command line, for those who look at it rather than use it."""
    return _parser(_ADDERS)


def _commands_for(argv: Sequence[str]) -> Sequence[Callable[[Any], None]]:
    """The interface does not wait until the options of commands are put together that are not called."""
    if not argv:
        return ()
    return (_add_simulated,) if argv[0] == "demo" else _ADDERS


def _parser(adders: Iterable[Callable[[Any], None]]) -> argparse.ArgumentParser:
    parser = _Parser(
        "sms-tui",
        usage="sms-tui [COMMAND] [OPTION...]",
        description=SUMMARY,
        epilog=EPILOG,
        formatter_class=_Formatter,
        allow_abbrev=False,
        add_help=False,
    )
    _add_everywhere(parser.add_argument_group("options that work everywhere"), hidden=False)
    title = "commands (none: the interface on the default profile)"
    commands = parser.add_subparsers(title=title, dest="command", metavar="COMMAND", prog="sms-tui")
    for add in adders:
        add(commands)
    return parser


def _add_everywhere(group: Any, *, hidden: bool) -> None:
    """`hidden` leaves them out of a command's own help. What is not given is not set, so any place counts."""

    def add(*names: str, words: str, **details: Any) -> None:
        shown = argparse.SUPPRESS if hidden else words
        group.add_argument(*names, help=shown, default=argparse.SUPPRESS, **details)

    add("-p", "--profile", metavar="NAME", words="profile to use")
    add("--config", metavar="FILE", type=Path, words="configuration file")
    add("--endpoint", metavar="URL", words="service to talk to, over the profile's")
    add("--read-only", action="store_true", words="send no operation, whatever is asked")
    add("--dry-run", action="store_true", words="show what would be sent, and send nothing")
    add("--interval", metavar="SECONDS", type=_interval, words="time between polls")
    add("--theme", metavar="NAME", words="colours of the interface")
    add("--ascii", action="store_true", words="draw with ASCII characters alone")
    add("--no-color", action="store_true", words="no colours")
    add("--slow-link", action="store_true", words="less traffic: compressed answers, fewer repaints")
    add("--debug-hud", action="store_true", words="counters in the header")
    add("--debug-log", metavar="FILE", type=Path, words="write a log without secrets to FILE")
    add("--version", action="version", version=f"sms-tui {__version__}", words="show the version and exit")
    add("-h", "--help", action="help", words="show this help and exit")


def _command(commands: Any, name: str, words: str, *notes: str) -> Any:
    """Add a command with its one line of help, and notes for its own help; an action has no examples."""
    examples = EXAMPLES.get(name, "") if commands.dest == "command" else ""
    parser = commands.add_parser(
        name,
        help=words,
        description="\n\n".join([f"{words[:1].upper()}{words[1:]}.", *notes]),
        epilog="\n\n".join(filter(None, [examples, FURTHER])),
        formatter_class=_Formatter,
        allow_abbrev=False,
        add_help=False,
    )
    _add_everywhere(parser, hidden=True)
    return parser


def _actions(parser: Any, command: str) -> Any:
    return parser.add_subparsers(title="actions", dest="action", metavar="ACTION", prog=f"sms-tui {command}")


def _add_output(parser: Any, *formats: str, is_action: bool = False) -> None:
    """An action's own default must not win over what is given before the action."""
    words = f"print as {', '.join(formats[:-1])} or {formats[-1]} (default {formats[0]})"
    words = words if len(formats) > 1 else f"print as {formats[0]}, the only form"
    default = argparse.SUPPRESS if is_action else formats[0]
    parser.add_argument("-o", "--output", metavar="FORM", choices=formats, default=default, help=words)


def _add_timeout(parser: Any, words: str = "give up after so long, all in all") -> None:
    parser.add_argument("--timeout", metavar="SECONDS", type=_seconds, help=words)


def _add_simulated(commands: Any) -> None:
    demo = _command(commands, "demo", "the interface on a simulated service", _DEMO, SCENARIOS)
    _add_world(demo)
    simulate = _command(commands, "simulate", "a simulated service over HTTP, for other clients", SCENARIOS)
    _add_world(simulate)
    simulate.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    simulate.add_argument("--port", type=_port, default=0, help="port to listen on (default: any free one)")


_DEMO = "Nothing is real, no profile and no variable of the environment is read, and nothing is kept."


def _add_world(parser: Any) -> None:
    parser.add_argument(
        "--scenario", metavar="NAME", default="war-room", help="what happens (default %(default)s)"
    )
    parser.add_argument("--tasks", metavar="N", type=_count, help="number of tasks")
    parser.add_argument("--seed", metavar="S", type=int, default=1, help="same seed, same story (default 1)")
    parser.add_argument(
        "--speed",
        metavar="X",
        type=_seconds,
        default=60.0,
        help="times as fast as life (default 60), 0: no time passes",
    )
    parser.add_argument(
        "--churn", metavar="RATE", type=_rate, default=0.0, help="share of tasks that changes each second"
    )


def _add_reading(commands: Any) -> None:
    tasks = _command(commands, "tasks", "list tasks", FILTER)
    _add_output(tasks, "table", "json", "jsonl", "csv")
    tasks.add_argument(
        "--state", metavar="STATE", help="only tasks in exactly this state of the service's, such as RUNNING"
    )
    tasks.add_argument(
        "--filter", metavar="EXPR", default="", help="only tasks that match, as after / in the interface"
    )
    show = _command(commands, "show", "one task, whole", TASK)
    show.add_argument("task", metavar="TASK")
    _add_output(show, "text", "json")


def _add_run(commands: Any) -> None:
    run = _command(commands, "run", "send one operation to tasks", TASK + _operations())
    run.add_argument("operation", metavar="OPERATION", help="one of those above")
    run.add_argument("tasks", metavar="TASK", nargs="+")
    run.add_argument(
        "--param",
        metavar="NAME=VALUE",
        action="append",
        type=_pair,
        default=[],
        help="a parameter, as above; may be repeated",
    )
    run.add_argument("--yes", action="store_true", help="do not ask")
    run.add_argument(
        "--wait", metavar="[=STATE]", help="wait until it is seen to work, or until the tasks are in STATE"
    )
    _add_order(run)
    _add_timeout(run, "give up after so long, all in all; an answer under way gets 10 s more")
    _add_output(run, "text", "jsonl")


def _add_order(run: Any) -> None:
    add = run.add_argument
    add("--order", choices=["all", "one", "canary"], help="how several are sent; irreversible ones: one")
    add("--canary-state", metavar="STATE", help="send the rest once the first task is in STATE")
    add(
        "--halt",
        action=argparse.BooleanOptionalAction,
        help="send nothing more after the first that is not accepted; the default where irreversible",
    )
    add("--leave-out", action="store_true", help="irreversible: go on without those that cannot take it")


def _operations() -> str:
    """The operations with our words; the table they come from imports nothing but the standard library."""
    from sms_tui.domain.operations import OPERATIONS

    lines = []
    for operation in OPERATIONS.values():
        lines.append(f"  {operation.name:<22}{operation.label}")
        for each in operation.parameters:
            words = "" if each.required else "; may be left out"
            lines.append(f"      --param {each.name}=...  {each.label}{words}")
    return "\noperations:\n" + "\n".join(lines)


def _add_watch(commands: Any) -> None:
    watch = _command(commands, "watch", "print changes of state as they happen", TASK, FILTER)
    watch.add_argument("tasks", metavar="TASK", nargs="*")
    watch.add_argument("--until", metavar="EXPR", default="", help="end when every watched task matches")
    _add_timeout(watch)
    _add_output(watch, "text", "jsonl")


def _add_journal(commands: Any) -> None:
    journal = _command(commands, "journal", "what was sent, when, and with what outcome")
    actions = _actions(journal, "journal")
    _add_output(journal, "text", "jsonl")
    listed = _command(actions, "list", "all operations, oldest first (the default)")
    _add_output(listed, "text", "jsonl", is_action=True)
    _add_offline(journal, False)
    _add_offline(listed, argparse.SUPPRESS)
    settled = _command(actions, "settle", "read what became of operations that a run left open", SETTLING)
    _add_output(settled, "text", "jsonl", is_action=True)
    _add_timeout(settled, "give up on a profile after so long (default 30)")
    show = _command(actions, "show", "all records of one operation")
    show.add_argument("id", metavar="ID", help="operation id, or its beginning")
    _add_offline(show, argparse.SUPPRESS)
    _add_output(show, "text", "jsonl", is_action=True)
    verify = _command(actions, "verify", "look for records that were changed or are missing")
    _add_output(verify, "text", "jsonl", is_action=True)
    export = _command(actions, "export", "all records of all runs as JSON lines")
    _add_output(export, "jsonl", is_action=True)


def _add_offline(parser: Any, default: Any) -> None:
    words = "files alone: do not read what became of operations that a run left open"
    parser.add_argument("--offline", action="store_true", default=default, help=words)


def _add_without_tasks(commands: Any) -> None:
    explain = _command(commands, "explain", "an error code in words, without a network")
    explain.add_argument("code", metavar="CODE", nargs="+", help="a code, or words to look for")
    _add_config(commands)
    doctor = _command(commands, "doctor", "what would stop me from working here, and what to do about it")
    _add_output(doctor, "text", "json")
    _add_themes(commands)
    schema = _command(commands, "schema", "what the JSON documents of the other commands hold")
    schema.add_argument("name", metavar="NAME", nargs="?", help="a document; left out: list them")
    completion = _command(commands, "completion", "completion of commands, options and names for your shell")
    completion.add_argument("shell", choices=SHELLS)
    completion.add_argument("--words", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)


def _add_config(commands: Any) -> None:
    config = _command(commands, "config", "the configuration: where it is, what it says, what it may say")
    _add_output(config, "text", "json")
    actions = _actions(config, "config")
    for name, words in _CONFIG_ACTIONS.items():
        action = _command(actions, name, words)
        if name in {"show", "validate", "schema"}:
            _add_output(action, "text", "json", is_action=True)
        elif name == "init":
            action.add_argument("--template", action="store_true", help="ask nothing: a file to be edited")


def _add_themes(commands: Any) -> None:
    themes = _command(commands, "themes", "themes of the interface")
    actions = _actions(themes, "themes")
    _command(actions, "list", "the themes that can be used (the default)")
    check = _command(actions, "check", "what is wrong with a theme file")
    check.add_argument("file", metavar="FILE", type=Path)


_ADDERS = (_add_simulated, _add_reading, _add_run, _add_watch, _add_journal, _add_without_tasks)
_CONFIG_ACTIONS = {
    "path": "where the file is, or would be",
    "show": "the settings in force, and where each comes from (the default)",
    "validate": "list every mistake and every warning",
    "schema": "every setting, what it allows, its default; -o json: as a JSON Schema",
    "init": "ask, try the connection, and write a first file where there is none",
}


def _number(text: str, low: float, high: float, words: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is not {words}")
    return value


def _interval(text: str) -> float:
    words = f"a number of seconds from {_SHORTEST_INTERVAL:g} to {_LONGEST_INTERVAL:g}"
    return _number(text, _SHORTEST_INTERVAL, _LONGEST_INTERVAL, words)


def _seconds(text: str) -> float:
    return _number(text, 0, 1e9, "a number, 0 or more")


def _rate(text: str) -> float:
    return _number(text, 0, 1, "a number from 0 to 1")


def _count(text: str) -> int:
    return _whole(text, 0, 1_000_000)


def _port(text: str) -> int:
    return _whole(text, 0, 65535)


def _whole(text: str, low: int, high: int) -> int:
    if not text.isdecimal() or not low <= int(text) <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {low} to {high}")
    return int(text)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not name or not sign:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value
