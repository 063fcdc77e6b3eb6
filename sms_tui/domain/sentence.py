"""English sentences that remember their template and values, so that the interface can translate them.

Everything below the interface speaks English through these. A sentence *is* a `str` with its English text, so
it can be stored, compared and printed anywhere. Text concatenated from it by hand loses the template and
stays English.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

T = TypeVar("T")


class Sentence(str):
    """A text with its template and fields; of the fields only sentences are ours, to be translated too."""

    template: str
    fields: Mapping[str, object]

    def __new__(
        cls, template: str, fields: Mapping[str, object] = MappingProxyType({}), text: str = ""
    ) -> "Sentence":
        """The English text is `text`, or else the template filled in."""
        made = super().__new__(cls, text or template.format(**fields))
        made.template = template
        made.fields = MappingProxyType(dict(fields))
        return made

    def __str__(self) -> str:
        """Itself, so that it survives in exceptions."""
        return self

    def __getnewargs__(self) -> tuple[Any, ...]:
        """What a copy is made of."""
        return self.template, dict(self.fields), self[:]

    def __getstate__(self) -> None:
        """Nothing beside that."""

    def in_midst(self) -> "Sentence":
        """This sentence as it reads in the midst of another one: without its capital."""
        return Sentence(self.template, self.fields, self[:1].lower() + self[1:])


def sentence(template: str, /, **fields: object) -> Sentence:
    """`template` filled in with `fields`: sentences, numbers, or foreign text, which is never looked into."""
    return Sentence(template, fields)


def counted(count: int, one: str, many: str, /, **fields: object) -> Sentence:
    """`one` or `many`, as English asks for; both know the number as `{count}`."""
    return Sentence(one if count == 1 else many, {"count": count, **fields})


def joined(separator: str, parts: Iterable[object]) -> Sentence:
    """Sentences and foreign texts one after the other; what is empty falls out."""
    fields = {f"part{place}": part for place, part in enumerate(part for part in parts if part != "")}
    template = "{separator}".join(f"{{{name}}}" for name in fields)
    return Sentence(template, {**fields, "separator": Sentence(separator)})


def first_few(items: Sequence[T], most: int) -> tuple[Sequence[T], str]:
    """The first `most` of `items`, and how many more there are, in words; empty where these are all."""
    left = len(items) - most
    return items[:most], sentence("and {count} more", count=left) if left > 0 else ""
