"""The rooms of the house: who may import whom, what stays unloaded, and how large a piece may grow."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import sms_tui

HOUSE = Path(sms_tui.__file__).parent
PEOPLE = frozenset(
    {"domain", "api", "engine", "config", "credentials", "state", "memory", "ui", "headless", "simulator"}
    | {"exit_codes", "hard_stop", "private_files"}
)
ARROWS: dict[str, frozenset[str]] = {
    "domain": frozenset(),
    "simulator": frozenset(),
    "api": frozenset({"domain"}),
    "private_files": frozenset(),
    "engine": frozenset({"api", "domain", "private_files"}),
    "config": frozenset({"domain"}),
    "credentials": frozenset({"domain"}),
    "state": frozenset({"private_files"}),
    "memory": frozenset({"state"}),
    "exit_codes": frozenset({"domain"}),
    "hard_stop": frozenset({"exit_codes"}),
    "headless": frozenset({"engine", "domain", "config", "credentials", "exit_codes", "private_files"}),
    "ui": frozenset(
        {"engine", "domain", "config", "state", "memory", "exit_codes", "hard_stop", "private_files"}
    ),
    "cli": PEOPLE,
    "packing": frozenset({"__main__"}),
    "__main__": frozenset({"cli", "exit_codes"}),
    "__init__": frozenset(),
}
FOREIGN: dict[str, frozenset[str]] = {
    # Values are structs: see `test_values_are_structs_where_those_are_loaded_anyway`.
    "domain": frozenset({"msgspec"}),
    "engine": frozenset({"msgspec"}),
    "headless": frozenset({"msgspec"}),
    "api": frozenset({"httpx", "msgspec", "certifi"}),
    "simulator": frozenset({"starlette", "msgspec", "uvicorn"}),
    "config": frozenset({"tomli_w"}),
    "state": frozenset({"tomli_w"}),
    "credentials": frozenset({"keyring"}),
    "ui": frozenset({"msgspec", "textual", "rich"}),
    "cli": frozenset({"textual", "httpx", "uvicorn"}),
}
"""What is not of the standard library."""
EXTRAS = frozenset({"uvicorn", "keyring"})
"""May be missing, so that only a function may ask for them."""
IMPURE = frozenset(
    {
        "asyncio",
        "io",
        "os",
        "pathlib",
        "random",
        "selectors",
        "signal",
        "socket",
        "subprocess",
        "sys",
        "threading",
        "time",
    }
)
LONGEST_FILE, LONGEST_FUNCTION, MOST_METHODS = 400, 40, 20

FILES = sorted(HOUSE.rglob("*.py"))
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tree_of(path: Path) -> ast.Module:
    """Read by the tests alone: every worker imports this module, few of them judge the trees."""
    return ast.parse(path.read_text(encoding="utf-8"))


def room_of(path: Path) -> str:
    """The room that a file is in."""
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[str]:
    """The full names of what is imported anywhere in `tree`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "relative imports hide the arrows"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def faults(find: Callable[[Path, ast.Module], Iterable[object]]) -> str:
    """What `find` finds wrong, one line each, with the file's name."""
    found = ((path.relative_to(HOUSE), fault) for path in FILES for fault in find(path, tree_of(path)))
    return "\n".join(f"{path}: {fault}" for path, fault in found)


def test_values_are_structs_where_those_are_loaded_anyway() -> None:
    """A dataclass takes a millisecond of every start, a struct a fiftieth; but only the former hides fields.

    What runs before the first request leaves, or only answers `--help`, does without the library of structs.
    """

    def slow(path: Path, tree: ast.Module) -> Iterator[str]:
        if room_of(path) not in {"engine", "ui", "simulator", "headless"}:
            return
        for node in ast.walk(tree):
            is_one = isinstance(node, ast.ClassDef) and "dataclass" in map(_called, node.decorator_list)
            if is_one and "repr=False" not in ast.unparse(node):
                yield ast.unparse(node).partition("\n")[0]

    assert faults(slow) == ""


def _called(decorator: ast.expr) -> str:
    return ast.unparse(decorator).partition("(")[0]


def test_every_room_has_its_arrows() -> None:
    assert {room_of(path) for path in FILES} == set(ARROWS)


def test_imports_follow_the_arrows() -> None:
    def against_the_arrows(path: Path, tree: ast.Module) -> set[str]:
        room = room_of(path)
        names = set(imports(tree))
        ours = {name.split(".")[1] for name in names if name.startswith("sms_tui.")} - {"__version__", room}
        others = {name.split(".")[0] for name in names} - {"sms_tui"} - sys.stdlib_module_names
        return (ours - ARROWS[room]) | (others - FOREIGN.get(room, frozenset()))

    assert faults(against_the_arrows) == ""


def test_what_is_imported_is_declared_with_the_oldest_version_that_has_it() -> None:
    project = tomllib.loads((HOUSE.parent / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {
        re.split("[=<>]", line)[0].replace("-", "_") for line in project["dependencies"] if "=" in line
    }
    assert frozenset().union(*FOREIGN.values()) - EXTRAS - declared == frozenset()


def test_no_module_is_needed_by_what_it_needs() -> None:
    """Not even for a type, nor inside a function."""
    needs = {
        path: {place for name in imports(tree_of(path)) for place in (_file_of(name),) if place != path}
        for path in FILES
    }
    tuple(TopologicalSorter(needs).static_order())


def _file_of(name: str) -> Path | None:
    """The file that an imported name is of, None where it is not ours."""
    if not name.startswith("sms_tui."):
        return None
    place = HOUSE.parent / name.replace(".", "/")
    files = (place.with_suffix(".py"), place / "__init__.py", place.parent.with_suffix(".py"))
    return next((file for file in files if file.exists()), place.parent / "__init__.py")


def test_the_domain_neither_waits_nor_reads_nor_looks_at_a_clock() -> None:
    def impure(path: Path, tree: ast.Module) -> set[str]:
        if room_of(path) != "domain":
            return set()
        calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        asked = {call for call in calls if call.split(".")[-1] in {"now", "utcnow", "today", "open", "print"}}
        return asked | ({name.split(".")[0] for name in imports(tree)} & IMPURE)

    assert faults(impure) == ""


def test_extras_are_asked_for_only_inside_functions() -> None:
    def too_early(_path: Path, tree: ast.Module) -> set[str]:
        late = {name for node in ast.walk(tree) if isinstance(node, FUNCTIONS) for name in imports(node)}
        return {name for name in imports(tree) if name.split(".")[0] in EXTRAS} - late

    assert faults(too_early) == ""


def test_no_file_function_or_class_grows_too_large() -> None:
    def too_large(path: Path, tree: ast.Module) -> Iterator[str]:
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE:
            yield f"{lines} lines"
        for node in ast.walk(tree):
            if isinstance(node, FUNCTIONS):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    yield f"{node.name} has {length} lines"
            elif isinstance(node, ast.ClassDef):
                methods = sum(isinstance(part, FUNCTIONS) for part in node.body)
                if methods > MOST_METHODS:
                    yield f"{node.name} has {methods} methods"

    assert faults(too_large) == ""


def test_callables_of_one_type_are_passed_by_name() -> None:
    """By position two of them can change places, and no check notices."""

    def types_by_place(node: ast.AST) -> list[ast.expr | None]:
        if isinstance(node, FUNCTIONS):
            return [part.annotation for part in node.args.args]
        if isinstance(node, ast.ClassDef) and "kw_only" not in {word.arg for word in node.keywords}:
            return [part.annotation for part in node.body if isinstance(part, ast.AnnAssign)]
        return []

    def mistakable(_path: Path, tree: ast.Module) -> Iterator[str]:
        for node in ast.walk(tree):
            types = [ast.unparse(one) for one in types_by_place(node) if one]
            callables = [name for name in types if "Callable" in name]
            if len(callables) > len(set(callables)):
                yield f"{ast.unparse(node).partition(chr(10))[0]}"

    assert faults(mistakable) == ""


def test_tests_lie_in_the_folders_of_what_they_test() -> None:
    """Stories are of the whole interface, and have no folder of code."""

    def folders(place: Path) -> set[Path]:
        return {path.parent.relative_to(place) for path in place.rglob("__init__.py")}

    def is_of_a_room(folder: Path) -> bool:
        return len(folder.parts) > 1 and folder.parts[0] in ARROWS

    beside = {folder for folder in folders(Path(__file__).parent) if is_of_a_room(folder)}
    assert beside - folders(HOUSE) == {Path("ui/stories")}


def test_every_module_says_why_it_exists() -> None:
    def silent(_path: Path, tree: ast.Module) -> list[str]:
        return ["no docstring"] if tree.body and not ast.get_docstring(tree) else []

    assert faults(silent) == ""


def modules_of(*rooms: str) -> list[str]:
    """The names of all modules in some rooms."""
    found = (path.relative_to(HOUSE.parent).with_suffix("") for path in FILES if room_of(path) in rooms)
    return [".".join(path.parts).removesuffix(".__init__") for path in found]


@pytest.mark.parametrize(
    ("modules", "unloaded"),
    [
        (["sms_tui.engine"], {"textual", "rich", "httpx"}),
        (modules_of("domain"), {"asyncio", "textual", "httpx", "socket"}),
        (modules_of("config", "credentials", "state"), {"textual", "httpx", "asyncio"}),
        (modules_of("headless"), {"textual", "httpx"}),
        (modules_of("api"), {"textual"}),
        (modules_of("ui"), {"httpx", "starlette"}),
        (["sms_tui.__main__"], {"textual", "httpx", "starlette", "msgspec"}),
    ],
    ids=["engine", "domain", "config", "headless", "api", "ui", "main"],
)
def test_importing_leaves_unloaded(modules: list[str], unloaded: set[str]) -> None:
    code = f"import sys, {', '.join(modules)}; print(*sorted({unloaded!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, done.stdout.strip()) == (0, "", "")


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_a_question_about_the_program_loads_neither_screen_nor_network(argument: str) -> None:
    code = (
        "import sys, sms_tui.__main__ as program\n"
        f"sys.argv = ['sms-tui', '{argument}']\n"
        "try:\n    program.main()\n"
        "except SystemExit as end:\n    assert not end.code\n"
        "assert not {'textual', 'httpx'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "sms-tui" in done.stdout
