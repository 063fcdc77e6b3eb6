"""Names sort as an engineer counts them."""

from hypothesis import given
from hypothesis import strategies as st

from sms_tui.domain.natural_order import natural_key


def test_numbers_in_names_count_by_their_value() -> None:
    names = ["web-1", "web-02", "WEB-9", "web-10", "web-100", "web-a", "web-10.0.0.9", "web-10.0.0.10"]
    ordered = ["web-1", "web-02", "WEB-9", "web-10", "web-10.0.0.9", "web-10.0.0.10", "web-100", "web-a"]
    assert sorted(names, key=natural_key) == ordered


@given(st.text("abc-", max_size=6), st.integers(0, 10**30), st.integers(0, 10**30), st.integers(0, 3))
def test_what_differs_in_a_number_alone_sorts_by_it(name: str, one: int, other: int, zeros: int) -> None:
    keys = natural_key(f"{name}{'0' * zeros}{one}-x"), natural_key(f"{name}{other}-x")
    assert (keys[0] < keys[1]) == (one < other)
    assert (keys[0] == keys[1]) == (one == other)


def test_a_number_of_millions_of_digits_sorts_last() -> None:
    assert natural_key("web-" + "1" * 2_000_000) > natural_key("web-" + "9" * 1000)


def test_a_name_that_sorts_as_it_is_takes_no_room_twice() -> None:
    name = "".join(["db", "-7"])
    assert natural_key(name) is name
