"""The servers that are migrated: names, addresses, disks and links, all derived from seed and index."""

from functools import cache

from msgspec import Struct

from sms_tui.simulator.world.scenario import Role, Scenario
from sms_tui.simulator.world.seeded_random import SeededRandom, identifier, token

GIGABYTE = 1_000_000_000
_LINUX = (
    "CENTOS_7_6_64BIT",
    "UBUNTU_20_4_64BIT",
    "UBUNTU_22_4_64BIT",
    "SUSE_12_SP5_64BIT",
    "DEBIAN_11_64BIT",
)
_WINDOWS = ("WINDOWS2016_64BIT", "WINDOWS2019_64BIT", "WINDOWS2012_R2_64BIT")
DAY_MS = 86_400_000


class Server(Struct, frozen=True):
    """What does not change about one source server, its target and their task."""

    index: int
    role: Role
    task_id: str
    source_id: str
    target_id: str
    vm_id: str
    name: str
    task_name: str
    ip: str
    migration_ip: str
    os_version: str
    region: str
    project_id: str
    cores: int
    total: int
    """Bytes to copy."""
    utilisation: float
    ratio: float
    """Bytes on the source per byte on the wire; 1 for file copies."""
    created_ms: int
    list_lag_ms: int
    """How long the list goes on showing a former state."""
    shy: bool
    """Whether progress is null at first."""
    boastful: bool
    """Whether progress goes past 100 at the end of the copy."""
    final_share: float
    """What `replicatesize` reaches of `totalsize`."""

    @property
    def windows(self) -> bool:
        """Whether it is a Windows server."""
        return self.role.system == "windows"

    @property
    def block(self) -> bool:
        """Whether blocks are copied, not files."""
        return self.role.system != "linux-file"

    @property
    def migrate_type(self) -> str:
        """How its configuration settings name the kind of copy."""
        return {
            "linux-file": "LINUX_MIGRATE_FILE",
            "linux-block": "LINUX_MIGRATE_BLOCK",
            "windows": "WINDOWS_MIGRATE_BLOCK",
        }[self.role.system]


def task_id(seed: int, index: int) -> str:
    """The id of the task of server `index`."""
    return identifier(seed, f"task-{index}")


def source_id(seed: int, index: int) -> str:
    """The id of source server `index`."""
    return identifier(seed, f"source-{index}")


@cache
def project_id(seed: int, region: str) -> str:
    """The id of the account's project in `region`."""
    return token(seed, f"project-{region}", 16)


def task_name(scenario: Scenario, index: int) -> str:
    """The name of the task of server `index`, which begins with its wave."""
    return f"w{1 + index // scenario.wave_size}-{_server_name(role_of(scenario, index), index)}"


def _server_name(role: Role, index: int) -> str:
    return f"{role.name}-{index + 1:02d}"


def role_of(scenario: Scenario, index: int) -> Role:
    """The part that server `index` plays: the cast repeats when the world is larger."""
    return scenario.cast[index % len(scenario.cast)]


def make_server(scenario: Scenario, seed: int, index: int, role: Role, start_ms: int) -> Server:
    """The server at `index` of a world."""
    random = SeededRandom(seed, f"server-{index}")
    region = scenario.regions[index // scenario.site_size % len(scenario.regions)]
    windows, block = role.system == "windows", role.system != "linux-file"
    jitter = random.between(0.9, 1.1) if index >= len(scenario.cast) else 1.0
    # Every roll is made whether it is needed or not, so that a role's own values leave the others alone.
    utilisation, ratio = random.between(0.5, 0.8), random.between(1.2, 3.5)
    return Server(
        index=index,
        role=role,
        task_id=task_id(seed, index),
        source_id=source_id(seed, index),
        target_id=identifier(seed, f"target-{index}"),
        vm_id=identifier(seed, f"vm-{index}"),
        name=_server_name(role, index),
        task_name=task_name(scenario, index),
        ip=_address(10, 20, index + 11),
        migration_ip=_address(100, 64, index + 11),
        os_version=random.pick((role.os_version,) if role.os_version else _WINDOWS if windows else _LINUX),
        region=region,
        project_id=project_id(seed, region),
        cores=random.pick((2, 4, 8, 16)),
        total=int(role.gigabytes * GIGABYTE * jitter),
        utilisation=role.utilisation or utilisation,
        ratio=ratio if block else 1.0,
        created_ms=start_ms - int((role.days_old + random.fraction()) * DAY_MS),
        list_lag_ms=int(random.between(0, 5000)),
        shy=random.fraction() < 0.05,
        boastful=random.fraction() < 0.01,
        final_share=random.pick((1.0, 1.0, 1.0, 0.993, 0.978)),
    )


def _address(first: int, second: int, number: int) -> str:
    return f"{first}.{second + (number >> 16)}.{number >> 8 & 255}.{number & 255}"
