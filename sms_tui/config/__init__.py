"""What the user configured: read, checked and explained here, and never written but by `config init`."""

from sms_tui.config.errors import ConfigError, NoProfileError
from sms_tui.config.loading import load, survey
from sms_tui.config.settings import Profile, SavedView, Settings

__all__ = ["ConfigError", "NoProfileError", "Profile", "SavedView", "Settings", "load", "survey"]
