"""What a terminal sends is keys, text, or nothing: whatever is in it, however it arrives, whether it ends."""

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import _parser
from textual.events import Key, MouseDown, Paste
from textual.message import Message

from sms_tui.ui.terminal import keyboard
from sms_tui.ui.terminal.ground import GroundTold
from sms_tui.ui.terminal.keyboard import _LONGEST_ANSWER, _LONGEST_PASTE, _QUIET, Keyboard

START, END = "\x1b[200~", "\x1b[201~"
_TICK = 0.05
"""Seconds after which the driver asks again, at most"""


class Typist:
    """Somebody at a keyboard, whose time goes on only when told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._now = 100.0
        for module in (_parser, keyboard):
            monkeypatch.setattr(module, "get_time", lambda: self._now)
        self.keyboard = Keyboard()

    def send(self, *parts: str) -> list[tuple[str, str]]:
        """What the parts are taken for."""
        return list(_told(message for part in parts for message in self.keyboard.feed(part)))

    def wait(self, seconds: float) -> list[tuple[str, str]]:
        """What time brings."""
        told: list[tuple[str, str]] = []
        for _ in range(round(seconds / _TICK)):
            self._now += _TICK
            told += _told(self.keyboard.tick())
        return told


def _told(messages: Iterable[Message]) -> Iterator[tuple[str, str]]:
    for message in messages:
        if isinstance(message, Key):
            yield "key", message.key
        elif isinstance(message, Paste):
            yield "paste", message.text
        elif isinstance(message, GroundTold):
            yield "ground", "light" if message.is_light else "dark"
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
    assert typist.wait(2 * _QUIET) == []
    assert not typist.keyboard.is_undecided
    assert typist.send("q", f"{START}e{END}") == [("key", "q"), ("paste", "e")]


@pytest.mark.parametrize(
    "begun", [f"{START}abc", f"{START}", f"{START}{'q' * 999}", "\x1b]11;rgb:ff", "\x1b[<0;1"]
)
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("escape", ["\x1b", "\x1b[27u", "\x1b[27;129u"])
def test_an_escape_alone_ends_what_has_no_end_and_is_one(
    typist: Typist, begun: str, escape: str, times: int
) -> None:
    typist.send(begun)
    assert typist.wait(0.2) == []
    told = [*typist.send(escape * times), *typist.wait(0.3)]
    assert told == [("key", "escape")] * times
    assert typist.send("q") == [("key", "q")]


def test_a_paste_that_a_slow_line_cuts_is_one(typist: Typist) -> None:
    text = f"a\x1bb{END}"
    for at, character in enumerate(f"{START}{text}"):
        assert typist.send(character) == ([] if at < len(START + text) - 1 else [("paste", "a\x1bb")])
        typist.wait(0.05)


def test_behind_a_paste_that_was_given_up_a_key_is_one_however_many_characters_it_has(typist: Typist) -> None:
    typist.send(f"{START}abc")
    typist.wait(2 * _QUIET)
    assert typist.send("\x1b[A") == [("key", "up")]


def test_sequences_of_old_terminals_are_read_to_their_end(typist: Typist) -> None:
    assert typist.send(*"\x1b[[A\x1b[M +&q") == [("key", "f1"), ("key", "q")]


def test_what_a_paste_that_was_given_up_still_brings_is_no_key(typist: Typist) -> None:
    typist.send(f"{START}abc")
    typist.wait(2 * _QUIET)
    assert typist.send("yes\r") == []
    typist.wait(2 * _QUIET)
    assert typist.send(f"yy{END}y") == [("paste", "abcyes\ryy"), ("key", "y")]


def test_of_a_long_paste_the_beginning_is_kept_and_nothing_acts(typist: Typist) -> None:
    much = "q" * (_LONGEST_PASTE + 4321)
    assert typist.send(f"{START}{much}{END}j") == [("paste", much[:_LONGEST_PASTE]), ("key", "j")]


def test_no_null_is_pasted(typist: Typist) -> None:
    assert typist.send(f"{START}a\0b{END}") == [("paste", "ab")]


def test_half_a_character_that_comes_alone_ends_nothing(typist: Typist) -> None:
    assert typist.send("", "q") == [("key", "q")]


@pytest.mark.parametrize(
    ("told", "ground"),
    [
        ("rgb:ffff/ffff/ffff", "light"),
        ("rgb:fd/f6/e3", "light"),
        ("rgba:f/f/f/8", "light"),
        ("rgb:0000/0000/0000", "dark"),
        ("rgb:00/2b/36", "dark"),
    ],
)
@pytest.mark.parametrize("end", ["\x07", "\x1b\\"])
@pytest.mark.parametrize("in_one", [True, False])
def test_what_the_terminal_says_of_its_ground_is_no_key(
    typist: Typist, told: str, ground: str, end: str, in_one: bool
) -> None:
    sent = f"a\x1b\x1b]11;{told}{end}b"
    assert typist.send(*([sent] if in_one else sent))[-2:] == [("ground", ground), ("key", "b")]
    assert typist.send("\x1b[A") == [("key", "up")]


@pytest.mark.parametrize("cut", range(2, len("\x1b]11;rgb:ffff/ffff/ffff\x1b\\")))
def test_an_answer_that_a_slow_line_cuts_is_no_key_either(typist: Typist, cut: int) -> None:
    answer = "\x1b]11;rgb:ffff/ffff/ffff\x1b\\"
    assert typist.send(answer[:cut]) == []
    assert typist.wait(1.0) == []
    assert typist.send(answer[cut:]) == [("ground", "light")]


@pytest.mark.parametrize(
    "answer",
    ["\x1b]11;?\x07", "\x1b]11;white\x1b\\", "\x1b]52;c;" + "y" * (_LONGEST_ANSWER + 1) + "\x1b\\"],
    ids=["question", "word", "clipboard"],
)
def test_an_answer_that_means_nothing_is_dropped(typist: Typist, answer: str) -> None:
    assert typist.send(f"{answer}b") == [("key", "b")]


def test_an_answer_without_an_end_is_given_up_and_keys_act_again(typist: Typist) -> None:
    assert typist.send("\x1b]11;rgb:") == []
    assert typist.keyboard.is_undecided
    assert typist.wait(2 * _QUIET) == []
    assert typist.send("q") == [("key", "q")]


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("\x1b\x1b", ["escape"]),
        ("\x1b[A", ["up"]),
        ("\x03", ["ctrl+c"]),
        ("\x1bOP", ["f1"]),
        ("\x1b\x1b[A", ["up"]),
    ],
)
def test_who_types_on_behind_half_an_answer_is_heard(typist: Typist, typed: str, keys: list[str]) -> None:
    typist.send("\x1b]11;rgb:ff")
    told = [*typist.send(*typed), *typist.wait(0.2)]
    assert ("key", keys[-1]) in told
    assert typist.send("q") == [("key", "q")]


@pytest.mark.parametrize(
    "answer",
    [
        "\x1b[?62;22c",
        "\x1b[>1;10;0c",
        "\x1b[0n",
        "\x1b[?1u",
        "\x1b[?997;1n",
        "\x1b[8;24;80t",
        "\x1b]10;rgb:ffff/ffff/ffff\x1b\\",
        "\x1b]52;c;aGVsbG8=\x07",
        "\x1bP>|kitty(0.35.2)\x1b\\",
        "\x1bP1$r0m\x1b\\",
        "\x1b_Gi=31;ENOENT: nothing to play\x1b\\",
    ],
)
def test_what_somebody_else_asked_for_is_no_key_however_it_arrives(typist: Typist, answer: str) -> None:
    assert typist.send(f"{answer}q") == [("key", "q")]
    assert typist.send(*answer, "q") == [("key", "q")]
    for cut in range(3, len(answer)):
        assert [*typist.send(answer[:cut]), *typist.wait(1.0), *typist.send(answer[cut:])] == []
        assert [*typist.send(answer[:cut]), *typist.wait(2 * _QUIET)] == []
        assert typist.send("q") == [("key", "q")]


def test_a_bracket_with_alt_is_a_key_in_the_end(typist: Typist) -> None:
    assert typist.send("\x1b]") == []
    assert typist.wait(2 * _QUIET) == [("key", "right_square_bracket")]


@pytest.mark.parametrize(
    "sequence",
    [
        "\x1b[97:65;2u",
        "\x1b[97;1:3u",
        "\x1b[1114112u",
        "\x1b[4294967296;1u",
        "\x1b[;:u",
        "\x1b[97;1;55296:1114112u",
    ],
)
def test_a_number_that_stands_for_nothing_ends_nothing(typist: Typist, sequence: str) -> None:
    assert typist.send(sequence, f"q{START}e{END}")[-2:] == [("key", "q"), ("paste", "e")]


@pytest.mark.parametrize("answer", ["\x1b[48;10;10;0;0t", "\x1b[48;24;80;480;800t", "\x1b[?2048;2$y"])
def test_a_size_that_nobody_asked_for_is_dropped_and_the_mouse_is_where_it_was(
    typist: Typist, answer: str
) -> None:
    pressed = list(typist.keyboard.feed(f"{answer}\x1b[<0;11;6M"))
    assert [
        (type(event).__name__, event.x, event.y) for event in pressed if isinstance(event, MouseDown)
    ] == [("MouseDown", 10, 5)]
    assert len(pressed) == 1


_SEQUENCES = st.builds(
    "\x1b{}{}{}".format,
    st.sampled_from("[[[O]"),
    st.text("0123456789;:<?$", max_size=9),
    st.sampled_from("uAMmtRyH~P"),
)


@given(
    st.lists(
        st.sampled_from(["\x1b", "\x1b[", "\x1b]11;", "\x1bP", "é", "\x9b", "\0", START, END, "y" * 99])
        | _SEQUENCES,
        max_size=6,
    )
)
def test_whatever_is_sent_an_escape_behind_it_is_one(sent: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        typist = Typist(patch)
        typist.send(*sent)
        typist.wait(0.15)
        typist.send("\x1b")
        assert typist.wait(0.3)[-1:] == [("key", "escape")]
        assert typist.send("q") == [("key", "q")]
