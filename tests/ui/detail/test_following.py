"""The detail follows the cursor: at once when it takes a step, at its end when it runs."""

from collections.abc import Callable

import pytest

from sms_tui.ui.detail.following import RESTS_AFTER, DetailFollower

NOTHING = 0


class Clock:
    """Time that goes by only when told to, with what was asked to be done later."""

    def __init__(self) -> None:
        self.now = 100.0
        self._due: list[tuple[float, Callable[[], None]]] = []

    def __call__(self) -> float:
        return self.now

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        self._due.append((self.now + seconds, act))

    def go_by(self, seconds: float) -> None:
        end = self.now + seconds
        while due := sorted((each for each in self._due if each[0] <= end), key=lambda each: each[0]):
            at, act = due[0]
            self._due.remove(due[0])
            self.now = at
            act()
        self.now = end


class Hand:
    """Moves a cursor, and notes each row that the detail shows, or that it shows none."""

    def __init__(self, after_frame: Callable[[Callable[[], None]], object] | None = None) -> None:
        self.row = 1
        self.shown: list[int] = []
        self.clock = Clock()
        self.follower = DetailFollower(
            show=lambda: self.shown.append(self.row),
            hide=lambda: self.shown.append(NOTHING),
            after_frame=after_frame or (lambda show: self.clock.later(0, show)),
            later=self.clock.later,
            rests_after=RESTS_AFTER,
            monotonic=self.clock,
        )

    def step(self, then: float, top: int = 0) -> None:
        self.row += 1
        self.follower.moved(top)
        self.clock.go_by(then)


@pytest.fixture
def hand() -> Hand:
    return Hand()


def test_single_steps_are_followed_at_once(hand: Hand) -> None:
    for _ in range(3):
        hand.step(then=0.3)
    assert hand.shown == [2, 3, 4]


def test_two_quick_steps_leave_the_row_before_in_view_until_the_cursor_rests(hand: Hand) -> None:
    hand.step(then=0.1)
    hand.step(then=0.1)
    assert hand.shown == [2]
    hand.clock.go_by(0.1)
    assert hand.shown == [2, 3]


def test_a_run_shows_nothing_until_it_ends(hand: Hand) -> None:
    for _ in range(40):
        hand.step(then=0.03)
    assert hand.shown == [2, NOTHING]
    hand.clock.go_by(0.2)
    assert hand.shown == [2, NOTHING, 41]
    hand.clock.go_by(60)
    assert hand.shown == [2, NOTHING, 41]


def test_news_wait_while_the_cursor_runs_and_are_shown_else(hand: Hand) -> None:
    hand.follower.refresh()
    hand.step(then=0.03)
    hand.step(then=0.03)
    hand.follower.refresh()
    assert hand.shown == [1, 2]
    hand.clock.go_by(1)
    hand.follower.refresh()
    assert hand.shown == [1, 2, 3, 3]


def test_after_a_run_a_step_is_followed_at_once_again(hand: Hand) -> None:
    for _ in range(5):
        hand.step(then=0.03)
    hand.clock.go_by(1)
    hand.step(then=0)
    assert hand.shown == [2, NOTHING, 6, 7]


def test_the_cursor_is_painted_before_the_detail_that_follows_it() -> None:
    painted: list[Callable[[], None]] = []
    hand = Hand(painted.append)
    hand.step(then=0)
    assert hand.shown == []
    painted.pop()()
    assert hand.shown == [2]


def test_a_second_step_before_the_first_is_painted_leaves_the_detail_to_the_rest() -> None:
    painted: list[Callable[[], None]] = []
    hand = Hand(painted.append)
    hand.step(then=0)
    hand.step(then=0)
    painted.pop()()
    assert hand.shown == []
    hand.clock.go_by(1)
    assert hand.shown == [3]


def test_where_the_table_rolls_the_next_detail_comes_in_the_cursors_own_frame() -> None:
    painted: list[Callable[[], None]] = []
    hand = Hand(painted.append)
    hand.step(then=1, top=1)
    assert hand.shown == [2]
    hand.step(then=1, top=1)
    assert hand.shown == [2], "no row rolled, so the cursor goes first"
    painted.pop()()
    hand.step(then=1, top=40)
    assert hand.shown == [2, 3], "so far no terminal moves lines"
