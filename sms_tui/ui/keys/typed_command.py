"""A command typed after `:`, and how a typed line finds it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from sms_tui.domain.nearest import did_you_mean
from sms_tui.domain.sentence import sentence

Run = Callable[[str], Awaitable[None] | None]


class TypedCommand(Struct, frozen=True):
    """One word of the command line and what it does with the rest of the line."""

    name: str
    run: Run
    argument: str = ""
    """How the argument is named in help; empty if there is none."""
    text: str = ""
    values: Callable[[], Iterable[str]] = tuple
    """What the argument can be completed to"""
    also: Sequence[str] = ()
    """Words that other people use for it; a name of another command goes before"""
    is_for_rows: bool = False
    """Whether it is for the row under the cursor or the marked ones, whatever is typed"""

    def begins_with(self, word: str) -> bool:
        """Whether its name, or another word for it, does."""
        return any(name.startswith(word) for name in (self.name, *self.also))


def find(commands: Mapping[str, TypedCommand], line: str) -> tuple[TypedCommand, str] | str:
    """The command of `line` with its argument, or why there is none; a unique beginning is enough."""
    word, _, argument = (part.strip() for part in line.strip().lstrip(":").partition(" "))
    found = _named(commands, word)
    if isinstance(found, str):
        return found
    if argument and not found.argument:
        return _too_much(found, argument)
    return found, argument


def _named(commands: Mapping[str, TypedCommand], word: str) -> TypedCommand | str:
    also = {other: command for command in commands.values() for other in command.also}
    if command := commands.get(word) or also.get(word):
        return command
    near = [name for name in commands if name.startswith(word)]
    near = near or [command.name for command in commands.values() if command.begins_with(word)]
    if len(near) == 1:
        return commands[near[0]]
    if near:
        return sentence("'{word}' could be {commands}", word=word, commands=", ".join(near))
    if hint := did_you_mean(word, (*commands, *also)):
        return sentence("'{word}' is not a command{hint}", word=word, hint=hint)
    return sentence("'{word}' is not a command; ? lists them", word=word)


def _too_much(command: TypedCommand, argument: str) -> str:
    """`:stop web-09` must not become a question about the row under the cursor."""
    if command.is_for_rows:
        return sentence(
            "Not run: '{word}' is for the row under the cursor or the marked rows, not for '{name}'",
            word=command.name,
            name=argument,
        )
    return sentence("Not run: '{word}' takes nothing behind it", word=command.name)
