"""How long a task has been working, without its pauses."""


class Stopwatch:
    """Runs while the task works; all moments are virtual milliseconds."""

    __slots__ = ("_done_ms", "_since")

    def __init__(self) -> None:
        self._done_ms = 0
        self._since: int | None = None

    def set(self, now: int, *, running: bool) -> None:
        """Run on, or stand still, from `now` on."""
        self._done_ms = self.total_ms(now)
        self._since = now if running else None

    def credit(self, ms: int) -> None:
        """Count work that was done before anybody watched."""
        self._done_ms += ms

    def total_ms(self, now: int) -> int:
        """Milliseconds of work in all."""
        return self._done_ms + (now - self._since if self._since is not None else 0)
