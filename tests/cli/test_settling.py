"""Operations that a crash left open are settled by reading, for whoever asks for the journal."""

import json
import time
from pathlib import Path

from sms_tui.engine.journal.journal import Identity, Journal
from tests.cli.program import Service, plain, ran


def crashed(home: Path, endpoint: str, task_id: str, profile: str = "environment") -> None:
    """A run that ended between sending a pause and hearing of it."""
    identity = Identity("kim", "jump", profile, endpoint, "", "0")
    book = Journal(home / ".local" / "state" / "sms-tui" / "journal", identity, time.time)
    book.open()
    fields = {"operation": "stop", "task": task_id, "task_name": "web", "sent_at": time.time() - 3600}
    book.append("sent", "aaaa1111", {**fields, "baseline": {"state": "RUNNING"}})
    book.close()


def test_with_nothing_open_there_is_no_configuration_to_stumble_over(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("this is not TOML")
    done = ran(plain(tmp_path), "journal", "settle", "--config", str(broken))
    assert (done.returncode, done.stderr) == (0, "No outcome of an earlier run is unknown.\n")


def test_the_journal_settles_what_a_crash_left_open_by_reading(service: Service, tmp_path: Path) -> None:
    environ = service.environ(tmp_path)
    tasks = [json.loads(line) for line in ran(environ, "tasks", "-o", "jsonl").stdout.splitlines()]
    paused = next(task["id"] for task in tasks if task["state"] == "ABORT")
    crashed(tmp_path, environ["SMS_TUI_ENDPOINT"], paused)
    offline = ran(environ, "journal", "list", "--offline", "-o", "jsonl")
    assert (json.loads(offline.stdout)["outcome"], offline.stderr) == ("unknown", "")
    for missing in ("SMS_TUI_TOKEN", "SMS_TUI_ENDPOINT"):
        poor = {name: value for name, value in environ.items() if name != missing}
        listed = ran(poor, "journal", "list", "-o", "jsonl")
        assert (listed.returncode, json.loads(listed.stdout)["outcome"]) == (0, "unknown")
        assert "Not looked for: 1 of profile 'environment'" in listed.stderr
        assert ran(poor, "journal", "settle").returncode == 5
    listed = ran(environ, "journal", "-o", "jsonl")
    assert json.loads(listed.stdout)["outcome"] == "confirmed"
    assert "nothing is sent" in listed.stderr
    again = ran(environ, "journal", "settle")
    assert (again.returncode, again.stdout) == (0, "")
    assert "No outcome of an earlier run is unknown." in again.stderr
    assert ran(environ, "journal", "verify").returncode == 0


def test_with_a_profile_named_only_its_outcomes_are_spoken_of(tmp_path: Path) -> None:
    crashed(tmp_path, "https://sms.example.com", "t1")
    done = ran(plain(tmp_path), "journal", "settle", "--profile", "other")
    assert (done.returncode, done.stderr) == (
        0,
        "No outcome of an earlier run with profile 'other' is unknown.\n",
    )


def test_what_a_profile_left_open_is_settled_under_its_new_name(service: Service, tmp_path: Path) -> None:
    environ = service.environ(tmp_path)
    paused = json.loads(ran(environ, "tasks", "-o", "jsonl", "--state", "ABORT").stdout.splitlines()[0])["id"]
    crashed(tmp_path, environ["SMS_TUI_ENDPOINT"], paused, "former")
    settled = ran(environ, "journal", "settle", "--profile", "environment", "-o", "jsonl")
    assert (settled.returncode, json.loads(settled.stdout)["outcome"]) == (0, "confirmed")


def test_a_name_that_is_gone_is_asked_about_where_several_profiles_have_its_endpoint(tmp_path: Path) -> None:
    there = "https://sms.invalid"
    crashed(tmp_path, there, "t1", "former")
    file = tmp_path / "c.toml"
    file.write_text("".join(f"[profiles.{name}]\nendpoint = '{there}/'\n" for name in "ab"))
    done = ran(plain(tmp_path), "journal", "settle", "--config", str(file))
    assert done.returncode == 5
    assert "Not looked for: 1 of profile 'former': " in done.stderr
    assert "allowed: 'a', 'b'" in done.stderr
    chosen = ran(plain(tmp_path), "journal", "settle", "--config", str(file), "--profile", "b")
    assert "Not looked for: 1 of profile 'b': " in chosen.stderr


def test_settling_says_that_a_journal_cannot_be_read(service: Service, tmp_path: Path) -> None:
    place = tmp_path / ".local" / "state" / "sms-tui" / "journal"
    place.parent.mkdir(parents=True)
    place.touch()
    settled = ran(service.environ(tmp_path), "journal", "settle")
    assert settled.returncode == 1
    assert settled.stderr == "sms-tui journal: journal: it cannot be read: Not a directory\n"
