"""The one file, started where there is nothing: no site-packages, no home, no network to install from."""

import json
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sms_tui import __version__
from sms_tui.packing import bootstrap, building
from tests.terminal import Terminal

BARE = (sys.executable, "-I", "-S")
"""A Python that sees its standard library alone"""
README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(scope="module")
def pyz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made by the command in the README."""
    command = re.search(
        r"<!-- one file command -->\s*```sh\n(.*?)\n```", README.read_text("utf-8"), re.DOTALL
    )
    assert command is not None
    words = command[1].split()
    assert words[:3] == [".venv/bin/python", "-m", "sms_tui.packing"]
    target = tmp_path_factory.mktemp("made") / words[3]
    done = subprocess.run([sys.executable, *words[1:3], target], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert str(target) in done.stdout
    return target


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def service(pyz: Path, home: Path) -> Iterator[Mapping[str, str]]:
    """The simulated service, served from the same file."""
    argv = [*BARE, pyz, "simulate", "--speed", "0"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=bare(home)) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 143


def bare(home: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        **more,
    }


def ran(pyz: Path, environ: Mapping[str, str], *argv: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*BARE, pyz, *argv], env=environ, capture_output=True, text=True, cwd=pyz.parent)


def test_it_starts_and_explains_and_knows_its_themes(pyz: Path, home: Path) -> None:
    done = ran(pyz, bare(home), "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"sms-tui {__version__}\n", "")
    assert "SMS.3805" in ran(pyz, bare(home), "explain", "3805").stdout
    assert "cutover-dark" in ran(pyz, bare(home), "themes").stdout


def test_it_unpacks_itself_once_where_nobody_else_can_write(pyz: Path, home: Path) -> None:
    ran(pyz, bare(home), "--version")
    (folder,) = (home / ".cache" / "sms-tui").iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    mark = folder / "mark"
    mark.touch()
    assert ran(pyz, bare(home), "--version").returncode == 0
    assert mark.exists()
    mark.unlink()


def test_it_clears_away_builds_that_nobody_started_for_a_month(pyz: Path, tmp_path: Path) -> None:
    cache, elsewhere = tmp_path / ".cache" / "sms-tui", tmp_path / "elsewhere"
    for folder in (cache / "old", cache / "recent", elsewhere):
        folder.mkdir(0o700, parents=True)
        (folder / "file").touch()
    (cache / "link").symlink_to(elsewhere)
    long_ago = time.time() - 31 * 24 * 3600
    for folder in (cache / "old", elsewhere):
        os.utime(folder, (long_ago, long_ago))
    assert ran(pyz, bare(tmp_path), "--version").returncode == 0
    assert not (cache / "old").exists()
    assert (cache / "recent" / "file").exists()
    assert (elsewhere / "file").exists(), "a link is not followed"
    (build,) = (each for each in cache.iterdir() if each.name not in {"recent", "link"})
    os.utime(build, (long_ago, long_ago))
    assert ran(pyz, bare(tmp_path), "--version").returncode == 0
    assert build.stat().st_mtime > long_ago, "each start counts"


def test_it_carries_nothing_that_fits_one_machine_alone(pyz: Path, home: Path) -> None:
    ran(pyz, bare(home), "--version")
    (folder,) = (home / ".cache" / "sms-tui").iterdir()
    names = [str(path.relative_to(folder)) for path in folder.rglob("*")]
    assert not [name for name in names if re.search(r"\.(so|pyd|dll)$|direct_url", name)]
    assert [name for name in names if re.search(r"textual.*dist-info/.*LICENSE", name)]


def test_it_lists_and_operates_over_http(pyz: Path, home: Path, service: Mapping[str, str]) -> None:
    environ = bare(home, SMS_TUI_ENDPOINT=service["url"], SMS_TUI_TOKEN=service["token"])
    done = ran(pyz, environ, "tasks", "-o", "json")
    assert (done.returncode, done.stderr) == (0, "")
    tasks = json.loads(done.stdout)
    assert len(tasks) == 24
    paused = next(task for task in tasks if task["situation"] == "paused")
    sent = ran(pyz, environ, "run", "start", paused["id"], "--yes", "-o", "jsonl")
    assert (sent.returncode, json.loads(sent.stdout)["outcome"]) == (0, "accepted")


def test_it_signs_in_with_a_password(pyz: Path, home: Path, service: Mapping[str, str]) -> None:
    config = home / "password.toml"
    who = "".join(f'{key} = "{service[key]}"\n' for key in ("user", "domain"))
    project = f'scope_project_id = "{service["project_id"]}"\n'
    config.write_text(f'[profiles.x]\nendpoint = "{service["url"]}"\nauth = "password"\n{who}{project}')
    environ = bare(home, SMS_TUI_PASSWORD=service["password"], SMS_TUI_CONFIG=str(config))
    done = ran(pyz, environ, "tasks", "-o", "jsonl")
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 24)


@pytest.mark.flaky(reruns=2)
def test_its_demo_is_the_whole_interface(pyz: Path, home: Path) -> None:
    with Terminal(["demo"], program=[*BARE, str(pyz)], env={"HOME": str(home)}) as terminal:
        terminal.wait_for("SIMULATED", 60)
        terminal.wait_for(r"24 tasks")
        terminal.send("q")
        assert terminal.wait_exit() == 0


def test_it_runs_where_no_home_can_be_written(pyz: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    places = tmp_path / "tmp"
    places.mkdir()
    done = ran(pyz, bare(blocked, TMPDIR=str(places)), "explain", "3805")
    assert (done.returncode, done.stderr) == (0, "")
    assert "SMS.3805" in done.stdout
    assert list(places.iterdir()) == []


def test_it_unpacks_itself_for_a_user_whom_nobody_knows(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def unknown(_: int) -> None:
        raise KeyError

    with zipfile.ZipFile(tmp_path / "archive", "w") as archive:
        archive.writestr("file", b"")
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert (bootstrap.unpacked(str(tmp_path / "archive")) / "file").is_file()


def test_it_runs_no_code_that_others_could_have_put_there(pyz: Path, tmp_path: Path) -> None:
    assert ran(pyz, bare(tmp_path), "--version").returncode == 0
    (folder,) = (tmp_path / ".cache" / "sms-tui").iterdir()
    (folder / "sms_tui" / "__init__.py").write_text("__version__ = 'not ours'\n")
    folder.chmod(0o777)
    assert ran(pyz, bare(tmp_path), "--version").stdout == f"sms-tui {__version__}\n"
    folder.chmod(0o700)
    (tmp_path / ".cache").chmod(0o777)  # Another folder could be there at any moment.
    assert ran(pyz, bare(tmp_path), "--version").stdout == f"sms-tui {__version__}\n"


def test_it_says_so_where_it_can_be_unpacked_nowhere(pyz: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    code = (
        "import runpy, sys, tempfile\n"
        "tempfile._candidate_tempdir_list = lambda: []\n"
        f"sys.argv = [{str(pyz)!r}, '--version']\n"
        f"runpy.run_path({str(pyz)!r}, run_name='__main__')\n"
    )
    argv = [sys.executable, "-c", code]
    done = subprocess.run(argv, env=bare(blocked), capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("sms-tui: cannot unpack itself (")


@pytest.mark.parametrize("version", ["3.8", "3.12", "3.13", "3.14"])
def test_another_python_starts_it_or_is_told_why_not(version: str, pyz: Path, tmp_path: Path) -> None:
    python = shutil.which(f"python{version}")
    if python is None or subprocess.run([python, "-c", ""], capture_output=True).returncode:
        pytest.skip(f"there is no python{version} here")
    done = subprocess.run([python, pyz, "--version"], env=bare(tmp_path), capture_output=True, text=True)
    if version == "3.8":
        assert (done.returncode, done.stdout) == (2, "")
        assert "needs Python 3.11 or newer" in done.stderr
    else:
        assert (done.returncode, done.stdout) == (0, f"sms-tui {__version__}\n")


def test_what_is_compiled_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(building, "STOOD_IN_FOR", "nothing")
    with pytest.raises(building.PackingError, match="msgspec has compiled parts"):
        building.build(tmp_path / "x.pyz")
    assert not (tmp_path / "x.pyz").exists()
