"""When the garbage collector runs: never while something is loading, and rarely through everything.

By default it walks through all tasks again and again, and the screen freezes meanwhile.
"""

import gc
from collections.abc import Callable

from sms_tui.engine.store.store import Store

_YOUNG = 4_000
"""New objects after which these are looked through"""
_ROUNDS = 3
"""Such looks after which all objects that survived them are looked through"""
_NEVER = 1_000_000_000
"""Old objects are looked through only when we say so"""
_LONGEST_START = 30.0
"""Seconds after which a missing list is no longer a reason to wait"""
_AFTER_FIRST_ROWS = 0.05
_AFTER_KEY = 0.02
"""Seconds until a look that would have delayed a key is tried again"""
_SWEEP_EVERY = 600.0
"""Seconds between two looks at what became old since the last one"""


class GarbageCollection:
    """Goes with one program's run; garbage is not looked for until `loaded`."""

    def __init__(
        self,
        later: Callable[[float, Callable[[], None]], object],
        is_awaited: Callable[[], bool] = lambda: False,
    ) -> None:
        """`is_awaited`: whether a key was pressed whose effect is not on the screen yet."""
        self._later = later
        self._is_awaited = is_awaited
        self._is_put_off = False
        self._is_drawn = self._is_loaded = False
        self._looks = 0
        # By now the code that talks to the service is loaded, and little of it is garbage.
        gc.freeze()
        later(_LONGEST_START, self.loaded)

    def seen(self, store: Store) -> None:
        """Take note of how far the first list is; later on look through what the news left behind.

        The interpreter counts how many more objects came than went, which are none where new tasks take the
        place of old ones: by itself it would look seldom, and then for long.
        """
        if self._is_loaded:
            self._look()
        elif store.tasks and not self._is_drawn:
            # Collect the garbage of building the screen while there are few other objects.
            self._is_drawn = True
            self._later(_AFTER_FIRST_ROWS, _sweep)
        if store.sync.rounds and not self._is_loaded:
            self.loaded()

    def _look(self) -> None:
        if self._is_put_off:
            return
        if self._is_awaited():
            self._is_put_off = True
            self._later(_AFTER_KEY, self._look_again)
            return
        self._looks += 1
        gc.collect(0 if self._looks % _ROUNDS else 1)

    def _look_again(self) -> None:
        self._is_put_off = False
        self._look()

    def loaded(self) -> None:
        """Exclude all tasks of the first complete list from garbage collection: they are no garbage."""
        if not self._is_loaded:
            self._is_loaded = True
            gc.freeze()
            gc.set_threshold(_YOUNG, _ROUNDS, _NEVER)
            gc.enable()
            self._later(_SWEEP_EVERY, self._sweep_again)

    def _sweep_again(self) -> None:
        _sweep()
        self._later(_SWEEP_EVERY, self._sweep_again)


def _sweep() -> None:
    gc.collect()
    gc.freeze()
