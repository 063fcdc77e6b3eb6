"""`sms-tui simulate`: serves the simulated service over HTTP to other clients."""

import time
from argparse import Namespace
from importlib.util import find_spec

from sms_tui.cli.scenarios import service_of
from sms_tui.cli.signals import run_until_ended
from sms_tui.domain.endpoint import is_loopback
from sms_tui.exit_codes import ExitCode
from sms_tui.headless.output import Output
from sms_tui.simulator.serving.asgi import create_app


def simulate(options: Namespace, output: Output) -> int:
    """Serve until ended; the first line of data says where, and with which made-up credentials."""
    if find_spec("uvicorn") is None:
        output.say("sms-tui simulate needs the extra 'serve': pip install 'sms-tui[serve]'")
        return ExitCode.USAGE
    if not is_loopback(options.host):
        output.say(f"sms-tui simulate listens on loopback alone, not on {options.host}")
        return ExitCode.USAGE
    from sms_tui.simulator.serving.server import place, serve

    app = create_app(service_of(options, _start(options.speed)))
    try:
        return run_until_ended(serve(app, options.host, options.port, output.data))
    except OSError as problem:
        where = place(options.host, options.port)
        output.say(f"sms-tui: cannot listen on {where}: {problem.strerror}")
        return ExitCode.USAGE


def _start(speed: float) -> int | None:
    """It begins now, as a real service would; where time stands still, answers are the same on every day."""
    return int(time.time() * 1000) if speed else None
