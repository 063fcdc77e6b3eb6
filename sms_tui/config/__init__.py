"""The user's configuration: read, checked and explained here; only `config init` ever writes it."""

from sms_tui.config.errors import ConfigError, ManyProfilesError, NoProfileError
from sms_tui.config.loading import load, survey
from sms_tui.config.settings import Profile, SavedView, Settings

__all__ = [
    "ConfigError",
    "ManyProfilesError",
    "NoProfileError",
    "Profile",
    "SavedView",
    "Settings",
    "load",
    "survey",
]
