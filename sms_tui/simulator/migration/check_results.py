"""The results of measurements and consistency checks on a task."""

from sms_tui.simulator.world.seeded_random import SeededRandom
from sms_tui.simulator.world.servers import Server

CheckResult = dict[str, object]
_BYTES_PER_FILE = 180_000


def network(mbit: float, random: SeededRandom) -> CheckResult:
    """What a network check finds on a link that can do `mbit`."""
    return {
        "domain_connectivity": True,
        "destination_connectivity": True,
        "network_delay": round(random.between(4, 60), 1),
        "network_jitter": round(random.between(0.3, 4), 1),
        "migration_speed": round(mbit * random.between(0.85, 0.97), 1),
        "loss_percentage": round(random.between(0, 0.4), 1),
        "cpu_usage": round(random.between(15, 70), 1),
        "mem_usage": round(random.between(30, 80), 1),
        "evaluation_result": "success",
    }


def consistency(server: Server, now: int, *, dirty: bool) -> CheckResult:
    """What a consistency check finds: `dirty` means that the business went on during the launch.

    No file is left that only the target has: a synchronization deletes it, whoever wrote it.
    """
    total = server.total // _BYTES_PER_FILE
    return {
        "finished_time": now,
        "check_result": "success",
        "consistency_result": [
            {
                "dir_check": "/data",
                "num_total_files": total,
                "num_different_files": 1 + total // 2500 if dirty else 0,
                "num_target_miss_files": 1 + total // 9000 if dirty else 0,
                "num_target_more_files": 0,
            }
        ],
    }
