"""The named scenarios, all of them data; each does what its name says, from its seed alone."""

from sms_tui.simulator.migration.failure_causes import FEASIBILITY
from sms_tui.simulator.world.scenario import Beat, Pace, Role, Scenario, Throttle, Weather

_WAR_ROOM = (
    # First wave: most of it has been launched.
    Role("web", "MIGRATE_SUCCESS", gigabytes=38),
    Role("web", "MIGRATE_SUCCESS", gigabytes=42, in_service=True),
    Role("app", "cutovering", 55, gigabytes=60),
    Role("app", "checking", 35, gigabytes=90, check=True),
    Role("erp-db", "comparing", 50, "linux-block", gigabytes=220, writes=6),
    Role("ad-fs", "cloned", 40, "windows", gigabytes=160),
    Role("mail", "MIGRATE_FAIL", 45, gigabytes=120, code="SMS.3102"),
    Role("jump", "cleared", gigabytes=18),
    # Second wave: in continuous synchronization, waiting for somebody to launch it.
    Role("web", "SYNCING", gigabytes=36),
    Role("web", "resting", 20, gigabytes=40),
    Role("app", "scanning", 50, gigabytes=75),
    Role("app", "cloning", gigabytes=64),
    Role("crm-db", "SYNCING", system="linux-block", gigabytes=310, writes=8),
    Role("ad", "SYNC_FAIL", 30, "windows", gigabytes=110, code="SMS.0806"),
    Role("file", "resting", 70, gigabytes=140),
    Role("proxy", "SYNCING", gigabytes=20, connected=False),
    # Third wave: being copied.
    Role("web", "RUNNING", 72, gigabytes=48, link_mbit=300),
    Role("web", "RUNNING", 35, gigabytes=52, link_mbit=300),
    Role("app", "RUNNING", 88, gigabytes=66, syncing=False),
    Role("dwh-db", "RUNNING", 14, "linux-block", gigabytes=480, writes=4),
    Role("batch", "MIGRATE_FAIL", 63, "windows", gigabytes=85, code="SMS.2802"),
    Role("queue", "set-up", 30, gigabytes=30),
    Role("legacy", "ABORT", 41, gigabytes=54, days_old=6),
    Role("backup", "READY", gigabytes=96, new_target=True),
)
_CALM = (
    Role("web", "READY", gigabytes=30),
    Role("web", "READY", gigabytes=34, measure=True),
    Role("app", "RUNNING", 45, gigabytes=60),
    Role("app", "SYNCING", gigabytes=48),
    Role("db", "resting", 30, "linux-block", gigabytes=120, writes=4),
    Role("ad", "MIGRATE_SUCCESS", 0, "windows", gigabytes=80),
)
_SMALL_LINUX = Role("web", "READY", gigabytes=4.5, syncing=False, link_mbit=220, utilisation=0.7, writes=0.05)
_HUNDRED_GIGABYTES = Role(
    "file", "READY", gigabytes=100, syncing=False, link_mbit=100, utilisation=0.7, writes=0.05
)


def _times(count: int, *roles: Role) -> tuple[Role, ...]:
    return tuple(roles[index % len(roles)] for index in range(count))


def _syncing(count: int, **traits: float) -> tuple[Role, ...]:
    return tuple(Role("app", "resting", 10 + 80 * index / count, **traits) for index in range(count))  # type: ignore[arg-type]


_ALL = (
    Scenario("calm", "six servers, and nothing fails", _CALM),
    Scenario(
        "war-room",
        "24 servers in three waves and two regions, in the middle of a change window",
        _WAR_ROOM,
        failures=1.0,
        unavailable=("SMS.6509", "SMS.6563"),
    ),
    Scenario(
        "hundred",
        "100 servers, some of which fail",
        _times(100, *_WAR_ROOM),
        failures=1.0,
        concurrent=100,
    ),
    Scenario(
        "bad-link",
        "every answer takes 0.8 s, 3 % get lost, copies break off",
        _times(12, Role("shop", "RUNNING", 40, link_mbit=40), Role("till", "SYNCING", link_mbit=20)),
        beats=tuple(Beat(240 + 300 * turn, turn * 2, "fail", "SMS.0807") for turn in range(4)),
        weather=Weather(latency=0.8, jitter=0.3, lost_request=0.02, lost_answer=0.01),
        site_mbit=60,
        noise=0.25,
        auto_recovery_s=420,
    ),
    Scenario(
        "never-converges",
        "databases that write faster than their link can carry",
        _syncing(3, gigabytes=400, writes=12, link_mbit=60),
        site_mbit=120,
        business_stopped=False,
    ),
    Scenario(
        "auto-launch",
        "tasks without continuous synchronization, which launch their targets by themselves",
        (
            *(Role("web", "RUNNING", 96 - 9 * turn, gigabytes=40, syncing=False) for turn in range(4)),
            Role("app", "READY", gigabytes=20, syncing=False),
        ),
    ),
    Scenario(
        "resync-disaster",
        "launched targets are in service: to sync again overwrites what was written on them",
        (
            Role("shop", "MIGRATE_SUCCESS", gigabytes=60, in_service=True, check=True),
            Role("crm", "MIGRATE_SUCCESS", system="windows", gigabytes=90, in_service=True, check=True),
            Role("wiki", "MIGRATE_SUCCESS", gigabytes=25),
        ),
        business_stopped=False,
    ),
    Scenario(
        "sync-fail-rollback",
        "synchronizations fail and can be rolled back",
        (Role("erp", "SYNC_FAIL", 40, code="SMS.0806"), *_syncing(3)),
        beats=(Beat(120, 1, "fail", "SMS.0806"), Beat(600, 2, "fail", "SMS.0806")),
    ),
    Scenario(
        "windows-agent-restart",
        "agents restart; what is no Linux file copy has to be set up anew",
        (
            Role("ad", "RUNNING", 55, "windows", gigabytes=120),
            Role("sql", "SYNCING", 40, "windows", gigabytes=200),
            Role("web", "RUNNING", 30, gigabytes=120),
        ),
        beats=tuple(Beat(120 + 60 * index, index, "restart-agent") for index in range(3)),
    ),
    Scenario(
        "throttled",
        "the gateway lets few calls through",
        _times(24, *_CALM),
        throttle=Throttle(reads=3, writes=1, retry_after=2),
    ),
    Scenario(
        "token-expires-mid-launch",
        "tokens live 20 minutes, a launch takes longer",
        (Role("app", "SYNCING", gigabytes=120, check=True), *_CALM[2:5]),
        token_life_s=1200,
    ),
    Scenario(
        "post-lost",
        "changes take effect, but every other answer to one gets lost",
        _CALM,
        weather=Weather(lose_every_second_write=True),
    ),
    Scenario(
        "foreign-hand",
        "somebody at the web console pauses and launches tasks",
        (*_syncing(2), Role("web", "RUNNING", 50, gigabytes=120), Role("db", "RUNNING", 20, gigabytes=200)),
        beats=(
            Beat(120, 2, "console", "stop"),
            Beat(300, 0, "console", "test"),
            Beat(900, 2, "console", "start"),
            Beat(1200, 1, "console", "stop"),
        ),
    ),
    Scenario(
        "left-overs",
        "what former attempts have left behind",
        (
            Role("old-web", "MIGRATE_FAIL", 60, code="SMS.1404", days_old=21),
            Role("old-app", "ABORT", 12, days_old=33),
            Role("old-db", "SYNC_FAIL", 50, "windows", code="SMS.1414", days_old=14),
            Role("old-mail", "MIGRATE_FAIL", 50, code="SMS.1106", days_old=9),
            Role("old-ad", "MIGRATE_SUCCESS", 0, "windows", days_old=40),
            Role("old-file", "ABORT", 80, connected=False, days_old=31),
            Role("new-web", "READY"),
        ),
        residue=True,
    ),
    Scenario(
        "unknown-states",
        "states and sub-tasks that no published list names",
        _times(6, *_CALM[2:5]),
        beats=(Beat(60, 1, "disguise", "STATE_X"), Beat(900, 1, "disguise", "")),
        upper_case=True,
        extra_subtask="VERIFY_LICENCE",
    ),
    Scenario(
        "terabyte-pause",
        "a copy of two terabytes, which begins nearly anew after a pause",
        (Role("dwh", "RUNNING", 62, "linux-block", gigabytes=2000, link_mbit=900), *_CALM[:2]),
    ),
    Scenario(
        "golden-16-minutes",
        "one small Linux server, which takes as long as the field says",
        (_SMALL_LINUX,),
        pace=Pace(spread=0.25),
        noise=0.05,
        diurnal=False,
    ),
    Scenario(
        "golden-100-gigabytes",
        "100 GB at 100 Mbit/s, of which 70 % are used",
        (_HUNDRED_GIGABYTES,),
        pace=Pace(scale=0.5, spread=0.5),
        noise=0.08,
        diurnal=False,
    ),
    Scenario(
        "nasty",
        "a bad week: five times the usual failures, outages, lost answers",
        _times(48, *_WAR_ROOM),
        failures=5.0,
        weather=Weather(slow=0.01, server_error=0.01, lost_answer=0.003, outage_every=1800),
        noise=0.25,
        restless=True,
        auto_recovery_s=900,
    ),
    Scenario("read-only", "the user may look, but not touch", _CALM, read_only_user=True),
    Scenario("megabytes", "the service reports speeds in MB/s", _CALM, megabytes=True),
    Scenario("year-2022", "the service as it was in August 2022", _CALM, epoch="2022", strict_param=True),
    Scenario(
        "infeasible",
        "sources that cannot be migrated",
        _CALM[:1],
        unavailable=tuple(FEASIBILITY),
    ),
    Scenario(
        "quota",
        "no more than three servers may migrate at once; the others wait for their turn",
        _times(6, Role("web", "READY", gigabytes=12, syncing=False)),
        concurrent=3,
        quota_waits=True,
    ),
)


SCENARIOS = {scenario.name: scenario for scenario in _ALL}
"""Every scenario by its name."""
