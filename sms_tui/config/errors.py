"""What can be wrong with a configuration: in which file and place, what was found, what is allowed."""

from sms_tui.domain.masking import without_userinfo


class ConfigError(Exception):
    """A value that cannot be used, or a file that cannot be read; nothing runs with it.

    Of what was `found`, nobody is shown the password of a URL.
    """

    def __init__(
        self, file: str, *, line: int = 0, column: int = 0, key: str = "", found: str = "", allowed: str = ""
    ) -> None:
        place = ":".join([file, *(str(number) for number in (line, column) if number)])
        found = without_userinfo(found)
        words = [f"found {found}"] if found else []
        words += [f"allowed: {allowed}"] if allowed else []
        super().__init__(": ".join(part for part in (place, key, ", ".join(words)) if part))
        self.file = file
        self.line = line
        self.column = column
        self.key = key
        self.found = found
        self.allowed = allowed


class ManyProfilesError(ConfigError):
    """Nothing says which of several profiles is meant."""


class NoProfileError(ConfigError):
    """Nothing says which service to talk to."""
