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


class Ahead:
    """`TypeAhead` between an app and a table that gives every key back; a question opens when told to."""

    def __init__(self) -> None:
        self.is_asking = self.is_prompting = self.has_begun = False
        self.acted: list[str] = []
        """Keys that were sent to whoever has the focus"""
        self.claimed: list[str] = []
        """Keys that came back and are for what was opened meanwhile"""
        self.waits: list[tuple[float, Callable[[], Awaitable[None]]]] = []
        self.keys = TypeAhead(
            is_asking=lambda: self.is_asking or self.is_prompting,
            is_prompting=lambda: self.is_prompting,
            has_begun=lambda: self.has_begun,
        )

    async def type(self, names: str) -> list[Key]:
        """Type letters; what they are sent to will give them back."""
        typed = [key(name) for name in names]
        for each in typed:
            await self.pass_on(each)
        return typed

    async def pass_on(self, event: Key) -> None:
        await self.keys.pass_on(event, self._act, lambda *wait: self.waits.append(wait))

    async def _act(self, event: Key) -> None:
        if not event.is_forwarded:
            self.acted.append(event.key)
            event._set_forwarded()
        elif self.keys.claimed(event):
            self.claimed.append(event.key)


@pytest.mark.anyio
async def test_a_key_that_set_out_for_the_table_is_for_the_question_that_opened_before_it_came_back() -> None:
    ahead = Ahead()
    opens, behind, last = await ahead.type("adj")
    await ahead.pass_on(opens)
    ahead.is_asking = True
    await ahead.pass_on(behind)
    ahead.is_asking = False
    await ahead.pass_on(last)
    assert (ahead.acted, ahead.claimed) == (["a", "d", "j"], ["d"])


@pytest.mark.anyio
async def test_a_key_typed_at_a_question_is_not_taken_for_one_that_set_out_before() -> None:
    ahead = Ahead()
    ahead.is_asking = True
    (typed,) = await ahead.type("y")
    await ahead.pass_on(typed)
    assert (ahead.acted, ahead.claimed) == (["y"], [])


@pytest.mark.anyio
async def test_keys_behind_one_that_opens_wait_for_those_before_them() -> None:
    ahead = Ahead()
    opens, behind, last = await ahead.type("adj")
    await ahead.pass_on(opens)
    ahead.is_asking = True
    await ahead.type("ef")
    await ahead.pass_on(behind)
    assert (ahead.acted, ahead.keys.waiting, len(ahead.waits)) == (["a", "d", "j"], 2, 1)
    await ahead.pass_on(last)
    await ahead.type("g")
    assert (ahead.acted, ahead.claimed) == (["a", "d", "j", "e", "f", "g"], ["d", "j"])


@pytest.mark.anyio
@pytest.mark.parametrize("is_forgotten", [True, False])
async def test_a_key_that_never_comes_back_keeps_nobody_waiting_for_long(is_forgotten: bool) -> None:
    ahead = Ahead()
    (taken,) = await ahead.type("a")
    ahead.is_asking = True
    await ahead.type("d")
    assert ahead.acted == ["a"]
    ((_, go_on_anyway),) = ahead.waits
    if is_forgotten:
        ahead.keys.forget(taken)
    await (ahead.keys.go_on() if is_forgotten else go_on_anyway())
    await ahead.type("e")
    assert ahead.acted == ["a", "d", "e"]


def test_a_copy_keeps_key_character_and_time() -> None:
    first = key("y")
    first.time -= 3.0
    copy = copy_of(first)
    assert (copy.key, copy.character, copy.time) == ("y", "y", first.time)


@pytest.mark.anyio
async def test_keys_for_what_is_never_opened_wait_a_while_and_then_act_in_their_order() -> None:
    ahead = Ahead()
    opens, behind = await ahead.type("Wj")
    await ahead.pass_on(opens)
    ahead.has_begun = True
    await ahead.pass_on(behind)
    await ahead.type("k")
    await ahead.keys.go_on()
    assert ahead.acted == ["W", "j"]
    ((seconds, go_on_anyway),) = ahead.waits
    assert 2.0 < seconds < 3.0
    await go_on_anyway()
    assert (ahead.acted, ahead.keys.waiting) == (["W", "j", "j", "k"], 0)


@pytest.mark.anyio
async def test_a_key_behind_the_one_that_closed_a_prompt_waits_for_what_the_prompt_asked_for() -> None:
    ahead = Ahead()
    ahead.is_prompting = True
    enter, behind = await ahead.type("e*")
    await ahead.pass_on(enter)
    ahead.is_prompting, ahead.has_begun = False, True
    await ahead.pass_on(behind)
    assert (ahead.acted, ahead.keys.waiting) == (["e", "*"], 1)
    ahead.has_begun = False
    await ahead.keys.go_on()
    assert ahead.acted == ["e", "*", "*"]
