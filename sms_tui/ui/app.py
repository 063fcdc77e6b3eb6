"""The app: terminal, themes, signals, and the session in view. It contains no logic about tasks."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from textual.binding import Binding, BindingType
from textual.events import Event, Key
from textual.screen import Screen
from textual.widgets._toast import ToastRack

from sms_tui.config import Settings
from sms_tui.domain.sentence import counted
from sms_tui.domain.text import clean
from sms_tui.engine.event_log import EventLog, Severity
from sms_tui.engine.news_hook import NewsHook
from sms_tui.engine.record import Batch
from sms_tui.engine.sending.sender import PATIENCE
from sms_tui.memory import Memory
from sms_tui.state import State
from sms_tui.ui.flows.asking import Tell
from sms_tui.ui.keys.choice import KeyChoice
from sms_tui.ui.keys.type_ahead import copy_of
from sms_tui.ui.options import Options
from sms_tui.ui.pulse import Pulse
from sms_tui.ui.screens.main import MainScreen
from sms_tui.ui.session import OpenSession, Session
from sms_tui.ui.session_loop import SessionLoop
from sms_tui.ui.terminal.window_title import WindowTitle
from sms_tui.ui.theming.themed import ThemedApp
from sms_tui.ui.wording.batch_text import end_lines
from sms_tui.ui.wording.language import tr

_TOAST_LIMIT = 400
_MOST_WARNINGS = 3
"""Toasts at the start; each covers what is below it"""
_LONGEST_DEAF = 2.0
"""Seconds in which keys wait for a screen that can act on them"""


BuildScreen = Callable[["SmsApp", Session], MainScreen]


class SmsApp(ThemedApp[None]):
    """Shows one session at a time, and delivers keys in the order in which they were typed."""

    CSS_PATH = "styles.tcss"
    TITLE = "sms-tui"
    begins_empty = True
    last_words: Sequence[str] = ()
    """What became of what was under way at the end, to be told once the terminal is given back"""
    _cut_short: Sequence[Batch] = ()
    """What a change of profile has ended, to be told once the next one is in view"""
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
            stock=options.stock_painting,
        )
        self._build_screen = build_screen
        self._settings = settings
        self._state = state
        self._memory = memory
        self.keys = keys
        self.pulse = Pulse(self.set_timer, self._beat)
        self.hook = NewsHook(settings.notify_command, lambda problem: self.tell(tr(problem), "warning"))
        self.sessions = SessionLoop(
            open_session,
            options.profile,
            show=self._show,
            show_trouble=self._show_trouble,
            show_opening=self._show_opening,
        )
        self.window_title = WindowTitle(self.write_sequence)
        self._typed_at: WeakKeyDictionary[Key, Screen[Any]] = WeakKeyDictionary()
        """What was in front when a key set out"""
        self._left: Screen[Any] | None = None
        """What a key has closed that came back from there; those behind it are for what was below"""

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
        cut_short = self.main.flows.quitting.cut_short() if self.main is not None else self._cut_short
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

    @property
    def main(self) -> MainScreen | None:
        """The main screen, if a session is in view."""
        screens = (screen for screen in self.screen_stack if isinstance(screen, MainScreen))
        return next(screens, None)

    def tell(self, sentence: str, severity: Severity = "information") -> None:
        """Show a sentence as a toast; it is never read as markup."""
        self.notify(clean(tr(sentence), _TOAST_LIMIT), severity=severity, markup=False)

    def _refresh_notifications(self) -> None:
        """Show notices on the screen in front alone: those behind it can be seen beside a dialog."""
        super()._refresh_notifications()
        for screen in self.screen_stack[:-1]:
            # Whichever is in front again shows its own again.
            for notices in screen.query_children(ToastRack):
                notices.display = False

    def write_sequence(self, sequence: str) -> None:
        """Send a control sequence that we made to the terminal."""
        if self._driver is not None:
            self._driver.write(sequence)

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
        """Keep keys in order: those behind one that opens something come back here first."""
        if self.main is None or not isinstance(event, Key):
            await super().on_event(event)
        else:
            self.pulse.hurry()
            await self.main.type_ahead.pass_on(event, self._pass_key_on, self.set_timer)

    async def _pass_key_on(self, event: Key) -> None:
        front = self.screen
        if not event.is_forwarded:
            self._typed_at[event] = front
        await super().on_event(event)
        if event.is_forwarded and self.screen is not front:
            self._left = front

    async def on_key(self, event: Key) -> None:
        """Pass on a key that was typed right after one that opened a dialog or a prompt.

        One that a dialog had no use for, and which comes back when that is closed, is for nobody else.
        """
        typed_at = self._typed_at.pop(event, self.screen)
        if self.main is not None and self.main.type_ahead.claims(event):
            event.prevent_default()
            (self.focused or self.screen).post_message(copy_of(event))
        elif typed_at not in {self.screen, self.main, self._left}:
            event.prevent_default()

    async def _show(self, session: Session) -> None:
        profile = session.profile
        self._theme_of_profile = profile.theme
        self.wear_wanted()
        self.window_title.name(
            profile.name, production=profile.production, simulated=session.engine.mode.simulated
        )
        await self._replace(self._build_screen(self, session))
        self.screen.call_after_refresh(self._begun, session)
        remarks = self._settings.remarks(profile.name)
        _warn([*remarks, *self.themes.problems, *self.keys.placed_problems], session.engine.log, self.tell)
        for line in end_lines(self._cut_short):
            session.engine.log.add("note", line)
            self.tell(line)
        self._cut_short = ()

    def _begun(self, session: Session) -> None:
        """Called when the screen is shown and has the focus."""
        self.hear_keys()
        session.shown()

    async def _show_trouble(self, profile: str, reason: str) -> None:
        from sms_tui.ui.screens.trouble import TroubleScreen

        await self._replace(TroubleScreen(profile, reason, self.options.profiles, self.sessions))
        self.hear_keys()

    async def _show_opening(self, profile: str) -> None:
        from sms_tui.ui.screens.opening import OpeningScreen

        if self.main is not None:
            self._cut_short = self.main.flows.quitting.cut_short()
        await self._replace(OpeningScreen(profile))

    async def _replace(self, screen: Screen[Any]) -> None:
        """Close everything of the session before, and show `screen` above the empty one below."""
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        await self.push_screen(screen)


def _warn(problems: Sequence[str], log: EventLog, tell: Tell) -> None:
    """Show problems with the user's files as toasts, and log them for those who looked elsewhere."""
    for problem in problems:
        log.add("note", problem, severity="warning")
    for problem in problems[:_MOST_WARNINGS]:
        tell(problem, "warning")
    if (more := len(problems) - _MOST_WARNINGS) > 0:
        tell(counted(more, "{count} more warning is in the log.", "{count} more warnings are in the log."))
