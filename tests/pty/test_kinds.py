"""Every kind of terminal that an operator may sit at: what it shows, or a sentence that says no."""

import base64
import os
import re
import select
import signal
import subprocess
import termios
import tty
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.needs import need
from tests.terminal import PROGRAM, Terminal

SGR = re.compile(rb"\x1b\[([0-9;]*)m")
DEMO = ("demo", "--tasks", "12", "--speed", "1")


def home(folder: Path, **more: str) -> dict[str, str]:
    """An environment with nothing configured, a size of long ago, and a terminal known by its name alone."""
    nothing = {"COLORTERM": "", "LC_ALL": "", "XDG_STATE_HOME": ""}
    return {"HOME": str(folder), **nothing, "COLUMNS": "60", "LINES": "15", **more}


def styles(raw: bytes) -> set[int]:
    """The kinds of styles that were written: 38 and 48 stand for all that follows them."""
    found: set[int] = set()
    for match in SGR.finditer(raw):
        codes = iter(int(code or 0) for code in match[1].split(b";"))
        for code in codes:
            found.add(code)
            if code in {38, 48}:
                depth = next(codes)
                found.add(code * 10 + depth)
                for _ in range({5: 1, 2: 3}[depth]):
                    next(codes)
    return found


QUESTION = b"\x1b]11;?\x1b\\"
PALETTE = {*range(30, 38), *range(40, 48), *range(90, 98), *range(100, 108)}
MANY, ALL = {385, 485}, {382, 482}


def drawn(folder: Path, *arguments: str, **environ: str) -> tuple[str, bytes]:
    """The screen and all that was written, after a look at the table, help and the palette of operations."""
    with Terminal([*DEMO, *arguments], env=home(folder, **environ), size=(100, 30)) as terminal:
        terminal.wait_for("12 tasks")
        shown = terminal.wait_for(r"\[0 all\][\s\S]+NAME")
        assert shown.startswith(" sms-tui "), "which only a wide screen has room for"
        for key, word in (("?", "Keys"), ("a", "operation|Operations|Pause")):
            terminal.send(key)
            terminal.wait_for(word)
            terminal.send("q")
            terminal.wait_for("NAME")
        terminal.send("q")
        assert terminal.wait_exit() == 0
        return shown, bytes(terminal.raw)


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [((), {"NO_COLOR": "1"}), (("--no-color",), {}), ((), {"TERM": "vt100"})],
    ids=["NO_COLOR", "--no-color", "vt100"],
)
def test_without_colour_there_is_none_and_the_cursor_still_shows(
    tmp_path: Path, arguments: tuple[str, ...], environ: dict[str, str]
) -> None:
    shown, raw = drawn(tmp_path, *arguments, **environ)
    assert styles(raw) & {*PALETTE, 38, 39, 48, 49} == set()
    assert re.search(r"^(▌|>) ", shown, re.MULTILINE)
    assert re.search(r"\[0 all\]", shown)
    assert "SIMULATED" in shown
    assert QUESTION not in raw, "who would not use the answer does not ask"


@pytest.mark.parametrize(
    ("arguments", "environ", "allowed", "is_ascii", "is_asked"),
    [
        ((), {"TERM": "linux"}, set(), True, False),
        ((), {"TERM": "xterm", "LC_ALL": "C"}, set(), True, True),
        ((), {"TERM": "screen", "LC_ALL": "de_DE.ISO-8859-1"}, set(), True, True),
        ((), {"TERM": "screen-256color", "STY": "1.screen"}, MANY, False, False),
        (("--ascii", "--theme", "high-contrast"), {"COLORTERM": "truecolor"}, ALL, True, False),
        ((), {"LANG": "C"}, MANY, True, True),
    ],
    ids=["linux", "xterm, C", "screen, latin-1", "screen-256color", "--ascii, --theme", "lang C"],
)
def test_no_more_is_written_than_the_terminal_has(
    tmp_path: Path,
    arguments: tuple[str, ...],
    environ: dict[str, str],
    allowed: set[int],
    is_ascii: bool,
    is_asked: bool,
) -> None:
    """Neither colours nor signs; and nobody who chose, or would not answer, is asked for the ground."""
    shown, raw = drawn(tmp_path, *arguments, **environ)
    assert styles(raw) & (MANY | ALL) == allowed
    assert raw.isascii() == is_ascii
    assert not is_ascii or "? " not in shown.split("\n")[3], "no sign was lost"
    assert (QUESTION in raw) == is_asked


@pytest.mark.parametrize("term", ["dumb", "", "unknown"])
def test_what_cannot_be_drawn_on_is_told_in_a_sentence(tmp_path: Path, term: str) -> None:
    with Terminal(DEMO, env=home(tmp_path, TERM=term)) as terminal:
        assert terminal.wait_exit() == 2
        assert "cannot be drawn on" in terminal.text()
        assert b"\x1b" not in terminal.raw


def test_all_colours_are_written_where_they_are_and_the_title_is_given_back(tmp_path: Path) -> None:
    _, raw = drawn(tmp_path, TERM="xterm-256color", COLORTERM="truecolor")
    assert styles(raw) & (MANY | ALL) == ALL
    assert re.search(
        rb"\x1b\[22;0t.*\x1b\]2;sms-tui demo SIMULATED\x07.*\x1b\]2;\x07\x1b\[23;0t", raw, re.DOTALL
    )


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[list[str]]:
    """A tmux server of this test alone, ended with it."""
    need("tmux")
    command = ["tmux", "-S", str(tmp_path / "tmux.socket"), "-f", "/dev/null"]
    yield command
    subprocess.run([*command, "kill-server"], capture_output=True, check=False)


def test_inside_tmux_title_and_clipboard_arrive_and_the_mouse_can_be_released(
    tmp_path: Path, tmux: list[str]
) -> None:
    asked = ["set", "-g", "allow-passthrough", "on", ";", "set", "-s", "escape-time", "10"]
    session = [*tmux, *asked, ";", "new-session", *PROGRAM, *DEMO]
    environ = home(tmp_path, TERM="xterm-256color")
    with Terminal([], program=session, env=environ, size=(100, 30)) as terminal:
        terminal.wait_for(r"\[0 all\]")
        title = [*tmux, "display-message", "-p", "#{pane_title} #{mouse_any_flag}"]
        seen = subprocess.run(title, capture_output=True, text=True, check=True).stdout
        assert seen.startswith("sms-tui demo SIMULATED 1")
        terminal.send("c")
        terminal.wait_for("For the clipboard")
        assert b"\x1b]52;" in terminal.raw
        buffer = [*tmux, "show-buffer"]
        kept = (subprocess.run(buffer, capture_output=True, text=True, check=False) for _ in range(500))
        assert any(re.fullmatch(r"[0-9a-f-]{36}", done.stdout) for done in kept)
        terminal.send(":mouse\r")
        terminal.wait_for("The terminal has the mouse")
        seen = subprocess.run(title, capture_output=True, text=True, check=True).stdout
        assert seen.strip().endswith(" 0")
        terminal.send("q")
        terminal.wait_exit()


@pytest.mark.parametrize(
    ("arguments", "environ", "colours"),
    [
        ((), {"NO_COLOR": "1", "TERM": "xterm-256color"}, set()),
        (("--no-color",), {"TERM": "xterm-256color"}, set()),
        ((), {"TERM": "vt100"}, set()),
        ((), {"TERM": "linux"}, PALETTE),
        ((), {"TERM": "xterm-16color"}, PALETTE),
        ((), {"TERM": "xterm-256color"}, PALETTE | MANY | {38, 48}),
    ],
    ids=["NO_COLOR", "--no-color", "vt100", "linux", "16", "256"],
)
def test_the_first_screen_keeps_to_what_the_terminal_can(
    tmp_path: Path, arguments: tuple[str, ...], environ: dict[str, str], colours: set[int]
) -> None:
    with Terminal(list(arguments), env=home(tmp_path, **environ), size=(80, 24)) as terminal:
        shown = terminal.wait_for("No profile is configured yet")
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert {style for style in styles(bytes(terminal.raw)) if style >= 30} - {39, 49} <= colours
    if environ.get("TERM") in {"linux", "vt100"}:
        assert shown.isascii()


def test_the_first_screen_speaks_the_language_of_the_locale_where_it_can(tmp_path: Path) -> None:
    for arguments, environ, word in (
        ((), {"LC_ALL": "zh_CN.UTF-8"}, "尚未"),
        (("--ascii",), {"LC_ALL": "zh_CN.UTF-8"}, "No profile is configured yet"),
        (("--ascii",), {}, "No profile is configured yet"),
    ):
        with Terminal(list(arguments), env=home(tmp_path, **environ), size=(80, 24)) as terminal:
            shown = "".join(terminal.wait_for("SMS_TUI_TOKEN").split(" "))
            assert word.replace(" ", "") in shown
            assert shown.isascii() == ("--ascii" in arguments)
            terminal.send("q")
            assert terminal.wait_exit() == 0


def in_screen(folder: Path) -> tuple[dict[str, str], list[str]]:
    """Environment and command of a screen of this test alone, which ends with its terminal."""
    (folder / "sockets").mkdir(mode=0o700)
    (folder / "screenrc").write_text("autodetach off\n")
    environ = home(folder, TERM="xterm-256color", SCREENDIR=str(folder / "sockets"), LC_ALL="C.UTF-8")
    return environ, ["screen", "-c", str(folder / "screenrc"), "-m", *PROGRAM, *DEMO]


def test_inside_screen_title_and_clipboard_arrive_at_the_terminal_around_it(tmp_path: Path) -> None:
    need("screen")
    environ, session = in_screen(tmp_path)
    with Terminal([], program=session, env=environ, size=(100, 30)) as terminal:
        terminal.wait_for("12 tasks")
        terminal.send("c")
        terminal.wait_for("For the clipboard")
        found = re.search(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07", terminal.raw)
        assert found is not None
        assert re.fullmatch(rb"[0-9a-f-]{36}", base64.b64decode(found[1]))
        assert re.search(rb"\x1b\][02];sms-tui demo SIMULATED\x07", terminal.raw)
        terminal.send("q")
        assert terminal.wait_exit() == 0


def test_who_looked_away_is_told_what_happened(tmp_path: Path) -> None:
    """The terminal reports the focus as bytes among the keys; any key means that somebody looks again."""
    with Terminal(["demo", "--speed", "600"], env=home(tmp_path), size=(120, 40)) as terminal:
        terminal.wait_for("24 tasks")
        terminal.send(b"\x1b[O")
        terminal.wait_for(" -> ")
        terminal.send(b"\x1b[I")
        terminal.wait_for("Since you looked away: .*(failed|done|changed)")
        assert b"\x1b[?1004h" in terminal.raw, "the terminal was asked to report it"
        terminal.send("q")


def test_inside_screen_esc_alone_acts_since_the_mouse_is_left_to_the_terminal(tmp_path: Path) -> None:
    need("screen")
    environ, session = in_screen(tmp_path)
    with Terminal([], program=session, env=environ, size=(100, 30)) as terminal:
        terminal.wait_for(r"\[0 all\]")
        terminal.send("?")
        terminal.wait_for("Keys")
        # Else what is left of the table is taken for the one after esc, and esc with the next key for alt.
        terminal.wait_gone("NAME")
        terminal.send("\x1b")
        terminal.wait_for("NAME")
        terminal.send("y")
        terminal.wait_for("plain text")
        terminal.send("G\r")
        terminal.wait_for("Select with the terminal")
        terminal.wait_gone("NAME")
        terminal.send("\x1b")
        terminal.wait_for("NAME")
        assert b"\x1b[?1000h" not in terminal.raw, "a text to select from gives back what it took only"
        terminal.send(":mouse\r")
        terminal.wait_for("The mouse works here. Meanwhile")
        assert b"\x1b[?1000h" in terminal.raw
        terminal.send("q")
        terminal.wait_exit()


LIGHT = "\x1b]11;rgb:ffff/ffff/ffff\x1b\\"
DARK_GROUND = b"48;2;22;29;38"
LIGHT_GROUND = b"48;2;241;243;244"


def test_a_terminal_that_says_it_is_light_gets_light_colours_and_no_keys(tmp_path: Path) -> None:
    with Terminal(DEMO, env=home(tmp_path, COLORTERM="truecolor")) as terminal:
        terminal.wait_written(QUESTION)
        terminal.send(LIGHT)
        terminal.wait_written(LIGHT_GROUND)
        shown = terminal.wait_for("12 tasks")
        assert re.search(r"\[0 all\]", shown), "no digit of the answer chose a view"
        terminal.send("q")
        assert terminal.wait_exit() == 0


def test_a_light_ground_that_the_environment_tells_of_is_light_from_the_first_frame_on(
    tmp_path: Path,
) -> None:
    with Terminal(DEMO, env=home(tmp_path, COLORTERM="truecolor", COLORFGBG="0;15")) as terminal:
        terminal.wait_written(LIGHT_GROUND)
        terminal.wait_for("12 tasks")
        assert DARK_GROUND not in terminal.raw
        terminal.send("q")
        assert terminal.wait_exit() == 0


def test_an_answer_that_comes_while_we_leave_is_not_left_for_the_shell(tmp_path: Path) -> None:
    with Terminal([], size=(80, 24), env=home(tmp_path)) as terminal:
        terminal.wait_written(QUESTION)
        os.kill(terminal.process.pid, signal.SIGTERM)
        # Who waits for no answer leaves before it comes.
        with suppress(AssertionError):
            terminal.wait_written(b"\x1b[?1049l", deadline=0.3)
        terminal.send(LIGHT)
        terminal.wait_exit()
        tty.setraw(terminal.slave, termios.TCSANOW)
        assert not select.select([terminal.slave], [], [], 0)[0]
