"""Finding and running any action or command: from help, from the command palette, or typed after `:`."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from sms_tui.domain.text import clean
from sms_tui.ui.flows.asking import Ask, Tell
from sms_tui.ui.keys.help_entries import HelpEntry
from sms_tui.ui.keys.typed_command import TypedCommand, find
from sms_tui.ui.wording.language import tr


class Commanding(Struct, frozen=True):
    """Lets the operator choose or type what is to be run."""

    ask: Ask
    tell: Tell
    commands: Mapping[str, TypedCommand]
    """All that can be typed"""
    only_typed: Mapping[str, TypedCommand]
    """Those of them for which there is no key"""
    entries: Callable[[], Sequence[HelpEntry]]
    """The keys in force"""
    run: Callable[[str], None]
    """Does what a key does, by the id of its binding"""
    _typed: list[str] = []
    """Lines typed in this session, for recall"""

    async def help(self) -> None:
        """Show the keys in force and the commands, and run what is chosen there."""
        from sms_tui.ui.dialogs.help import HelpScreen

        typed = [
            HelpEntry(tr("Typed after :"), f":{name} {command.argument}".rstrip(), command.text, f":{name}")
            for name, command in self.only_typed.items()
        ]
        if chosen := await self.ask(HelpScreen([*self.entries(), *typed])):
            await self._run(chosen)

    async def palette(self) -> None:
        """Find any action or command by its words and run it, or complete it where it takes an argument."""
        from sms_tui.ui.dialogs.picker import Option, Picker

        keyed = {entry.binding_id: entry for entry in reversed(self.entries()) if entry.binding_id}
        options = [Option(entry.binding_id, tr(entry.text), entry.keys) for entry in reversed(keyed.values())]
        options += [
            Option(f":{name}", tr(command.text or name), f":{name}", also=" ".join(command.also))
            for name, command in self.only_typed.items()
        ]
        chosen = await self.ask(Picker(tr("Run"), options))
        if chosen is not None:
            await self._run(chosen)

    async def _run(self, chosen: str) -> None:
        command = self.commands.get(chosen.removeprefix(":"))
        if not chosen.startswith(":") or command is None:
            self.run(chosen)
        elif command.argument:
            await self.command_line(f"{command.name} ")
        elif (outcome := command.run("")) is not None:
            await outcome

    async def command_line(self, text: str = "") -> None:
        """Let the operator type a command, beginning with `text`, and run it."""
        from sms_tui.ui.dialogs.command_line import CommandLine

        line = await self.ask(CommandLine(self.commands.values(), self._typed, text))
        if not line:
            return
        self._typed.append(line)
        found = find(self.commands, line)
        if isinstance(found, str):
            self.tell(clean(tr(found)), "warning")
            return
        command, argument = found
        if (outcome := command.run(argument)) is not None:
            await outcome
