"""The app: terminal, themes, signals, and the session in view. It contains no logic about tasks."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.events import Event, Key
from textual.screen import Screen

from sms_tui.config import Settings
from sms_tui.domain.text import clean
from sms_tui.engine.event_log import Severity
from sms_tui.engine.news_hook import NewsHook
from sms_tui.engine.sending.sender import PATIENCE
from sms_tui.memory import Memory
from sms_tui.state import State
from sms_tui.ui.keys.choice import KeyChoice
from sms_tui.ui.options import Options
from sms_tui.ui.ordered_keys import OrderedKeysApp
from sms_tui.ui.pulse import Pulse
from sms_tui.ui.screens.main import MainScreen
from sms_tui.ui.session import OpenSession, Session
from sms_tui.ui.session_loop import SessionLoop
from sms_tui.ui.session_screens import SessionScreens
from sms_tui.ui.terminal.window_title import WindowTitle
from sms_tui.ui.wording.batch_text import end_lines
from sms_tui.ui.wording.language import tr

_TOAST_LIMIT = 400
_LONGEST_DEAF = 2.0
"""Seconds in which keys wait for a screen that can act on them"""


BuildScreen = Callable[["SmsApp", Session], MainScreen]


class SmsApp(OrderedKeysApp):
    """Shows one session at a time."""

    CSS_PATH = "styles.tcss"
    TITLE = "sms-tui"
    begins_empty = True
    last_words: Sequence[str] = ()
    """What became of what was under way at the end, to be told once the terminal is given back"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys, action, text, show=False, priority=True, id=f"program.{name}")
        for name, keys, action, text in (
            ("interrupt", "ctrl+c", "interrupt", "Quit when pressed twice"),
            ("quit", "ctrl+q", "leave", ""),
            ("redraw", "ctrl+l", "redraw", "Redraw the screen"),
            ("suspend", "ctrl+z", "suspend_process", "Suspend to the shell"),
        )
    ]

    def __init__(
        self,
        open_session: OpenSession,
        build_screen: BuildScreen,
        settings: Settings,
        state: State,
        options: Options,
        report_crash: Callable[[BaseException], str],
        keys: KeyChoice,
        memory: Memory | None = None,
    ) -> None:
        self._theme_of_profile = ""
        super().__init__(
            options,
            report_crash,
            lambda: (self._theme_of_profile, settings.theme, state.theme),
        )
        self._settings = settings
        self._memory = memory
        self.keys = keys
        self.pulse = Pulse(arm=self.set_timer, beat=self._beat)
        self.hook = NewsHook(settings.notify_command, lambda problem: self.tell(tr(problem), "warning"))
        self._session_screens = SessionScreens(
            self,
            self.tell,
            build=partial(build_screen, self),
            build_trouble=self._trouble_screen,
            remarks=self._remarks,
        )
        self.sessions = SessionLoop(
            open_session,
            options.profile,
            show=self._show,
            show_trouble=self._session_screens.show_trouble,
            show_opening=self._session_screens.show_opening,
        )
        self.window_title = WindowTitle(self.write_sequence)

    def on_mount(self) -> None:
        """Open the first session as soon as something can be drawn."""
        self.set_keymap(dict(self.keys.keymap))
        self.window_title.take()
        # Immediately, since the process stops before queued calls run.
        self.app_suspend_signal.subscribe(self, lambda _: self.window_title.give_back(), immediate=True)
        self.app_resume_signal.subscribe(self, lambda _: self.window_title.take())
        self.pulse.start()
        # If opening takes long, there must be a key to leave with.
        self.set_timer(_LONGEST_DEAF, self.hear_keys)
        self.run_worker(self.sessions.run())
        self.run_worker(self.hook.run())

    async def end_work(self) -> None:
        """Write the outcome of everything that was sent to disk, and restore the terminal's title."""
        cut_short = self._session_screens.cut_short()
        if not all(batch.is_done for batch in cut_short):
            # The terminal is given back already, and this may take a while.
            words = tr(
                "Waiting for the answer to what was sent, {seconds} s at most.", seconds=round(PATIENCE)
            )
            self.write_sequence(f"{words}\n")
        await self.sessions.end()
        self.last_words = end_lines(cut_short)
        self.window_title.give_back()

    def give_back_terminal(self) -> None:
        """The title of its window, too."""
        self.window_title.give_back()
        super().give_back_terminal()

    def tell(self, sentence: str, severity: Severity = "information") -> None:
        """Show a sentence as a toast; it is never read as markup."""
        self.notify(clean(tr(sentence), _TOAST_LIMIT), severity=severity, markup=False)

    def _beat(self) -> float:
        rest = self.main.desk.tick() if self.main is not None else 0.0
        # Choices are saved soon after they were made, so that none is lost if the program is killed.
        if self._memory is not None and (news := self._memory.news()) is not None:
            # In a thread, since disks can be slow; failures are reported at the end.
            self.run_worker(asyncio.to_thread(self._memory.write, news))
        return rest

    def action_interrupt(self) -> None:
        """Copy the selected text; if there is none, leave when pressed twice."""
        if text := self.screen.get_selected_text():
            self.screen.clear_selection()
            if self.main is not None:
                self.main.flows.copying.copy("selection", [text], lines=True)
        elif self.main is None:
            self.exit()
        elif self.main.flows.quitting.pressed():
            self._leave_or_ask(self.main)

    def _leave_or_ask(self, main: MainScreen) -> None:
        """Ask first while operations are under way; pressed again during that question, leave."""
        from sms_tui.ui.dialogs.quit import QuitDialog

        if main.flows.quitting.under_way() and not isinstance(self.screen, QuitDialog):
            self.run_worker(main.flows.quitting.quit())
        else:
            self.exit()

    def action_leave(self) -> None:
        """Quit as `q` at the root does."""
        if isinstance(self.screen, MainScreen):
            self.screen.action_run("program.leave")

    async def on_event(self, event: Event) -> None:
        """What a key changes is shown soon, whatever else is due."""
        if isinstance(event, Key):
            self.pulse.hurry()
        await super().on_event(event)

    async def _show(self, session: Session) -> None:
        profile = session.profile
        self._theme_of_profile = profile.theme
        self.wear_wanted()
        self.window_title.name(
            profile.name, production=profile.production, simulated=session.engine.mode.simulated
        )
        await self._session_screens.show(session)

    def _trouble_screen(self, profile: str, reason: str) -> Screen[Any]:
        from sms_tui.ui.screens.trouble import TroubleScreen

        return TroubleScreen(profile, reason, self.options.profiles, self.sessions)

    def _remarks(self, profile: str) -> Sequence[str]:
        return [*self._settings.remarks(profile), *self.themes.problems, *self.keys.placed_problems]
