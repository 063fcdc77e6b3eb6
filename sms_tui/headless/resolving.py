"""From what a person types to task ids; ambiguous names are never guessed, the candidates are listed."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from sms_tui.domain.sentence import first_few
from sms_tui.domain.task import Task
from sms_tui.domain.text import NAME_LIMIT, clean

SHORTEST_PREFIX = 8
_MOST_CANDIDATES = 10
_LIST = " 'sms-tui tasks' lists them."


class ResolveError(Exception):
    """A TASK that is not exactly one task; the text lists what it could be."""


def resolve(words: Iterable[str], tasks: Mapping[str, Task]) -> list[str]:
    """The ids that `words` stand for, each once, in the order given; raises `ResolveError`."""
    return list(dict.fromkeys(_resolve_one(word, tasks) for word in words))


def _resolve_one(word: str, tasks: Mapping[str, Task]) -> str:
    if word in tasks:
        return word
    found = [task for task in tasks.values() if _is_meant(task, word)]
    if len(found) == 1:
        return found[0].id
    if found:
        raise ResolveError(f"'{word}' is not one task but {len(found)}:\n{_listed(found)}")
    raise ResolveError(f"there is no task '{word}'.{_near(word, tasks)}")


def _is_meant(task: Task, word: str) -> bool:
    return task.name == word or (len(word) >= SHORTEST_PREFIX and task.id.startswith(word))


def _near(word: str, tasks: Mapping[str, Task]) -> str:
    if not word:
        # An unset variable of a script gives an empty word, which every id begins with.
        return _LIST
    names = {task.name.casefold(): task for task in tasks.values()}
    close = [names[name] for name in get_close_matches(word.casefold(), names, 5)]
    close += [task for task in tasks.values() if task.id.startswith(word.casefold()) and task not in close]
    if not close:
        return _LIST
    hint = (
        ""
        if len(word) >= SHORTEST_PREFIX
        else f" (the beginning of an id needs {SHORTEST_PREFIX} characters)"
    )
    return f" Near{hint}:\n{_listed(close)}"


def _line(task: Task) -> str:
    """One line whatever the service sends: only the list itself has line feeds."""
    return f"{clean(task.id)}  {clean(task.name, NAME_LIMIT)}  {clean(task.state_text, NAME_LIMIT)}"


def _listed(tasks: list[Task]) -> str:
    shown, more = first_few(tasks, _MOST_CANDIDATES)
    lines = [f"  {_line(task)}" for task in shown]
    return "\n".join([*lines, f"  … {more}"] if more else lines)
