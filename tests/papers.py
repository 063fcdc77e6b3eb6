"""The parts of README.md that are made from the program: `python -m tests.papers` writes them anew.

Each stands between `<!-- made: NAME -->` and `<!-- /made: NAME -->`; a test keeps them in step.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from textual.binding import Binding

from sms_tui.config.schema import Setting, settings_of
from sms_tui.config.settings import General, Profile, SavedView
from sms_tui.domain.operations import OPERATIONS
from sms_tui.domain.rows import COLUMNS
from sms_tui.domain.situation import Situation
from sms_tui.exit_codes import MEANINGS, SIGNAL_CODES, SIGNAL_MEANING
from sms_tui.headless.configuring import default_text
from sms_tui.ui.keys.keymap import ACTIONS, Action, key_word
from sms_tui.ui.log.panel import LogPanel
from sms_tui.ui.table.task_table import TaskTable

README = Path(__file__).parents[1] / "README.md"
_PART = r"(<!-- made: {name} -->\n)(.*?)(<!-- /made: {name} -->)"


def table(heading: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [heading, tuple("---" for _ in heading), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def keys() -> str:
    """Every key of the main screen, with the id by which `[keys]` binds it anew."""
    rows = [_key(action) for action in ACTIONS if not re.fullmatch(r"view\.[1-9]", action.id)]
    for title, owner in (("Task table", TaskTable), ("Log, while it has the focus", LogPanel)):
        for binding in owner.BINDINGS:
            assert isinstance(binding, Binding)
            if binding.description:
                rows.append((title, _code(binding.key), binding.description, f"`{binding.id}`"))
    return table(("Where", "Keys", "What", "Binding"), rows)


def _key(action: Action) -> tuple[str, ...]:
    if action.id == "view.0":
        return action.section, "`0` to `9`", "The view of that digit", "`view.0` to `view.9`"
    return action.section, _code(action.keys), action.text, f"`{action.id}`"


def _code(names: str) -> str:
    return " ".join(f"`{word}`" for word in key_word(names).split())


def operations() -> str:
    """The operations of the action palette."""
    rows = [
        (f"`{one.letter}`", one.label, f"`{one.name}`", one.tier.words, _situations(one.allowed))
        for one in OPERATIONS.values()
    ]
    return table(("Letter", "Operation", "Service's word", "Weight", "Possible in"), rows)


def _situations(allowed: frozenset[Situation]) -> str:
    rest = frozenset(Situation) - allowed
    if 2 * len(rest) < len(allowed):
        return f"all but {', '.join(sorted(rest))}"
    return ", ".join(sorted(allowed))


def settings() -> str:
    """Every setting of the configuration file."""
    parts = []
    for title, owner in (
        ("At the top of the file", General),
        ("In `[profiles.NAME]`", Profile),
        ("In `[views.NAME]`", SavedView),
    ):
        rows = [_setting(each) for each in settings_of(owner)]
        parts.append(f"{title}:\n\n{table(('Key', 'Meaning', 'Allowed', 'Default'), rows)}\n")
    columns = ", ".join(f"`{name}`" for name in COLUMNS)
    parts.append(f'In `[columns]`, each with `"auto"` or a width: {columns}.\n')
    return "".join(parts)


def _setting(each: Setting) -> tuple[str, ...]:
    default = default_text(each)
    over = f" `{each.variable}` wins over it." if each.variable else ""
    return f"`{each.name}`", each.help + over, each.allowed, f"`{default}`" if default else "–"


def exit_codes() -> str:
    """What the exit codes mean."""
    rows = [(str(int(code)), words) for code, words in MEANINGS.items()]
    return table(("Code", "Meaning"), [*rows, (SIGNAL_CODES, SIGNAL_MEANING)])


PARTS: Mapping[str, Callable[[], str]] = {
    "keys": keys,
    "operations": operations,
    "settings": settings,
    "exit codes": exit_codes,
}


def renewed(text: str) -> str:
    """`text` with every part made anew."""
    for name, make in PARTS.items():
        pattern = re.compile(_PART.format(name=name), re.DOTALL)
        assert pattern.search(text), f"README.md has no place for {name}"
        made = f"\n{make()}\n"
        text = pattern.sub(lambda match, made=made: f"{match[1]}{made}{match[3]}", text)  # type: ignore[misc]
    return text


def commands(mark: str) -> Iterator[str]:
    """The shell blocks of README.md between `<!-- MARK -->` and `<!-- /MARK -->`."""
    text = README.read_text(encoding="utf-8")
    for match in re.finditer(rf"<!-- {mark} -->\n+```sh\n(.*?)```\n+<!-- /{mark} -->", text, re.DOTALL):
        yield match[1]


if __name__ == "__main__":
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")
