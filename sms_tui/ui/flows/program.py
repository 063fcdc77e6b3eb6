"""The program itself: theme, profile, help, command line, command palette."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from sms_tui.domain.text import clean
from sms_tui.state import State
from sms_tui.ui.flows.asking import Ask, Tell
from sms_tui.ui.keys.help_entries import HelpEntry
from sms_tui.ui.keys.typed_command import TypedCommand, find
from sms_tui.ui.wording.glyphs import Glyphs
from sms_tui.ui.wording.language import tr


class Program:
    """What is not about tasks."""

    def __init__(
        self,
        ask: Ask,
        tell: Tell,
        state: State,
        *,
        themes: Callable[[], Sequence[str]],
        current_theme: Callable[[], str],
        set_theme: Callable[[str], None],
        glyphs: Glyphs,
        profiles: Sequence[str],
        current_profile: str,
        change_profile: Callable[[str], None],
        may_change: Callable[[], Awaitable[bool]],
        is_refused: Callable[[], bool],
    ) -> None:
        """`is_refused`: whether the service no longer takes the credentials."""
        self._ask = ask
        self._tell = tell
        self._state = state
        self.themes = themes
        self._current_theme = current_theme
        self._set_theme = set_theme
        self._glyphs = glyphs
        self.profiles = profiles
        self._current_profile = current_profile
        self._change_profile = change_profile
        self._may_change = may_change
        self._is_refused = is_refused
        self._typed: list[str] = []

    async def pick_theme(self) -> None:
        """Choose a theme while looking at it; giving up brings the old one back."""
        from sms_tui.ui.dialogs.picker import Option, Picker
        from sms_tui.ui.theming.sample import sample

        before = self._current_theme()
        options = [Option(name, name) for name in self.themes()]
        picker = Picker(tr("Theme"), options, before, self._set_theme, sample(self._glyphs))
        chosen = await self._ask(picker)
        self.theme(chosen or before)

    def theme(self, name: str) -> None:
        """Take a theme by its name and remember it."""
        if name not in self.themes():
            known = ", ".join(self.themes())
            self._tell(
                tr("There is no theme '{name}'. Themes: {known}", name=clean(name), known=known), "warning"
            )
            return
        self._set_theme(name)
        self._state.theme = name

    async def pick_profile(self) -> None:
        """Change to another profile: another engine, no marks."""
        from sms_tui.ui.dialogs.picker import Option, Picker

        if not any(name != self._current_profile or self._is_refused() for name in self.profiles):
            self._tell(tr("There is no other profile."))
            return
        options = [Option(name, name) for name in self.profiles]
        chosen = await self._ask(Picker(tr("Profile"), options, current=self._current_profile))
        if chosen:
            await self.profile(chosen)

    async def profile(self, name: str) -> None:
        """Change to the profile with that name, or open the same again for new credentials."""
        if name not in self.profiles:
            known = ", ".join(self.profiles) or tr("none")
            self._tell(
                tr("There is no profile '{name}'. Profiles: {known}", name=clean(name), known=known),
                "warning",
            )
        elif name != self._current_profile or self._is_refused():
            if await self._may_change():
                self._change_profile(name)
        else:
            self._tell(tr("{name} is open already.", name=clean(name)))

    async def help(self, entries: Sequence[HelpEntry], run: Callable[[str], None]) -> None:
        """Show the keys in force; what is chosen there is run."""
        from sms_tui.ui.dialogs.help import HelpScreen

        if chosen := await self._ask(HelpScreen(entries)):
            run(chosen)

    async def palette(
        self,
        entries: Sequence[HelpEntry],
        commands: Mapping[str, TypedCommand],
        run: Callable[[str], None],
    ) -> None:
        """Find any action or command by its words and run it; what needs an argument is typed to its end."""
        from sms_tui.ui.dialogs.picker import Option, Picker

        keyed = {entry.binding_id: entry for entry in reversed(entries) if entry.binding_id}
        options = [Option(entry.binding_id, tr(entry.text), entry.keys) for entry in reversed(keyed.values())]
        options += [
            Option(f":{name}", tr(command.text or name), f":{name}") for name, command in commands.items()
        ]
        chosen = await self._ask(Picker(tr("Run"), options))
        if chosen is None:
            return
        command = commands.get(chosen.removeprefix(":"))
        if not chosen.startswith(":") or command is None:
            run(chosen)
        elif command.argument:
            await self.command_line(commands, f"{command.name} ")
        elif (outcome := command.run("")) is not None:
            await outcome

    async def command_line(self, commands: Mapping[str, TypedCommand], text: str = "") -> None:
        """Read a command that may begin with `text`, and run it."""
        from sms_tui.ui.dialogs.command_line import CommandLine

        line = await self._ask(CommandLine(commands.values(), self._typed, text))
        if not line:
            return
        self._typed.append(line)
        found = find(commands, line)
        if isinstance(found, str):
            self._tell(clean(tr(found)), "warning")
            return
        command, argument = found
        outcome = command.run(argument)
        if outcome is not None:
            await outcome
