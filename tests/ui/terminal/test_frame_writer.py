"""Whatever is done, a terminal that our frames go to shows what the toolkit's own frames would have shown."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyte
import pytest
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from textual._compositor import ChopsUpdate, Compositor
from textual._styles_cache import StylesCache
from textual.geometry import Offset
from textual.screen import Screen as AppScreen
from textual.strip import Strip

from sms_tui.ui.table.task_lines import TaskLines
from sms_tui.ui.terminal.compositor import FrugalCompositor
from sms_tui.ui.terminal.differ import Differ
from sms_tui.ui.terminal.frame_writer import FrameWriter, make_frame_writer
from sms_tui.ui.terminal.kept_lines import KeptLines
from sms_tui.ui.terminal.painting import PaintingApp
from sms_tui.ui.terminal.pens import Pens
from tests.story import story
from tests.terminal import Screen

SIZES = ((120, 40), (160, 48), (80, 24), (100, 30))
KEYS = (
    *["j"] * 8,
    *["k"] * 4,
    *(
        "pagedown",
        "pageup",
        "ctrl+d",
        "ctrl+u",
        "G",
        "g",
        "space",
        "tab",
        "enter",
        "escape",
        "z",
        "right_square",
    ),
    *("question_mark", "colon", "slash", "J", "t", "1", "0", "s", "i", "a", "l"),
)


@dataclass
class Reader:
    """A terminal behind a line that is not always ready."""

    screen: Screen
    stream: pyte.Stream = field(init=False)
    starts: int = 1
    backlog: int = 0
    bytes: int = 0
    told: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        self.stream = pyte.Stream(self.screen)

    def write(self, data: str) -> None:
        assert not self.backlog, "a frame was sent while one was waiting"
        self.bytes += len(data)
        self.stream.feed(data)

    def when_drained(self, tell: Callable[[], None]) -> None:
        self.told = tell

    def drain(self) -> None:
        self.backlog = 0
        tell, self.told = self.told, None
        if tell is not None:
            tell()


RENDER = Strip.render
FRUGAL = FrugalCompositor.render_partial_update


def reader(width: int, height: int) -> Reader:
    screen = Screen(width, height)
    screen.reset_mode(7 << 5, private=True)
    return Reader(screen)


def looks(screen: Screen) -> list[list[tuple[object, ...]]]:
    """Every cell with its style."""
    return [[tuple(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)]


def differing(one: Screen, other: Screen) -> list[str]:
    """Cells that do not look the same."""
    pairs = enumerate(zip(looks(one), looks(other), strict=True))
    return [
        f"{x},{y}: {cell!r} {twin!r}"
        for y, (left, right) in pairs
        for x, (cell, twin) in enumerate(zip(left, right, strict=True))
        if cell != twin
    ]


def rendered_anew(strip: Strip, console: Console) -> str:
    """The toolkit keeps what strips and styles came to, even for a later app with other colours."""
    strip._render_cache = None
    for segment in strip:
        if segment.style is not None:
            segment.style._ansi = None
    return RENDER(strip, console)


@dataclass(frozen=True)
class Frame:
    """One update, as our compositor draws it and as the toolkit's does."""

    ours: object
    stock: ChopsUpdate


@contextmanager
def forgetful(widget: KeptLines) -> Iterator[None]:
    """The widget with nothing kept of what it drew; afterwards it knows of no line drawn meanwhile."""
    before = widget._styles_cache, widget._kept, widget._shape
    widget._styles_cache, widget._kept = StylesCache(), {}
    drawn, painted = {}, {}
    if isinstance(widget, TaskLines):
        drawn, painted = widget._painter._drawn.copy(), widget._painted.copy()
    yield
    widget._styles_cache, widget._kept, widget._shape = before
    if isinstance(widget, TaskLines):
        widget._painter._drawn, widget._painted = drawn, painted


def drawn_twice(compositor: FrugalCompositor) -> Frame | ChopsUpdate | None:
    """Stands in for our compositor's way to draw what changed; the toolkit's has nothing of ours to go by."""
    dirty = compositor._dirty_regions.copy()
    ours = FRUGAL(compositor)
    compositor._dirty_regions = dirty
    if isinstance(ours, ChopsUpdate) or ours is None:
        dirty.clear()
        return ours
    with ExitStack() as undo:
        for widget in compositor.visible_widgets:
            if isinstance(widget, KeptLines):
                undo.enter_context(forgetful(widget))
        stock = Compositor.render_partial_update(compositor)
    assert stock is not None
    return Frame(ours, stock)


class Both:
    """The toolkit's own frames on one terminal and ours on another."""

    def __init__(self, width: int, height: int, chance: random.Random) -> None:
        self.stock, self.ours = reader(width, height), reader(width, height)
        self._chance, self._fronts = chance, random.Random(1)
        self.writer: FrameWriter | None = None
        self.frugal = 0
        """Updates that our compositor drew"""

    def display(self, app: PaintingApp, _screen: AppScreen[object], update: object) -> None:
        """Stand in for the app's own way to its terminal."""
        if update is None:
            return
        if self.writer is None:
            self.writer = make_frame_writer(app.console.color_system, self._send)
        assert self.writer is not None
        frame = update if isinstance(update, Frame) else Frame(update, update)  # type: ignore[arg-type]
        self.frugal += isinstance(update, Frame)
        self.stock.write(frame.stock.render_segments(app.console))
        assert self.writer.take(frame.ours, app.size)
        self.ours.backlog = self._chance.choice((0, 0, 1))
        self._send()

    def _send(self) -> None:
        assert self.writer is not None
        edges = sorted(self._fronts.sample(range(self.ours.screen.columns), 2))
        self.writer.send(self.ours, Offset(0, 0), range(*edges), synchronised=self._fronts.random() < 0.5)

    def resize(self, width: int, height: int) -> None:
        for one in (self.stock, self.ours):
            one.screen.resize(height, width)

    def check(self) -> None:
        self.ours.drain()
        assert differing(self.stock.screen, self.ours.screen) == []


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("seed", "scenario", "theme"),
    [
        (1, "nasty", "cutover-dark"),
        (2, "hundred", "cutover-light"),
        (3, "nasty", "high-contrast"),
        (4, "hundred", "terminal-16"),
        (5, "war-room", "colour-blind"),
    ],
)
async def test_random_keys_and_sizes_leave_both_terminals_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, scenario: str, theme: str
) -> None:
    monkeypatch.setattr(Strip, "render", rendered_anew)
    chance = random.Random(seed)
    size = SIZES[seed % len(SIZES)]
    both = Both(*size, chance)
    monkeypatch.setattr(FrugalCompositor, "render_partial_update", drawn_twice)
    monkeypatch.setattr(
        PaintingApp, "_display", lambda app, screen, update: both.display(app, screen, update)
    )
    async with story(tmp_path, scenario, size=size, seed=seed, theme=theme, draws=True) as operator:
        themes = operator.app.themes.names
        for step in range(36):
            if step % 10 == 9:
                operator.app.set_theme(chance.choice(themes))
                await operator.settle()
            elif step % 12 == 11:
                size = chance.choice(SIZES)
                both.resize(*size)
                await operator.pilot.resize_terminal(*size)
            elif step % 7 == 6:
                await operator.advance(2)
            else:
                await operator.press(chance.choice(KEYS))
            both.check()
    assert both.ours.bytes < both.stock.bytes
    assert both.frugal > 15


def test_where_lines_roll_what_stands_beside_them_is_put_back_last() -> None:
    differ, screen = Differ(Pens(ColorSystem.TRUECOLOR)), reader(60, 20)
    differ.resize(60, 20)

    def draw(top: int) -> list[str]:
        for y in range(20):
            row = f"row {top + y}: {random.Random(top + y).random():.16f}"
            differ.draw(0, y, [Segment(f"{row:<40}"), Segment(f"beside, line {y:<6}")])
        return differ.frame(range(40))

    for part in draw(0):
        screen.write(part)
    first, rest = draw(1)
    screen.write(first)
    left = [line[:40].rstrip() for line in screen.screen.display]
    assert left == [f"row {y}: {random.Random(y).random():.16f}" for y in range(1, 21)]
    assert screen.screen.display[3][40:].rstrip() == "beside, line 4"
    screen.write(rest)
    assert [line[40:].rstrip() for line in screen.screen.display] == [f"beside, line {y}" for y in range(20)]


@pytest.mark.parametrize("control", ["\x00", "\n", "\x1b", "\x7f", "\x9b"])
def test_no_control_character_reaches_the_terminal_wherever_it_stands(control: str) -> None:
    differ = Differ(Pens(ColorSystem.TRUECOLOR))
    differ.resize(4, 1)
    differ.draw(0, 0, [Segment(f"a{control}b{control}e\u0301{control}"), Segment("d")])
    sent = "".join(differ.frame(range(4)))
    assert f"a{control}" not in sent
    assert f"\u0301{control}" not in sent.replace("\u0301\x1b[", "")
