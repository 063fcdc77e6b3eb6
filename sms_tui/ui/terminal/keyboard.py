"""What is typed, pasted and answered, from the text that a terminal sends.

Textual's parser, except for pastes: a sequence within one would act as keys, and one that never ends would
swallow every key from then on.
"""

from collections.abc import Generator, Iterable

from textual._parser import ParseTimeout, Peek1, Read1, TokenCallback
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.events import Paste
from textual.message import Message

_QUIET = 2.0
"""Seconds without a character after which a paste without an end is given up"""
_LONGEST_PASTE = 64 * 1024
"""Characters that are kept of one; what follows up to its end is dropped"""

Asked = Read1 | Peek1
Parsing = Generator[Asked, str, None]


class Keyboard(XTermParser):
    """Gives a paste as text, whatever is in it."""

    @property
    def is_undecided(self) -> bool:
        """Whether time decides what the last characters were, so that `tick` has to be called."""
        return self._timeout_time is not None

    def feed(self, data: str) -> Iterable[Message]:
        """Take what came; nothing is no end here, but half a character that came alone."""
        return super().feed(data) if data else ()

    def parse(self, token_callback: TokenCallback[Message]) -> Parsing:
        """Hand each character to Textual's parser, which only says by itself where a paste begins."""
        parser = super().parse(lambda token: None if isinstance(token, Paste) else token_callback(token))
        asked, typed = next(parser), ""
        while True:
            try:
                character = yield asked
            except ParseTimeout as late:
                asked = parser.throw(late)
            else:
                typed += character
                asked = parser.send(character)
            if asked.timeout is not None:
                continue
            if typed.endswith(BRACKETED_PASTE_START):
                text = yield from _pasted()
                for each in BRACKETED_PASTE_END:
                    asked = parser.send(each)
                if text is not None:
                    token_callback(Paste(text))
            typed = ""


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
