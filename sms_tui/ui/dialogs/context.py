"""What dialogs say about where operations go."""

from collections.abc import Callable

from msgspec import Struct

from sms_tui.config import Profile
from sms_tui.domain.operations import Tier
from sms_tui.domain.plan import Plan
from sms_tui.engine.clock import Clock
from sms_tui.engine.mode import Mode
from sms_tui.engine.sending.policy import Policy
from sms_tui.ui.wording.run_line import run_line


class DialogContext(Struct, frozen=True, kw_only=True):
    """Where operations go, and whatever else is asked while somebody decides."""

    profile: Profile
    mode: Mode
    clock: Clock
    in_flight: int
    """Operations that may be under way at once"""
    reached_by: tuple[str, ...]
    """Options of the command line that lead to the same service"""
    copy: Callable[[str, str], None]
    """Takes a name for the text, and the text for the terminal's clipboard"""
    refused: Callable[[Tier], str | None]
    """Why operations of a tier would not be sent now, whatever is answered; None if they would"""
    window_ends: Callable[[], float | None]
    """When a target has to run, in epoch seconds, if somebody said so"""

    def command(self, plan: Plan, policy: Policy) -> str:
        """The command that does the same as a yes to `plan`."""
        rehearsed = ("--dry-run",) if self.mode.dry_run else ()
        return run_line(plan, (*rehearsed, *self.reached_by), policy)
