"""`sms-tui config init`: a first file, made from answers where somebody can be asked, else a template."""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from sms_tui.config import ConfigError, Profile
from sms_tui.config.paths import config_file
from sms_tui.config.schema import Kind
from sms_tui.config.template import first_file
from sms_tui.domain.endpoint import behind_service, endpoint_of, url_problem
from sms_tui.domain.masking import without_userinfo
from sms_tui.domain.secret import Secret
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.exit_codes import ExitCode
from sms_tui.headless.output import Output
from sms_tui.private_files import create_private, make_private_folder

NAME = "prod"
_REGION = re.compile(r"[a-z]{2,}(-[a-z0-9]+)+")
_SIGN_INS = (
    ("password", "IAM user, account and password"),
    ("aksk", "access key id and secret access key"),
    ("token", "a token that you already have"),
)
_PLACES = (
    ("prompt", "ask me at each start"),
    ("environment", "{variable} in the environment"),
    ("command", "a program that prints it as JSON, such as a password manager"),
    ("file", "write it into the file, which only I can read"),
)
_SECRETS = {"password": "password", "aksk": "sk", "token": "token"}
_VARIABLES = {
    "password": "SMS_TUI_PASSWORD",
    "aksk": "HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK",
    "token": "SMS_TUI_TOKEN",
}

_EDIT = "Edit it, then 'sms-tui doctor' says whether it works."


class Asked(Struct, frozen=True):
    """What the command line says of the file and the profile."""

    file: Path | None = None
    profile: str | None = None
    endpoint: str = ""


class Interview(Struct, frozen=True, kw_only=True):
    """A person at a terminal, and a way to try what they answer."""

    ask: Callable[[str], str]
    """Raises `EOFError` where the person leaves"""
    ask_secret: Callable[[str], str]
    try_out: Callable[[Profile], bool]
    """Tries to reach the service, telling each step; whether it worked"""


class FirstConfig(Struct, frozen=True):
    """The first file."""

    asked: Asked
    environ: Mapping[str, str]
    output: Output

    def write(self, interview: Interview | None) -> ExitCode:
        """Write it; raises `ConfigError` where there is one already, or no place for it."""
        path = config_file(self.environ, self.asked.file)
        if path.exists() or path.is_symlink():
            raise _not_written_over(path)
        name, values = self.asked.profile or NAME, self._given()
        if interview is not None:
            try:
                name, values = _Answers(interview, self.output, self.asked).all()
            except EOFError:
                self.output.say("\nNothing was written.")
                return ExitCode.USAGE
        self._create(path, first_file(name, values))
        self.output.data(clean(str(path), DETAIL_LIMIT))
        on = "'sms-tui' starts with it." if interview else _EDIT
        self.output.say(f"Written, for you alone to read. {on}")
        return ExitCode.DONE

    def _given(self) -> Mapping[str, object]:
        return {"endpoint": self.asked.endpoint} if self.asked.endpoint else {}

    def _create(self, path: Path, text: str) -> None:
        try:
            make_private_folder(path.parent)
            create_private(path, text.encode())
        except FileExistsError:
            raise _not_written_over(path) from None
        except OSError as problem:
            reason = str(problem.strerror).lower()
            raise ConfigError(str(path), found=reason, allowed="a place to write to") from None


def _not_written_over(path: Path) -> ConfigError:
    return ConfigError(str(path), found="a file", allowed="nothing: it is yours, and not written over")


class _Answers:
    """Asks until everything is known."""

    def __init__(self, interview: Interview, output: Output, asked: Asked) -> None:
        self._interview = interview
        self._say = output.say
        self._asked = asked
        self._values: dict[str, object] = {}

    def all(self) -> tuple[str, Mapping[str, object]]:
        """The profile's name and values; raises `EOFError` where the person leaves."""
        self._say("Enter takes what is in [brackets]. Nothing is written before the last question.")
        name = self._asked.profile or self._text("Name of the profile", NAME)
        self._service()
        self._sign_in()
        if self._yes(f"Is '{name}' production? Then the word stands wherever it matters", default=False):
            self._values["production"] = True
        self._try(name)
        return name, self._values

    def _service(self) -> None:
        given = self._asked.endpoint
        while not given or url_problem(given):
            if given:
                self._say(f"'{without_userinfo(given)}' is neither a region nor {Kind.URL.value}.")
            typed = self._text("Region, such as ap-southeast-3, or URL of the service", "")
            given = endpoint_of(typed) if _REGION.fullmatch(typed) else typed
        self._values["endpoint"] = given

    def _sign_in(self) -> None:
        kind = self._one_of("How do you sign in?", _SIGN_INS)
        self._values["auth"] = kind
        if kind == "password":
            self._values["user"] = self._needed("IAM user")
            self._values["domain"] = self._needed("Account (domain) name")
            region = behind_service(urlsplit(str(self._values["endpoint"])).netloc).partition(".")[0]
            usual = region if _REGION.fullmatch(region) else ""
            if project := self._text("Project; - for none", usual).removeprefix("-"):
                self._values["scope_project"] = project
        self._secret(kind)

    def _secret(self, kind: str) -> None:
        places = [(place, words.format(variable=_VARIABLES[kind])) for place, words in _PLACES]
        match self._one_of("Where does the secret come from?", places):
            case "prompt" if kind == "aksk":
                self._values["ak"] = self._needed("Access key id")
            case "command":
                self._values["credential_command"] = self._command()
            case "file":
                if kind == "aksk":
                    self._values["ak"] = self._needed("Access key id")
                self._values[_SECRETS[kind]] = Secret(
                    self._interview.ask_secret("The secret (not shown): ").strip()
                )

    def _command(self) -> tuple[str, ...]:
        while True:
            try:
                if words := shlex.split(self._text("Command line, such as: pass sms/prod", "")):
                    return tuple(words)
            except ValueError as problem:
                self._say(f"That cannot be split into words: {problem}.")

    def _try(self, name: str) -> None:
        if not self._yes("Try the connection now?", default=True):
            return
        if self._interview.try_out(Profile(name, **self._values)):  # type: ignore[arg-type]
            self._say("It works.")
        elif not self._yes("It does not work from here. Write the file all the same?", default=True):
            raise EOFError

    def _text(self, words: str, default: str) -> str:
        return self._interview.ask(f"{words}{f' [{default}]' if default else ''}: ").strip() or default

    def _needed(self, words: str) -> str:
        while not (typed := self._text(words, "")):
            self._say("It is needed.")
        return typed

    def _yes(self, words: str, *, default: bool) -> bool:
        while True:
            typed = self._text(f"{words} (y/n)", "y" if default else "n").casefold()
            if typed in {"y", "yes", "n", "no"}:
                return typed.startswith("y")

    def _one_of(self, words: str, choices: Sequence[tuple[str, str]]) -> str:
        """One of `choices`, by its number or its word; the first is the default."""
        self._say(words)
        for line in _numbered(choices):
            self._say(line)
        known = {str(number): word for number, (word, _) in enumerate(choices, 1)}
        while True:
            typed = self._text("Which", "1").casefold()
            if (chosen := known.get(typed, typed)) in known.values():
                return chosen
            self._say(f"One of 1 to {len(choices)}.")


def _numbered(choices: Sequence[tuple[str, str]]) -> Iterator[str]:
    width = max(len(word) for word, _ in choices)
    for number, (word, words) in enumerate(choices, 1):
        yield f"  {number} {word:<{width}}  {words}"
