"""The rows that are shown before the toolkit is loaded: where and what the real frame shows then."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from rich.cells import cell_len

from sms_tui.config import Profile, SavedView, Settings
from sms_tui.engine.mode import Mode
from sms_tui.state import State
from sms_tui.ui.first_picture import Picture, Scene, first_picture
from sms_tui.ui.options import Options
from sms_tui.ui.screens.sizes import table_size
from sms_tui.ui.wording.language import choose
from tests.story import URL, Operator, story
from tests.ui.samples import HOSTILE, NOW, task

pytestmark = pytest.mark.anyio

LAB = Profile("lab", endpoint=URL)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    choose("en")


def scene(state: State | None = None, settings: Settings | None = None, **options: Any) -> Scene:
    """A profile as the interface begins with it."""
    return Scene(LAB, settings or Settings(), state or State(), Options("lab", **options), Mode())


def pictured(op: Operator, size: tuple[int, int], about: Scene) -> Picture:
    """The picture of all tasks that the operator's program knows."""
    picture = first_picture(list(op.engine.store.tasks.values()), about, size, op.clock.now())
    assert picture is not None
    return picture


def table_of(op: Operator) -> list[str]:
    """The lines of the real table, without its scrollbar."""
    region = op.screen.desk.table.region
    strips = op.app.screen._compositor.render_strips()
    return [
        strip.crop(region.x, region.right - 1).text.rstrip() for strip in strips[region.y : region.bottom]
    ]


def compare(op: Operator, picture: Picture) -> None:
    """Heading and rows stand in the same cells as in the frame."""
    real = table_of(op)
    assert op.screen.desk.table.region.y == list(picture.lines).index(picture.heading)
    ours = [line.rstrip() for line in (picture.heading, *picture.rows)]
    assert ours == real[: len(ours)]
    assert not any(real[len(ours) :]), "a row is missing in the picture"


@pytest.mark.parametrize(
    "size",
    [(60, 15), (80, 24), (109, 19), (110, 31), (121, 32), (137, 40), (160, 48), (205, 50), (300, 80)],
    ids=lambda size: f"{size[0]}x{size[1]}",
)
async def test_it_is_what_the_real_frame_says(tmp_path: Path, size: tuple[int, int]) -> None:
    async with story(tmp_path, "war-room", size=size, profile=LAB) as op:
        table = op.screen.desk.table
        assert (table.outer_size.width, table.outer_size.height) == table_size(*size)
        compare(op, pictured(op, size, scene()))


@pytest.mark.parametrize(
    "state",
    [
        State(sort="eta-"),
        State(view="2"),
        State(filter="state:running"),
        State(problems_only=True),
        State(columns=["state", "name", "created", "age"], widths={"name": 30}),
        State(view="no such view", sort="no such column", filter="eta<abc", columns=["nothing"]),
        State(view="mine"),
    ],
    ids=["sort", "view", "filter", "problems", "columns", "nonsense", "saved"],
)
async def test_it_begins_with_what_was_shown_last(tmp_path: Path, state: State) -> None:
    views = {"mine": SavedView("mine", filter="web", sort="state-", columns=("state", "name"))}
    settings, size = Settings(views=views), (120, 40)
    async with story(
        tmp_path, "war-room", size=size, profile=LAB, state=replace(state), settings=settings
    ) as op:
        compare(op, pictured(op, size, scene(state, settings)))


async def test_it_holds_to_ascii(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", profile=LAB, ascii_only=True) as op:
        picture = pictured(op, (120, 40), scene(ascii_only=True))
        compare(op, picture)
        assert all(line.isascii() for line in picture.lines)


async def test_it_speaks_the_language_chosen(tmp_path: Path) -> None:
    async with story(tmp_path, "war-room", profile=LAB) as op:
        choose("zh")
        picture = pictured(op, (120, 40), scene())
        op.screen.desk.table.notify_style_update()
        op.screen.desk.table.refresh()
        await op.pilot.pause()
        compare(op, picture)
        assert "名称" in picture.heading


async def test_nothing_that_a_server_says_leaves_its_cells() -> None:
    tasks = [task(number, name=text, error=text, region=text) for number, text in enumerate(HOSTILE)]
    picture = first_picture(tasks, scene(), (80, 60), NOW)
    assert picture is not None
    assert len(picture.rows) == len(HOSTILE)
    for line in picture.lines:
        assert cell_len(line) <= 80
        assert not any(char < " " or "\x7f" <= char < "\xa0" for char in line)


async def test_the_header_says_what_may_be_done_here_and_that_the_list_is_being_read() -> None:
    mode = Mode(read_only=True, dry_run=True)
    about = structs.replace(scene(), profile=replace(LAB, production=True), mode=mode)
    picture = first_picture([task()], about, (120, 40), NOW)
    assert picture is not None
    for words in ("lab", "PRODUCTION", "loading", "READ-ONLY", "DRY RUN"):
        assert words in picture.header


@pytest.mark.parametrize("size", [(59, 40), (120, 14)])
async def test_there_is_none_where_the_screen_is_too_small(size: tuple[int, int]) -> None:
    assert first_picture([task()], scene(), size, NOW) is None


async def test_there_is_none_without_a_row() -> None:
    assert first_picture([], scene(), (120, 40), NOW) is None
    assert first_picture([task()], scene(State(filter="nobody")), (120, 40), NOW) is None
