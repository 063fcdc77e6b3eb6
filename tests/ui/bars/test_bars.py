"""What the lines around the table leave out where there is little room."""

import pytest

from sms_tui.config import Profile
from sms_tui.engine.mode import Mode
from sms_tui.ui.bars.footer import Hint, _fitting
from sms_tui.ui.bars.header_words import Part, fitted, place_parts
from sms_tui.ui.bars.views import ViewLine, _left_of, _right_of

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


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (73, "24 marked, 17 hidden  filter: wave=2 state:sync  sort: name  7 of 24"),
        (67, "24 marked, 17 hidden  filter: wave=2 state:sync  7 of 24"),
        (51, "24 marked, 17 hidden  filter: wave=2 stat…  7 of 24"),
        (30, "24 marked, 17 hidden…  7 of 24"),
    ],
)
def test_how_many_rows_a_filter_lets_through_is_always_told(room: int, shown: str) -> None:
    line = ViewLine(VIEWS, "0", 7, 24, filter="wave=2 state:sync", sort="name", marked=24, marked_hidden=17)
    assert _right_of(line, room).plain == shown


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


@pytest.mark.parametrize(
    ("profile", "width", "shown"),
    [
        ("prod", 60, "prod   PRODUCTION   OFFLINE since 02:13:00Z  SCREEN PAUSED"),
        (
            "migration-jakarta-wave-3",
            80,
            "migration-jaka…   PRODUCTION   OFFLINE since 02:13:00Z  SCREEN PAUSED  READ-ONLY",
        ),
        ("生产环境迁移波次三号", 60, "生产 …   PRODUCTION   OFFLINE since 02:13:00Z  SCREEN PAUSED"),
        ("migration-jakarta-wave-3", 45, "migra…   PRODUCTION   OFFLINE since 02:13:00Z"),
    ],
)
def test_a_long_name_of_a_profile_hides_nothing_of_what_the_session_is(
    profile: str, width: int, shown: str
) -> None:
    place = place_parts(Profile(profile, production=True), Mode())
    states = ("OFFLINE since 02:13:00Z", "SCREEN PAUSED", "READ-ONLY")
    parts = [Part("sms-tui", "bold", 1), *place, *map(Part, states), Part("6 failed", "", 8)]
    assert "  ".join(part.text for part in fitted(parts, width)) == shown
