"""A configuration file written and read, as the tests of the configuration need it."""

from pathlib import Path

import pytest

from sms_tui.config import ConfigError, Settings, load

ENDPOINT = 'endpoint = "https://sms.example.com"\n'
PROFILE = f"[profiles.p]\n{ENDPOINT}"


def written(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "config.toml"
    path.write_text(text)
    path.chmod(mode)
    return path


def loaded(folder: Path, text: str, **environ: str) -> Settings:
    return load(written(folder, text), environ)


def mistake(folder: Path, text: str, **environ: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        loaded(folder, text, **environ).profile()
    return caught.value
