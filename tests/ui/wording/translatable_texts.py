"""Every text that the program says in its operator's language, found by looking at the program itself."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import sms_tui
from sms_tui.domain.advice import codes, explain
from sms_tui.domain.left_overs import LeftOver
from sms_tui.domain.operations import OF_RESUMING, OPERATIONS, RESUME_LABEL, Tier
from sms_tui.domain.outcome import Outcome
from sms_tui.domain.rows import COLUMNS
from sms_tui.domain.situation import AGENT_LOST, AUTO_LAUNCH, Situation
from sms_tui.domain.steps import _KINDS
from sms_tui.domain.views import BUILT_IN_VIEWS
from sms_tui.ui.app import SmsApp
from sms_tui.ui.bars.footer_hints import _HINTS, _OF_A_RANGE, _OF_MARKS
from sms_tui.ui.detail.pane import TABS
from sms_tui.ui.keys.help_entries import _SECTIONS
from sms_tui.ui.keys.keymap import ACTIONS
from sms_tui.ui.log.panel import LogPanel
from sms_tui.ui.table.columns import COLUMN_VIEWS
from sms_tui.ui.table.task_table import TaskTable

HOUSE = Path(sms_tui.__file__).parent
ROOMS = ("domain", "api", "engine", "ui", "credentials.py")
_SAYING = {
    "tr": (0,),
    "sentence": (0,),
    "counted": (1, 2),
    "joined": (0,),
    "Point": (0,),
    "Meaning": (1,),
    "TypedCommand": (3,),
    "copy": (0,),
    "_pair": (0,),
    "_paragraph": (0,),
}
"""What takes texts to be said, and at which places"""


def trees() -> Iterator[tuple[Path, ast.Module]]:
    """The modules whose texts an operator reads on the screen."""
    for path in sorted(HOUSE.rglob("*.py")):
        place = path.relative_to(HOUSE)
        if place.parts[0] in ROOMS:
            yield place, ast.parse(path.read_text(encoding="utf-8"))


def in_code() -> dict[str, str]:
    """Every text that some module hands over to be said, with the module."""
    return {text: str(place) for place, tree in trees() for text in _said_in(tree)}


def _said_in(tree: ast.Module) -> Iterator[str]:
    names = _assigned(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            places = _SAYING.get(called, ())
            given = [node.args[place] for place in places if place < len(node.args)]
            given += [word.value for word in node.keywords if called == "TypedCommand" and word.arg == "text"]
            for part in given:
                yield from _texts(part, names, frozenset())


def _assigned(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """What each plain name of a module stands for, wherever it is assigned or runs through a table."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found.setdefault(name, []).append(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found.setdefault(name, []).append(value)
    for node in ast.walk(tree):
        match node:
            case ast.For(target=target, iter=table) | ast.comprehension(target=target, iter=table):
                for name, value in _running(target, table, found):
                    found.setdefault(name, []).append(value)
    return found


def _running(
    target: ast.expr, table: ast.expr, names: dict[str, list[ast.expr]]
) -> Iterator[tuple[str, ast.expr]]:
    """The names of `target` with what they come to when it runs through a table written out."""
    tables = list(names.get(table.id, ())) if isinstance(table, ast.Name) else [table]
    for row in (row for each in tables if isinstance(each, ast.Tuple | ast.List) for row in each.elts):
        if isinstance(target, ast.Name):
            yield target.id, row
        elif isinstance(target, ast.Tuple) and isinstance(row, ast.Tuple):
            pairs = zip(target.elts, row.elts, strict=False)
            yield from ((name.id, value) for name, value in pairs if isinstance(name, ast.Name))


def _texts(node: ast.expr, names: dict[str, list[ast.expr]], seen: frozenset[str]) -> Iterator[str]:
    """The constants that an expression can come to, as far as they can be seen."""
    parts: Iterable[ast.expr | None] = ()
    match node:
        case ast.Constant(value=str(text)) if text.strip():
            yield text
        case ast.IfExp(body=one, orelse=other):
            parts = (one, other)
        case ast.BoolOp(values=values):
            parts = values
        case ast.Name(id=name) if name not in seen:
            parts, seen = names.get(name, ()), seen | {name}
        case ast.Subscript(value=value):
            parts = (value,)
        case ast.Dict(values=values):
            parts = values
        case ast.Call(func=ast.Attribute(attr="get", value=value), args=args):
            parts = (value, *args[1:])
        case ast.Call(func=ast.Name(id="MappingProxyType"), args=args):
            parts = args
    for part in parts:
        if part is not None:
            yield from _texts(part, names, seen)


def in_registries() -> Iterator[str]:
    """Every text of the tables that the interface is made from."""
    for operation in OPERATIONS.values():
        yield from (operation.label, operation.doing, operation.what, operation.cost, operation.way_back)
        yield from operation.cautious.values()
        yield from (parameter.label for parameter in operation.parameters)
    yield from (RESUME_LABEL, *OF_RESUMING, *(tier.words for tier in Tier), *TABS)
    yield from (AGENT_LOST, AUTO_LAUNCH, *(situation.value for situation in Situation))
    yield from (outcome.word for outcome in Outcome)
    yield from LeftOver
    yield from (text for kind in _KINDS for text in (kind.words, kind.doing))
    yield from (column.title for column in (*COLUMNS.values(), *COLUMN_VIEWS.values()))
    yield from (view.name for view in BUILT_IN_VIEWS.values())
    yield from (text for action in ACTIONS for text in (action.text, action.hint))
    yield from (*_SECTIONS.values(), "Table", "Log, while it has the focus", "STALE", "OFFLINE")
    yield from (word for hints in (*_HINTS.values(), (_OF_MARKS, _OF_A_RANGE)) for _, word in hints)
    for owner in (SmsApp, TaskTable, LogPanel):
        yield from (getattr(binding, "description", "") for binding in owner.BINDINGS)
    for advice in filter(None, map(explain, codes())):
        yield from (advice.meaning, advice.first, advice.rest)


def all_texts() -> dict[str, str]:
    """Every text that has to be translated, with where it is from."""
    return {**dict.fromkeys(filter(None, in_registries()), "a table"), **in_code()}


_PROSE = re.compile(r"[A-Za-z]{2,}[^A-Za-z]* [^A-Za-z]*[a-z]{2,}|^[A-Z]?[a-z]{3,}[.:!?] ?$")
_STYLE = re.compile(r"\$|^(bold|reverse|dim|italic|underline| )+$")
_NOT_SAID = {"Binding", "TypeError", "RuntimeError", "TypedCommand"}
"""Calls whose texts nobody reads on a screen, or that are looked at elsewhere"""


def prose_of_the_interface() -> dict[str, str]:
    """Texts in the modules of the interface that look like something to be read, with the module."""
    found = {}
    for place, tree in trees():
        if place.parts[0] == "ui":
            found.update({text: str(place) for text in _prose_in(tree)})
    return found


def _prose_in(node: ast.AST) -> Iterator[str]:
    for part in ast.iter_child_nodes(node):
        match part:
            case ast.Expr(value=ast.Constant()):
                continue
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) if (
                name.endswith("CSS") or name == "BINDINGS"
            ):
                continue
            case ast.Call(func=ast.Name(id=name)) if name in _NOT_SAID:
                continue
            case ast.Constant(value=str(text)) if _PROSE.search(text) and not _STYLE.search(text):
                yield text
        yield from _prose_in(part)
