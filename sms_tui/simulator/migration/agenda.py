"""The future of one task: a few named moments, each with an action."""

from collections.abc import Callable, Iterable

Action = Callable[[int], None]
NEVER = 1 << 62


class Agenda:
    """Named moments in virtual milliseconds; setting a name again replaces its moment."""

    __slots__ = ("_items", "next_ms")

    def __init__(self) -> None:
        self._items: dict[str, tuple[int, Action]] = {}
        self.next_ms = NEVER

    def __contains__(self, name: str) -> bool:
        return name in self._items

    def set(self, name: str, moment: int, action: Action) -> None:
        """Do `action` at `moment`."""
        before = self._items.get(name)
        self._items[name] = (moment, action)
        if moment <= self.next_ms:
            self.next_ms = moment
        elif before and before[0] == self.next_ms:
            self._find_next()

    def drop(self, *names: str) -> None:
        """Forget these moments, set or not."""
        dropped = [item for name in names if (item := self._items.pop(name, None))]
        if any(moment == self.next_ms for moment, _ in dropped):
            self._find_next()

    def shift(self, names: Iterable[str], ms: int) -> None:
        """Put these moments off, those that are set, or bring them forward."""
        for name in names:
            if item := self._items.get(name):
                self._items[name] = (item[0] + ms, item[1])
        self._find_next()

    def clear(self) -> None:
        """Forget everything."""
        self._items.clear()
        self.next_ms = NEVER

    def fire(self) -> None:
        """Do what comes next; moments that coincide come in the order of their names."""
        name = min(self._items, key=lambda key: (self._items[key][0], key))
        moment, action = self._items.pop(name)
        self._find_next()
        action(moment)

    def _find_next(self) -> None:
        self.next_ms = min((moment for moment, _ in self._items.values()), default=NEVER)
