"""`doctor` finds what would stop somebody here, and what would not."""

import io
import json
import re
from pathlib import Path

import jsonschema
import pytest

from sms_tui.cli.arguments import Overrides
from sms_tui.cli.doctor import examine
from sms_tui.cli.environment import take_environment
from sms_tui.cli.starting_line import StartingLine
from sms_tui.headless.output import Output
from sms_tui.headless.schemas import schema_of
from tests.cli.program import Service, plain, ran


def test_the_doctor_finds_nothing_wrong_here(service: Service, tmp_path: Path) -> None:
    done = ran(service.environ(tmp_path), "doctor")
    assert done.returncode == 0, done.stdout
    assert "FAILED" not in done.stdout
    for name in ("configuration", "credentials", "proxy", "DNS", "connection", "journal", "clock", "service"):
        assert f" {name} " in done.stdout
    assert service.about["token"] not in done.stdout


def test_the_doctor_is_a_document_too(service: Service, tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    url = service.about["url"]
    bad = "[profiles.q]\nread_only = 1\n"
    path.write_text(f'default_profile = "p"\n[profiles.p]\nendpoint = "{url}"\n{bad}')
    path.chmod(0o600)
    environ = {**plain(tmp_path), "SMS_TUI_TOKEN": service.about["token"], "SMS_TUI_CONFIG": str(path)}
    done = ran(environ, "doctor", "-o", "json")
    document = json.loads(done.stdout)
    jsonschema.validate(document, schema_of("doctor"))
    assert (done.returncode, document["ok"], done.stderr) == (0, True, "")
    faults = {check["seen"]: check["verdict"] for check in document["checks"] if "allowed:" in check["seen"]}
    assert faults == {f"{path}:5:13: profiles.q.read_only: found 1, allowed: true or false": "warning"}
    assert [check["name"] for check in document["checks"]][-1] == "service"
    path.write_text(f"interval = 0\n{path.read_text()}")
    again = ran(environ, "doctor", "-o", "json")
    assert (again.returncode, json.loads(again.stdout)["ok"]) == (1, False)


def test_the_doctor_finds_a_state_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = ran({**plain(tmp_path), "XDG_STATE_HOME": str(tmp_path / "file")}, "doctor")
    assert done.returncode == 1
    assert re.search(r"FAILED   journal .*not a directory\n +→ make the folder writable", done.stdout)


def test_the_doctor_says_where_it_ends(service: Service, tmp_path: Path) -> None:
    unsigned = ran(service.environ(tmp_path, SMS_TUI_TOKEN="wrong-token-value", OS_TOKEN="x"), "doctor")
    assert unsigned.returncode == 1
    assert "FAILED   service" in unsigned.stdout
    assert "OS_TOKEN" in unsigned.stdout
    nothing = ran(plain(tmp_path), "doctor")
    assert nothing.returncode == 1
    assert "no profile is configured" in nothing.stdout
    lost = ran(
        {**plain(tmp_path), "SMS_TUI_ENDPOINT": "https://no.such.invalid", "SMS_TUI_TOKEN": "t"}, "doctor"
    )
    assert lost.returncode == 1
    assert re.search(r"FAILED   DNS .*no\.such\.invalid: no address", lost.stdout)


@pytest.mark.parametrize(
    ("environ", "terminal", "characters"),
    [
        ({"TERM": "linux"}, "linux, colours: 16 colours", "as TERM names it"),
        ({"TERM": "vt100"}, "vt100, colours: none", "as TERM names it"),
        ({"TERM": "xterm-kitty"}, "xterm-kitty, colours: 256 colours", ""),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "xterm, colours: truecolor", ""),
        ({"TERM": "xterm", "NO_COLOR": "1", "LANG": "C"}, "xterm, colours: none (NO_COLOR)", "LC_ALL"),
    ],
)
def test_the_doctor_tells_how_it_would_be_drawn(
    environ: dict[str, str], terminal: str, characters: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.TextIOWrapper(io.BytesIO(), "utf-8")
    monkeypatch.setattr("sys.stdout", out)
    here = take_environment({"HOME": str(tmp_path), **environ}, StartingLine())
    examine(Overrides(), here, Output(out, out), as_json=True)
    out.flush()
    checks = json.loads(out.buffer.getvalue())["checks"]
    told = {check["name"]: check for check in checks}
    assert told["terminal"]["seen"] == terminal
    advice = told["characters"]["advice"]
    assert characters in advice
    assert bool(characters) == bool(advice)
