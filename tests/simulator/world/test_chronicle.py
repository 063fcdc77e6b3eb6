"""What happened in the simulated world is kept up to a bound: a demo may run for days."""

from sms_tui.simulator.world.chronicle import MOST_KEPT, Chronicle, Entry


def test_the_oldest_entries_go() -> None:
    chronicle = Chronicle()
    for ms in range(MOST_KEPT + 10):
        chronicle.append(Entry(ms, f"task-{ms}", "moved", "READY", "RUNNING", "replicating"))
    assert len(chronicle) == MOST_KEPT
    assert chronicle[0].ms == 10
    assert chronicle.of("task-9") == []
    assert [entry.ms for entry in chronicle.of("task-10")] == [10]
