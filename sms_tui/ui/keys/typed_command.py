"""A command typed after `:`, and how a typed line finds it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

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
    values: Callable[[], Sequence[str]] = tuple
    """What the argument can be completed to"""
    also: Sequence[str] = ()
    """Words that other people use for it; a name of another command goes before"""

    def begins_with(self, word: str) -> bool:
        """Whether its name, or another word for it, does."""
        return any(name.startswith(word) for name in (self.name, *self.also))


def find(commands: Mapping[str, TypedCommand], line: str) -> tuple[TypedCommand, str] | str:
    """The command of `line` with its argument, or why there is none; a unique beginning is enough."""
    word, _, argument = line.strip().lstrip(":").partition(" ")
    also = {other: command for command in commands.values() for other in command.also}
    if command := commands.get(word) or also.get(word):
        return command, argument.strip()
    near = [name for name in commands if name.startswith(word)]
    near = near or [command.name for command in commands.values() if command.begins_with(word)]
    if len(near) == 1:
        return commands[near[0]], argument.strip()
    if near:
        return sentence("'{word}' could be {commands}", word=word, commands=", ".join(near))
    if hint := did_you_mean(word, (*commands, *also)):
        return sentence("'{word}' is not a command{hint}", word=word, hint=hint)
    return sentence("'{word}' is not a command; ? lists them", word=word)
