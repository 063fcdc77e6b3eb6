"""What the footer offers: the keys that work where the focus is, and why operations do not."""

from collections.abc import Sequence
from types import MappingProxyType

from msgspec import Struct

from sms_tui.domain.sentence import sentence
from sms_tui.engine import Engine
from sms_tui.ui.bars.footer import Footer, Hint
from sms_tui.ui.keys.choice import KeyChoice
from sms_tui.ui.keys.keymap import ACTIONS
from sms_tui.ui.table.task_table import TaskTable
from sms_tui.ui.wording.language import tr

TABLE = "table"
DETAIL = "detail"
LOG = "log"
PROMPT = "prompt"
_ENTER = "enter"
"""Not a binding: in every field it keeps what was typed"""
_OF_ACTIONS = tuple(((action.id,), action.hint) for action in ACTIONS if action.hint)
_HINTS = MappingProxyType(
    {
        TABLE: (
            (("table.down", "table.up"), "move"),
            (("table.mark",), "mark"),
            *_OF_ACTIONS,
        ),
        DETAIL: (
            (("detail.down", "detail.up"), "scroll"),
            (("look.next_tab", "look.previous_tab"), "tab"),
            (("operate.palette",), "operate"),
            (("look.zoom",), "zoom"),
            (("look.raw",), "raw"),
            (("look.explain",), "explain"),
            (("copy.menu",), "copy"),
            (("program.back",), "back"),
            (("program.help",), "help"),
        ),
        LOG: (
            (("log.follow",), "follow"),
            (("log.hold",), "hold"),
            (("log.filter",), "filter"),
            (("log.next", "log.previous"), "find"),
            (("log.wrap",), "wrap"),
            (("log.save",), "save"),
            (("program.back",), "back"),
            (("program.help",), "help"),
        ),
        PROMPT: (
            ((_ENTER,), "keep"),
            (("prompt.cancel",), "give up"),
            (("prompt.older", "prompt.newer"), "recall"),
            (("prompt.explain",), "explain"),
        ),
    }
)
_OF_MARKS = (("table.clear_marks",), "clear marks")
_OF_A_RANGE = (("table.range",), "end range")


class FooterHints(Struct):
    """Keeps the footer up to date: which keys work in the focused pane, and why operations do not."""

    engine: Engine
    table: TaskTable
    footer: Footer
    keys: KeyChoice
    _place: str = TABLE
    _hinted: tuple[object, ...] | None = None
    _hints: Sequence[Hint] = ()
    """What was made for the place, marks and range, since it is asked for each second"""

    def show(self, place: str = "") -> None:
        """Say what works in `place`, or where the focus was last."""
        self._place = place or self._place
        selection = self.table.selection
        wanted = self._place, len(selection.marks) > 0, selection.is_ranging
        if wanted != self._hinted:
            self._hinted, self._hints = wanted, self._made()
        self.footer.show(self._hints, self._refusal())

    def _made(self) -> Sequence[Hint]:
        """What to say in the place; a binding without a key is left out."""
        wanted = _HINTS[self._place]
        if self._place == TABLE and len(self.table.selection.marks):
            wanted = (*wanted[:3], _OF_MARKS, *wanted[3:])
        if self._place == TABLE and self.table.selection.is_ranging:
            wanted = (wanted[0], _OF_A_RANGE, *wanted[1:])
        hints = (Hint(self._key(ids), tr(word), _clicked(ids)) for ids, word in wanted)
        return [hint for hint in hints if hint.key]

    def _key(self, ids: Sequence[str]) -> str:
        return _ENTER if ids == (_ENTER,) else " ".join(filter(None, map(self.keys.word, ids)))

    def _refusal(self) -> str:
        """Why the key for operations has no effect, or little; empty if it works."""
        engine, key = self.engine, self.keys.word("operate.palette")
        if engine.mode.read_only:
            return tr("{key} sends nothing: read-only", key=key)
        if engine.blocked():
            return tr("{key} sends nothing: no journal", key=key)
        store = engine.store
        if store.tasks and self.table.cursor_id is None and not len(self.table.selection.marks):
            return tr("no task under the cursor")
        now = engine.clock.now()
        if store.sync.is_old(now):
            freshness = sentence(store.sync.freshness(now).name)
            return tr("{key} sends only what is repeatable: {freshness}", key=key, freshness=freshness)
        return ""


def _clicked(ids: Sequence[str]) -> str:
    """What a click on a hint does: one thing, and it never ends the program, where a hand may slip."""
    return ids[0] if len(ids) == 1 and ids[0] != "program.leave" else ""
