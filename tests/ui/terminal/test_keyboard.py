"""A paste is text, whatever is in it, however it arrives, and whether it ends or not."""

from collections.abc import Iterable, Iterator

import pytest
from textual import _parser
from textual.events import Key, Paste
from textual.message import Message

from sms_tui.ui.terminal.keyboard import _LONGEST_PASTE, _QUIET, Keyboard

START, END = "\x1b[200~", "\x1b[201~"


class Typist:
    """Somebody at a keyboard, whose time goes on only when told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._now = 100.0
        monkeypatch.setattr(_parser, "get_time", lambda: self._now)
        self.keyboard = Keyboard()

    def send(self, *parts: str) -> list[tuple[str, str]]:
        """What the parts are taken for."""
        return list(_told(message for part in parts for message in self.keyboard.feed(part)))

    def wait(self, seconds: float) -> list[tuple[str, str]]:
        """What time brings."""
        self._now += seconds
        return list(_told(self.keyboard.tick()))


def _told(messages: Iterable[Message]) -> Iterator[tuple[str, str]]:
    for message in messages:
        if isinstance(message, Key):
            yield "key", message.key
        elif isinstance(message, Paste):
            yield "paste", message.text
        else:
            yield type(message).__name__, ""


@pytest.fixture
def typist(monkeypatch: pytest.MonkeyPatch) -> Typist:
    return Typist(monkeypatch)


@pytest.mark.parametrize(
    "text",
    [
        "web-01",
        "",
        "two\r\nlines",
        "web-01 \x1b[0mq",
        "\x1b[A\x1b[I\x1b[<0;5;5M",
        "ends in \x1b",
        "\x1b]0;title\x07\x03\x1a\x9b",
        f"ab{START}cd",
        "\x1b[" + "1" * 40 + "qD",
    ],
)
@pytest.mark.parametrize("in_one", [True, False])
def test_what_is_pasted_is_text_and_the_keys_around_it_are_keys(
    typist: Typist, text: str, in_one: bool
) -> None:
    sent = f"a{START}{text}{END}b"
    told = typist.send(*([sent] if in_one else sent))
    assert told == [("key", "a"), ("paste", text), ("key", "b")]


def test_an_escape_that_was_decided_on_begins_no_paste(typist: Typist) -> None:
    assert typist.send("\x1b") == []
    assert typist.keyboard.is_undecided
    assert typist.wait(0.2) == [("key", "escape")]
    assert typist.send("[200~q")[-1] == ("key", "q")


def test_a_paste_without_an_end_is_given_up_and_keys_act_again(typist: Typist) -> None:
    assert typist.send(f"{START}abc") == []
    assert typist.keyboard.is_undecided
    assert typist.wait(_QUIET / 2) == []
    assert typist.send("d") == []
    assert typist.wait(_QUIET) == []
    assert not typist.keyboard.is_undecided
    assert typist.send("q", f"{START}e{END}") == [("key", "q"), ("paste", "e")]


def test_of_a_long_paste_the_beginning_is_kept_and_nothing_acts(typist: Typist) -> None:
    much = "q" * (_LONGEST_PASTE + 4321)
    assert typist.send(f"{START}{much}{END}j") == [("paste", much[:_LONGEST_PASTE]), ("key", "j")]


def test_no_null_is_pasted(typist: Typist) -> None:
    assert typist.send(f"{START}a\0b{END}") == [("paste", "ab")]


def test_half_a_character_that_comes_alone_ends_nothing(typist: Typist) -> None:
    assert typist.send("", "q") == [("key", "q")]
