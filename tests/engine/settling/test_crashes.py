"""Crashes: whatever the moment, the next run shows what is open, settles it by reading, and sends nothing."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from sms_tui.domain.operations import COLLECT_LOG, STOP
from sms_tui.domain.outcome import Outcome
from sms_tui.engine.journal import reader as journal_reader
from sms_tui.engine.journal.journal import Identity, Journal
from sms_tui.engine.mode import Mode
from sms_tui.engine.sending.task_gates import TaskGates
from tests.engine.rig import ENDPOINT, VirtualClock, submit
from tests.engine.scripted import WHO, Reply, Scripted, staged, start, task, unresolved

pytestmark = pytest.mark.anyio


class Watched(Journal):
    """A journal that keeps a copy of its folder at every step, as a killed program would leave it."""

    copies: dict[str, Path]
    store: Path

    def keep(self, moment: str) -> None:
        """Copy the folder."""
        name = f"{len(self.copies):02} {moment}"
        self.copies[name] = self.store / name / "journal"
        shutil.copytree(self.folder, self.copies[name])

    def append_all(self, kind: str, entries: object) -> None:
        """Write as ever, with a copy before and after."""
        self.keep(f"before {kind}")
        super().append_all(kind, entries)  # type: ignore[arg-type]
        self.keep(f"after {kind}")


async def crash_copies(folder: Path, reply: Reply) -> Mapping[str, Path]:
    """What is on disk at every step of one operation."""
    clock = VirtualClock()
    journal = Watched(folder / "state" / "journal", WHO, clock.now)
    journal.copies, journal.store = {}, folder / "copies"
    service = Scripted(reply=reply)
    service.add(task("a"))

    async def keep(name: str) -> None:
        if name == "send":
            journal.keep("while sending")

    service.before = keep
    stage = await start(folder, service, clock, journal=journal)
    submit(stage, STOP, "a")
    await clock.advance(20)
    await stage.stop()
    return journal.copies


async def crashed(folder: Path, moment: str, reply: Reply = Reply.LOST) -> Path:
    """The journal left by a program that was killed at that moment of one operation."""
    copies = await crash_copies(folder, reply)
    return next(path for name, path in copies.items() if name.endswith(moment))


@pytest.mark.parametrize("reply", [Reply.ACCEPTED, Reply.APPLIED_AND_LOST, Reply.LOST, Reply.REJECTED])
async def test_the_next_run_knows_exactly_what_was_open(tmp_path: Path, reply: Reply) -> None:
    copies = await crash_copies(tmp_path, reply)
    is_open = {}
    for name, folder in copies.items():
        found = unresolved(folder, WHO.profile, WHO.endpoint)
        is_open[name[3:]] = bool(found)
        assert len(found) <= 1
        assert journal_reader.verify(folder) == []
    answered = {Reply.ACCEPTED: "accepted", Reply.REJECTED: "rejected"}.get(reply, "unknown")
    assert not is_open["before queued"]
    assert not is_open["after queued"]
    assert not is_open["before sent"]
    assert is_open["after sent"]
    assert is_open["while sending"]
    assert is_open[f"before {answered}"]
    assert is_open[f"after {answered}"] == (answered == "unknown")


@pytest.mark.parametrize("was_applied", [True, False])
async def test_the_next_run_settles_by_reading_and_sends_nothing(tmp_path: Path, was_applied: bool) -> None:
    copies = await crash_copies(tmp_path, Reply.LOST)
    for number, folder in enumerate(copies.values()):
        was_open = bool(unresolved(folder, WHO.profile, WHO.endpoint))
        service = Scripted()
        service.add(task("a", "ABORT" if was_applied else "RUNNING"))
        async with staged(folder, service) as stage:
            assert any("earlier run" in text for text in stage.log()[:1]) == was_open, number
            await stage.clock.advance(15)
            pending = stage.engine.store.pending("a")
            assert (pending is not None) == (was_open and not was_applied)
            assert service.ledger == []
            if was_open and not was_applied:
                plan = stage.engine.dispatcher.plan(COLLECT_LOG, ["a"], {"bucket": "logs"})
                assert "unknown" in plan.left_out[0].reason
                assert stage.engine.dispatcher.plan(STOP, ["a"]).ids == ("a",)
                assert stage.engine.dispatcher.resolve("a")
        assert unresolved(folder, WHO.profile, WHO.endpoint) == []


async def test_a_record_torn_at_any_byte_hides_nothing_that_was_durable(tmp_path: Path) -> None:
    folder = await crashed(tmp_path, "after unknown")
    (path,) = journal_reader.files(folder)
    whole = path.read_bytes()
    last = whole.rstrip(b"\n").rfind(b"\n") + 1
    for end in range(last, len(whole), 7):
        path.write_bytes(whole[:end])
        (found,) = unresolved(folder, WHO.profile, WHO.endpoint)
        assert found.last["kind"] == "sent"
    async with staged(folder, Scripted()) as stage:
        assert not any("cannot be believed" in text for text in stage.log())


async def test_an_open_end_behind_a_changed_line_is_still_shown_and_so_is_the_change(tmp_path: Path) -> None:
    folder = await crashed(tmp_path, "while sending")
    (path,) = journal_reader.files(folder)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0].replace(b"name-a", b"name-b") + lines[1])
    service = Scripted()
    service.add(task("a"))
    async with staged(folder, service) as stage:
        assert any("cannot be believed" in text and ":1:" in text for text in stage.log())
        assert stage.engine.store.pending("a") is not None


@pytest.mark.parametrize(
    ("profile", "endpoint", "seen"),
    [
        (WHO.profile, "https://elsewhere", ["a"]),
        ("other", ENDPOINT, []),
        ("other", "https://elsewhere", ["a"]),
    ],
    ids=["endpoint", "profile", "both"],
)
async def test_open_ends_of_another_endpoint_or_profile_are_left_alone(
    tmp_path: Path, profile: str, endpoint: str, seen: list[str]
) -> None:
    folder = await crashed(tmp_path, "while sending")
    who = Identity("operator", "host", profile, endpoint, "project", "0")
    service = Scripted()
    service.add(*map(task, seen))
    async with staged(folder, service, journal=Journal(folder, who, lambda: 1000.0)) as stage:
        await stage.clock.advance(15)
        assert stage.engine.store.pending_records() == []
        assert not any("earlier run" in text for text in stage.log())
    assert len(unresolved(folder, WHO.profile, WHO.endpoint)) == 1


async def test_a_run_that_ends_while_another_lives_hands_its_open_ends_over(tmp_path: Path) -> None:
    clock = VirtualClock()
    service = Scripted(reply=Reply.LOST)
    service.add(task("a"))
    folder = tmp_path / "journal"
    first, second = await start(folder, service, clock), await start(folder, service, clock)
    submit(first, STOP, "a")
    await clock.advance(3)
    assert len(service.ledger) == 1
    blocked = submit(second, COLLECT_LOG, "a", bucket="logs")
    await clock.advance(1)
    assert blocked.records[0].outcome is Outcome.NOT_SENT
    assert "another run" in blocked.records[0].trouble.sentence  # type: ignore[union-attr]
    first.work.cancel()
    await clock.settle()
    assert first.work.done()
    blocked = submit(second, COLLECT_LOG, "a", bucket="logs")
    await clock.advance(1)
    assert blocked.records[0].outcome is Outcome.NOT_SENT, "nobody can read yet what is in doubt"
    await first.stop()
    plan = second.engine.dispatcher.plan(COLLECT_LOG, ["a"], {"bucket": "logs"})
    refusal = second.engine.dispatcher.submit(plan, "y")
    assert isinstance(refusal, str)
    assert "unknown" in refusal
    assert len(service.ledger) == 1
    await second.stop()


async def test_the_gate_of_what_is_in_doubt_opens_after_the_journal_that_tells_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Scripted(reply=Reply.LOST)
    service.add(task("a"))
    stage = await start(tmp_path / "journal", service)
    submit(stage, STOP, "a")
    await stage.clock.advance(3)
    other, found = TaskGates(tmp_path / "gates", ENDPOINT), list[str | None]()
    close = stage.journal.close

    def closed() -> None:
        close()
        found.append(other.enter("a", passes_doubt=False))

    monkeypatch.setattr(stage.journal, "close", closed)
    await stage.stop()
    assert "unknown" in str(found[0])
    assert other.enter("a", passes_doubt=False) is None
    other.close()


@pytest.mark.parametrize(
    ("reply", "outcome"), [(Reply.LOST, Outcome.UNKNOWN), (Reply.ACCEPTED, Outcome.ACCEPTED)]
)
async def test_a_run_learns_at_its_next_refresh_what_one_that_was_killed_left_open(
    tmp_path: Path, reply: Reply, outcome: Outcome
) -> None:
    clock = VirtualClock()
    service = Scripted(reply=reply)
    service.takes_effect = False
    service.add(task("a"))
    folder = tmp_path / "journal"
    first, second = await start(folder, service, clock), await start(folder, service, clock)
    submit(first, STOP, "a")
    await clock.advance(0.5)
    first.kill()
    await clock.advance(6)
    (record,) = second.engine.store.pending_records("a")
    assert record.outcome is outcome
    assert any("of an earlier run" in text for text in second.log())
    assert len(service.ledger) == 1
    await second.stop()


async def test_an_operator_can_pause_what_another_run_left_in_doubt(tmp_path: Path) -> None:
    clock = VirtualClock()
    service = Scripted(reply=Reply.LOST)
    service.add(task("a"))
    first, second = [await start(tmp_path / "journal", service, clock) for _ in range(2)]
    submit(first, COLLECT_LOG, "a", bucket="logs")
    await clock.advance(1)
    service.reply = Reply.ACCEPTED
    blocked = submit(second, COLLECT_LOG, "a", bucket="logs")
    await clock.advance(1)
    assert blocked.records[0].outcome is Outcome.NOT_SENT
    submit(second, STOP, "a")
    await clock.advance(1)
    assert [request.operation.name for request in service.ledger] == ["collect_log", "stop"]
    assert first.engine.dispatcher.resolve("a")
    service.move("a", "RUNNING")
    await clock.advance(20)
    submit(second, COLLECT_LOG, "a", bucket="logs")
    await clock.advance(1)
    assert len(service.ledger) == 3
    await first.stop()
    await second.stop()


async def test_what_an_earlier_run_left_in_doubt_keeps_other_runs_away_too(tmp_path: Path) -> None:
    folder = await crashed(tmp_path, "while sending")
    service = Scripted()
    service.add(task("a"))
    async with staged(folder, service) as first:
        first.engine.store.intake.page([task("a")], first.engine.store.begin())
        gates = TaskGates(folder.parent / "gates", ENDPOINT)
        assert "unknown" in str(gates.enter("a", passes_doubt=False))
        assert gates.enter("a", passes_doubt=True) is None
        gates.close()
        assert first.engine.dispatcher.resolve("a")
        assert gates.enter("a", passes_doubt=False) is None
        gates.close()


async def test_what_was_adopted_or_told_once_is_not_adopted_or_told_again(tmp_path: Path) -> None:
    folder = await crashed(tmp_path, "while sending")
    (path,) = journal_reader.files(folder)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0].replace(b"name-a", b"name-b") + lines[1])
    service = Scripted()
    service.add(task("a"))
    async with staged(folder, service) as stage:
        record = stage.engine.store.pending("a")
        assert record is not None
        for _ in range(3):
            assert stage.engine._recovery.adopt() == []
        assert stage.engine.store.pending("a") is record
        said = stage.log()
        assert sum("cannot be believed" in text for text in said) == 1
        assert sum("earlier run" in text for text in said) == 1


async def test_what_was_queued_when_its_program_ended_is_written_down_as_not_sent_once(
    tmp_path: Path,
) -> None:
    folder = await crashed(tmp_path, "after queued", Reply.ACCEPTED)
    service = Scripted()
    service.add(task("a"))
    for said in (1, 0):
        async with staged(folder, service) as stage:
            await stage.clock.advance(60)
            lines = [text for text in stage.log() if "ended before its turn" in text]
            assert len(lines) == said
            assert all("pause (stop) not sent: " in line for line in lines)
            assert stage.engine.store.pending("a") is None
    (operation,) = journal_reader.operations(journal_reader.merged(folder))
    assert [record["kind"] for record in operation.records] == ["queued", "not-sent"]
    assert operation.last["reason"] == "the program ended before its turn came"
    assert operation.last["state_before"] == operation.records[0]["state_before"] == "RUNNING"
    assert journal_reader.verify(folder) == []
    assert service.ledger == []


async def test_a_dry_run_says_once_what_was_queued_and_writes_nothing(tmp_path: Path) -> None:
    folder = await crashed(tmp_path, "after queued", Reply.ACCEPTED)
    async with staged(folder, Scripted(), mode=Mode(dry_run=True)) as stage:
        await stage.clock.advance(60)
        assert sum("ended before its turn" in text for text in stage.log()) == 1
    (operation,) = journal_reader.operations(journal_reader.merged(folder))
    assert operation.last["kind"] == "queued"


async def test_what_another_run_that_lives_has_queued_is_left_to_it(tmp_path: Path) -> None:
    other = Journal(tmp_path / "journal", WHO, lambda: 1000.0)
    other.open()
    other.append("queued", "one", {"operation": "stop", "task": "a", "task_name": "name-a"})
    async with staged(tmp_path / "journal", Scripted()) as stage:
        assert not any("ended before its turn" in text for text in stage.log())
    (operation,) = journal_reader.operations(journal_reader.merged(tmp_path / "journal"))
    assert operation.last["kind"] == "queued"
    other.close()


async def test_a_file_that_was_changed_does_not_prove_that_nothing_was_sent(tmp_path: Path) -> None:
    folder = await crashed(tmp_path, "while sending", Reply.ACCEPTED)
    (path,) = journal_reader.files(folder)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1].replace(b"name-a", b"name-b"))
    async with staged(folder, Scripted()) as stage:
        assert not any("ended before its turn" in text for text in stage.log())


async def test_speed_rules_of_an_earlier_run_are_compared_with_those_it_sent(tmp_path: Path) -> None:
    crashed = Journal(tmp_path / "journal", WHO, lambda: 1000.0)
    crashed.open()
    fields = {"operation": "speed_limit", "task": "a", "task_name": "name-a", "sent_at": 1000.0}
    rules = {"rules": "08:00-20:00=100"}
    crashed.append("sent", "op1", {**fields, "baseline": {"state": "RUNNING"}, "parameters": rules})
    crashed.close()
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path / "journal", service) as stage:
        await stage.clock.advance(5)
        record = stage.engine.store.pending("a")
        assert record is not None, "the service has no rules, and that is not what was sent"
        assert record.parameters == rules


@pytest.mark.parametrize("parameters", [{"rules": "mon-fri 08:00=1"}, {"rules": 5}, {}, [], None])
async def test_rules_that_this_version_cannot_read_end_nothing_and_prove_nothing(
    tmp_path: Path, parameters: object
) -> None:
    journal = Journal(tmp_path, WHO, lambda: 1_700_000_000.0)
    journal.open()
    told = {"operation": "speed_limit", "task": "a", "task_name": "name-a", "parameters": parameters}
    journal.append(Outcome.SENT, "op", told)
    journal.close()
    service = Scripted()
    service.add(task("a"))
    async with staged(tmp_path, service) as stage:
        await stage.clock.advance(20)
        assert not stage.work.done()
        (record,) = stage.engine.store.pending_records("a")
        assert record.outcome is Outcome.UNKNOWN
        assert "cannot tell" in record.evidence
        assert await stage.engine.settle("a") is None
        assert not record.is_settled
        assert stage.engine.dispatcher.resolve("a")


@pytest.mark.parametrize(
    ("state", "label"), [("ABORT", "Resume (start)"), ("READY", "Start full replication (start)")]
)
async def test_a_start_of_an_earlier_run_has_the_name_that_it_was_confirmed_under(
    tmp_path: Path, state: str, label: str
) -> None:
    crashed = Journal(tmp_path / "journal", WHO, lambda: 1000.0)
    crashed.open()
    told = {"operation": "start", "task": "a", "task_name": "name-a", "sent_at": 1000.0}
    crashed.append("sent", "op1", {**told, "baseline": {"state": state}})
    crashed.close()
    service = Scripted()
    service.add(task("a", state))
    async with staged(tmp_path / "journal", service) as stage:
        record = stage.engine.store.pending("a")
        assert record is not None
        assert record.title == label
