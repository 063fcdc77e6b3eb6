"""What is typed, pasted and answered, parsed from the text that a terminal sends.

This is Textual's parser with two exceptions. Pastes: an escape sequence within one would act as keys, and one
that never ends would swallow all further keys. And the terminal's answer about its background, which Textual
takes for keys.
"""

from collections.abc import Generator, Iterable

from textual._parser import ParseTimeout, Peek1, Read1, TokenCallback
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.events import Paste, Resize
from textual.message import Message
from textual.messages import InBandWindowResize

from sms_tui.ui.terminal.ground import ANSWER_BEGINS, GroundTold, is_light

_QUIET = 2.0
"""Seconds without a character after which a paste or an answer without an end is given up"""
_LONGEST_PASTE = 64 * 1024
"""Characters that are kept of one; what follows up to its end is dropped"""
_ESCAPE = "\x1b"
_LONGEST_ANSWER = 64
_MAY_BE_ANSWER = tuple(ANSWER_BEGINS[:length] for length in range(2, len(ANSWER_BEGINS)))
"""What a slow line may bring of one; a lone escape is a key"""
_ENDS = ("\x07", "\x1b\\")
_OTHERWISE = (Paste, Resize, InBandWindowResize)
"""Pastes are read here. Sizes come with a signal: who believed what another program asked for, and what comes
late for that, would look at the signal no more
"""
_UNREADABLE = (ValueError, ArithmeticError)
"""What Textual's parser fails with at numbers, such as that of no character, and with it all of its state"""

Asked = Read1 | Peek1
Parsing = Generator[Asked, str, None]


class Keyboard(XTermParser):
    """Gives a paste as text, whatever is in it, and an answer of the terminal as what it means."""

    @property
    def is_undecided(self) -> bool:
        """Whether time decides what the last characters were, so that `tick` has to be called."""
        return self._timeout_time is not None

    def feed(self, data: str) -> Iterable[Message]:
        """Take what came; nothing is no end here, but half a character that came alone."""
        return super().feed(data) if data else ()

    def parse(self, token_callback: TokenCallback[Message]) -> Parsing:
        """Hand each character to Textual's parser, which only says by itself where a paste begins."""
        parser = self._parsing(token_callback)
        asked, typed, behind = next(parser), "", ""
        while True:
            try:
                character = behind[:1] or (yield (Read1(_QUIET) if typed in _MAY_BE_ANSWER else asked))
            except ParseTimeout as late:
                asked = parser.throw(late)
            else:
                behind, typed = behind[1:], character if character == _ESCAPE else typed + character
                try:
                    asked = parser.send(character)
                except _UNREADABLE:
                    parser = self._parsing(token_callback)
                    asked, typed = next(parser), ""
            if typed == ANSWER_BEGINS:
                answer, behind = yield from _answered()
                light = is_light(answer)
                if light is not None:
                    token_callback(GroundTold(is_light=light))
                # The one before would take what it has of the answer for keys.
                parser = self._parsing(token_callback)
                asked, typed = next(parser), ""
            if asked.timeout is not None:
                continue
            if typed == BRACKETED_PASTE_START:
                text = yield from _pasted()
                for each in BRACKETED_PASTE_END:
                    asked = parser.send(each)
                if text is not None:
                    token_callback(Paste(text))
            typed = ""

    def _parsing(self, token_callback: TokenCallback[Message]) -> Parsing:
        def pass_on(token: Message) -> None:
            # Sizes make it take the mouse's cells for pixels.
            self.mouse_pixels = False
            if not isinstance(token, _OTHERWISE):
                token_callback(token)

        return super().parse(pass_on)


def _answered() -> Generator[Asked, str, tuple[str, str]]:
    """The rest of an answer, as much of it as comes, and what came behind one that never ended: keys."""
    text = ""
    while not text.endswith(_ENDS) and len(text) < _LONGEST_ANSWER:
        try:
            character = yield Read1(_QUIET)
        except ParseTimeout:
            break
        if text.endswith(_ESCAPE) and character != "\\":
            return text, _ESCAPE + character
        if character < " " and character not in "\x07\x1b":
            return text, character
        text += character
    return text, ""


def _pasted() -> Generator[Asked, str, str | None]:
    """The text up to the end of a paste; None if that does not come."""
    characters: list[str] = []
    last = ""
    while last != BRACKETED_PASTE_END:
        try:
            character = yield Read1(_QUIET)
        except ParseTimeout:
            return None
        last = (last + character)[-len(BRACKETED_PASTE_END) :]
        if len(characters) < _LONGEST_PASTE + len(BRACKETED_PASTE_END):
            characters.append(character)
    text = "".join(characters).removesuffix(BRACKETED_PASTE_END)
    return text[:_LONGEST_PASTE].replace("\0", "")
