"""`sms-tui config`: where the file is, which values apply and why, what is wrong in it, what it may say."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from sms_tui.config import ConfigError, NoProfileError, Profile, SavedView, Settings, survey
from sms_tui.config.json_schema import json_schema
from sms_tui.config.paths import config_file
from sms_tui.config.schema import Setting, is_command, settings_of
from sms_tui.config.settings import General
from sms_tui.config.template import toml_value
from sms_tui.domain.masking import without_userinfo
from sms_tui.domain.secret import MASK, Secret
from sms_tui.domain.sentence import counted
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.exit_codes import ExitCode
from sms_tui.headless.first_config import Asked, FirstConfig, Interview
from sms_tui.headless.output import Output


class InForce(Struct, frozen=True):
    """One setting as it is in force."""

    table: str
    """Empty for the top of the file"""
    name: str
    value: object
    origin: str
    """`file:line:column`, a variable, an option, or `default`"""

    @property
    def shown(self) -> object:
        """The value without what nobody may see."""
        if isinstance(self.value, Secret):
            return MASK
        if isinstance(self.value, str) and ("://" in self.value or self.name == "proxy"):
            return without_userinfo(self.value)
        if isinstance(self.value, tuple) and is_command(self.name):
            return (*self.value[:1], *(MASK for _ in self.value[1:]))
        return self.value

    @property
    def document(self) -> Mapping[str, object]:
        """Key, value and origin for programs."""
        key = f"{self.table}.{self.name}".lstrip(".")
        value = self.shown
        return {"key": key, "value": value if value not in ("", ()) else None, "origin": self.origin}

    @property
    def line(self) -> str:
        """Key and value as the file would say them, then the origin."""
        return f"{self.name} = {toml_value(self.shown)}    # {self.origin}"


@dataclass(frozen=True, slots=True)
class Configuring:
    """One `config` command."""

    asked: Asked
    options: Mapping[str, object]
    """Settings that options gave on the command line"""
    as_json: bool
    environ: Mapping[str, str]
    output: Output
    interview: Interview | None = field(default=None, repr=False)
    """None: nobody is there to be asked"""
    key_problems: Callable[[Settings], Sequence[str]] = lambda _settings: ()
    """Says which configured keys the interface would not use"""

    def path(self) -> ExitCode:
        """Print where the file is, or would be."""
        path = config_file(self.environ, self.asked.file)
        self.output.data(clean(str(path), DETAIL_LIMIT))
        if not path.exists():
            self.output.say("There is none yet; 'sms-tui config init' writes one.")
        return ExitCode.DONE

    def show(self) -> ExitCode:
        """Print the settings in force and where each comes from; raises `ConfigError`."""
        settings = self._surveyed()
        general = list(_general(settings, self.options))
        chosen, name = [], None
        try:
            profile = settings.profile(self.asked.profile, self.asked.endpoint)
            chosen, name = list(_profile(profile, self.options, self.environ)), profile.name
        except NoProfileError:
            self.output.say("No profile is configured.")
        if self.as_json:
            document = {"file": str(settings.path), "exists": settings.exists, "profile": name}
            entries = [one.document for one in (*general, *chosen)]
            self._print({**document, "settings": entries})
            return ExitCode.DONE
        self.output.data(f"# {clean(str(settings.path))}{'' if settings.exists else ' (does not exist)'}")
        self._tell(general)
        if name is not None:
            self.output.data(f"\n[profiles.{clean(name)}]")
            self._tell(chosen)
        return ExitCode.DONE

    def _tell(self, entries: list[InForce]) -> None:
        for one in entries:
            if one.value not in (None, "", ()):
                self.output.data(clean(one.line, DETAIL_LIMIT))

    def validate(self) -> ExitCode:
        """Print everything that is wrong; the exit code is 2 if anything is."""
        try:
            settings = survey(self.asked.file, self.environ)
        except ConfigError as problem:
            if not self.as_json:
                raise
            path = config_file(self.environ, self.asked.file)
            self._print_judgement(Settings(path=path, exists=path.exists()), [problem], [])
            return ExitCode.USAGE
        mistakes = [*settings.mistakes, *_unusable(settings)]
        warnings = [*settings.warnings, *self.key_problems(settings)]
        if self.as_json:
            self._print_judgement(settings, mistakes, warnings)
        else:
            self._tell_judgement(settings, mistakes, warnings)
        return ExitCode.USAGE if mistakes else ExitCode.DONE

    def _tell_judgement(
        self, settings: Settings, mistakes: Sequence[ConfigError], warnings: Sequence[str]
    ) -> None:
        for text in (*map(str, mistakes), *(f"warning: {text}" for text in warnings)):
            self.output.data(clean(text, DETAIL_LIMIT))
        missing = "" if settings.exists else " does not exist"
        counts = [
            counted(len(settings.profiles), "{count} profile", "{count} profiles"),
            counted(len(warnings), "{count} warning", "{count} warnings"),
            counted(len(mistakes), "{count} mistake", "{count} mistakes") if mistakes else "no mistake",
        ]
        self.output.say(f"{settings.path}{missing}: {', '.join(counts)}.")

    def _print_judgement(
        self, settings: Settings, mistakes: Sequence[ConfigError], warnings: Sequence[str]
    ) -> None:
        found = [_mistake(one) for one in mistakes]
        about = {"file": str(settings.path), "exists": settings.exists, "profiles": [*settings.profiles]}
        self._print({**about, "mistakes": found, "warnings": warnings})

    def schema(self) -> ExitCode:
        """Print every setting, or the file as a JSON Schema."""
        if self.as_json:
            self._print(json_schema())
            return ExitCode.DONE
        for title, owner in TABLES.items():
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
        return FirstConfig(self.asked, self.environ, self.output).write(self.interview)

    def _print(self, document: object) -> None:
        self.output.data(json.dumps(document, indent=2, ensure_ascii=True))

    def _surveyed(self) -> Settings:
        settings = survey(self.asked.file, self.environ)
        for text in (*map(str, settings.mistakes), *settings.warnings):
            self.output.say(f"sms-tui: {text}")
        return settings


def configure(action: str | None, command: Configuring) -> ExitCode:
    """Do what was asked; raises `ConfigError`."""
    actions: Mapping[str, Callable[[], ExitCode]] = {
        "path": command.path,
        "show": command.show,
        "validate": command.validate,
        "schema": command.schema,
        "init": command.init,
    }
    return actions[action or "show"]()


TABLES: Mapping[str, type] = {
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


def _unusable(settings: Settings) -> Iterator[ConfigError]:
    """What is wrong although each value by itself is right."""
    for name in settings.profiles:
        if name not in settings.broken:
            try:
                settings.profile(name)
            except ConfigError as problem:
                yield problem
    if settings.default_profile:
        try:
            settings.profile()
        except ConfigError as problem:
            if settings.default_profile not in settings.profiles:
                yield problem


def _mistake(one: ConfigError) -> Mapping[str, object]:
    place = {"file": one.file, "line": one.line or None, "column": one.column or None, "key": one.key}
    return {**place, "found": one.found, "allowed": one.allowed}


def _setting_lines(each: Setting) -> Iterator[str]:
    variable = f"; {each.variable} wins over it" if each.variable else ""
    yield f"{each.name}: {each.help}"
    default = f"; default {default}" if (default := default_text(each)) else ""
    yield f"    {each.allowed}{default}{variable}"


def default_text(each: Setting) -> str:
    """The default as the file would say it; empty where there is none."""
    return "" if each.default in (None, "", ()) else toml_value(each.default)


def _general(settings: Settings, options: Mapping[str, object]) -> Iterator[InForce]:
    places = settings.origins
    for each in settings_of(General):
        origin = places.get(each.name, "default")
        yield _over(InForce("", each.name, getattr(settings, each.name), origin), options)
    for name, keys in settings.keys.items():
        yield InForce("", f"keys.{name}", keys, places.get(f"keys.{name}", str(settings.path)))
    for name, width in settings.columns.items():
        yield InForce("", f"columns.{name}", width or "auto", places.get(f"columns.{name}", ""))
    for view in settings.views.values():
        for each in settings_of(SavedView):
            key = f"views.{view.name}.{each.name}"
            yield InForce("", key, getattr(view, each.name), places.get(key, "default"))


def _profile(
    profile: Profile, options: Mapping[str, object], environ: Mapping[str, str]
) -> Iterator[InForce]:
    table = f"profiles.{profile.name}"
    for each in settings_of(Profile):
        if each.is_credential and environ.get(each.variable):
            yield InForce(table, each.name, Secret(environ[each.variable]), each.variable)
        else:
            origin = profile.origins.get(each.name, "default")
            yield _over(InForce(table, each.name, getattr(profile, each.name), origin), options)


def _over(one: InForce, options: Mapping[str, object]) -> InForce:
    """What an option on the command line says instead."""
    if one.name not in options:
        return one
    option = "profile" if one.name == "default_profile" else one.name.replace("_", "-")
    return InForce(one.table, one.name, options[one.name], f"--{option}")
