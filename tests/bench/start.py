"""How long until something can be read: the first text, the first task row."""

from collections.abc import Iterator

from tests.bench.measure import FLOOR_APP, PROGRAM, Figure, home, in_turn, until_written

_FLOOR = "minimal Textual app"
_A_STATE = rb"Ready|Copying|Syncing|Paused|Failed|READY|RUNNING|SYNCING|ABORT|MIGRATE_\w+"


def first_text(rounds: int) -> Iterator[Figure]:
    """The first byte of a word."""
    with home() as env:
        medians = in_turn(
            rounds,
            {
                "floor": lambda: until_written(FLOOR_APP, b"ready-now", env),
                "ours": lambda: until_written([*PROGRAM, "demo"], b"sms-tui", env),
            },
        )
    yield Figure("first text", medians["ours"], "ms", 0.15, medians["floor"], _FLOOR)


def first_row_demo(rounds: int) -> Iterator[Figure]:
    """The demo has its service in its own process and no connection to make."""
    with home() as env:
        medians = in_turn(
            rounds,
            {
                "floor": lambda: until_written(FLOOR_APP, b"ready-now", env),
                "ours": lambda: until_written([*PROGRAM, "demo"], _A_STATE, env),
            },
        )
    yield Figure("first task row, demo", medians["ours"], "ms", 1.2, medians["floor"], _FLOOR)
