"""What the lines around the table leave out where there is little room."""

import pytest

from sms_tui.ui.bars.footer import Hint, _fitting
from sms_tui.ui.bars.views import ViewLine, _left_of

VIEWS = [("0", "all"), ("1", "waiting for me"), ("2", "running"), ("3", "failed")]


@pytest.mark.parametrize(
    ("room", "current", "shown"),
    [
        (99, "0", "[0 all] 1 waiting for me  2 running  3 failed "),
        (46, "0", "[0 all] 1 waiting for me  2 running  3 failed "),
        (45, "0", "[0 all] 1 waiting for me  2 running  3 "),
        (31, "0", "[0 all] 1 waiting for me  2  3 "),
        (30, "0", "[0 all] 1  2  3 "),
        (29, "3", " 0 all  1  2 [3 failed]"),
        (16, "0", "[0 all] 1  2  3 "),
        (15, "0", "[0 all]"),
        (2, "0", "[0 all]"),
    ],
)
def test_no_view_is_missing_between_two_others(room: int, current: str, shown: str) -> None:
    views = _left_of(ViewLine(VIEWS, current, 1, 1), room)
    assert "".join(text for _, text, _ in views) == shown


def test_the_keys_that_lead_on_are_named_before_all_others() -> None:
    hints = [
        Hint("j k", "move"),
        Hint("a", "operate"),
        Hint("r", "refresh"),
        Hint(":", "command"),
        Hint("?", "help"),
        Hint("q", "quit"),
    ]
    words = [hint.word for hint in _fitting(hints, 47)]
    assert words == ["move", "operate", "command", "help", "quit"]
    assert _fitting(hints, 99) == hints
    assert _fitting(hints, 3) == []
