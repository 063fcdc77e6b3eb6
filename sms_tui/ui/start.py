"""The composition root of the interface: from settings and a way to open sessions to an app that runs."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from textual.content import Content

from sms_tui.config import Settings
from sms_tui.domain.outcome import Trouble, TroubleKind
from sms_tui.memory import Memory
from sms_tui.state import State
from sms_tui.ui.app import SmsApp
from sms_tui.ui.bars.header_words import place_parts
from sms_tui.ui.desk import Desk
from sms_tui.ui.flows.asking import Ask
from sms_tui.ui.flows.profiles import Profiles
from sms_tui.ui.flows.themes import Themes
from sms_tui.ui.garbage_collection import GarbageCollection
from sms_tui.ui.keys.binding_places import all_bindings
from sms_tui.ui.keys.choice import KeyChoice
from sms_tui.ui.options import Options
from sms_tui.ui.ports import Ports, Program
from sms_tui.ui.screens.main import MainScreen
from sms_tui.ui.session import OpenSession, Session
from sms_tui.ui.session_flows import SessionFlows
from sms_tui.ui.terminal.driver import TerminalDriver
from sms_tui.ui.terminal.sequences import clipboard, notice
from sms_tui.ui.terminal.tmux_buffer import load_buffer
from sms_tui.ui.wording.glyphs import glyph_set
from sms_tui.ui.wording.language import choose, tr
from sms_tui.ui.wording.times import show_in

if TYPE_CHECKING:
    from sms_tui.ui.dialogs.frame import Dialog

T = TypeVar("T")


def build_app(
    open_session: OpenSession,
    settings: Settings,
    state: State,
    options: Options,
    report_crash: Callable[[BaseException], str],
    memory: Memory | None = None,
) -> SmsApp:
    """The app on the profile that `options` name; `report_crash` writes a report and says where it is.

    Without a `memory` nothing of `state` is kept.
    """

    collection: GarbageCollection | None = None
    """One for all sessions, since there is one heap"""

    def build_screen(app: SmsApp, session: Session) -> MainScreen:
        nonlocal collection
        if options.collects and collection is None:
            attention = app.attention
            collection = GarbageCollection(app.set_timer, lambda: attention is not None and attention.is_due)
        screen = _build_screen(app, session, settings, state)
        screen.garbage_collection = collection
        return screen

    choose(options.language)
    show_in(state.time or settings.time)
    keys = KeyChoice(all_bindings(with_dialogs=bool(settings.keys)), settings.keys, settings.origins)
    return SmsApp(open_session, build_screen, settings, state, options, report_crash, keys, memory)


def _build_screen(app: SmsApp, session: Session, settings: Settings, state: State) -> MainScreen:
    # Not earlier: the next start must not begin with a profile that cannot be opened.
    state.last_profile = session.profile.name
    if (attention := app.attention) is not None:
        session.engine.yield_point.give_way(lambda: attention.is_due)
    glyphs = glyph_set(ascii_only=app.options.ascii_only)
    ask = _asker(app, _place(session))

    def flows(screen: MainScreen) -> SessionFlows:
        ports = _ports(app, screen, ask)
        desk = Desk(session, settings, state, ports, glyphs, app.keys)
        return SessionFlows(desk, settings, state, ports)

    themes = Themes(
        ask,
        app.tell,
        state,
        glyphs,
        names=lambda: app.themes.names,
        current=lambda: app.theme,
        wear=app.set_theme,
    )
    profiles = Profiles(
        ask,
        app.tell,
        app.options.profiles,
        session.profile.name,
        change=app.sessions.change,
        ask_to_change=lambda: screen.flows.quitting.ask_to_end(changes_profile=True),
        is_refused=lambda: _is_refused(session.engine.store.sync.trouble),
        may_renew=session.may_renew,
    )
    program = Program(ask, app.tell, profiles, themes, lambda: _toggle_mouse(app))
    screen = MainScreen(flows, program, app.keys)
    return screen


def _is_refused(trouble: Trouble | None) -> bool:
    return trouble is not None and trouble.kind is TroubleKind.SIGN_IN


def _ports(app: SmsApp, screen: MainScreen, ask: Ask) -> Ports:
    return Ports(
        ask=ask,
        tell=app.tell,
        redraw=screen.take_news,
        leave=app.exit,
        clipboard=lambda text: _send_to_clipboard(app, text),
        lend_mouse=lambda lent: _lend_mouse(app, lent=lent),
        alert=lambda title, text: _alert(app, title, text),
        typed_on=lambda closed_by: screen.typed_on.begin(closed_by),
        background=screen.run_worker,
        folder=app.options.export_folder,
        slow_link=app.options.slow_link,
        hurry=app.pulse.hurry,
        hud=app.options.hud,
        notice=lambda: screen.flows.notice(),
        window_left=lambda: screen.flows.window.left(),
    )


def _place(session: Session) -> Content:
    parts = place_parts(session.profile, session.engine.mode)
    return Content("  ").join(Content.assemble((part.text, part.style)) for part in parts)


def _asker(app: SmsApp, place: Content) -> Ask:
    async def ask(dialog: "Dialog[T]") -> T | None:
        """Push at once: keys that are on their way already are meant for the dialog."""
        dialog.place = place
        answer: asyncio.Future[T | None] = asyncio.get_running_loop().create_future()
        app.push_screen(dialog, lambda result: None if answer.done() else answer.set_result(result))
        return await answer

    return ask


def _toggle_mouse(app: SmsApp) -> None:
    """Hand the mouse to the terminal, so that it can select text, or take it back."""
    if isinstance(app._driver, TerminalDriver):  # noqa: SLF001 - the toolkit has no other way to it
        ours = app._driver.toggle_mouse()  # noqa: SLF001
        app.tell(_mouse_words(app.options, ours=ours))


def _mouse_words(options: Options, *, ours: bool) -> str:
    if not ours:
        return tr("The terminal has the mouse.")
    if options.mouse:
        return tr("The mouse works here again.")
    return tr("The mouse works here. Meanwhile GNU screen holds back esc until the next key.")


def _lend_mouse(app: SmsApp, *, lent: bool) -> None:
    if isinstance(app._driver, TerminalDriver):  # noqa: SLF001
        app._driver.lend_mouse(lent=lent)  # noqa: SLF001


def _alert(app: SmsApp, heading: str, text: str) -> None:
    """Ring the bell, tell the news program, and show a desktop notice while the terminal is not looked at."""
    app.bell()
    app.hook(heading, text)
    if not app.app_focus:
        app.write_sequence(notice(heading, text, app.options.multiplexer))


def _send_to_clipboard(app: SmsApp, text: str) -> bool:
    sequence = clipboard(text, app.options.multiplexer)
    if sequence is not None:
        app.write_sequence(sequence)
        if app.options.multiplexer == "tmux":
            app.run_worker(load_buffer(text))
    return sequence is not None
