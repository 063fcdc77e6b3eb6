"""What goes to the terminal and comes from it: keys, bytes, slow lines, idleness, and the end."""

import asyncio
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.bench.measure import ECHO_APP, FLOOR, FLOOR_APP, PROGRAM, RAW, SIZE, Figure, Tty, home, in_turn
from tests.bench.refresh import Raw
from tests.bench.screens import Frame, frames
from tests.bench.service import serving

_RIG = (sys.executable, "-m", "tests.bench.rig")
_KEY = b"\x1b[B"
_SCROLLS = 80
_OLD = 12.0
"""Seconds after which the age in the header grows by steps"""
_REST = 10.0
"""Seconds of which the idle rows tell, two rounds of polling"""
_SLOT = 1000 / 60
"""Milliseconds from one frame to the next"""


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
        waits = pressed(_rig(), env, 50_000, 160)
        longest.append(max(waits))
        return p95(waits)

    with home() as env:
        medians = in_turn(
            rounds,
            {
                "floor": lambda: p95(pressed(ECHO_APP, env, 0, 80)),
                "idle": lambda: p95(pressed(_rig("--churn", "0", "--interval", "3600"), env, 50_000, 80)),
                "ticking": ticking,
            },
        )
    floor, idle, ticks = medians["floor"], medians["idle"], medians["ticking"]
    middle = statistics.median(longest)
    yield Figure("key p95, 50,000 rows, nothing changes", idle, "ms", 12, floor, FLOOR, is_of_floor=False)
    yield Figure("key p95, 50,000 rows, 5 % at 1 Hz", ticks, "ms", 12, floor, FLOOR, is_of_floor=False)
    yield Figure("the same against idle", ticks, "ms", 1.25, idle, "idle")
    yield Figure("longest wait of a key while ticking", middle, "ms", 50, floor, FLOOR, is_of_floor=False)


def p95(values: Sequence[float]) -> float:
    """What 95 of 100 do not exceed."""
    return sorted(values)[int(len(values) * 0.95)]


def pressed(
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


def bytes_sent(rounds: int) -> Iterator[Figure]:
    """Bytes of ticks and of scrolling, against what the same changes cost a careful program."""
    with home() as env:
        medians = in_turn(
            rounds,
            {
                "ticks": lambda: _ticks(_rig("--tasks", "10000"), env, 12),
                "stock": lambda: _ticks(_rig("--tasks", "10000", "--stock"), env, 12),
                "scroll": lambda: _scrolled(_STILL, env, SIZE),
                "scroll, stock": lambda: _scrolled([*_STILL, "--stock"], env, SIZE),
                "narrow": lambda: _scrolled(_STILL, env, _NARROW),
                "narrow, stock": lambda: _scrolled([*_STILL, "--stock"], env, _NARROW),
                "unseen": lambda: _rested(_UNSEEN, env, 1)[2],
            },
        )
    yield Figure("bytes of ticks, times the least", medians["ticks"], "x", 1.35, 1.0, "the least")
    yield Figure("the same, as the toolkit sends it", medians["stock"], "x", 1000, 1.0, "the least")
    for name, what in (("scroll", "detail beside it"), ("narrow", "table alone")):
        stock = medians[f"{name}, stock"]
        said = f"bytes of a scroll by one row, {what}"
        yield Figure(said, medians[name], "B", 1000, stock, "the toolkit alone", is_of_floor=False)
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

    def ours_pressed() -> float:
        waits = pressed(ours, env, 10_000, 40, 0.2, 16_000)
        longest.append(max(waits))
        return p95(waits)

    with home() as env:
        medians = in_turn(
            rounds,
            {
                "floor": lambda: p95(pressed(ECHO_APP, env, 0, 40, 0.2, 16_000)),
                "ours": ours_pressed,
                "stock": lambda: p95(pressed([*ours, "--stock"], env, 10_000, 40, 0.2, 16_000)),
            },
        )
    floor, middle = medians["floor"], statistics.median(longest)
    yield Figure("key p95 over 16 KB/s", medians["ours"], "ms", 60, floor, FLOOR, is_of_floor=False)
    yield Figure(
        "longest wait of a key, the oldest frame", middle, "ms", 60 + _SLOT, floor, FLOOR, is_of_floor=False
    )
    yield Figure("p95 as the toolkit sends it", medians["stock"], "ms", 60, floor, FLOOR, is_of_floor=False)


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
        raw = asyncio.run(_raw_percent(client["SMS_TUI_ENDPOINT"], 5.0, rounds))
        for _ in range(rounds):
            for name, (program, count) in programs.items():
                seen[name].append(_rested(program, {**env, **client}, count))
    middle = {
        name: [statistics.median(column) for column in zip(*rows, strict=True)] for name, rows in seen.items()
    }
    floor, ours, ticks, polled = middle["floor"], middle["ours"], middle["ticking"][0], middle["polling"][0]
    silent = middle["no clock"][2]
    yield Figure("CPU, idle", ours[0], "%", 0.1, floor[0], FLOOR, is_of_floor=False)
    yield Figure("wake-ups, idle", ours[1], "/s", 2, floor[1], FLOOR, is_of_floor=False)
    yield Figure("bytes, idle: the clock", ours[2], "B/s", 60, floor[2], FLOOR, is_of_floor=False)
    yield Figure("bytes, idle, header_age = time", silent, "B/s", 0, floor[2], FLOOR, is_of_floor=False)
    yield Figure(
        "CPU, 50,000 rows, 5 % at 1 Hz, service included", ticks, "%", 1, floor[0], FLOOR, is_of_floor=False
    )
    yield Figure("CPU, 10,000 tasks over HTTP each 5 s", polled, "%", 4.5, raw, RAW, is_of_floor=False)


async def _raw_percent(url: str, interval: float, rounds: int) -> float:
    """Percent of a CPU that the least costs which fetches and decodes all pages each `interval` seconds."""
    raw, taken = Raw(url), []
    for _ in range(rounds + 1):
        began = time.process_time()
        await raw.sweep()
        taken.append((time.process_time() - began) / interval * 100)
    return statistics.median(taken[1:])


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
    ours, floor = medians["ours"], medians["floor"]
    yield Figure("quit key to process gone", ours, "ms", 30, floor, FLOOR, is_of_floor=False)


def _left(program: Sequence[str], env: Mapping[str, str], wait: Callable[[Tty], object]) -> float:
    with Tty(program, env) as tty:
        wait(tty)
        time.sleep(1)
        begun = time.perf_counter()
        tty.send(b"q")
        tty.process.wait()
        return (time.perf_counter() - begun) * 1000
