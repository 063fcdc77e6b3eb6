"""What the parts of an engine share, so that each is given it once."""

from msgspec import Struct

from sms_tui.engine.clock import Clock
from sms_tui.engine.event_log import EventLog
from sms_tui.engine.journal.journal import Journal
from sms_tui.engine.mode import EngineSettings, Mode
from sms_tui.engine.service import Service
from sms_tui.engine.store.store import Store
from sms_tui.engine.waiting import Activity
from sms_tui.engine.yield_point import YieldPoint


class Shared(Struct, frozen=True):
    """One session with one service: where it is, what it may do, and what is known of it."""

    service: Service
    mode: Mode
    settings: EngineSettings
    journal: Journal
    clock: Clock
    log: EventLog
    store: Store
    activity: Activity
    yield_point: YieldPoint
