"""The keys in force: the built-in ones with those of the configuration laid over them.

A wrong entry in the configuration affects only itself, and is reported wherever keys are shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct
from textual.keys import KEY_ALIASES, Keys, _character_to_key

from sms_tui.domain.nearest import did_you_mean
from sms_tui.ui.keys.keymap import key_word
from sms_tui.ui.wording.language import tr

_MODIFIERS = frozenset({"ctrl", "shift", "alt", "super", "hyper", "meta"})
_NAMED = (
    frozenset(key.value for key in Keys)
    | frozenset(KEY_ALIASES)
    | frozenset(_character_to_key(character) for character in map(chr, range(256)) if character.isprintable())
)
"""Keys by the toolkit's names; a character outside Latin-1 has to be written as itself"""


class Bound(Struct, frozen=True):
    """One binding as it is built in; bindings of the same places cannot share a key."""

    id: str
    keys: tuple[str, ...]
    text: str
    places: frozenset[str]


class KeyChoice:
    """Every binding with its keys after the configuration."""

    def __init__(
        self,
        bindings: Iterable[Bound],
        configured: Mapping[str, Sequence[str]],
        places: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`places` are those of the configuration's entries, by names such as `keys.view.sort`."""
        self._places = places
        self._bindings: dict[str, Bound] = {}
        for bound in bindings:
            known = self._bindings.setdefault(bound.id, bound)
            where = known.places | bound.places
            self._bindings[bound.id] = Bound(bound.id, known.keys, known.text or bound.text, where)
        self.problems: list[str] = []
        """Entries of the configuration that are not used, one sentence each"""
        self.placed_problems: list[str] = []
        """The `problems`, each behind its place in the file"""
        self._changed = dict(self._readable(configured))
        self._drop_clashes()

    @property
    def keymap(self) -> Mapping[str, str]:
        """The changed bindings, in the toolkit's form."""
        return {binding_id: ",".join(keys) for binding_id, keys in self._changed.items()}

    def keys(self, binding_id: str) -> Sequence[str]:
        """The keys of a binding, as the toolkit names them."""
        if binding_id in self._changed:
            return self._changed[binding_id]
        bound = self._bindings.get(binding_id)
        return bound.keys if bound else ()

    def word(self, binding_id: str) -> str:
        """The first key of a binding as a person writes it."""
        return next((key_word(key) for key in self.keys(binding_id)), "")

    def _readable(self, configured: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, tuple[str, ...]]]:
        for binding_id, words in configured.items():
            if binding_id not in self._bindings:
                hint = tr(did_you_mean(binding_id, self._bindings))
                self._note(
                    binding_id,
                    tr("keys.{id} is not used: there is no such binding{hint}", id=binding_id, hint=hint),
                )
                continue
            wrong = next((word for word in words if not _is_key(word)), None)
            if wrong is None:
                yield binding_id, tuple(_toolkit_key(word) for word in words)
            else:
                self._note(
                    binding_id,
                    tr("keys.{id} is not used: '{key}' is not the name of a key", id=binding_id, key=wrong),
                )

    def _note(self, binding_id: str, problem: str) -> None:
        place = self._places.get(f"keys.{binding_id}")
        self.problems.append(problem)
        self.placed_problems.append(f"{place}: {problem}" if place else problem)

    def _drop_clashes(self) -> None:
        """Withdraw changed entries one by one until no key has two meanings in one place."""
        while (clash := self._first_clash()) is not None:
            entry, key, holder = clash
            del self._changed[entry]
            self._note(
                entry,
                tr(
                    "keys.{id} is not used: {key} is taken by {holder} ({text})",
                    id=entry,
                    key=key_word(key),
                    holder=holder.id,
                    text=tr(holder.text),
                ),
            )

    def _first_clash(self) -> tuple[str, str, Bound] | None:
        """A changed entry, the later one of two, with the key it shares and the binding that keeps it."""
        clashes = (
            (entry, key, other)
            for entry in reversed(self._changed)
            for other in self._bindings.values()
            if other.id != entry and self._bindings[entry].places & other.places
            for key in self._changed[entry]
            if key in self.keys(other.id)
        )
        return next(clashes, None)


def _parts(word: str) -> tuple[Sequence[str], str]:
    """The modifiers that a key is written with, and the key itself."""
    *modifiers, name = word.split("+") if word != "+" else [word]
    return modifiers, name


def _toolkit_key(word: str) -> str:
    modifiers, name = _parts(word)
    return "+".join((*modifiers, _character_to_key(name) if len(name) == 1 else name))


def _is_key(word: str) -> bool:
    modifiers, name = _parts(word)
    return set(modifiers) <= _MODIFIERS and (len(name) == 1 or name in _NAMED)
