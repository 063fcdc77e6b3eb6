"""The demo's service has a process of its own: it lives as long as the program, and its death is shown."""

import signal

import psutil

from tests.terminal import Terminal


def service_of(terminal: Terminal) -> psutil.Process:
    """The process beside the program, once it has answered."""
    terminal.wait_for(r"rounds=[1-9]")
    (service,) = psutil.Process(terminal.process.pid).children()
    return service


def is_gone(process: psutil.Process) -> bool:
    """Whether it ends within the deadline; nobody may be there to take note of its end."""
    _, alive = psutil.wait_procs([process], timeout=10)
    return not alive or alive[0].status() == psutil.STATUS_ZOMBIE


def test_it_ends_with_the_program_even_when_that_is_killed() -> None:
    for ending in (lambda terminal: terminal.send("q"), lambda terminal: terminal.process.kill()):
        with Terminal(["demo", "--debug-hud"]) as terminal:
            service = service_of(terminal)
            ending(terminal)
            terminal.wait_exit()
            assert is_gone(service)


def test_its_death_is_a_service_that_does_not_answer() -> None:
    with Terminal(["demo", "--debug-hud", "--interval", "0.5"]) as terminal:
        service_of(terminal).send_signal(signal.SIGKILL)
        terminal.wait_for("OFFLINE")
        terminal.send("q")
        assert terminal.wait_exit() == 0
