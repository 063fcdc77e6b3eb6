"""Every way in which the program can end: terminal given back, journal whole, nothing left running."""

import os
import signal
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from tests.pty.hands import TOKEN, environment, operate
from tests.pty.ledger import Answer, Ledger, Seen, serving
from tests.pty.oracle import ALTERNATE_SCREEN, everything_written, is_released, kinds, left_running, modes
from tests.terminal import PROGRAM, Terminal

LEAVING = "Quit while operations are under way"
INTERFACE = r"web-a[\s\S]+\? help"
"""A row and the keys that work, which are not there before the interface is"""


FELLED = """
import os, signal
from sms_tui.__main__ import main
from sms_tui.ui.terminal.driver import TerminalDriver
begin = TerminalDriver.start_application_mode
def felled(driver):
    {before}
    begin(driver)
    {after}
TerminalDriver.start_application_mode = felled
main()
"""
"""The program, that gets a signal in the moment in which it takes the terminal"""


UNHEEDED = """
import os, signal
from textual.app import App
from sms_tui.__main__ import main
begin = App.run_async
def felled(app, **options):
    os.kill(os.getpid(), signal.SIGINT)
    return begin(app, **options)
App.run_async = felled
main()
"""
"""The program, that is interrupted when its loop runs and has not been told of signals yet"""


THREADLESS = """
import threading
from sms_tui.__main__ import main
begin = threading.Thread.start
def refuse(thread):
    if thread.name == {name!r}:
        raise RuntimeError("can't start new thread")
    begin(thread)
threading.Thread.start = refuse
main()
"""
"""The program, where the system has no thread left for one of those that serve the terminal"""


HASTY = """
import os, signal, sys
class Hurry:
    def __set_name__(self, owner, name):
        os.kill(os.getpid(), signal.SIGINT)
class Interrupted:
    def find_spec(name, path=None, target=None):
        if name == {module!r}:
            type("Made", (), {{"hurry": Hurry()}})
sys.meta_path.insert(0, Interrupted)
sys.argv[1:] = {arguments!r}
from sms_tui.__main__ import main
main()
"""
"""The program, that is interrupted while one of its modules is loaded, in the midst of a class"""


HUNG = r"""
import os, threading, time
from textual.app import App, active_app
from sms_tui import hard_stop
from sms_tui.__main__ import main
from sms_tui.ui.flows.follow_up import FollowUp
hard_stop._LONGEST_END = 1.0
def busy():
    while True: pass
def asleep():
    time.sleep(600)
def locked():
    lock = threading.Lock()
    with lock, lock: pass
def failing(*_):
    raise MemoryError
def memoryless():
    App._close_messages_no_wait = failing
    active_app.get().screen.call_later(failing)
async def again(_self):
    os.write(1, b"\x1b[Hstanding still")
    {how}()
FollowUp.again = again
main()
"""
"""The program, whose event loop stands still for good once `R` is pressed"""


class Silence:
    """Answers writes only when told to, as a service does whose answer is lost or late."""

    def __init__(self) -> None:
        self._over = threading.Event()

    def __call__(self, _seen: Seen) -> Answer | None:
        """Wait, then say yes."""
        self._over.wait(30)
        return 200, {}, b""

    def end(self) -> None:
        """Let the answer go."""
        self._over.set()


def ledger_of(*states: str) -> Ledger:
    """A service with one task in each of `states`, named web-a, web-b and so on."""
    ledger = Ledger()
    for letter, state in zip("abcdef", states, strict=False):
        ledger.add(letter, state)
    return ledger


def opened(ledger: Ledger, home: Path, program: Sequence[str] = ()) -> Terminal:
    """The program on the ledger's tasks, or `program` in its place."""
    arguments = [] if program else ["--interval", "0.5"]
    return Terminal(arguments, env=environment(ledger, home, TOKEN), program=program or PROGRAM)


def journal(ledger: Ledger, home: Path, *arguments: str) -> str:
    """What `sms-tui journal` says; it must find nothing wrong."""
    environ = {**os.environ, **environment(ledger, home, TOKEN)}
    done = subprocess.run(
        [*PROGRAM, "journal", *arguments], env=environ, capture_output=True, text=True, check=True
    )
    return done.stdout


def press_until(terminal: Terminal, key: str, shown: str) -> None:
    """Press `key` until the screen shows `shown`: the first one may come before anybody listens."""
    for _ in range(10):
        terminal.send(key)
        with suppress(AssertionError):
            terminal.wait_for(shown, 1.5)
            return
    raise AssertionError(f"/{shown}/ was never shown; the screen at the end:\n{terminal.text()}")


def has_given_back(terminal: Terminal) -> bool:
    """Whether a program that ended left its terminal as it found it, and nothing running."""
    assert termios.tcgetattr(terminal.slave) == terminal.before
    assert left_running(terminal) == []
    return is_released(everything_written(terminal))


def press(*keys: str) -> Callable[[Terminal], None]:
    """Type `keys`, the last one after the program asked for it once more."""

    def typed(terminal: Terminal) -> None:
        terminal.send(keys[0])
        for key in keys[1:]:
            terminal.wait_for("Press ctrl.c again")
            terminal.send(key)

    return typed


def signalled(number: int) -> Callable[[Terminal], None]:
    """Send a signal as another process would."""
    return lambda terminal: os.kill(terminal.process.pid, number)


def stopped_from_outside(terminal: Terminal) -> None:
    """Stop what the shell in `terminal` runs, as another process would."""
    os.killpg(os.tcgetpgrp(terminal.master), signal.SIGTSTP)


@pytest.mark.parametrize(
    ("end", "code"),
    [
        pytest.param(press("q"), 0, id="q"),
        pytest.param(press(":q\r"), 0, id="command"),
        pytest.param(press("\x03", "\x03"), 0, id="ctrl-c"),
        pytest.param(signalled(signal.SIGTERM), 143, id="TERM"),
        pytest.param(signalled(signal.SIGHUP), 129, id="HUP"),
        pytest.param(signalled(signal.SIGINT), 130, id="INT"),
        pytest.param(signalled(signal.SIGQUIT), 131, id="QUIT"),
    ],
)
def test_each_ending_gives_the_terminal_back(
    tmp_path: Path, end: Callable[[Terminal], None], code: int
) -> None:
    with serving(ledger_of("RUNNING")) as ledger, opened(ledger, tmp_path) as terminal:
        terminal.wait_for(INTERFACE)
        end(terminal)
        assert terminal.wait_exit() == code
        assert has_given_back(terminal)


@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_a_signal_in_the_first_moment_is_heeded(tmp_path: Path, number: int, code: int, place: str) -> None:
    places = {"before": "pass", "after": "pass", place: f"os.kill(os.getpid(), {int(number)})"}
    program = [sys.executable, "-c", FELLED.format(**places)]
    with serving(ledger_of("RUNNING")) as ledger, opened(ledger, tmp_path, program) as terminal:
        assert terminal.wait_exit() == code
        assert has_given_back(terminal)


@pytest.mark.parametrize("name", ["sms-tui-output", "textual-output", "textual-input"])
def test_where_no_thread_is_left_the_terminal_is_given_back(tmp_path: Path, name: str) -> None:
    program = [sys.executable, "-c", THREADLESS.format(name=name)]
    with serving(ledger_of("RUNNING")) as ledger, opened(ledger, tmp_path, program) as terminal:
        assert terminal.wait_exit() == 70
        assert has_given_back(terminal)
        assert "internal error RuntimeError; the report is" in terminal.text().replace("\n", "")


def test_an_interrupt_before_it_is_heeded_is_not_lost(tmp_path: Path) -> None:
    program = [sys.executable, "-c", UNHEEDED]
    with serving(ledger_of("RUNNING")) as ledger, opened(ledger, tmp_path, program) as terminal:
        assert terminal.wait_exit() == 130
        assert has_given_back(terminal)


def test_a_terminal_that_can_tell_the_mouse_in_pixels_is_left_in_cells(tmp_path: Path) -> None:
    with serving(ledger_of("RUNNING")) as ledger, opened(ledger, tmp_path) as terminal:
        terminal.wait_for(INTERFACE)
        if b"\x1b[?2048$p" in terminal.raw:
            terminal.send("\x1b[?2048;2$y")
        terminal.send(":q\r")
        assert terminal.wait_exit() == 0
        assert not modes(everything_written(terminal)).get(1016)


def test_a_dialog_that_is_open_hinders_no_signal(tmp_path: Path) -> None:
    with serving(ledger_of("RUNNING")) as ledger, opened(ledger, tmp_path) as terminal:
        terminal.wait_for(INTERFACE)
        terminal.send("ap")
        terminal.wait_for("What happens")
        signalled(signal.SIGTERM)(terminal)
        assert terminal.wait_exit() == 143
        assert has_given_back(terminal)
    assert ledger.writes == []


def test_a_terminal_that_goes_away_takes_the_program_along(tmp_path: Path) -> None:
    with serving(ledger_of("RUNNING")) as ledger, opened(ledger, tmp_path) as terminal:
        terminal.wait_for(INTERFACE)
        terminal.close()
        assert terminal.wait_exit() == 129
        assert left_running(terminal) == []


@pytest.mark.parametrize(
    ("how", "end", "code"),
    [
        pytest.param("busy", signalled(signal.SIGTERM), 143, id="busy"),
        pytest.param("locked", signalled(signal.SIGTERM), 143, id="locked"),
        pytest.param("asleep", signalled(signal.SIGTERM), 143, id="TERM"),
        pytest.param("asleep", signalled(signal.SIGHUP), 129, id="HUP"),
        pytest.param("asleep", signalled(signal.SIGINT), 130, id="INT"),
        pytest.param("asleep", Terminal.close, 129, id="close"),
        pytest.param("memoryless", lambda _: None, 70, id="memoryless"),
    ],
)
def test_a_program_that_hangs_ends_all_the_same(
    tmp_path: Path, how: str, end: Callable[[Terminal], None], code: int
) -> None:
    program = [sys.executable, "-c", HUNG.format(how=how)]
    with serving(ledger_of("RUNNING")) as ledger, opened(ledger, tmp_path, program) as terminal:
        terminal.wait_for(INTERFACE)
        terminal.send("R")
        terminal.wait_for("standing still")
        end(terminal)
        assert terminal.wait_exit() == code
        assert left_running(terminal) == []
        assert end is Terminal.close or has_given_back(terminal)


NOHUP = ["/bin/sh", "-c", "trap '' HUP; exec \"$@\"", "sh", *PROGRAM, "--interval", "0.5"]


def test_a_signal_that_was_ignored_before_ends_nothing(tmp_path: Path) -> None:
    with serving(ledger_of("RUNNING")) as ledger, opened(ledger, tmp_path, NOHUP) as terminal:
        terminal.wait_for(INTERFACE)
        signalled(signal.SIGHUP)(terminal)
        terminal.send(":q\r")
        assert terminal.wait_exit() == 0
        assert has_given_back(terminal)


def test_a_terminal_that_goes_away_ends_what_ignores_the_signal_for_it(tmp_path: Path) -> None:
    with serving(ledger_of("RUNNING")) as ledger, opened(ledger, tmp_path, NOHUP) as terminal:
        terminal.wait_for(INTERFACE)
        terminal.close()
        assert terminal.wait_exit() == 129
        assert left_running(terminal) == []


def test_leaving_with_an_operation_under_way_asks_and_writes_down_what_still_arrives(tmp_path: Path) -> None:
    ledger, silence = ledger_of("RUNNING"), Silence()
    ledger.on_write = silence
    with serving(ledger), opened(ledger, tmp_path) as terminal:
        operate(terminal, "p", "y")
        ledger.wait_for_writes(1)
        press_until(terminal, "q", LEAVING)
        terminal.send("n")
        terminal.wait_gone(LEAVING)
        press_until(terminal, "q", LEAVING)
        terminal.send("y")
        terminal.wait_for("Waiting for the answer to what was sent, 10 s at most")
        silence.end()
        assert terminal.wait_exit() == 0
        assert has_given_back(terminal)
        drawn, _, told = bytes(terminal.raw).rpartition(b"\x1b[?1049l")
        assert kinds(drawn.rpartition(b"\x1b[m\x1b[2J")[2]).isdisjoint({"CSI H", "CSI m"})
        assert b"10 s at most.\r\n" in told
        assert b"Pause (stop), 1 task: 1 accepted\r\n" in told
        assert b"\x1b[2J" not in told
    assert len(ledger.writes) == 1
    assert "accepted" in journal(ledger, tmp_path, "list")
    journal(ledger, tmp_path, "verify")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=["TERM", "HUP"]
)
def test_a_signal_while_an_operation_is_under_way_loses_no_answer(
    tmp_path: Path, number: int, code: int
) -> None:
    ledger, silence = ledger_of("RUNNING"), Silence()
    ledger.on_write = silence
    with serving(ledger), opened(ledger, tmp_path) as terminal:
        operate(terminal, "p", "y")
        ledger.wait_for_writes(1)
        signalled(number)(terminal)
        silence.end()
        assert terminal.wait_exit() == code
        assert has_given_back(terminal)
    assert len(ledger.writes) == 1
    assert "accepted" in journal(ledger, tmp_path, "list")


def test_after_a_kill_the_next_start_settles_what_was_sent_by_reading(tmp_path: Path) -> None:
    ledger, silence = ledger_of("RUNNING", "RUNNING"), Silence()
    ledger.on_write = silence
    with serving(ledger):
        with opened(ledger, tmp_path) as terminal:
            operate(terminal, "p", "y")
            ledger.wait_for_writes(1)
            signalled(signal.SIGKILL)(terminal)
            assert terminal.wait_exit() == -signal.SIGKILL
            assert left_running(terminal) == []
        silence.end()
        listed = journal(ledger, tmp_path, "list")
        assert "stop" in listed
        assert "web-a" in listed
        assert "unknown" in listed
        with opened(ledger, tmp_path) as terminal:
            terminal.wait_for(r"web-a +pause \(stop\) of an earlier run is unresolved: reading the task")
            ledger.tasks["a"]["state"] = "ABORT"
            terminal.wait_for(r"web-a +pause \(stop\) confirmed: .*ABORT")
            terminal.send("q")
            assert terminal.wait_exit() == 0
    assert [write.path for write in ledger.writes] == ["/v3/tasks/a/action"]
    assert "confirmed" in journal(ledger, tmp_path, "list")
    journal(ledger, tmp_path, "verify")


def test_the_next_start_waits_for_what_was_accepted_and_not_yet_seen(tmp_path: Path) -> None:
    ledger = ledger_of("RUNNING", "RUNNING")
    with serving(ledger):
        with opened(ledger, tmp_path) as terminal:
            operate(terminal, "p", "y")
            terminal.wait_for(r"\(stop\) accepted")
            signalled(signal.SIGTERM)(terminal)
            assert terminal.wait_exit() == 143
        with opened(ledger, tmp_path) as terminal:
            terminal.wait_for(r"web-a +. RUNNING · pausing")
            press_until(terminal, "a", r"Pause \(stop\) +Pause was accepted and waits to be confirmed")
            terminal.send("\x1b")
            ledger.tasks["a"]["state"] = "ABORT"
            terminal.wait_for(r"web-a +pause \(stop\) confirmed: .*ABORT")
            terminal.send(":q\r")
            assert terminal.wait_exit() == 0
    assert len(ledger.writes) == 1
    assert "confirmed" in journal(ledger, tmp_path, "list")
    journal(ledger, tmp_path, "verify")


@pytest.mark.parametrize("numbers", [(signal.SIGCONT,), (signal.SIGSTOP, signal.SIGCONT)])
def test_continuing_what_did_not_stop_by_itself_takes_the_terminal_once(
    tmp_path: Path, numbers: tuple[int, ...]
) -> None:
    with serving(ledger_of("RUNNING", "READY")) as ledger, opened(ledger, tmp_path) as terminal:
        terminal.wait_for(INTERFACE)
        for number in numbers:
            os.kill(terminal.process.pid, number)
            # As a shell does that has its prompt meanwhile.
            termios.tcsetattr(terminal.slave, termios.TCSANOW, terminal.before)
        terminal.wait_written(b"\x1b[?1049h", 2)
        press_until(terminal, "G", "▌ +web-b")
        assert not termios.tcgetattr(terminal.slave)[3] & termios.ICANON
        terminal.send(":q\r")
        assert terminal.wait_exit() == 0
        assert has_given_back(terminal)
        for taken, given in ((b"\x1b[>25u", b"\x1b[<u"), (b"\x1b[22;0t", b"\x1b[23;0t")):
            assert terminal.raw.count(taken) == terminal.raw.count(given) == 2


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_an_end_that_comes_with_a_continue_is_an_end(tmp_path: Path, number: int, code: int) -> None:
    with serving(ledger_of("RUNNING")) as ledger, opened(ledger, tmp_path) as terminal:
        terminal.wait_for(INTERFACE)
        for each in (number, signal.SIGCONT):
            os.kill(terminal.process.pid, each)
        assert terminal.wait_exit() == code
        assert has_given_back(terminal)


@pytest.mark.parametrize("stop", [press("\x1a"), stopped_from_outside], ids=["ctrl-z", "TSTP"])
def test_suspending_gives_the_terminal_to_the_shell_and_coming_back_takes_it_again(
    tmp_path: Path, stop: Callable[[Terminal], None]
) -> None:
    ledger = ledger_of("RUNNING", "READY")
    with serving(ledger):
        environ = {**environment(ledger, tmp_path, TOKEN), "PS1": "ready> ", "ENV": ""}
        with Terminal([], env=environ, program=["/bin/sh", "-i"]) as terminal:
            terminal.wait_for("ready>")
            terminal.send(" ".join([*PROGRAM, "--interval", "0.5"]) + "\r")
            terminal.wait_for(INTERFACE)
            stop(terminal)
            terminal.wait_for(r"\] \+ Stopped")
            assert is_released(bytes(terminal.raw))
            assert terminal.raw.count(b"\x1b[23;0t") == 1, "the shell has its own title"
            terminal.send("fg; echo left-$?\r")
            press_until(terminal, "G", "▌ +web-b")
            terminal.wait_for("updated")
            terminal.send("q")
            terminal.wait_for("left-0")
            assert is_released(bytes(terminal.raw))
            terminal.send("exit\r")
            assert terminal.wait_exit() == 0


def test_leaving_waits_for_no_credential_command(tmp_path: Path) -> None:
    """One that hangs, of a profile that is being opened, is ended."""
    with serving(ledger_of("SYNCING")) as ledger:
        file = tmp_path / "config.toml"
        one = f'endpoint = "{ledger.url}"\nauth = "token"\ncredential_command'
        file.write_text(
            f'[profiles.here]\n{one} = ["echo", \'{{"token": "t"}}\']\n'
            f'[profiles.there]\n{one} = ["sh", "-c", "echo >> {tmp_path}/asked; exec sleep 600"]\n'
        )
        arguments = ["--config", str(file), "-p", "here"]
        with Terminal(arguments, env={"HOME": str(tmp_path)}) as terminal:
            terminal.wait_for(INTERFACE)
            press_until(terminal, "P", "there")
            terminal.send("j\r")
            terminal.wait_for("Opening profile there")
            while not (tmp_path / "asked").exists():
                terminal.wait_for("Opening profile there")
            terminal.send("q")
            assert terminal.wait_exit() == 0
            assert has_given_back(terminal)


@pytest.mark.parametrize("module", ["sms_tui.cli.starting_line", "sms_tui.cli.entry", "sms_tui.cli.commands"])
def test_an_interrupt_while_the_first_is_loaded_ends_it_without_a_word(module: str) -> None:
    code = HASTY.format(module=module, arguments=["explain", "SMS.3805"])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.parametrize(
    "module",
    ["sms_tui.cli.entry", "sms_tui.cli.early_start", "sms_tui.cli.tui", "textual.app", "textual.widget"],
)
def test_an_interrupt_while_the_interface_is_loaded_ends_it_without_a_word(
    tmp_path: Path, module: str
) -> None:
    program = [sys.executable, "-c", HASTY.format(module=module, arguments=[])]
    with serving(ledger_of("RUNNING")) as ledger, opened(ledger, tmp_path, program) as terminal:
        assert terminal.wait_exit() == 130
        assert termios.tcgetattr(terminal.slave) == terminal.before
        raw = everything_written(terminal)
        assert not modes(raw).get(ALTERNATE_SCREEN)
        assert raw.endswith(b"\r\x1b[K"), "the last is that the line is taken away"
