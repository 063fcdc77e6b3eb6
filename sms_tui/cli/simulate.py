"""The simulated service, in this process for the demo and over HTTP for other clients."""

from argparse import Namespace
from difflib import get_close_matches
from importlib.util import find_spec

from sms_tui.config import ConfigError
from sms_tui.config.urls import is_loopback
from sms_tui.headless.exit_codes import ExitCode
from sms_tui.headless.output import Output
from sms_tui.simulator.asgi import create_app
from sms_tui.simulator.clock import VirtualClock
from sms_tui.simulator.scenario import Scenario
from sms_tui.simulator.scenarios import SCENARIOS
from sms_tui.simulator.world import Service


def service_of(options: Namespace, start_ms: int | None = None) -> Service:
    """The service that the options describe; raises `ConfigError` for a scenario that does not exist.

    `start_ms` is the virtual time at which it begins, epoch milliseconds; None for its own.
    """
    scenario = scenario_of(options.scenario)
    clock = VirtualClock(options.speed) if start_ms is None else VirtualClock(options.speed, start_ms)
    return Service(scenario, options.seed, clock, tasks=options.tasks, churn=options.churn)


def scenario_of(name: str) -> Scenario:
    """The scenario of that name; raises `ConfigError`."""
    if name in SCENARIOS:
        return SCENARIOS[name]
    near = get_close_matches(name, SCENARIOS, 1)
    allowed = ", ".join(SCENARIOS) + (f"; did you mean {near[0]!r}?" if near else "")
    raise ConfigError("--scenario", found=repr(name), allowed=allowed)


def simulate(options: Namespace, output: Output) -> int:
    """Serve until ended; the first line of data says where, and with which made-up credentials."""
    if find_spec("uvicorn") is None:
        output.say("sms-tui simulate needs the extra 'serve': pip install 'sms-tui[serve]'")
        return ExitCode.USAGE
    if not is_loopback(options.host):
        output.say(f"sms-tui simulate listens on loopback alone, not on {options.host}")
        return ExitCode.USAGE
    from sms_tui.simulator.server import serve

    try:
        serve(create_app(service_of(options)), options.host, options.port, output.data)
    except OSError as problem:
        output.say(f"sms-tui: cannot listen on {options.host}:{options.port}: {problem.strerror}")
        return ExitCode.USAGE
    return ExitCode.DONE
