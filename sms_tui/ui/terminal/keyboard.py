"""What is typed, pasted and answered, parsed from the text that a terminal sends.

This is Textual's parser with two exceptions. Pastes: an escape sequence within one would act as keys, and one
that never ends would swallow all further keys. And sequences that it does not know, such as what a terminal
answers, late, to a program that has ended: it takes them for keys.

What swallows characters ends by itself, and at an escape that comes alone: nobody is ever locked out.
"""

import re
from collections.abc import Generator, Iterable
from contextlib import suppress

from textual._parser import ParseTimeout, Peek1, Read1, TokenCallback
from textual._time import get_time
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.events import Paste, Resize
from textual.message import Message
from textual.messages import InBandWindowResize

from sms_tui.ui.terminal.ground import ANSWER_BEGINS, GroundTold, is_light

_QUIET = 2.0
"""Seconds without a character after which a sequence without an end is given up; a paste 0.1 s later"""
_SOON, _LATE = Read1(0.1), Read1(_QUIET)
"""The former is as long as the rests around an escape that is a key, whatever came before"""
_LONGEST_PASTE = 64 * 1024
"""Characters that are kept of one; what follows up to its end is dropped"""
_LONGEST_ANSWER = 1024
"""Likewise of one that the terminal gives"""
_ESCAPE = "\x1b"
_ALT_BRACKET = "\x1b]"
"""A key, unless more follows at once: it begins an answer, too"""
_ENDS = ("\x07", "\x1b\\")
_WHOLE = re.compile(r"\x1b\[(?![M\[])[0-?]*[ -/]*[@-~]")
"""A sequence of no other form; behind `[M` comes a click of an old mouse, behind `[[` a key of the console"""
_ANSWER_BEGINS = re.compile(r"\x1b(\]\d+;|P[\d;]*[!$+>]|_G)")
_CUT = re.compile(r"\x1b(\]\d*|P[\d;]+|\[[<-?]?[\d;:]+[ -/]?|\[[<-?])")
"""What a slow line may bring first of a sequence, and no hand types; a lone escape is a key"""
_ESCAPES = re.compile(r"(\x1b\[27(;[\d:]+)?u)+")
"""Escapes as the newer terminals send them"""
_OTHERWISE = (Paste, Resize, InBandWindowResize)
"""What Textual's parser finds and we do not pass on. Pastes are read here. Sizes come with a signal, which
Textual would ignore after one report of a size; another program may have asked for that
"""
_UNREADABLE = (ValueError, ArithmeticError)
"""What Textual's parser fails with at numbers, such as that of no character, and with it all of its state"""

Asked = Read1 | Peek1
Parsing = Generator[Asked, str, None]
Read = Generator[Asked, str, tuple[str | None, str]]
"""Reads something; returns it, or None where it had no end, and what came behind it: keys"""


class Keyboard(XTermParser):
    """Gives a paste as text, whatever is in it, and an answer of the terminal as what it means."""

    _arrived = ""
    """What came last, in one piece"""

    @property
    def is_undecided(self) -> bool:
        """Whether time decides what the last characters were, so that `tick` has to be called."""
        return self._timeout_time is not None

    def feed(self, data: str) -> Iterable[Message]:
        """Take what came; nothing is no end here, but half a character that came alone."""
        self._arrived = data
        return super().feed(data) if data else ()

    def tick(self) -> Iterable[Message]:
        """Go on where nothing came for too long; there a wait may follow a wait."""
        yield from super().tick()
        if self._timeout_time is None and self._awaiting.timeout is not None:
            self._timeout_time = get_time() + self._awaiting.timeout

    def parse(self, token_callback: TokenCallback[Message]) -> Parsing:
        """Read keys with Textual's parser, and with our own what that does not read as it should."""
        behind = ""
        while True:
            sequence, behind = yield from self._keys(token_callback, behind)
            if sequence == BRACKETED_PASTE_START:
                text, behind = yield from self._pasted()
                if text is not None:
                    token_callback(Paste(text))
            elif sequence and _ANSWER_BEGINS.fullmatch(sequence):
                answer, behind = yield from self._answered()
                light = is_light(answer or "") if sequence == ANSWER_BEGINS else None
                if light is not None:
                    token_callback(GroundTold(is_light=light))

    def _keys(self, token_callback: TokenCallback[Message], behind: str) -> Read:
        """Hand characters, first those `behind`, to Textual's parser, up to a sequence that is not for it."""
        parser = self._parsing(token_callback)
        asked = next(parser)
        sequence = ""
        """The last escape and what came behind it, while the parser waits for more of that"""
        is_cut = False
        """Whether a slow line may still bring the rest of it"""
        while True:
            try:
                character = behind[:1] or (yield _LATE if is_cut else asked)
            except ParseTimeout as late:
                if is_cut and sequence != _ALT_BRACKET:
                    return None, ""
                asked, sequence, is_cut = parser.throw(late), "", False
                continue
            if character == _ESCAPE and is_cut:
                return None, behind or character
            behind, sequence = behind[1:], character if character == _ESCAPE else sequence + character
            try:
                asked = parser.send(character)
            except _UNREADABLE:
                return None, behind
            if sequence == BRACKETED_PASTE_START or _ANSWER_BEGINS.fullmatch(sequence):
                return sequence, behind
            if asked.timeout is None:
                sequence = ""
            elif character >= "@" and _WHOLE.fullmatch(sequence):
                # The parser wants more of a sequence that is whole: it knows none such.
                return None, behind
            # A digit more changes nothing: a click has many, and each would be looked at.
            is_cut = (is_cut and character.isdigit()) or bool(sequence and _CUT.fullmatch(sequence))

    def _parsing(self, token_callback: TokenCallback[Message]) -> Parsing:
        def pass_on(token: Message) -> None:
            # Sizes make it take the mouse's cells for pixels.
            self.mouse_pixels = False
            if not isinstance(token, _OTHERWISE):
                token_callback(token)

        return super().parse(pass_on)

    def _pasted(self) -> Read:
        """The text up to the end of a paste."""
        pieces: list[str] = []
        last, length = "", 0
        while last != BRACKETED_PASTE_END:
            try:
                piece, is_key = (yield _SOON), False
            except ParseTimeout:
                piece, is_key = yield from self._late()
            if not piece:
                piece = yield Read1()
                # More than one at once is the rest, which a line held back: as keys it could say yes.
                is_key = len(self._arrived) == 1 or piece == _ESCAPE
            if is_key:
                return None, piece
            last = (last + piece)[-len(BRACKETED_PASTE_END) :]
            if length < _LONGEST_PASTE + len(BRACKETED_PASTE_END):
                pieces.append(piece)
                length += len(piece)
        text = "".join(pieces).removesuffix(BRACKETED_PASTE_END)
        return text[:_LONGEST_PASTE].replace("\0", ""), ""

    def _answered(self) -> Read:
        """The rest of an answer, as much of it as comes, and of a long one the beginning."""
        text = last = ""
        while not last.endswith(_ENDS):
            try:
                piece, is_key = (yield _SOON), False
            except ParseTimeout:
                piece, is_key = yield from self._late()
            if is_key or not piece:
                return text, piece
            if last.endswith(_ESCAPE) and piece != "\\":
                return text, _ESCAPE + piece
            if piece < " " and piece not in (_ESCAPE, *_ENDS):
                return text, piece
            last = (last + piece)[-2:]
            if len(text) < _LONGEST_ANSWER:
                text += piece
        return text, ""

    def _late(self) -> Generator[Asked, str, tuple[str, bool]]:
        """What comes behind a rest, if anything does, and whether it is a key: an escape on its own."""
        if (piece := (yield from _within(_LATE))) != _ESCAPE:
            return piece, False
        behind = yield from _within(_SOON)
        is_alone = behind in ("", _ESCAPE) or _ESCAPES.fullmatch(self._arrived) is not None
        return piece + behind, is_alone


def _within(asked: Read1) -> Generator[Asked, str, str]:
    with suppress(ParseTimeout):
        return (yield asked)
    return ""
