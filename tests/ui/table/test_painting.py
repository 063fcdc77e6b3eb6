"""What the table paints: the lines that changed and no others, and how they look."""

import pytest
from textual.scrollbar import ScrollBarRender

from sms_tui.domain.sorting import Sort
from sms_tui.domain.task import SubTask, TaskState
from sms_tui.ui.table.task_lines import HEADING
from sms_tui.ui.theming.files import available
from sms_tui.ui.wording.glyphs import UNICODE
from tests.ui.samples import HOSTILE, NOW, hostile_row, row
from tests.ui.table.host import running

pytestmark = pytest.mark.anyio


async def test_only_the_line_of_a_changed_row_is_painted() -> None:
    async with running(size=(120, 11)) as (host, pilot):
        host.table.lines_drawn.clear()
        host.table.rows_changed({host.change(4, stage=SubTask("MIGRATE_LINUX_FILE", 44.0))})
        await pilot.pause()
        assert set(host.table.lines_drawn) == {HEADING + 4}
        assert "copy 44 %" in host.text(HEADING + 4)


async def test_a_change_that_nobody_can_see_paints_nothing() -> None:
    async with running() as (host, pilot):
        host.table.lines_drawn.clear()
        host.table.rows_changed({host.change(30, speed=1.0), host.change(2, total=1)})
        await pilot.pause()
        assert host.table.lines_drawn == []


async def test_a_tick_paints_only_the_ages_that_changed() -> None:
    rows = [row(number, changed_at=NOW - 7200) for number in range(9)] + [row(9, changed_at=NOW - 15)]
    async with running(rows, (140, 11)) as (host, pilot):
        host.table.lines_drawn.clear()
        host.table.tick(NOW + 1)
        await pilot.pause()
        assert host.table.lines_drawn == []
        host.table.tick(NOW + 6)
        await pilot.pause()
        assert set(host.table.lines_drawn) == {HEADING + 9}


async def test_ages_are_looked_at_every_few_seconds_and_at_once_when_reads_are_overdue() -> None:
    rows = [row(0, changed_at=NOW - 9, remain_seconds=None), row(1, remain_seconds=150)]
    async with running(rows, (140, 11)) as (host, pilot):
        host.table.lines_drawn.clear()
        for second in range(1, 5):
            host.table.tick(NOW + second)
        await pilot.pause()
        assert host.table.lines_drawn == []
        host.table.tick(NOW + 5)
        await pilot.pause()
        assert set(host.table.lines_drawn) == {HEADING}
        host.table.lines_drawn.clear()
        host.table.tick(NOW + 6, 61)
        await pilot.pause()
        assert set(host.table.lines_drawn) == {HEADING + 1}


async def test_a_column_as_wide_as_the_operator_wants_it_ages_too() -> None:
    async with running([row(0, changed_at=NOW - 7200)], (60, 11)) as (host, pilot):
        host.table.set_columns(("name", "age"), {"age": 12})
        await pilot.pause()
        host.table.lines_drawn.clear()
        host.table.tick(NOW + 3600)
        await pilot.pause()
        assert set(host.table.lines_drawn) == {HEADING}


async def test_moving_the_cursor_paints_two_lines() -> None:
    async with running() as (host, pilot):
        host.table.lines_drawn.clear()
        await pilot.press("j")
        await pilot.pause()
        assert set(host.table.lines_drawn) == {HEADING, HEADING + 1}


async def test_the_work_depends_on_what_is_in_view_and_not_on_the_number_of_tasks() -> None:
    asked = []
    for count in (50, 5000):
        async with running(count) as (host, pilot):
            host.asked.clear()
            host.table.rows_changed(set(host.rows))
            host.table.tick(NOW + 60)
            await pilot.press("j")
            await pilot.pause()
            asked.append(len(host.asked))
    assert asked[0] == asked[1]


async def test_an_equal_order_paints_nothing() -> None:
    async with running() as (host, pilot):
        host.table.lines_drawn.clear()
        host.table.set_order(list(host.rows))
        await pilot.pause()
        assert host.table.lines_drawn == []


async def test_an_empty_table_says_what_it_was_told_to_say() -> None:
    async with running(0) as (host, pilot):
        host.table.set_message("No task matches\n\x1b[31mesc clears the filter")
        await pilot.pause()
        lines = [host.text(y) for y in range(11)]
        said = [line.strip() for line in lines[HEADING:] if line.strip()]
        assert said == ["No task matches", "␛[31mesc clears the filter"]
        place = lines.index(next(line for line in lines if "No task" in line))
        assert lines[place].index("No task") == pytest.approx((79 - len("No task matches")) / 2, abs=1)
        assert host.table.cursor_id is None
        await pilot.press("j", "k", "G", "space", "v", "asterisk", "enter", "pagedown")


async def test_a_message_is_wrapped_and_centred_by_cells() -> None:
    async with running(0, size=(40, 11)) as (host, pilot):
        words = "此账号和项目中没有迁移任务，也没有任何可以显示的服务器或者模板或者其他任何东西。"
        host.table.set_message(f"{words}\n没有")
        await pilot.pause()
        lines = [host.text(y).rstrip() for y in range(HEADING, 11)]
        said = [line for line in lines if line]
        assert "".join(line.strip() for line in said[:-1]) == words
        assert len(said) > 2
        assert said[-1].index("没") == (39 - 4) // 2


async def test_stale_rows_are_drawn_in_one_faint_colour() -> None:
    async with running(3) as (host, pilot):
        colours = {segment.style.color for segment in host.table.render_line(HEADING + 1) if segment.style}
        assert len(colours) > 1
        host.table.set_dimmed(True)
        await pilot.pause()
        strip = host.table.render_line(HEADING + 1)
        assert len({segment.style.color for segment in strip if segment.style}) == 1
        assert "RUNNING" in strip.text


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 40), (160, 48)])
async def test_nothing_is_drawn_under_the_scrollbar(size: tuple[int, int]) -> None:
    async with running([row(number, TaskState.MIGRATE_SUCCESS) for number in range(60)], size) as (
        host,
        _pilot,
    ):
        assert host.table.show_vertical_scrollbar
        for y in range(size[1]):
            seen = host.text(y)[: host.table.scrollable_size.width]
            assert "…" not in seen.split("100 %")[0]
            assert y == 0 or "100 %" in seen


async def test_the_heading_names_the_sort_column() -> None:
    async with running() as (host, _pilot):
        host.table.set_sort(Sort("state", descending=True))
        assert f"STATE {UNICODE.descending}" in host.text(0)
        host.table.set_sort(Sort("name"))
        assert f"NAME {UNICODE.ascending}" in host.text(0)
        assert UNICODE.descending not in host.text(0)


@pytest.mark.parametrize("column", ["name", "progress"])
async def test_the_heading_stands_on_one_ground(column: str) -> None:
    async with running() as (host, _pilot):
        host.table.set_sort(Sort(column, descending=True))
        strip = host.table.render_line(0)
        assert len({segment.style.bgcolor for segment in strip if segment.style}) == 1


async def test_chosen_columns_take_effect() -> None:
    async with running() as (host, _pilot):
        host.table.set_columns(("name", "id"), {"name": 10})
        assert host.text(0).split() == ["NAME", "ID"]
        assert host.text(HEADING)[3:13] == "web-00    "
        assert list(host.table.columns) == ["name", "id"]


async def test_hostile_text_is_drawn_clean() -> None:
    rows = [hostile_row(text, number) for number, text in enumerate(HOSTILE)]
    async with running(rows, (200, 30)) as (host, _pilot):
        for y in range(30):
            strip = host.table.render_line(y)
            assert strip.text.isprintable()
            assert strip.cell_length == host.table.size.width


async def test_a_row_is_drawn_in_few_pieces() -> None:
    async with running(3, (200, 10)) as (host, _pilot):
        assert len(list(host.table.render_line(HEADING + 1))) <= 6


@pytest.mark.parametrize("theme", [file.path.stem for file in available()])
async def test_every_shipped_theme_draws_every_state(theme: str) -> None:
    rows = [row(number, state) for number, state in enumerate(TaskState)]
    async with running(rows, (120, 20)) as (host, pilot):
        for file in available():
            assert file.theme is not None
            host.register_theme(file.theme)
        host.theme = theme
        await pilot.pause()
        await pilot.press("space", "j")
        host.table.set_dimmed(True)
        await pilot.pause()
        assert host.table.render_line(HEADING + 1).cell_length == host.table.size.width


async def test_the_bar_looks_as_if_it_moved_with_each_line() -> None:
    async with running(2000, size=(80, 24)) as (host, pilot):
        bar, moves = host.table.vertical_scrollbar, set()
        for y in (*range(0, 400, 3), 1975, 1976, 1978, 700, 3):
            host.table.scroll_to(y=y, animate=False, force=True)
            await pilot.pause()
            moves.add(bar.position)
            shown, exact = (
                ScrollBarRender.render_bar(
                    size=host.table.size.height,
                    virtual_size=host.table.virtual_size.height,
                    window_size=host.table.size.height,
                    position=position,
                )
                for position in (bar.position, host.table.scroll_y)
            )
            assert shown.segments == exact.segments
        assert len(moves) < 60
