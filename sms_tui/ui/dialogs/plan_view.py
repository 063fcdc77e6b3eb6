"""A plan laid out to be read before it is confirmed, and kept up to date while somebody reads it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from sms_tui.domain.operations import Tier
from sms_tui.domain.plan import Plan
from sms_tui.engine.sending.policy import Policy
from sms_tui.ui.dialogs import confirm_text
from sms_tui.ui.dialogs.confirm_text import PreparedText
from sms_tui.ui.dialogs.context import DialogContext
from sms_tui.ui.dialogs.frame import Dialog, words
from sms_tui.ui.dialogs.plan_check import Look, PlanCheck

_AGES_EVERY = 1.0
_REQUEST = "request"
"""A part of the plan that is shown on demand"""
_COMMAND = "command"
"""Another part that is shown on demand"""
T = TypeVar("T")


class PlanView(Dialog[T]):
    """Shows a plan whole: place, targets, consequences, and on demand the request and the shell command."""

    DEFAULT_CSS = """
    PlanView {
        .table { text-wrap: nowrap; text-overflow: ellipsis; }
        Body Static { margin-bottom: 1; }
    }
    """

    def __init__(
        self,
        plan: Plan,
        policy: Policy,
        context: DialogContext,
        requests: Callable[[Plan], Sequence[PreparedText]],
        look: Look,
    ) -> None:
        super().__init__()
        self._check = PlanCheck(plan, look, context.refused)
        self._policy = policy
        self._where = context
        self._requests = requests
        self._unfolded: set[str] = set()
        """Which of the parts shown on demand are in sight"""
        self.is_dangerous = context.profile.production or plan.tier is Tier.IRREVERSIBLE

    def head(self) -> Iterable[Widget]:
        """Verb and place."""
        yield words(confirm_text.operation_line(self._check.plan))
        yield words(confirm_text.place_line(self._where.profile, self._where.mode), classes="table")

    def body(self) -> Iterable[Widget]:
        """Targets first, since they are what a mistake is about."""
        plan = self._check.plan
        for part in ("against", "targets", "news", "window", "cautions", "parameters"):
            yield words("", id=part, classes="table" if part == "targets" else None)
        yield words(confirm_text.consequence_lines(plan))
        if (left_out := confirm_text.left_out_lines(plan)) is not None:
            yield words(left_out)
        yield words("", id=_REQUEST)
        yield words("", id=_COMMAND)

    def on_mount(self) -> None:
        """Read the targets again, and let the ages grow while the dialog is open."""

        async def read() -> None:
            await self._check.read()
            self.show_plan()

        def compare() -> None:
            self._check.compare()
            self.show_plan()

        self.show_plan()
        self.set_interval(_AGES_EVERY, compare)
        self.run_worker(read())

    def action_request(self) -> None:
        """Show or hide the exact request."""
        self._unfolded ^= {_REQUEST}
        self.show_plan()
        if _REQUEST in self._unfolded:
            self._bring_into_view(_REQUEST)

    def action_command(self) -> None:
        """Show the command that does the same as a yes here, and copy it."""
        self._unfolded.add(_COMMAND)
        self.show_plan()
        self._bring_into_view(_COMMAND)
        self._where.copy("command", self._where.command(self._check.plan, self._policy))

    def _bring_into_view(self, part: str) -> None:
        self.call_after_refresh(self.query_one(f"#{part}").scroll_visible, animate=False, top=True)

    def show_plan(self) -> None:
        """Show everything that can be different from a moment ago."""
        for name, content in self.parts().items():
            # Not `query_one`: a dialog that was left at once may have no widgets yet.
            for field in self.query(f"#{name}").results(Static):
                field.display = content is not None
                field.update(content or "")

    def parts(self) -> Mapping[str, Content | None]:
        """What changes while the plan is read, by the id of its widget; None hides it."""
        check, now = self._check, self._where.clock.now()
        return {
            "against": confirm_text.against_lines(check.against),
            "targets": confirm_text.target_lines(check.plan, now),
            "news": confirm_text.news_lines(check.news, check.trouble, is_reading=check.is_reading),
            "window": confirm_text.window_line(check.plan, self._where.window_ends(), now),
            "cautions": confirm_text.caution_lines(check.plan),
            "parameters": confirm_text.parameter_lines(check.plan),
            _REQUEST: self._request() if _REQUEST in self._unfolded else None,
            _COMMAND: self._command() if _COMMAND in self._unfolded else None,
        }

    def _request(self) -> Content:
        plan = self._check.plan
        return confirm_text.request_lines(self._requests(plan), len(plan.targets))

    def _command(self) -> Content:
        return confirm_text.command_lines(self._where.command(self._check.plan, self._policy))
