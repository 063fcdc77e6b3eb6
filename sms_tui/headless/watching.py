"""`sms-tui watch`: prints a line for each change of state until a condition holds."""

import asyncio
from argparse import Namespace
from collections.abc import Iterable

from sms_tui.domain.documents import change_document, utc
from sms_tui.domain.filters import Filter, FilterError, parse_filter
from sms_tui.domain.outcome import TroubleKind
from sms_tui.domain.quantities import clock
from sms_tui.domain.rows import Row
from sms_tui.domain.sentence import first_few
from sms_tui.domain.task import Task
from sms_tui.domain.text import NAME_LIMIT, clean
from sms_tui.engine import Engine
from sms_tui.exit_codes import ExitCode, of_trouble
from sms_tui.headless.narrating import Narrator
from sms_tui.headless.output import Output
from sms_tui.headless.patience import Patience
from sms_tui.headless.reading import read_list, with_engine
from sms_tui.headless.resolving import ResolveError, resolve

_MOST_NAMES = 5
_NEVER_MENDS = frozenset({TroubleKind.SIGN_IN, TroubleKind.DENIED})


async def watch(engine: Engine, options: Namespace, output: Output) -> ExitCode:
    """Print changes until every watched task matches, one fails, or time is up."""
    try:
        until = parse_filter(options.until, engine.clock.now)
    except FilterError as problem:
        output.say(f"sms-tui watch: --until, character {problem.position + 1}: {problem}")
        return ExitCode.USAGE
    patience = Patience(options.timeout)
    if code := await read_list(engine, output, patience):
        return code
    try:
        named = resolve(options.tasks, engine.store.tasks)
    except ResolveError as problem:
        output.say(f"sms-tui watch: {problem}")
        return ExitCode.USAGE
    watching = _Watching(engine, output, named, until, as_json=options.output == "jsonl")
    return await with_engine(engine, watching.run(patience))


class _Watching:
    def __init__(
        self, engine: Engine, output: Output, named: list[str], until: Filter, *, as_json: bool
    ) -> None:
        self._engine = engine
        self._output = output
        self._named = frozenset(named)
        self._until = until
        self._as_json = as_json
        self._seen: dict[str, Task] = {row.task.id: row.task for row in self._rows()}
        self._failed_before = {task.id for task in self._seen.values() if task.is_failed and not named}
        self._narrator = Narrator(engine.log, output)
        # Notes about the first list were printed with it.
        self._narrator.tell({"connection"})
        self._changed = asyncio.Event()

    async def run(self, patience: Patience) -> ExitCode:
        self._engine.store.listen(self._changed.set)
        try:
            async with patience.spent():
                while (code := self._verdict()) is None:
                    await self._changed.wait()
                    self._changed.clear()
                    self._tell_changes()
                return code
        except TimeoutError:
            self._output.say(f"{patience.sentence}{self._missing()}.")
            return ExitCode.TIMEOUT

    def _missing(self) -> str:
        """Which tasks do not match yet, as the end of a sentence; empty without a condition."""
        if not self._until.text:
            return ""
        rows = list(self._rows())
        others = [row.task for row in rows if not self._until.matches(row)]
        shown, more = first_few(others, _MOST_NAMES)
        names = [f"{clean(task.name, NAME_LIMIT)} ({clean(task.state_text)})" for task in shown]
        said = ", ".join([*names, *filter(None, [more])])
        return f", and {len(others)} of {len(rows)} do not match --until: {said}"

    def _rows(self) -> Iterable[Row]:
        rows = self._engine.store.rows()
        return [row for row in rows if row.task.id in self._named] if self._named else list(rows)

    def _verdict(self) -> ExitCode | None:
        """The exit code once there is one."""
        trouble = self._engine.store.sync.trouble
        if trouble is not None and trouble.kind in _NEVER_MENDS:
            self._narrator.tell()
            return of_trouble(trouble)
        if self._output.is_closed:
            return ExitCode.DONE
        rows = list(self._rows())
        if not rows and (self._named or self._until.text):
            # What holds for all of none would be met at once, such as in the wrong project.
            self._output.say("No watched task is left.")
            return ExitCode.FAILED
        if self._until.text:
            return self._judged(rows)
        return self._failed(row for row in rows if self._named and row.task.is_failed)

    def _failed(self, rows: Iterable[Row]) -> ExitCode | None:
        """The code where one of `rows` is there at all, said of the first: its change may be long past."""
        for row in rows:
            task = row.task
            self._output.say(f"{clean(task.name, NAME_LIMIT)} has failed ({clean(task.state_text)}).")
            return ExitCode.FAILED
        return None

    def _judged(self, rows: list[Row]) -> ExitCode | None:
        open_rows = [row for row in rows if not self._until.matches(row)]
        failed = (row for row in open_rows if row.task.is_failed and row.task.id not in self._failed_before)
        if code := self._failed(failed):
            return code
        if self._named and len(rows) < len(self._named):
            self._output.say("A watched task is gone.")
            return ExitCode.FAILED
        return None if open_rows else ExitCode.DONE

    def _tell_changes(self) -> None:
        self._narrator.tell()
        now = self._engine.clock.now()
        rows = {row.task.id: row for row in self._rows()}
        for task_id, row in rows.items():
            before = self._seen.get(task_id)
            if before is None or _differs(before, row.task):
                self._tell(before, row, now)
            if before is not None and not row.task.is_failed:
                self._failed_before.discard(task_id)
        for task_id in self._seen.keys() - rows.keys():
            self._tell_gone(self._seen[task_id], now)
        self._seen = {task_id: row.task for task_id, row in rows.items()}

    def _tell(self, before: Task | None, row: Row, now: float) -> None:
        if self._as_json:
            self._output.record(change_document(before, row, now))
            return
        task = row.task
        was = f"{before.situation.value} → " if before else "new: "
        line = (
            f"{clock(now)}  {clean(task.name, NAME_LIMIT)}  {was}{task.situation.value} ({task.state_text})"
        )
        self._output.data(clean(line))

    def _tell_gone(self, task: Task, now: float) -> None:
        if self._as_json:
            gone = {"time": utc(now), "id": task.id, "name": task.name, "from": task.state_text}
            self._output.record({**gone, "state": None})
        else:
            self._output.data(clean(f"{clock(now)}  {clean(task.name, NAME_LIMIT)}  is gone"))


def _differs(before: Task, after: Task) -> bool:
    return (before.state_text, before.situation) != (after.state_text, after.situation)
