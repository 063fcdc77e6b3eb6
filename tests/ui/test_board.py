"""The views on the board: each has a key or a name of its own."""

from sms_tui.config import SavedView, Settings
from sms_tui.ui.board import views_of


def test_a_view_without_a_key_takes_none_that_a_later_one_asks_for() -> None:
    free = next(key for key in "123456789" if key not in views_of(Settings(), {}))
    views = views_of(
        Settings(views={"mine": SavedView("mine"), "night": SavedView("night", key=free)}),
        {},
    )
    assert views[free].name == "night"
    assert "mine" in [view.name for view in views.values()]
