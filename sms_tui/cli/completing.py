"""Shell completion: the words that may come next on a command line, and the scripts for each shell.

The scripts contain no lists: they ask the program, so that names of profiles and themes are always current.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sms_tui.cli.arguments import SHELLS, build_parser
from sms_tui.cli.environment import Environment
from sms_tui.config import ConfigError, survey
from sms_tui.domain.text import clean
from sms_tui.exit_codes import ExitCode
from sms_tui.headless.output import Output

FILES = ":files"
"""What the scripts take as: complete the names of files"""
Candidate = tuple[str, str]
"""A word, and what it means"""
_GLUE = frozenset({"=", ":"})


def complete(shell: str, words: Sequence[str] | None, here: Environment, output: Output) -> ExitCode:
    """Print the script for `shell`, or what could stand for the last of `words`, one candidate a line."""
    if words is None:
        output.raw(_SCRIPTS[shell])
        return ExitCode.DONE
    typed = list(_glued(words)) if shell == "bash" else [*words] or [""]
    # Where the shell has split at `=`, it replaces only what comes after.
    kept = typed[-1].rpartition("=")[0] + "=" if shell == "bash" and "=" in typed[-1] else ""
    for word, meaning in Completer(here).candidates(typed[:-1], typed[-1]):
        output.data(f"{clean(word.removeprefix(kept))}\t{clean(meaning)}")
    return ExitCode.DONE


def _glued(words: Sequence[str]) -> Iterator[str]:
    """The words as typed, since bash splits `--wait=READY` into three."""
    joined: list[str] = []
    for number, word in enumerate(words):
        if joined and (word in _GLUE or words[number - 1] in _GLUE):
            joined[-1] += word
        else:
            joined.append(word)
    yield from joined or [""]


class Completer:
    """Knows what could come next."""

    def __init__(self, here: Environment) -> None:
        self._here = here
        self._root = self._parser = build_parser()
        self._left = _positionals(self._parser)
        self._chosen: dict[str, str] = {}
        """What was given so far, by the name it has in the parser"""

    def candidates(self, before: Sequence[str], current: str) -> list[Candidate]:
        """What `current` could become after the words `before`, in order of usefulness."""
        waiting = self._waiting(before)
        if waiting is None and current.startswith("-"):
            option, sign, _ = current.partition("=")
            if sign and (action := _options(self._parser).get(option)):
                found: Iterable[Candidate] = (
                    (f"{option}={word}", meaning) for word, meaning in self._values(action)
                )
            else:
                found = self._option_names()
        else:
            wanted = [waiting] if waiting else self._left
            found = self._values(wanted[0]) if wanted else ()
        return [one for one in found if one[0].startswith(current) or one[0] == FILES]

    def _waiting(self, before: Sequence[str]) -> argparse.Action | None:
        """The option that waits for its value after `before`; notes what was chosen on the way."""
        waiting: argparse.Action | None = None
        for word in before:
            if waiting is not None:
                self._chosen[waiting.dest], waiting = word, None
            elif word.startswith("-"):
                action = _options(self._parser).get(word.partition("=")[0])
                if action is not None and action.nargs != 0 and "=" not in word and word != "--wait":
                    waiting = action
            else:
                self._take(word)
        return waiting

    def _take(self, word: str) -> None:
        if not self._left:
            return
        action = self._left[0]
        self._chosen.setdefault(action.dest, word)
        choices = action.choices
        if isinstance(choices, Mapping):
            self._parser = choices.get(word, self._parser)
            self._left = _positionals(self._parser) if word in choices else []
        elif action.nargs not in {"*", "+"}:
            self._left = self._left[1:]

    def _option_names(self) -> Iterator[Candidate]:
        root = {name: action.help for name, action in _options(self._root).items()}
        for name, action in _options(self._parser).items():
            if name.startswith("--"):
                known = root.get(name) if action.help == argparse.SUPPRESS else action.help
                shown = f"{name}=" if name == "--wait" else name
                yield shown, (known or "").replace("%(default)s", str(action.default))

    def _values(self, action: argparse.Action) -> Iterable[Candidate]:
        if isinstance(action.choices, Mapping):
            # The lines of help of the commands are kept apart from the commands.
            return [(each.dest, each.help or "") for each in action._choices_actions]  # type: ignore[attr-defined]  # noqa: SLF001
        if action.choices is not None:
            return [(str(choice), "") for choice in action.choices]
        if action.metavar == "FILE":
            return [(FILES, "")]
        source = _SOURCES.get(action.dest)
        return source(self) if source else ()

    def profiles(self) -> Iterable[Candidate]:
        """The profiles of the configuration, as far as it can be read."""
        try:
            file = self._chosen.get("config")
            settings = survey(Path(file) if file else None, self._here.environ)
        except ConfigError:
            return []
        return [(name, profile.endpoint) for name, profile in settings.profiles.items()]

    def themes(self) -> Iterable[Candidate]:
        """The themes that can be used."""
        from sms_tui.config.theme_files import own_folder
        from sms_tui.ui.theming.files import available

        found = available(own_folder(self._here.environ))
        return [(file.theme.name, "") for file in found if file.theme is not None]

    def scenarios(self) -> Iterable[Candidate]:
        """The scenarios of the simulated service, and what each is about."""
        from sms_tui.simulator.world.scenarios import SCENARIOS

        return [(name, each.about) for name, each in SCENARIOS.items()]

    def operations(self) -> Iterable[Candidate]:
        """The operations with our verbs."""
        from sms_tui.domain.operations import OPERATIONS

        return [(name, operation.label) for name, operation in OPERATIONS.items()]

    def parameters(self) -> Iterable[Candidate]:
        """The parameters of the operation that was typed."""
        from sms_tui.domain.operations import OPERATIONS

        operation = OPERATIONS.get(self._chosen.get("operation", ""))
        return [(f"{one.name}=", one.label) for one in operation.parameters] if operation else []

    def states(self) -> Iterable[Candidate]:
        """The states that are known."""
        from sms_tui.domain.task import TaskState

        return [(state.value, "") for state in TaskState if state is not TaskState.UNKNOWN]

    def codes(self) -> Iterable[Candidate]:
        """The codes of the catalogue."""
        from sms_tui.domain.advice import codes, explain

        return [(code, found.meaning if (found := explain(code)) else "") for code in codes()]

    def schemas(self) -> Iterable[Candidate]:
        """The documents that have a schema."""
        from sms_tui.headless.schemas import SCHEMAS

        return [(name, words) for name, (words, _) in SCHEMAS.items()]

    def columns(self) -> Iterable[Candidate]:
        """The beginnings of a filter."""
        from sms_tui.domain.rows import COLUMNS

        return [(f"{name}:", column.title) for name, column in COLUMNS.items()]


_SOURCES: Mapping[str, Callable[[Completer], Iterable[Candidate]]] = {
    "profile": Completer.profiles,
    "theme": Completer.themes,
    "scenario": Completer.scenarios,
    "operation": Completer.operations,
    "param": Completer.parameters,
    "state": Completer.states,
    "wait": Completer.states,
    "canary_state": Completer.states,
    "code": Completer.codes,
    "name": Completer.schemas,
    "filter": Completer.columns,
    "until": Completer.columns,
}


def _options(parser: argparse.ArgumentParser) -> Mapping[str, argparse.Action]:
    return parser._option_string_actions  # noqa: SLF001 - argparse has no other way to be asked


def _positionals(parser: argparse.ArgumentParser) -> list[Any]:
    return [action for action in parser._actions if not action.option_strings]  # noqa: SLF001


_BASH = """\
# bash completion for sms-tui; use it with: source <(sms-tui completion bash)
_sms_tui() {
    local line word
    COMPREPLY=()
    while IFS= read -r line; do
        word=${line%%$'\\t'*}
        if [[ $word == ":files" ]]; then
            compopt -o filenames
            while IFS= read -r line; do
                COMPREPLY+=("$line")
            done < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
            return
        fi
        [[ $word == *[=:] ]] && compopt -o nospace
        COMPREPLY+=("$(printf '%q' "$word")")
    done < <("$1" completion bash --words "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _sms_tui sms-tui
"""
_ZSH = """\
#compdef sms-tui
# zsh completion for sms-tui; use it with: source <(sms-tui completion zsh)
_sms_tui() {
    local line word meaning
    local -a found open
    while IFS= read -r line; do
        word=${line%%$'\\t'*}
        meaning=${line#*$'\\t'}
        if [[ $word == ":files" ]]; then
            _files
            return
        fi
        if [[ $word == *[=:] ]]; then
            open+=("${word//:/\\\\:}${meaning:+:$meaning}")
        else
            found+=("${word//:/\\\\:}${meaning:+:$meaning}")
        fi
    done < <("${words[1]}" completion zsh --words "${(@)words[2,CURRENT]}" 2>/dev/null)
    (( $#found )) && _describe -V 'sms-tui' found
    (( $#open )) && _describe -V 'sms-tui' open -S ''
}
if [[ $funcstack[1] == _sms_tui ]]; then
    _sms_tui "$@"
else
    compdef _sms_tui sms-tui
fi
"""
_FISH = """\
# fish completion for sms-tui; use it with: sms-tui completion fish | source
function __sms_tui_complete
    set -l before (commandline -opc)
    set -l program $before[1]
    set -e before[1]
    for line in ($program completion fish --words $before (commandline -ct) 2>/dev/null)
        if string match -q ':files*' -- $line
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c sms-tui -f -a '(__sms_tui_complete)'
"""
_SCRIPTS: Mapping[str, str] = dict(zip(SHELLS, (_BASH, _ZSH, _FISH), strict=True))
