"""Builds the simulated service that the options describe."""

from argparse import Namespace

from sms_tui.domain.nearest import did_you_mean
from sms_tui.simulator.world.clock import VirtualClock
from sms_tui.simulator.world.scenario import Scenario
from sms_tui.simulator.world.scenarios import SCENARIOS
from sms_tui.simulator.world.world import Service


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
    from sms_tui.config import ConfigError

    allowed = ", ".join(SCENARIOS) + did_you_mean(name, SCENARIOS)
    raise ConfigError("--scenario", found=repr(name), allowed=allowed)
