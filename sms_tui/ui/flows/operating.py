"""From a key to a dispatched operation: palette, form, confirmation, hand-over to the dispatcher.

The targets are taken once, as ids, when the flow begins; no later step looks at the cursor again.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from textual.events import Key

from sms_tui.config import Profile
from sms_tui.domain.operations import COLLECT_LOG, OPERATIONS, SPEED_LIMIT, Epoch, Operation, offered
from sms_tui.domain.outcome import Trouble
from sms_tui.domain.plan import Plan
from sms_tui.domain.rules import possible_while, warnings
from sms_tui.domain.sentence import sentence
from sms_tui.domain.task import Task
from sms_tui.engine import Engine
from sms_tui.engine.sending.policy import Policy
from sms_tui.state import State
from sms_tui.ui.board.chosen import Chosen
from sms_tui.ui.dialogs.context import DialogContext
from sms_tui.ui.flows.asking import Ask, Tell, nothing_chosen
from sms_tui.ui.wording.language import tr

if TYPE_CHECKING:
    from sms_tui.ui.dialogs.action_palette import Choice
    from sms_tui.ui.dialogs.confirm import Confirmation

_PATIENCE = 2.0
"""Seconds that a form waits for values to be filled in with"""


class Operating(Struct, frozen=True):
    """Asks for everything that an operation needs, and sends nothing itself."""

    engine: Engine
    profile: Profile
    chosen: Chosen
    state: State
    ask: Ask
    tell: Tell
    context: DialogContext
    typed_on: Callable[[Key | None], None]

    async def choose(self) -> None:
        """Open the palette on the marked rows, or on the row under the cursor."""
        from sms_tui.ui.dialogs.action_palette import ActionPalette

        ids, hidden = self.chosen.targets()
        if not ids:
            self.tell(nothing_chosen(), "warning")
            return
        chosen = self._known(ids)
        operation = await self.ask(ActionPalette(self._choices(ids), self._title(ids)))
        if operation is not None:
            await self._operate(operation, ids, hidden, chosen)

    async def operate_named(self, name: str) -> None:
        """Start the operation of that name on the marked rows, or on the row under the cursor."""
        ids, hidden = self.chosen.targets()
        if ids:
            await self._operate(OPERATIONS[name], ids, hidden, ())
        else:
            self.tell(nothing_chosen(), "warning")

    async def _operate(
        self, operation: Operation, ids: tuple[str, ...], hidden: frozenset[str], chosen: Sequence[Task]
    ) -> None:
        """Lead one operation on `ids` through its questions; `chosen` are they as they were known before."""
        dispatcher = self.engine.dispatcher
        first = dispatcher.plan(operation, ids, {}, hidden, chosen)
        if not first.targets:
            self._tell_why_empty(first)
            return
        parameters = await self._required(operation, first)
        if parameters is None:
            return
        # If nothing was asked, no time has passed and the plan is still current.
        await self.confirm(dispatcher.again(first, parameters) if parameters else first)

    def _tell_why_empty(self, plan: Plan) -> None:
        why = [sentence("{what}: {why}", what=left.task.name, why=left.reason) for left in plan.left_out]
        self.tell(why[0] if why else tr("The tasks are gone."), "warning")

    async def confirm(self, plan: Plan, policy: Policy | None = None) -> None:
        """Ask the last question, beginning with `policy`, and submit the plan that was confirmed."""
        confirmation = await self._confirmed(plan, policy)
        if confirmation is None:
            return
        answer = self.engine.dispatcher.submit(confirmation.plan, confirmation.typed, confirmation.policy)
        if isinstance(answer, str):
            self.tell(answer, "error")
        elif bucket := confirmation.plan.parameters.get("bucket"):
            self.state.log_bucket = bucket

    async def _confirmed(self, plan: Plan, policy: Policy | None) -> "Confirmation | None":
        """Put the question, anew each time that is asked for; None where nothing is confirmed."""
        from sms_tui.ui.dialogs.confirm import AskAnew, ConfirmDialog
        from sms_tui.ui.dialogs.plan_check import Look

        dispatcher = self.engine.dispatcher
        look = Look(self._now, self._read)
        while True:
            if not plan.targets:
                self._tell_why_empty(plan)
                return None
            dialog = ConfirmDialog(plan, self.context, dispatcher.preview, look, policy)
            confirmation = await self.ask(dialog)
            if not isinstance(confirmation, AskAnew):
                if dialog.closed_by is not None:
                    self.typed_on(dialog.closed_by)
                return confirmation
            # Exactly the same tasks as before; only what can be done with them is planned again.
            plan, policy = dispatcher.again(confirmation.plan), confirmation.policy
            # Drop typed keys until the next question is open, or for good if none opens.
            self.typed_on(None)

    def sketches(self, ids: Sequence[str]) -> list[Plan]:
        """A plan of each operation that the profile offers, for one task of each kind among `ids`."""
        kinds = tuple(self.engine.dispatcher.kinds(ids))
        return [self.plan(operation, kinds) for operation in self._offered()]

    def plan(self, operation: Operation, ids: Sequence[str]) -> Plan:
        """A plan with the usual parameters."""
        return self.engine.dispatcher.plan(operation, ids, self._usual(operation))

    def _known(self, ids: Sequence[str]) -> Sequence[Task]:
        found = (self.engine.store.tasks.get(task_id) for task_id in ids)
        return [task for task in found if task is not None]

    def _now(self, plan: Plan) -> Plan:
        return self.engine.dispatcher.plan(plan.operation, plan.ids, plan.parameters, plan.hidden)

    async def _read(self, task_id: str) -> str:
        answer = await self.engine.read_task(task_id)
        return answer.sentence if isinstance(answer, Trouble) else ""

    async def _required(self, operation: Operation, plan: Plan) -> Mapping[str, str] | None:
        from sms_tui.ui.dialogs.form import ParameterForm

        if not any(parameter.required for parameter in operation.parameters):
            return {}
        return await self.ask(
            ParameterForm(operation, await self._prefilled(operation, plan), required_only=True)
        )

    def _usual(self, operation: Operation) -> dict[str, str]:
        bucket = self.state.log_bucket or self.profile.log_bucket
        return {"bucket": bucket} if operation is COLLECT_LOG and bucket else {}

    async def _prefilled(self, operation: Operation, plan: Plan) -> dict[str, str]:
        if operation is COLLECT_LOG:
            return self._usual(operation)
        if operation is SPEED_LIMIT and len(plan.targets) == 1:
            rules = await self.engine.speed_rules(plan.ids[0], _PATIENCE)
            return {} if rules is None else {"rules": ", ".join(str(rule) for rule in rules)}
        return {}

    def _choices(self, ids: tuple[str, ...]) -> list["Choice"]:
        kinds = self.engine.dispatcher.kinds(ids)
        return [self._choice(operation, kinds, len(ids)) for operation in self._offered()]

    def _offered(self) -> Sequence[Operation]:
        return offered(self.profile.operations, self.profile.launch_operation)

    def _choice(self, operation: Operation, kinds: Mapping[str, int], total: int) -> "Choice":
        from sms_tui.ui.dialogs.action_palette import Choice

        plan = self.engine.dispatcher.plan(operation, kinds, {}, ())
        reason = self.engine.dispatcher.gate.refusal(plan.tier) if plan.targets else _why_none(plan)
        cautions = [text for target in plan.targets[:1] for text in warnings(operation, target.task)]
        return Choice(
            operation=operation,
            label=plan.label,
            reason=reason,
            warning=cautions[0] if cautions else "",
            newer=operation.epoch is Epoch.NEWER,
            count_allowed=sum(kinds[task_id] for task_id in plan.ids),
            count_total=total,
            tier=plan.tier,
        )

    def _title(self, ids: tuple[str, ...]) -> str:
        task = self.engine.store.tasks.get(ids[0])
        return task.name if len(ids) == 1 and task else tr("{count} tasks", count=len(ids))


def _why_none(plan: Plan) -> str:
    """Why the operation is for none of the chosen tasks; where their reasons differ, when it is for one."""
    reasons = {left.reason for left in plan.left_out}
    if len(reasons) > 1:
        where = possible_while(plan.operation)
        return sentence("None of these can take it. It is {possible_while}.", possible_while=where)
    return next(iter(reasons), sentence("The task is gone."))
