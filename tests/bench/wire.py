"""What goes to the terminal and comes from it: keys, bytes, slow lines, idleness, and the end."""

import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.bench.measure import FLOOR_APP, PROGRAM, SIZE, Figure, Tty, home, in_turn
from tests.bench.screens import Frame, frames
from tests.bench.service import serving

_RIG = (sys.executable, "-m", "tests.bench.rig")
_KEY = b"\x1b[B"
_SCROLLS = 80
_OLD = 12.0
"""Seconds after which the age in the header grows by steps"""
_REST = 10.0
"""Seconds of which the idle rows tell, two rounds of polling"""
_FLOOR = "minimal Textual app"
_SLOT = 1000 / 60
"""Milliseconds from one frame to the next"""
_ECHO_APP = (
    sys.executable,
    "-c",
    """
from textual.app import App
from textual.widgets import Static
class Echo(App):
    count = 0
    def compose(self):
        yield Static("ready-now  row 0 ", id="text")
    def on_key(self, event):
        if event.key == "q":
            self.exit()
        self.count += 1
        self.query_one("#text").update(f"ready-now  row {self.count} ")
Echo().run()
""",
)
"""The floor of answering a key: one line that counts them"""


def _rig(*options: str) -> list[str]:
    return [*_RIG, *options]


_STILL = _rig("--tasks", "1000", "--churn", "0", "--interval", "3600")
_UNSEEN = _rig("--tasks", "10000", "--unseen", "--no-hud", "--header-age", "time")
_NARROW = (108, 48)
"""Too narrow for the detail beside the table"""


def _ready(tty: Tty, count: int) -> None:
    tty.until(rb"updated \d" if count else b"ready-now")
    time.sleep(2)


def keys(rounds: int) -> Iterator[Figure]:
    """Cursor down 20 times a second, whatever the app does; each waited for by the row it leads to."""
    longest = []

    def ticking() -> float:
        waits = _pressed(_rig(), env, 50_000, 160)
        longest.append(max(waits))
        return _p95(waits)

    with home() as env:
        medians = in_turn(
            rounds,
            {
                "floor": lambda: _p95(_pressed(_ECHO_APP, env, 0, 80)),
                "idle": lambda: _p95(_pressed(_rig("--churn", "0", "--interval", "3600"), env, 50_000, 80)),
                "ticking": ticking,
            },
        )
    yield Figure("key p95, 50,000 rows, nothing changes", medians["idle"], "ms", 12)
    yield Figure("key p95, 50,000 rows, 5 % at 1 Hz", medians["ticking"], "ms", 12)
    yield Figure("the same against idle", medians["ticking"], "ms", 1.25, medians["idle"], "idle")
    yield Figure("the same against the floor", medians["ticking"], "ms", 4, medians["floor"], _FLOOR)
    yield Figure("longest wait of a key while ticking", statistics.median(longest), "ms", 50)


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def _pressed(
    program: Sequence[str], env: Mapping[str, str], count: int, presses: int, gap: float = 0.05, rate: int = 0
) -> list[float]:
    """Milliseconds from each key until the screen shows that it was handled."""
    with Tty(program, env, rate=rate) as tty:
        _ready(tty, count)
        sent = tty.press(_KEY, presses, gap)
        time.sleep(2)
        chunks = list(tty.chunks)
    reached = list(_reached(frames(chunks, SIZE), count))
    waits = []
    for number, at in enumerate(sent, 1):
        answer = next((stamp for stamp, row in reached if row >= number and stamp >= at), None)
        waits.append((answer - at) * 1000 if answer is not None else 10_000.0)
    return waits


def _reached(played: Iterator[Frame], count: int) -> Iterator[tuple[float, int]]:
    pattern = _ROW if count else re.compile(r"row (\d+) ")
    for frame in played:
        if found := pattern.search(frame.shown):
            yield frame.at, int(found[1])


_ROW = re.compile(r"^▌ *server-(\d+)", re.MULTILINE)
"""The row that the cursor stands on"""


def wire(rounds: int) -> Iterator[Figure]:
    """Bytes of ticks and of scrolling, against what the same changes cost a careful program."""
    with home() as env:
        medians = in_turn(
            rounds,
            {
                "ticks": lambda: _ticks(_rig("--tasks", "10000"), env, 12),
                "stock": lambda: _ticks(_rig("--tasks", "10000", "--stock"), env, 12),
                "scroll": lambda: _scrolled(_STILL, env, SIZE),
                "narrow": lambda: _scrolled(_STILL, env, _NARROW),
                "unseen": lambda: _rested(_UNSEEN, env, 1)[2],
            },
        )
    yield Figure("bytes of ticks, over the least", medians["ticks"], "x", 1.35)
    yield Figure("the same, as the toolkit sends it", medians["stock"], "x", 1000)
    yield Figure("bytes of a scroll by one row, detail beside it", medians["scroll"], "B", 1000)
    yield Figure("bytes of a scroll by one row, table alone", medians["narrow"], "B", 1000)
    yield Figure("bytes while only rows out of view change", medians["unseen"], "B/s", 0)


def _ticks(program: Sequence[str], env: Mapping[str, str], seconds: float) -> float:
    with Tty(program, env) as tty:
        _ready(tty, 1)
        start = tty.chunks[-1][0]
        time.sleep(seconds)
        played = [frame for frame in frames(list(tty.chunks), SIZE) if frame.at > start]
    return sum(frame.size for frame in played) / sum(frame.least for frame in played)


def _scrolled(program: Sequence[str], env: Mapping[str, str], size: tuple[int, int]) -> float:
    with Tty(program, env, size) as tty:
        _ready(tty, 1)
        for _ in range(60):
            tty.send(_KEY)
            time.sleep(0.02)
        time.sleep(1)
        before = sum(len(data) for _, data in tty.chunks)
        tty.press(_KEY, _SCROLLS, 0.05)
        time.sleep(1)
        return (sum(len(data) for _, data in tty.chunks) - before) / _SCROLLS


def slow_link(rounds: int) -> Iterator[Figure]:
    """Five keys a second over a line of 16 KB/s, while 10,000 tasks tick."""
    ours, longest = _rig("--tasks", "10000"), []

    def pressed() -> float:
        waits = _pressed(ours, env, 10_000, 40, 0.2, 16_000)
        longest.append(max(waits))
        return _p95(waits)

    with home() as env:
        medians = in_turn(
            rounds,
            {
                "ours": pressed,
                "stock": lambda: _p95(_pressed([*ours, "--stock"], env, 10_000, 40, 0.2, 16_000)),
            },
        )
    yield Figure("key p95 over 16 KB/s", medians["ours"], "ms", 60)
    yield Figure("longest wait of a key, the oldest frame", statistics.median(longest), "ms", 60 + _SLOT)
    yield Figure("the same, as the toolkit sends it", medians["stock"], "ms", 60)


def idle(rounds: int) -> Iterator[Figure]:
    """Nothing changes but the clock, for ten seconds; and what polling costs."""
    seen: dict[str, list[tuple[float, float, float]]] = {
        "floor": [],
        "ours": [],
        "no clock": [],
        "ticking": [],
        "polling": [],
    }
    programs: dict[str, tuple[Sequence[str], int]] = {
        "floor": (FLOOR_APP, 0),
        "ours": (_STILL, 1),
        "no clock": ([*_STILL, "--header-age", "time"], 1),
        "ticking": (_rig(), 1),
        "polling": ([*PROGRAM, "--debug-hud", "--interval", "5"], 1),
    }
    with home() as env, serving(10_000, churn=0.05) as client:
        for _ in range(rounds):
            for name, (program, count) in programs.items():
                seen[name].append(_rested(program, {**env, **client}, count))
    middle = {
        name: [statistics.median(column) for column in zip(*rows, strict=True)] for name, rows in seen.items()
    }
    floor, ours, ticking = middle["floor"], middle["ours"], middle["ticking"]
    yield Figure("CPU, idle", ours[0], "%", 0.1)
    yield Figure("CPU of the minimal app", floor[0], "%", 0.2)
    yield Figure("wake-ups, idle", ours[1], "/s", 2)
    yield Figure("wake-ups of the minimal app", floor[1], "/s", 10)
    yield Figure("bytes, idle: the clock", ours[2], "B/s", 60)
    yield Figure("bytes, idle, header_age = time", middle["no clock"][2], "B/s", 0)
    yield Figure("CPU, 50,000 rows, 5 % at 1 Hz, service included", ticking[0], "%", 1)
    yield Figure("CPU, 10,000 tasks over HTTP each 5 s", middle["polling"][0], "%", 4.5)


def _rested(program: Sequence[str], env: Mapping[str, str], count: int) -> tuple[float, float, float]:
    """Percent of a CPU, wake-ups and bytes a second."""
    with Tty(program, env) as tty:
        _ready(tty, count)
        time.sleep(_OLD)
        before, sent, begun = (
            _usage(tty.process.pid),
            sum(len(data) for _, data in tty.chunks),
            time.monotonic(),
        )
        time.sleep(_REST)
        after, total, span = (
            _usage(tty.process.pid),
            sum(len(data) for _, data in tty.chunks),
            time.monotonic(),
        )
        span -= begun
        cpu, wakes = (now - then for now, then in zip(after, before, strict=True))
        return cpu / span * 100, wakes / span, (total - sent) / span


def _usage(pid: int) -> tuple[float, float]:
    """Seconds of CPU, and how often a thread went to sleep by itself."""
    nanoseconds = switches = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        nanoseconds += int((thread / "schedstat").read_text().split()[0])
        status = (thread / "status").read_text()
        switches += int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", status, re.MULTILINE)[1])  # type: ignore[index]
    return nanoseconds / 1e9, float(switches)


def leaving(rounds: int) -> Iterator[Figure]:
    """From the key that quits until the process is gone."""
    with home() as env:
        demo = (sys.executable, "-m", "sms_tui", "demo")
        medians = in_turn(
            rounds,
            {
                "floor": lambda: _left(FLOOR_APP, env, lambda tty: tty.until(b"ready-now")),
                "ours": lambda: _left(demo, env, lambda tty: tty.until(rb"updated \d+ s ago")),
            },
        )
    yield Figure("quit key to process gone", medians["ours"], "ms", 30)
    yield Figure("the same, minimal Textual app", medians["floor"], "ms", 300)


def _left(program: Sequence[str], env: Mapping[str, str], wait: Callable[[Tty], object]) -> float:
    with Tty(program, env) as tty:
        wait(tty)
        time.sleep(1)
        begun = time.perf_counter()
        tty.send(b"q")
        tty.process.wait()
        return (time.perf_counter() - begun) * 1000
