"""The app: terminal, themes, signals, and the session in view. No logic of tasks."""

import asyncio
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from rich.segment import Segment, Segments
from textual.app import App
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.screen import Screen
from textual.theme import Theme
from textual.worker import Worker, WorkerCancelled, WorkerFailed

from sms_tui.config import Settings
from sms_tui.domain.text import clean
from sms_tui.state import State
from sms_tui.ui.flows.asking import Severity
from sms_tui.ui.main_screen import MainScreen
from sms_tui.ui.session import OpenSession, Session, SessionError
from sms_tui.ui.terminal import FramesDropped, HungUp, TerminalDriver
from sms_tui.ui.themes import DEFAULT_THEME, available, variable_defaults
from sms_tui.ui.trouble_screen import TroubleScreen

INTERNAL_ERROR = 70
HANG_UP = 129
_TOAST_LIMIT = 400
_ENDINGS = {signal.SIGHUP: HANG_UP, signal.SIGTERM: 143, signal.SIGINT: 130}


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line and the surroundings decide about the app."""

    profile: str
    profiles: Sequence[str] = ()
    theme: str = ""
    ascii_only: bool = False
    hud: bool = False
    tmux: bool = False
    user_themes: Path | None = None
    export_folder: Path = Path()


BuildScreen = Callable[["SmsApp", Session], MainScreen]


class SmsApp(App[None]):
    """Shows one session at a time, and ends cleanly whatever ends it."""

    CSS_PATH = "styles.tcss"
    TITLE = "sms-tui"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+c",
            "interrupt",
            "Quit when pressed twice",
            show=False,
            priority=True,
            id="program.interrupt",
        ),
        Binding("ctrl+q", "leave", show=False, priority=True, id="program.quit"),
        Binding("ctrl+l", "redraw", "Redraw the screen", show=False, priority=True, id="program.redraw"),
        Binding(
            "ctrl+z",
            "suspend_process",
            "Suspend to the shell",
            show=False,
            priority=True,
            id="program.suspend",
        ),
    ]

    def __init__(
        self,
        open_session: OpenSession,
        build_screen: BuildScreen,
        settings: Settings,
        state: State,
        options: Options,
        report_crash: Callable[[BaseException], str],
    ) -> None:
        super().__init__(driver_class=TerminalDriver)
        self._open_session = open_session
        self._build_screen = build_screen
        self._settings = settings
        self._state = state
        self.options = options
        self._report_crash = report_crash
        self._profile = options.profile
        self._profile_changed = asyncio.Event()
        self._serving: Worker[None] | None = None
        self.theme_problems = self._add_themes()
        self.set_class(options.ascii_only, "-ascii")

    def get_theme_variable_defaults(self) -> Mapping[str, str]:  # type: ignore[override]
        """Colours of our own for themes that do not set them."""
        return dict(variable_defaults(self.current_theme))

    def on_mount(self) -> None:
        """Begin to serve once something can be drawn."""
        self.set_keymap({name: ",".join(keys) for name, keys in self._settings.keys.items()})
        self.theme = self._wanted_theme()
        loop = asyncio.get_running_loop()
        for number, code in _ENDINGS.items():
            loop.add_signal_handler(number, self.exit, None, code)
        self._serving = self.run_worker(self._serve())

    async def on_unmount(self) -> None:
        """Wait until the engine has written down what became of everything it sent."""
        if self._serving is not None:
            self._serving.cancel()
            with suppress(WorkerCancelled, WorkerFailed):
                await self._serving.wait()

    def change_profile(self, name: str) -> None:
        """Serve another profile; the old one's engine ends first."""
        self._profile = name
        self._state.last_profile = name
        self._profile_changed.set()

    def action_open_again(self) -> None:
        """Try the same profile again."""
        self._profile_changed.set()

    def set_theme(self, name: str) -> None:
        """Take a theme; lines that hold their colours are written anew."""
        self.theme = name
        if self._main is not None:
            self._main.desk.log.rewrite()

    def theme_names(self) -> list[str]:
        """The names of all themes that came with files."""
        return self._theme_names

    def tell(self, sentence: str, severity: Severity = "information") -> None:
        """Say a sentence in passing; it is never read as markup."""
        self.notify(clean(sentence, _TOAST_LIMIT), severity=severity, markup=False)

    def action_redraw(self) -> None:
        """Draw everything anew, as after another program wrote over the screen."""
        self.write_sequence("\x1b[2J")
        self.refresh(layout=True)

    def toggle_mouse(self) -> None:
        """Hand the mouse to the terminal, so that it can select text, or take it back."""
        if isinstance(self._driver, TerminalDriver):
            self.tell(
                "The mouse works here again."
                if self._driver.toggle_mouse()
                else "The terminal has the mouse."
            )

    def write_sequence(self, sequence: str) -> None:
        """Send a control sequence that we made to the terminal."""
        if self._driver is not None:
            self._driver.write(sequence)

    def action_interrupt(self) -> None:
        """Copy what is selected; else, pressed twice, leave."""
        main = self._main
        if text := self.screen.get_selected_text():
            self.copy_to_clipboard(clean(text, len(text), lines=True))
            self.screen.clear_selection()
        elif main is None or main.desk.leaving.pressed():
            self.exit()

    def action_leave(self) -> None:
        """Quit as `q` at the root does."""
        if isinstance(self.screen, MainScreen):
            self.screen.action_run("program.leave")

    def on_hung_up(self, _message: HungUp) -> None:
        """The terminal is gone: so are we, in order."""
        self.exit(return_code=HANG_UP)

    def on_frames_dropped(self, _message: FramesDropped) -> None:
        """The terminal reads again: what it shows is old."""
        self.refresh(layout=True)

    async def on_key(self, event: Key) -> None:
        """Hand on a key that was typed right behind the one that opened a dialog or a prompt.

        It keeps its time, so that a dialog can tell what was typed blind.
        """
        if self._main is None or not self._main.was_typed_for_what_opened(event):
            return
        event.prevent_default()
        meant = Key(event.key, event.character)
        meant.time = event.time
        meant._set_forwarded()  # noqa: SLF001 - as the toolkit marks what is on its way already
        (self.focused or self.screen).post_message(meant)

    async def _serve(self) -> None:
        while True:
            self._profile_changed.clear()
            try:
                async with self._open_session(self._profile) as session:
                    await self._show(session)
            except SessionError as error:
                await self._replace(TroubleScreen(self._profile, str(error)))
                await self._profile_changed.wait()

    async def _show(self, session: Session) -> None:
        screen = self._build_screen(self, session)
        await self._replace(screen)
        self._name_terminal(session)
        for problem in self.theme_problems:
            self.notify(clean(problem, 400), severity="warning", markup=False)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(session.engine.run())
            await self._profile_changed.wait()
            running.cancel()

    async def _replace(self, screen: Screen[Any]) -> None:
        """Close everything of the session before, and show `screen` above the empty one below."""
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        await self.push_screen(screen)

    @property
    def _main(self) -> MainScreen | None:
        screens = (screen for screen in self.screen_stack if isinstance(screen, MainScreen))
        return next(screens, None)

    def _name_terminal(self, session: Session) -> None:
        if session.profile.production:
            self.write_sequence(f"\x1b]2;sms-tui {clean(session.profile.name, 40)} PRODUCTION\x07")

    def _add_themes(self) -> list[str]:
        problems: list[str] = []
        self._theme_names: list[str] = []
        for file in available(self.options.user_themes):
            problems += [f"{file.path.name}: {problem}" for problem in file.problems]
            if isinstance(file.theme, Theme):
                self.register_theme(file.theme)
                self._theme_names.append(file.theme.name)
        return problems

    def _wanted_theme(self) -> str:
        for name in (self.options.theme, self._state.theme, self._settings.theme):
            if name in self._theme_names:
                return name
        return DEFAULT_THEME

    def _fatal_error(self) -> None:
        """End with one sentence and the path of the report; the toolkit would print every local variable."""
        self._return_code = INTERNAL_ERROR
        if not self._exit_renderables:
            sentence = self._report_crash(self._exception or RuntimeError("unknown"))
            self._exit_renderables.append(Segments([Segment(f"{sentence}\n")]))
        self._close_messages_no_wait()
