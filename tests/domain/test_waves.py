"""Waves: every task is counted in one, whichever way and in whichever pieces they come."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from sms_tui.domain.filters import parse_filter
from sms_tui.domain.rows import Row
from sms_tui.domain.task import TaskState
from sms_tui.domain.views import BUILT_IN_VIEWS, is_running
from sms_tui.domain.waves import Wave, WaveCounts
from tests.domain.samples import NOW, SOURCE_STATES, make_row

_NAMES = ("w1-web", "w2-db", "wave-10-app", "jump-host", "")


def _row(name: str, state: TaskState, left: int | None) -> Row:
    return make_row(state, name=name, remain_seconds=left)


_rows = st.lists(
    st.builds(
        _row,
        st.sampled_from(_NAMES),
        st.sampled_from(sorted(SOURCE_STATES)),
        st.none() | st.integers(0, 90_000),
    ),
    max_size=30,
)


def _counted(*parts: list[Row]) -> list[Wave]:
    counts = WaveCounts()
    for part in parts:
        counts.add(part)
    return list(counts.waves())


@given(_rows, st.integers(0, 30))
def test_a_wave_counts_what_its_filter_and_the_views_show(rows: list[Row], cut: int) -> None:
    waves = _counted(rows[:cut], rows[cut:])
    assert sum(wave.total for wave in waves) == len(rows)
    for wave in waves:
        shown = parse_filter(f"wave={'' if wave.number is None else wave.number}", lambda: NOW)
        mine = [row for row in rows if shown.matches(row)]
        views = {view.name: sum(map(view.shows, mine)) for view in BUILT_IN_VIEWS.values()}
        assert asdict(wave) == {
            "number": wave.number,
            "total": views["all"],
            "finished": views["finished"],
            "failed": views["failed"],
            "waiting": views["waiting for me"],
            "running": sum(map(is_running, mine)),
            "seconds_left": max(
                (row.task.remain_seconds or 0 for row in mine if row.task.is_active), default=0
            ),
        }


@given(_rows)
def test_all_waves_together_count_as_one_would(rows: list[Row]) -> None:
    counts, one = WaveCounts(), Wave(None)
    counts.add(rows)
    for row in rows:
        one.add(row)
    assert counts.all() == one


def test_waves_come_in_the_order_of_their_numbers_and_last_what_belongs_to_none() -> None:
    names = ("jump-host", "wave-10-app", "w2-db", "w1-web", "w2-web")
    waves = _counted([_row(name, TaskState.RUNNING, None) for name in names])
    assert [(wave.number, wave.total) for wave in waves] == [(1, 1), (2, 2), (10, 1), (None, 1)]
