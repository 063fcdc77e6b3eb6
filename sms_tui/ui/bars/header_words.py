"""The words of the first line: which profile, how old the data is, and what this session may do."""

from collections.abc import Sequence
from types import MappingProxyType

from msgspec import Struct
from rich.cells import cell_len

from sms_tui.config import Profile
from sms_tui.domain.freshness import Freshness, SyncStatus
from sms_tui.domain.outcome import TroubleKind
from sms_tui.domain.quantities import age, duration
from sms_tui.domain.sentence import counted, sentence
from sms_tui.domain.text import clean
from sms_tui.engine.mode import Mode
from sms_tui.ui.table.columns import fit
from sms_tui.ui.wording.language import tr
from sms_tui.ui.wording.times import clock, minute

_LONGEST_PROFILE = 24
_SHORTEST_PROFILE = 6
"""To which it is cut, in cells, before anything else is left out that says what this session is"""
_ALWAYS = 9
"""Weight of a part that is dropped last"""
_YOUNG = 10
"""Seconds up to which an age is told to the second"""
_STEP = 5
"""Seconds by which an older one grows on the screen"""
_SLOW_STEP = 10
"""Seconds by which every one does where each change is expensive to send"""
_LONG = 10
"""Seconds of loading from which on their number is told"""
_MINUTE = 60
_HOUR = 3600
_ANSWERS_NO = MappingProxyType(
    {TroubleKind.SIGN_IN: sentence("not signed in"), TroubleKind.DENIED: sentence("not allowed")}
)
"""What no waiting for the link mends"""


class Counts(Struct, frozen=True):
    """How many tasks stand where."""

    total: int = 0
    running: int = 0
    syncing: int = 0
    failed: int = 0
    pending: int = 0
    """Operations sent whose effect is not confirmed yet"""
    unknown: int = 0
    """Operations whose outcome is unknown"""


class HeaderFacts(Struct, frozen=True):
    """All that the header says; the words are chosen by `header_parts`."""

    profile: Profile
    sync: SyncStatus
    counts: Counts = Counts()
    mode: Mode = Mode()
    paused: bool = False
    is_age_told: bool = True
    """Else the minute in which fresh data was read, which changes seldom"""
    token_seconds: float | None = None
    window_seconds: float | None = None
    """To the end of the change window, negative when it is over"""
    blocked: str = ""
    """Why operations are refused whatever the state of the tasks, such as a journal that cannot be written"""
    hud: str = ""


class Part(Struct, frozen=True):
    """One word group; `weight` decides what a narrow screen keeps."""

    text: str
    style: str = ""
    weight: int = _ALWAYS


def header_parts(facts: HeaderFacts, now: float, *, slow_link: bool = False) -> list[Part]:
    """All parts of the header, in reading order."""
    parts = [Part("sms-tui", "bold", 1), *place_parts(facts.profile, facts.mode)]
    parts.append(_age_part(facts, now, slow_link=slow_link))
    if facts.sync.is_partial and facts.sync.is_old(now):
        parts.append(_partial_part(facts.sync))
    if facts.sync.trouble and facts.sync.is_old(now) and (no := _ANSWERS_NO.get(facts.sync.trouble.kind)):
        parts.append(Part(tr(no), "bold $error", 8))
    if facts.paused:
        parts.append(Part(tr("SCREEN PAUSED"), "bold $warning"))
    if facts.mode.read_only:
        parts.append(Part(tr("READ-ONLY"), "bold $warning"))
    if facts.mode.dry_run:
        parts.append(Part(tr("DRY RUN"), "bold $warning"))
    if facts.blocked:
        parts.append(Part(tr("NO OPERATIONS"), "bold $error"))
    if facts.token_seconds is not None:
        style = "bold $warning" if facts.token_seconds < _HOUR else ""
        parts.append(Part(tr("token {left}", left=duration(facts.token_seconds)), style, 4))
    if facts.window_seconds is not None:
        parts.append(_window_part(facts.window_seconds))
    parts.extend(_count_parts(facts.counts, is_total_known=facts.sync.synced_at is not None))
    if facts.hud:
        parts.append(Part(facts.hud))
    return parts


def place_parts(profile: Profile, mode: Mode) -> list[Part]:
    """The parts that say where operations go; dialogs, which cover the header, show them too."""
    parts = [Part(clean(profile.name, _LONGEST_PROFILE), "bold $primary")]
    if profile.production:
        parts.append(Part(f" {tr('PRODUCTION')} ", "bold $production-text on $production"))
    if mode.simulated:
        parts.append(Part(tr("SIMULATED"), "bold $warning"))
    return parts


def rests(facts: HeaderFacts, now: float, *, slow_link: bool = False) -> float:
    """For how many seconds `header_parts` says the same of fresh data if nothing happens; else 0."""
    told, left = facts.sync.age(now) or 0.0, facts.token_seconds
    if facts.sync.freshness(now) is not Freshness.FRESH or (left is not None and left < _HOUR):
        return 0.0
    step = _step(told, slow_link=slow_link)
    window = _MINUTE if facts.window_seconds is None else facts.window_seconds % _MINUTE
    # A token's last seconds are told, and before that its minutes.
    token = _MINUTE if left is None else left % _MINUTE
    return min(step - told % step, facts.sync.fresh_for(now), token, window)


def _step(seconds: float, *, slow_link: bool) -> int:
    """The steps in which an age is shown: seconds only while they matter."""
    return _SLOW_STEP if slow_link else 1 if seconds < _YOUNG else _STEP


def _in_steps(seconds: float, *, slow_link: bool) -> float:
    step = _step(seconds, slow_link=slow_link)
    return seconds // step * step


def _age_part(facts: HeaderFacts, now: float, *, slow_link: bool) -> Part:
    sync = facts.sync
    told = _in_steps(sync.age(now) or 0, slow_link=slow_link)
    match sync.freshness(now):
        case Freshness.LOADING if sync.trouble and sync.trouble.kind in _ANSWERS_NO:
            return Part(tr("DENIED"), "bold $error")
        case Freshness.LOADING if sync.is_partial:
            return _partial_part(sync)
        case Freshness.LOADING if sync.trouble:
            return Part(tr("NO ANSWER YET"), "bold $error")
        case Freshness.LOADING:
            waited = _in_steps(now - (sync.began_at or now), slow_link=slow_link)
            words = tr("loading") if waited < _LONG else tr("loading {age}", age=duration(waited))
            return Part(words, "$warning")
        case Freshness.FRESH if not facts.is_age_told:
            return Part(tr("updated {time}", time=minute(sync.synced_at or now)))
        case Freshness.FRESH:
            return Part(tr("updated {age} ago", age=age(told)))
        case Freshness.STALE:
            # With seconds, since whole minutes would seem to stand still.
            return Part(tr("STALE {age}", age=duration(told)), "bold $warning")
        case Freshness.OFFLINE:
            return Part(tr("OFFLINE since {time}", time=clock(sync.failing_since or now)), "bold $error")


def _partial_part(sync: SyncStatus) -> Part:
    return Part(tr("partial {done}/{total}", done=sync.pages_done, total=sync.pages_total or "?"), "$warning")


def _window_part(left: float) -> Part:
    """The minutes of the change window that are left, whole ones."""
    if left < 0:
        return Part(tr("WINDOW OVER"), "bold $error", 8)
    whole = left // _MINUTE * _MINUTE
    words = duration(whole) if whole >= _HOUR else sentence("{minutes} m", minutes=int(whole // _MINUTE))
    return Part(tr("window {left}", left=words), "bold $warning" if left < _HOUR else "", 7)


def _count_parts(counts: Counts, *, is_total_known: bool) -> list[Part]:
    parts = []
    # What was read so far is a number too; that nothing was read is none.
    if counts.total or is_total_known:
        parts.append(Part(tr(counted(counts.total, "{count} task", "{count} tasks")), "", 6))
    for number, words, style, weight in (
        (counts.failed, "{count} failed", "bold $task-failed", 8),
        (counts.unknown, "{count} unknown outcome", "bold $error", 8),
        (counts.pending, "{count} pending", "$warning", 5),
        (counts.running, "{count} running", "$task-running", 3),
        (counts.syncing, "{count} syncing", "$task-moving", 3),
    ):
        if number:
            parts.append(Part(tr(words, count=number), style, weight))
    return parts


def fitted(parts: Sequence[Part], width: int) -> list[Part]:
    """Drop the lightest parts until the rest fits `width` cells; of the heaviest, cut the profile first."""
    kept = list(parts)
    while len(kept) > 1 and (over := sum(cell_len(part.text) + 2 for part in kept) - 2 - width) > 0:
        lightest = min(reversed(kept), key=lambda part: part.weight)
        first, room = kept[0], cell_len(kept[0].text) - over
        if lightest.weight == _ALWAYS and room >= _SHORTEST_PROFILE:
            kept[0] = Part(fit(first.text, room), first.style)
        else:
            kept.remove(lightest)
    return kept
