"""`sms-tui run`: one operation on named tasks, with the same questions and guards as in the interface."""

from argparse import Namespace
from collections.abc import Collection, Mapping
from contextlib import suppress

from msgspec import Struct

from sms_tui.config import Profile
from sms_tui.domain.nearest import did_you_mean
from sms_tui.domain.operations import COLLECT_LOG, OPERATIONS, RESUME_LABEL, START, Operation, Tier, offered
from sms_tui.domain.plan import Plan, parameter_problem
from sms_tui.domain.rules import possible_while
from sms_tui.domain.situation import Situation
from sms_tui.domain.task import TaskState
from sms_tui.domain.text import clean
from sms_tui.engine import Engine
from sms_tui.engine.record import Batch
from sms_tui.engine.sending.policy import ORDER_WORDS, Policy, default_policy
from sms_tui.exit_codes import ExitCode, worst
from sms_tui.headless.following import BatchFollower
from sms_tui.headless.output import Output
from sms_tui.headless.patience import Patience
from sms_tui.headless.question import (
    Ask,
    folded,
    left_out_lines,
    plan_lines,
    question,
    request_lines,
    warning_lines,
)
from sms_tui.headless.reading import read_list, with_engine
from sms_tui.headless.resolving import ResolveError, resolve

_ORDERS = {word: order for order, word in ORDER_WORDS.items()}


class UsageError(Exception):
    """The command line makes no sense; the text says why."""


class Run(Struct, frozen=True):
    """One `run` command."""

    engine: Engine
    profile: Profile
    options: Namespace
    output: Output
    ask: Ask | None
    """None where nobody sits at a terminal"""

    async def execute(self) -> ExitCode:
        """Ask, send, and report until the outcome is known."""
        patience = Patience(self.options.timeout)
        try:
            operation = operation_named(self.options.operation, self.profile)
            self._judge_options()
            parameters = await self._parameters(operation)
            # The list may show the effect of something that an earlier run sent.
            self.engine.dispatcher.look_around()
            if code := await read_list(self.engine, self.output, patience):
                return code
            ids = resolve(self.options.tasks, self.engine.store.tasks)
        except (UsageError, ResolveError) as problem:
            self.output.say(f"sms-tui run: {problem}")
            return ExitCode.USAGE
        self._tell_strange_states()
        self.engine.dispatcher.look_around()
        await self._settle_earlier(ids, patience)
        plan = self.engine.dispatcher.plan(operation, ids, parameters)
        left_out = ExitCode.FAILED if plan.left_out else ExitCode.DONE
        if not plan.targets or (plan.left_out and self._is_all_or_none(plan)):
            self._tell_left_out(plan)
            if plan.targets:
                self.output.say(
                    f"{plan.label} cannot be undone, so it goes to all or none: nothing was sent. "
                    "--leave-out sends it to the others."
                )
            return left_out
        return worst((left_out, await self._carry_out(plan, patience)))

    async def _parameters(self, operation: Operation) -> Mapping[str, str]:
        """The parameters to send, what is required and was not given asked for; raises `UsageError`."""
        given = parameters_of(operation, self.options.param, self.profile)
        missing = [each for each in operation.parameters if each.required and each.name not in given]
        for each in missing:
            if self.ask is None or self.options.yes or self.engine.mode.read_only:
                raise UsageError(f"{operation} needs --param {each.name}=...")
            given[each.name] = (await self.ask(f"{each.label} ({each.name}, required): ")).strip()
        if problem := parameter_problem(operation, given):
            raise UsageError(problem)
        return given

    async def _settle_earlier(self, ids: Collection[str], patience: Patience) -> None:
        """Settle operations of earlier runs on these tasks, since they would block a new one."""
        with suppress(TimeoutError):
            async with patience.spent():
                for task_id in ids:
                    if self.engine.store.pending(task_id):
                        await self.engine.settle(task_id)

    def _is_all_or_none(self, plan: Plan) -> bool:
        """Whether it goes to all tasks or none: it cannot be undone, and nobody reads which are left out."""
        is_read = self.ask is not None and not self.options.yes
        return plan.tier is Tier.IRREVERSIBLE and not is_read and not self.options.leave_out

    def _judge_options(self) -> None:
        """Find contradicting options before the service is asked; raises `UsageError`."""
        if self.options.canary_state and self.options.order not in {None, "canary"}:
            raise UsageError("--canary-state goes with --order canary alone")
        sends = not (self.engine.mode.dry_run or self.engine.mode.read_only)
        if sends and not self.options.yes and self.ask is None:
            raise UsageError("without a terminal to ask at, --yes is needed; nothing was sent.")

    def _tell_strange_states(self) -> None:
        """Warn about unknown state names, which may be new ones and so are no errors."""
        wanted, canary = self.options.wait, self.options.canary_state
        is_situation = (canary or "").casefold() in set(Situation)
        for name in filter(None, (wanted, None if is_situation else canary)):
            if TaskState.parse(name) is TaskState.UNKNOWN:
                self.output.say(
                    f"'{clean(name)}' is no state that is known here; waiting for it all the same."
                )

    async def _carry_out(self, plan: Plan, patience: Patience) -> ExitCode:
        if self.engine.mode.dry_run:
            return self._show_requests(plan)
        if reason := self.engine.dispatcher.gate.refusal(plan.tier):
            self.output.say(f"sms-tui run: {reason}")
            return ExitCode.FAILED
        follower = BatchFollower(self.engine, self.options, self.output, patience)
        try:
            await with_engine(self.engine, self._send(plan, follower))
        finally:
            # Also when a signal ends it: by now everything sent is answered, or unknown.
            follower.conclude()
        return follower.code()

    async def _send(self, plan: Plan, follower: BatchFollower) -> ExitCode:
        if self.options.yes:
            self._tell_left_out(plan)
            self._tell_warnings(plan)
        elif not await self._ask_for_word(plan):
            self.output.say("Nothing was sent.")
            return ExitCode.FAILED
        batch = self.engine.dispatcher.submit(plan, plan.word, policy_of(self.options, plan))
        if not isinstance(batch, Batch):
            self.output.say(f"sms-tui run: {batch}")
            return ExitCode.FAILED
        await follower.follow(batch)
        return ExitCode.DONE

    async def _ask_for_word(self, plan: Plan) -> bool:
        """Show the plan and ask for its word; whether that was typed."""
        for line in plan_lines(plan, self.profile, self.engine, policy_of(self.options, plan)):
            for row in folded(line, self.output.width):
                self.output.say(row)
        typed = await self.ask(question(plan)) if self.ask else ""
        return plan.accepts(typed)

    def _show_requests(self, plan: Plan) -> ExitCode:
        self._tell_left_out(plan)
        self._tell_warnings(plan)
        if self.options.output == "jsonl":
            for target, one in zip(plan.targets, self.engine.dispatcher.requests(plan), strict=True):
                task = {"task_id": target.task.id, "task_name": target.task.name}
                wire = {"method": one.method, "url": one.url, "body": one.body.decode(), "sent": False}
                self.output.record({"operation": plan.operation.name, **task, **wire})
        else:
            for line in request_lines(plan, self.engine):
                self.output.data(line)
        count, operation = len(plan.targets), plan.operation
        self.output.say(
            f"Dry run: {count} would be sent, and nothing was; {operation} is {possible_while(operation)}."
        )
        return ExitCode.DONE

    def _tell_warnings(self, plan: Plan) -> None:
        for line in warning_lines(plan):
            self.output.say(line)

    def _tell_left_out(self, plan: Plan) -> None:
        if self.options.output == "jsonl":
            for left in plan.left_out:
                reason = {"outcome": "not-sent", "reason": left.reason}
                self.output.record({"task_id": left.task.id, "task_name": left.task.name, **reason})
        else:
            for line in left_out_lines(plan):
                self.output.say(line.strip())


def operation_named(name: str, profile: Profile) -> Operation:
    """The operation of that name, if the profile offers it; raises `UsageError`."""
    known = OPERATIONS.get(name)
    if known is None:
        hint = (
            _by_our_word(name, profile)
            or did_you_mean(name, OPERATIONS)
            or f"; there are {', '.join(OPERATIONS)}"
        )
        raise UsageError(f"there is no operation '{name}'{hint}")
    if known not in offered(profile.operations, profile.launch_operation):
        setting = "launch_operation" if name in {"test", "cutover"} else "operations"
        value = getattr(profile, setting)
        raise UsageError(f"'{name}' is not offered with {setting} = \"{value}\" in profile '{profile.name}'")
    return known


def policy_of(options: Namespace, plan: Plan) -> Policy:
    """The policy for the batch: what the options say, else what is usual for its tier."""
    usual = default_policy(plan)
    order = "canary" if options.canary_state else options.order
    return Policy(
        _ORDERS[order] if order else usual.order,
        options.canary_state or "",
        usual.halt_on_refusal if options.halt is None else options.halt,
        options.leave_out,
    )


def _by_our_word(word: str, profile: Profile) -> str:
    """The operation that the interface calls so, as the end of a complaint: the service's word counts."""
    labels = {each.label: each for each in offered(profile.operations, profile.launch_operation)}
    labels[RESUME_LABEL] = START
    near = (label for label in labels if label.casefold().startswith(word.casefold()))
    return next((f"; {label} is '{labels[label].name}'" for label in near if word), "")


def parameters_of(operation: Operation, given: list[tuple[str, str]], profile: Profile) -> dict[str, str]:
    """What is given, the bucket by the profile if need be; raises `UsageError` for an unknown name."""
    names = [parameter.name for parameter in operation.parameters]
    parameters = dict(given)
    if unknown := [name for name in parameters if name not in names]:
        known = f"its parameters are {', '.join(names)}" if names else "it takes none"
        raise UsageError(f"{operation.name} has no parameter '{unknown[0]}'; {known}")
    if operation is COLLECT_LOG and profile.log_bucket:
        parameters.setdefault("bucket", profile.log_bucket)
    return parameters
