"""Secrets that never print themselves, and the redactor that removes them from other people's texts.

A secret is revealed only where it is put on the wire.
"""

import base64
import json
from collections.abc import Iterator
from typing import NoReturn
from urllib.parse import quote, quote_plus

MASK = "***"
_SHORTEST_WINDOW = 16
_GRAM = 8
_SHORTEST_SECRET = 4


class Secret:
    """A text that every way of printing shows as `***`."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself, for the one place that sends it."""
        return self._value

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        # Only now: it loads a library of ciphers, and the first request needs none of it.
        import hmac

        return hmac.compare_digest(_bytes(self._value), _bytes(other._value))

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: object) -> "Secret":
        return self

    def __reduce_ex__(self, protocol: object) -> tuple[type["Secret"], tuple[str]]:
        """Pickle the mask: a secret does not survive a trip through a file."""
        return Secret, (MASK,)

    def __getstate__(self) -> NoReturn:
        raise TypeError("a secret has no state to hand out")


class Redactor:
    """Masks every secret it was told of, in the spellings in which libraries and servers repeat them.

    Found are whole secrets and any 16 characters of one, as they are, reversed, and URL, base64, hex and JSON
    encoded. Secrets under 4 characters are not looked for, since they would mask ordinary words.
    """

    def __init__(self) -> None:
        self._forms: list[str] = []
        self._long: list[bytes] = []
        self._places: dict[str, list[tuple[int, int]]] = {}

    def add(self, secret: Secret | None) -> None:
        """Watch for `secret` from now on; None, short and known ones are ignored."""
        value = secret.reveal() if secret else ""
        if len(value) < _SHORTEST_SECRET:
            return
        for form in _spellings(value):
            if form not in self._forms:
                self._learn(form)
        if len(value) >= _SHORTEST_WINDOW:
            in_json = (json.dumps(value, ensure_ascii=ascii_only)[1:-1] for ascii_only in (False, True))
            self._long = list(dict.fromkeys((*self._long, *map(_bytes, in_json))))

    def redact(self, text: str) -> str:
        """Return `text` with every run of a secret replaced by `***`."""
        kept: list[str] = []
        position = 0
        for start, end in self._found(text):
            kept.append(text[position:start])
            kept.append(MASK)
            position = end
        kept.append(text[position:])
        return "".join(kept) if position else text

    def redact_body(self, body: bytes) -> bytes:
        """`body`, a JSON document, without the long secrets that it repeats; at once, however large it is.

        Short ones stay, since they could be part of any word or number, which JSON needs whole.
        """
        for secret in self._long:
            body = body.replace(secret, MASK.encode())
        return body

    def _learn(self, form: str) -> None:
        number = len(self._forms)
        self._forms.append(form)
        size = _gram_size(form)
        for start in range(0, len(form) - size + 1, size):
            self._places.setdefault(form[start : start + size], []).append((number, start))

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        position = 0
        while position < len(text):
            run = max(self._runs(text, position), key=lambda run: run[1], default=None)
            if run is None:
                position += 1
                continue
            yield max(run[0], 0), run[1]
            position = run[1]

    def _runs(self, text: str, position: int) -> Iterator[tuple[int, int]]:
        for size in range(_SHORTEST_SECRET, _GRAM + 1):
            for number, offset in self._places.get(text[position : position + size], ()):
                form = self._forms[number]
                start, end = _widened(text, position, form, offset, size)
                if end - start >= min(len(form), _SHORTEST_WINDOW):
                    yield start, end


def _spellings(value: str) -> tuple[str, ...]:
    """The secret's forms; base64 also at the two offsets that a prefix in front of it brings about."""
    data = _bytes(value)
    shifted = (base64.b64encode(b"\0" * shift + data).decode()[2 * shift : -4] for shift in (1, 2))
    forms = (
        value,
        value[::-1],
        quote(data, safe=""),
        quote_plus(data),
        json.dumps(value)[1:-1],
        base64.b64encode(data).decode().rstrip("="),
        base64.urlsafe_b64encode(data).decode().rstrip("="),
        data.hex(),
        data.hex().upper(),
        *shifted,
    )
    return tuple(dict.fromkeys(form for form in forms if len(form) >= _SHORTEST_SECRET))


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


def _gram_size(form: str) -> int:
    """Characters looked for at a time: any 16 hold 8 from a multiple of 8 on; short forms have fewer."""
    return _GRAM if len(form) >= _SHORTEST_WINDOW else min(len(form), _GRAM)


def _widened(text: str, position: int, form: str, offset: int, size: int) -> tuple[int, int]:
    """Grow a match of `size` characters in both directions as far as text and form agree."""
    start, left = position, offset
    while start and left and text[start - 1] == form[left - 1]:
        start, left = start - 1, left - 1
    end, right = position + size, offset + size
    while end < len(text) and right < len(form) and text[end] == form[right]:
        end, right = end + 1, right + 1
    return start, end
