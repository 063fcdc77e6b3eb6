"""What every command is given: the parsed command line and the surroundings of the process."""

from argparse import Namespace
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sms_tui.cli.arguments import Overrides, Request
from sms_tui.cli.crash import CrashReporter
from sms_tui.cli.environment import Environment
from sms_tui.config import Settings, load
from sms_tui.headless.output import Output

if TYPE_CHECKING:
    from sms_tui.cli.demo_service import DemoService


@dataclass(frozen=True, slots=True)
class Invocation:
    """One command line with all it may need."""

    request: Request
    here: Environment
    crashes: CrashReporter
    output: Output
    """The streams of the process"""
    service: "DemoService | None" = None
    """The demo's, where it began already"""

    @property
    def overrides(self) -> Overrides:
        """The options that work everywhere."""
        return self.request.overrides

    @property
    def options(self) -> Namespace:
        """The command's own options."""
        return self.request.options

    def settings(self) -> Settings:
        """The configuration, its warnings narrated; raises `ConfigError`."""
        settings = load(self.overrides.config, self.here.environ)
        for text in settings.remarks(self.overrides.profile or settings.default_profile):
            self.output.say(f"sms-tui: {text}")
        return settings
