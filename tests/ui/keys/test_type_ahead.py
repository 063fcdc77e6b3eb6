"""Keys that were typed for something else: behind a key that opens a question, and after it closed."""

from collections.abc import Awaitable, Callable

import pytest
from textual.events import Key

from sms_tui.ui.keys.type_ahead import TypeAhead, TypedOn, copy_of


def key(name: str) -> Key:
    return Key(name, name if len(name) == 1 else None)


class Hands:
    """`TypedOn` with a clock that stands still, and how often it told."""

    def __init__(self) -> None:
        self.time = 100.0
        self.told = 0
        self.typed_on = TypedOn(lambda: self.time, self._tell)

    def _tell(self) -> None:
        self.told += 1

    def drops(self, name: str, after: float = 0.0) -> bool:
        self.time += after
        return self.typed_on.drops(key(name))


def test_nothing_is_dropped_before_a_question_closed() -> None:
    hands = Hands()
    assert not any(hands.drops(name) for name in ("y", "a", "enter"))
    assert hands.told == 0


@pytest.mark.parametrize("closed_by", ["y", "n", "q"])
def test_a_key_that_repeats_is_dropped_until_it_rests_and_others_are_not(closed_by: str) -> None:
    hands = Hands()
    hands.typed_on.begin(key(closed_by))
    for _ in range(90):
        assert hands.drops(closed_by, 1 / 30)
        assert not hands.drops("j")
    assert hands.told == 1
    assert not hands.drops(closed_by, 0.4)
    assert not hands.drops(closed_by)


@pytest.mark.parametrize("closed_by", [key("enter"), None])
def test_the_rest_of_a_text_is_dropped_and_keys_that_are_no_text_are_not(closed_by: Key | None) -> None:
    hands = Hands()
    hands.typed_on.begin(closed_by)
    assert all(hands.drops(letter, 0.2) for letter in "web-07")
    assert not hands.drops("down")
    assert not hands.drops("escape")
    assert not hands.drops("enter")
    assert not hands.drops("w", 0.36)
    assert hands.told == 1


def test_each_question_is_told_anew() -> None:
    hands = Hands()
    for round_ in (1, 2):
        hands.typed_on.begin(key("y"))
        assert hands.drops("y")
        assert hands.told == round_


def test_a_key_counts_from_when_it_was_pressed_and_not_from_when_it_is_looked_at() -> None:
    hands = Hands()
    hands.typed_on.begin(key("y"))
    late = key("y")
    late.time -= 5.0
    hands.time += 5.2
    assert hands.typed_on.drops(late)


def test_keys_that_set_out_for_the_table_are_known_once_a_question_is_open() -> None:
    is_open = False
    ahead = TypeAhead(is_asking=lambda: is_open, has_begun=lambda: False)
    opens, behind, known = key("a"), key("d"), key("j")
    for each in (opens, behind, known):
        ahead.note(each)
    assert not ahead.claims(opens)
    is_open = True
    assert ahead.claims(behind)
    assert not ahead.claims(behind)
    typed = key("y")
    ahead.note(typed)
    assert not ahead.claims(typed)
    is_open = False
    assert not ahead.claims(known)


def test_keys_behind_one_that_opens_wait_for_those_before_them() -> None:
    is_open = False
    ahead = TypeAhead(is_asking=lambda: is_open, has_begun=lambda: False)
    opens, behind, last = key("a"), key("d"), key("e")
    ahead.note(opens)
    ahead.note(behind)
    assert not ahead.holds(key("j"))
    assert not ahead.claims(opens)
    is_open = True
    assert ahead.holds(last)
    assert ahead.released() == ()
    assert ahead.claims(behind)
    assert ahead.holds(later := key("f"))
    assert ahead.waiting == 2
    assert ahead.released() == [last, later]
    assert not ahead.holds(key("g"))


@pytest.mark.parametrize("gives_up", [True, False])
def test_a_key_that_never_comes_back_keeps_nobody_waiting_for_long(gives_up: bool) -> None:
    is_open = False
    ahead = TypeAhead(is_asking=lambda: is_open, has_begun=lambda: False)
    taken, behind = key("a"), key("d")
    ahead.note(taken)
    is_open = True
    assert ahead.holds(behind)
    if not gives_up:
        ahead.forget(taken)
    assert (ahead.give_up() if gives_up else ahead.released()) == [behind]
    assert not ahead.holds(key("e"))


def test_a_copy_keeps_key_character_and_time() -> None:
    first = key("y")
    first.time -= 3.0
    copy = copy_of(first)
    assert (copy.key, copy.character, copy.time) == ("y", "y", first.time)


@pytest.mark.anyio
async def test_keys_for_what_is_never_opened_wait_a_while_and_then_act_in_their_order() -> None:
    has_begun = False
    ahead = TypeAhead(is_asking=lambda: False, has_begun=lambda: has_begun)
    acted, waits = list[Key](), list[tuple[float, Callable[[], Awaitable[None]]]]()

    async def act(each: Key) -> None:
        acted.append(each)
        each._set_forwarded()

    def later(seconds: float, call: Callable[[], Awaitable[None]]) -> None:
        waits.append((seconds, call))

    opens, behind = key("W"), key("j")
    for each in (opens, behind, opens):
        await ahead.pass_on(each, act, later)
    has_begun = True
    await ahead.pass_on(behind, act, later)
    await ahead.pass_on(key("k"), act, later)
    await ahead.go_on()
    assert acted == [opens, behind, opens]
    ((seconds, give_up),) = waits
    assert 2.0 < seconds < 3.0
    await give_up()
    for each in acted[3:]:
        await ahead.pass_on(each, act, later)
    assert "".join(each.key for each in acted[3:]) == "jkjk"
    assert ahead.waiting == 0
