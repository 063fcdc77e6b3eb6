"""Shows the first rows on the terminal while the toolkit is still being loaded.

This is a courtesy: in any doubt nothing is shown, and a failure here is ignored on purpose.
"""

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

from sms_tui.api.answers.codec import TaskReader, split
from sms_tui.api.answers.tasks import SpeedUnit
from sms_tui.api.early.first_answers import Answer, FirstAnswers
from sms_tui.api.early.thread_switching import switching_after
from sms_tui.cli.alternate_screen import AlternateScreen
from sms_tui.cli.arguments import Overrides
from sms_tui.cli.demo_page import DEMO
from sms_tui.cli.early_start import EarlyStart
from sms_tui.cli.environment import Environment
from sms_tui.cli.options import options_for
from sms_tui.cli.starting_line import StartingLine
from sms_tui.config import Settings
from sms_tui.engine.mode import Mode
from sms_tui.state import State
from sms_tui.ui.first_picture import Picture, Scene, first_picture
from sms_tui.ui.wording.language import choose
from sms_tui.ui.wording.times import show_in

_OK = 200
_LONG_TURN = 0.1
"""Seconds that a thread keeps the interpreter: the one that loads the toolkit has the most to do"""


def show_first_rows(early: FirstAnswers, unit: SpeedUnit, scene: Scene, starting_line: StartingLine) -> None:
    """Draw the rows of the first page when its answer is here; for the main thread."""
    options = scene.options
    if options.stock_painting or options.slow_link:
        return
    screen = AlternateScreen()
    if not starting_line.clear_with_line(screen):
        return
    screen.guard()
    choose(options.language)
    show_in(scene.state.time or scene.settings.time)

    def draw(answer: Answer | None) -> None:
        # Whatever went wrong, the real frame follows in a moment and reports it.
        with suppress(Exception):
            with switching_after(_LONG_TURN):
                picture = _picture(answer, scene, unit) if answer else None
            if picture is not None:
                screen.draw(b"".join(_placed(picture)))

    early.when_answered(draw)


def scene_of(begun: EarlyStart, overrides: Overrides, here: Environment, settings: Settings) -> Scene:
    """How a configured profile begins."""
    profile = begun.resolved.profile
    options = options_for(overrides, here, profile.name, settings.language)
    mode = Mode(read_only=overrides.read_only or profile.read_only, dry_run=overrides.dry_run)
    return Scene(profile, settings, begun.memory.state, options, mode)


def demo_scene(overrides: Overrides, here: Environment) -> Scene:
    """How the demo begins: with nothing remembered."""
    options = options_for(overrides, here, DEMO.name)
    mode = Mode(read_only=overrides.read_only, dry_run=overrides.dry_run, simulated=True)
    return Scene(DEMO, Settings(), State(), options, mode)


def _picture(answer: Answer, scene: Scene, unit: SpeedUnit) -> Picture | None:
    status, _, body = answer
    if status != _OK:
        return None
    items, _ = split(body, "tasks")
    tasks, broken = TaskReader(unit).read_page(items)
    return None if broken else first_picture(tasks, scene, shutil.get_terminal_size(), time.time())


def _placed(picture: Picture) -> Iterator[bytes]:
    """The lines with the sequences that put each in its place."""
    encoding = sys.stdout.encoding or "ascii"
    for number, line in enumerate(picture.lines, 1):
        start, end = ("\x1b[1m", "\x1b[m") if line in {picture.header, picture.heading} else ("", "")
        yield f"\x1b[{number};1H{start}{line}{end}".encode(encoding, "replace")
