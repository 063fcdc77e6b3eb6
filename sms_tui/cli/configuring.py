"""`sms-tui config`, with what only this layer can provide: prompts, and a network to test the answers on."""

import sys
from collections.abc import Iterator

from sms_tui.cli.arguments import Overrides, Request
from sms_tui.cli.environment import Environment
from sms_tui.cli.key_problems import key_problems
from sms_tui.config import Profile
from sms_tui.headless.configuring import Configuring, configure
from sms_tui.headless.first_config import Asked, FirstConfig, Interview
from sms_tui.headless.output import Output


def config(request: Request, here: Environment, output: Output) -> int:
    """Do what was asked; raises `ConfigError`."""
    given, options = request.overrides, request.options
    template = bool(getattr(options, "template", False))
    command = Configuring(
        asked=_asked(given),
        options=dict(_given(given)),
        as_json=options.output == "json",
        environ=here.environ,
        output=output,
        interview=None if template else _interview(here),
        key_problems=key_problems,
    )
    return configure(request.action, command)


def first_config(given: Overrides, here: Environment, output: Output) -> int:
    """Ask for a first configuration and write it; raises `ConfigError`."""
    return FirstConfig(_asked(given), here.environ, output).write(_interview(here))


def _asked(given: Overrides) -> Asked:
    return Asked(given.config, given.profile, given.endpoint)


def _given(given: Overrides) -> Iterator[tuple[str, object]]:
    """Settings that options gave."""
    if given.interval is not None:
        yield "interval", given.interval
    if given.theme:
        yield "theme", given.theme
    if given.read_only:
        yield "read_only", True
    if given.profile:
        yield "default_profile", given.profile


def _interview(here: Environment) -> Interview | None:
    if here.prompt is None:
        return None
    from sms_tui.cli.doctor import try_out

    def attempt(profile: Profile) -> bool:
        return try_out(profile, here, Output(sys.stderr, sys.stderr))

    return Interview(ask=_ask, ask_secret=here.prompt, try_out=attempt)


def _ask(words: str) -> str:
    """A line from the terminal; raises `EOFError` at its end."""
    sys.stderr.write(words)
    sys.stderr.flush()
    if not (line := sys.stdin.readline()):
        raise EOFError
    return line
