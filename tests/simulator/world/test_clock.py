"""Virtual time: as fast as wanted, standing still, or moved by hand."""

from sms_tui.simulator.world.clock import START_MS, VirtualClock


def _clock(speed: float) -> tuple[VirtualClock, list[float]]:
    real = [100.0]
    return VirtualClock(speed, monotonic=lambda: real[0]), real


def test_it_runs_as_many_times_as_fast() -> None:
    clock, real = _clock(60)
    assert clock.now_ms() == START_MS
    real[0] += 2
    assert clock.now_ms() == START_MS + 120_000
    assert clock.waited_seconds() == 2


def test_without_speed_it_only_moves_by_hand() -> None:
    clock, real = _clock(0)
    real[0] += 1000
    assert clock.now_ms() == START_MS
    clock.advance(1.5)
    assert clock.now_ms() == START_MS + 1500
    assert clock.waited_seconds() == 1.5


def test_a_pause_stands_still_and_is_left_behind() -> None:
    clock, real = _clock(10)
    real[0] += 1
    clock.pause()
    clock.pause()
    real[0] += 50
    assert clock.now_ms() == START_MS + 10_000
    clock.advance(5)
    clock.resume()
    clock.resume()
    real[0] += 1
    assert clock.now_ms() == START_MS + 25_000
