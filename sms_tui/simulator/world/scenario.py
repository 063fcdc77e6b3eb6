"""What a scenario can say about the simulated world: values only, no behaviour."""

from msgspec import Struct, field

A_DAY_S = 86_400.0


class Role(Struct, frozen=True):
    """One server of the cast, and where its migration stands when the curtain rises."""

    name: str
    at: str = "READY"
    """A situation that `placing` knows."""
    percent: float = 40.0
    """How far the step under way is."""
    system: str = "linux-file"
    """`linux-file`, `linux-block` or `windows`."""
    os_version: str = ""
    """Left to chance when empty."""
    gigabytes: float = 40.0
    """Decimal gigabytes, as a link's Mbit/s are decimal."""
    writes: float = 0.5
    """MB/s written on the source while its business runs."""
    syncing: bool = True
    """False: full replication ends in a launch that nobody asked for."""
    code: str = ""
    """Error code of a failure that has happened or, with `fails_in`, will happen."""
    fails_in: str = ""
    """The step in which `code` strikes."""
    connected: bool = True
    check: bool = False
    """Whether the launch includes a consistency check."""
    new_target: bool = False
    measure: bool = False
    """Whether the first start measures the network before it copies."""
    link_mbit: float = 400.0
    utilisation: float | None = None
    """Share of the link that a copy gets, 0.5 to 0.8 when left to chance."""
    has_tc: bool = True
    in_service: bool = False
    """Whether the launched target has taken writes that a re-sync would overwrite."""
    days_old: float = 1.0


class Beat(Struct, frozen=True):
    """Something that happens to one server at a set time without any request."""

    at_seconds: float
    index: int
    what: str
    """`fail`, `console`, `disconnect`, `reconnect`, `disguise`, `restart-agent` or `fix`."""
    detail: str = ""


class Pace(Struct, frozen=True):
    """How long the timed steps take: `scale` times the default, `spread` of the default's width."""

    scale: float = 1.0
    spread: float = 1.0


class Weather(Struct, frozen=True):
    """What happens to requests on their way; shares of 0 to 1, seconds as the client feels them."""

    latency: float = 0.0
    jitter: float = 0.0
    slow: float = 0.0
    """Share of answers that take 2 to 8 seconds more."""
    server_error: float = 0.0
    lost_request: float = 0.0
    """Share of requests that never arrive."""
    lost_answer: float = 0.0
    """Share of answers that get lost after the request took effect."""
    lose_every_second_write: bool = False
    """The answers to the first, third, fifth ... change get lost after it took effect."""
    outage_every: float = 0.0
    """Virtual seconds between outages of one virtual minute; 0 for none."""


class Throttle(Struct, frozen=True):
    """Token buckets per user and API, in calls per second as the client feels them."""

    reads: float = 10.0
    writes: float = 2.0
    retry_after: int | None = None


class Scenario(Struct, frozen=True):
    """A named world: who is in it, what goes wrong, and which dialect the service speaks."""

    name: str
    about: str
    cast: tuple[Role, ...]
    beats: tuple[Beat, ...] = ()
    failures: float = 0.0
    """0 for none, 1 for a realistic share of failing servers, 5 for a bad week."""
    weather: Weather = field(default_factory=Weather)
    throttle: Throttle | None = None
    pace: Pace = field(default_factory=Pace)
    noise: float = 0.15
    """Standard deviation of the speed over its mean."""
    diurnal: bool = True
    site_mbit: float = 1000.0
    """What the servers of one site share."""
    site_size: int = 8
    wave_size: int = 8
    regions: tuple[str, ...] = ("ap-southeast-3", "ap-southeast-1")
    unavailable: tuple[str, ...] = ()
    """Feasibility codes of sources that never got a task."""
    concurrent: int | None = None
    """How many servers may migrate at once; None for no such quota."""
    quota_waits: bool = False
    """Over the quota a start waits instead of being refused."""
    business_stopped: bool = True
    """Whether the business on the source stands still when a target is launched."""
    auto_recovery_s: float | None = None
    """Seconds after which the agent goes on by itself after a network error."""
    reverify_gigabytes: float = 500.0
    """Full copies over this size begin nearly anew after a pause."""
    token_life_s: float = A_DAY_S
    """Any other than a day is what the scenario is about."""
    epoch: str = "now"
    """`now` or `2022`."""
    megabytes: bool = False
    """Whether the task's migrate_speed is in MB/s."""
    upper_case: bool = False
    """Whether source states are spelt `REPLICATE` and `INIT`."""
    strict_param: bool = False
    """Whether only `param` carries the log bucket, not `params`."""
    refuse_unknown_filter: bool = True
    """Whether a `state` filter outside the published list is refused instead of matching nothing."""
    read_only_user: bool = False
    residue: bool = False
    """Whether earlier tasks are still bound to the sources, so that nothing can be started anew."""
    restless: bool = False
    """Whether rows move to other pages while one pages through them."""
    extra_subtask: str = ""
    """A sub-task that no published list names."""
