"""`sms-tui config`: where the file is, what is in force and why, what it may say, and a first one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sms_tui.config import ConfigError, NoProfileError, Profile, SavedView, Settings, load
from sms_tui.config.files import create_private, make_private_folder
from sms_tui.config.paths import config_file
from sms_tui.config.schema import Setting, settings_of
from sms_tui.config.settings import General
from sms_tui.config.template import first_file, toml_value
from sms_tui.domain.secret import MASK, Secret
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.headless.exit_codes import ExitCode
from sms_tui.headless.output import Output


@dataclass(frozen=True, slots=True)
class Configuring:
    """One `config` command."""

    file: Path | None
    profile: str | None
    endpoint: str
    environ: Mapping[str, str]
    output: Output

    def path(self) -> ExitCode:
        """Print where the file is, or would be."""
        path = config_file(self.environ, self.file)
        self.output.data(clean(str(path), DETAIL_LIMIT))
        if not path.exists():
            self.output.say("There is none yet; 'sms-tui config init' writes one.")
        return ExitCode.DONE

    def show(self) -> ExitCode:
        """Print the settings in force and where each comes from."""
        settings = self._loaded()
        for line in _general_lines(settings):
            self.output.data(clean(line, DETAIL_LIMIT))
        try:
            chosen = settings.profile(self.profile, self.endpoint)
        except NoProfileError:
            self.output.say("No profile is configured.")
            return ExitCode.DONE
        for line in _profile_lines(chosen):
            self.output.data(clean(line, DETAIL_LIMIT))
        return ExitCode.DONE

    def validate(self) -> ExitCode:
        """Read everything, and say what is wrong; a mistake is a `ConfigError`."""
        settings = self._loaded()
        for name in settings.profiles:
            settings.profile(name)
        count = len(settings.warnings)
        found = f"{settings.path}: " if settings.exists else f"{settings.path} does not exist: "
        self.output.say(f"{found}{len(settings.profiles)} profile(s), {count} warning(s), no mistake.")
        return ExitCode.DONE

    def schema(self) -> ExitCode:
        """Print every setting."""
        for title, owner in _TABLES.items():
            self.output.data(f"{title}")
            for each in settings_of(owner):
                for line in _setting_lines(each):
                    self.output.data(f"  {line}")
            self.output.data("")
        for line in _FREE_TABLES:
            self.output.data(line)
        return ExitCode.DONE

    def init(self) -> ExitCode:
        """Write a first file where there is none; raises `ConfigError` where there is."""
        path = config_file(self.environ, self.file)
        text = first_file(self.profile or "prod", self.endpoint)
        try:
            make_private_folder(path.parent)
            create_private(path, text.encode())
        except FileExistsError:
            raise ConfigError(
                str(path), found="a file", allowed="nothing: it is yours, and not written over"
            ) from None
        except OSError as problem:
            raise ConfigError(
                str(path), found=str(problem.strerror).lower(), allowed="a place to write to"
            ) from None
        self.output.data(clean(str(path), DETAIL_LIMIT))
        self.output.say("Written. Edit it, then 'sms-tui doctor' says whether it works.")
        return ExitCode.DONE

    def _loaded(self) -> Settings:
        settings = load(self.file, self.environ)
        for warning in settings.warnings:
            self.output.say(f"sms-tui: {warning}")
        return settings


def configure(
    action: str | None,
    file: Path | None,
    profile: str | None,
    endpoint: str,
    environ: Mapping[str, str],
    output: Output,
) -> ExitCode:
    """Do what was asked; raises `ConfigError`."""
    command = Configuring(file, profile, endpoint, environ, output)
    actions: Mapping[str, Callable[[], ExitCode]] = {
        "path": command.path,
        "show": command.show,
        "validate": command.validate,
        "schema": command.schema,
        "init": command.init,
    }
    return actions[action or "show"]()


_TABLES: Mapping[str, type] = {
    "at the top of the file": General,
    "[profiles.NAME]": Profile,
    "[views.NAME]": SavedView,
}
_FREE_TABLES = (
    "[keys]",
    '  BINDING = "key", or a list of keys; the ids of bindings are in the help of the interface',
    "[columns]",
    '  COLUMN = "auto", or a width in cells; their order is the order on the screen',
)


def _setting_lines(each: Setting) -> Iterator[str]:
    variable = f"; {each.variable} wins over it" if each.variable else ""
    yield f"{each.name}: {each.help}"
    yield f"    {each.allowed}; default {_default(each)}{variable}"


def _default(each: Setting) -> str:
    return "none" if each.default in (None, "", ()) else toml_value(each.default)


def _general_lines(settings: Settings) -> Iterator[str]:
    yield f"# {settings.path}{'' if settings.exists else ' (does not exist)'}"
    for each in settings_of(General):
        yield f"{each.name} = {_shown(getattr(settings, each.name))}"
    for name, keys in settings.keys.items():
        yield f"keys.{name} = {toml_value(keys)}"
    for name, width in settings.columns.items():
        yield f"columns.{name} = {toml_value(width or 'auto')}"
    for view in settings.views.values():
        yield f"views.{view.name} = {view.filter!r} by {view.sort or 'name'}"


def _profile_lines(profile: Profile) -> Iterator[str]:
    yield ""
    yield f"[profiles.{profile.name}]"
    for each in settings_of(Profile):
        value = getattr(profile, each.name)
        if value not in (None, "", ()):
            origin = profile.origins.get(each.name, "default")
            yield f"{each.name} = {_shown(value)}    # {origin}"


def _shown(value: object) -> str:
    return f'"{MASK}"' if isinstance(value, Secret) else toml_value(value)
