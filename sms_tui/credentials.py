"""Where secrets come from: the first source that has a complete set of credentials wins.

The sources are environment, `credential_command`, keyring, a private configuration file, and a prompt.
Secrets leave this module only as `Secret`, and no error message contains one.
"""

import json
import os
import selectors
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from sms_tui.domain.secret import Redactor, Secret
from sms_tui.domain.text import clean

if TYPE_CHECKING:
    import subprocess

COMMAND_SECONDS = 30.0
_COMMAND_BYTES = 64 * 1024
_KEYRING_SERVICE = "sms-tui"
SECRET_VARIABLES: Mapping[str, str] = {
    "token": "SMS_TUI_TOKEN",
    "password": "SMS_TUI_PASSWORD",
    "ak": "HUAWEICLOUD_SDK_AK",
    "sk": "HUAWEICLOUD_SDK_SK",
    "security_token": "HUAWEICLOUD_SDK_SECURITY_TOKEN",
}
"""Part of a set of credentials to the variable that holds it"""
FOREIGN_VARIABLES = (
    "HW_ACCESS_KEY",
    "HW_SECRET_KEY",
    "HUAWEICLOUD_SDK_CREDENTIALS_FILE",
    "OS_AUTH_URL",
    "OS_TOKEN",
    "OS_USERNAME",
    "OS_PASSWORD",
)
"""What other tools read: named to the user, never used"""
_NEEDS = {"token": ("token",), "aksk": ("ak", "sk"), "password": ("password",)}
_WAYS = {
    "token": "SMS_TUI_TOKEN",
    "aksk": "HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK",
    "password": "SMS_TUI_PASSWORD with user and domain",
}
_PROMPTS = {"token": "Token", "password": "Password", "aksk": "Secret access key"}
KEYRING = "keyring"
COMMAND = "credential_command"
"""Origin of credentials that can be asked for again, as their command may have new ones"""
PROMPT = "prompt"
"""Origin of credentials that must not be asked for again without need"""
_READ_SIZE = 8192
_LAST_SECONDS = 5.0

Parts = dict[str, Secret]


class Identity(Protocol):
    """What of a profile the search needs."""

    @property
    def name(self) -> str: ...
    @property
    def auth(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def domain(self) -> str: ...
    @property
    def ak(self) -> str: ...
    @property
    def token(self) -> Secret | None: ...
    @property
    def password(self) -> Secret | None: ...
    @property
    def sk(self) -> Secret | None: ...
    @property
    def security_token(self) -> Secret | None: ...
    @property
    def credential_command(self) -> tuple[str, ...]: ...


Prompt = Callable[[str], str]
"""Asks for one secret by the given words, without showing what is typed"""


class CredentialsError(Exception):
    """No credentials, or none that can be used; the text says what was tried and what to do."""


@dataclass(frozen=True, slots=True)
class Found:
    """A whole set of credentials, and where it was."""

    kind: str
    """`token`, `aksk` or `password`"""
    parts: Mapping[str, Secret]
    origin: str
    tried: tuple[str, ...] = ()
    """Sources before it that had nothing, in words"""


class Commands:
    """The running credential commands, so that they can be ended when nobody waits for them any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: list[subprocess.Popen[bytes]] = []
        self._is_over = False

    def began(self, process: "subprocess.Popen[bytes]") -> None:
        """Take note of one that was started."""
        with self._lock:
            self._running.append(process)
            if self._is_over:
                process.kill()

    def end(self) -> None:
        """End all running commands, and any that is started from now on."""
        with self._lock:
            self._is_over = True
            for process in self._running:
                process.kill()


def find(
    profile: Identity, environ: Mapping[str, str], prompt: Prompt | None, commands: Commands | None = None
) -> Found:
    """The credentials for `profile`; asks by `prompt` only when nothing else has them.

    Runs a program and may wait for the user: not for an event loop. Raises `CredentialsError`.
    """
    tried: list[str] = []
    for origin, parts in _sources(profile, environ, tried, commands):
        for kind in _kinds(profile):
            if _is_whole(kind, parts, profile):
                return Found(kind, _needed(kind, parts, profile), origin, tuple(tried))
        tried.append(f"{origin}: {_lack(parts)}")
    if prompt is not None:
        return _prompted(profile, prompt, tuple(tried))
    accepting = f' with auth = "{profile.auth}"' if profile.auth else ""
    raise CredentialsError(
        f"No credentials for profile '{clean(profile.name)}'{accepting} ({'; '.join(tried)}). "
        f"{_advice(profile)}"
    )


def _advice(profile: Identity) -> str:
    ways = ", or ".join(_WAYS[kind] for kind in _kinds(profile))
    return f"Set {ways}, or `credential_command` in the profile."


def _kinds(profile: Identity) -> tuple[str, ...]:
    return (profile.auth,) if profile.auth else tuple(_NEEDS)


def _sources(
    profile: Identity, environ: Mapping[str, str], tried: list[str], commands: Commands | None
) -> Iterator[tuple[str, Parts]]:
    """The parts that each source has; a source is asked only if those before it were not enough."""
    yield "environment", _from_environment(environ)
    if profile.credential_command:
        yield COMMAND, run_command(profile.credential_command, environ, commands)
    parts, problem = _from_keyring(profile)
    if problem:
        tried.append(f"keyring: {problem}")
    else:
        yield KEYRING, parts
    yield "configuration file", _from_file(profile)


def _from_environment(environ: Mapping[str, str]) -> Parts:
    """The parts that the environment holds."""
    held = {part: environ.get(name, "").strip() for part, name in SECRET_VARIABLES.items()}
    return {part: Secret(value) for part, value in held.items() if value}


def _from_file(profile: Identity) -> Parts:
    held = {
        "token": profile.token,
        "password": profile.password,
        "ak": Secret(profile.ak),
        "sk": profile.sk,
        "security_token": profile.security_token,
    }
    return {part: secret for part, secret in held.items() if secret}


def _is_whole(kind: str, parts: Parts, profile: Identity) -> bool:
    if kind == "password":
        return "password" in parts and bool(profile.user and profile.domain)
    return all(part in _with_key_id(parts, profile) for part in _NEEDS[kind])


def _needed(kind: str, parts: Parts, profile: Identity) -> Parts:
    wanted = (*_NEEDS[kind], "security_token") if kind == "aksk" else _NEEDS[kind]
    held = _with_key_id(parts, profile)
    return {part: held[part] for part in wanted if part in held}


def _with_key_id(parts: Parts, profile: Identity) -> Parts:
    """The key's id is no secret: it may stand in the profile while the secret comes from elsewhere."""
    return parts if "ak" in parts or not profile.ak else {**parts, "ak": Secret(profile.ak)}


def _lack(parts: Parts) -> str:
    if not parts:
        return "nothing"
    if set(parts) == {"password"}:
        return "a password, but user or domain is missing in the profile"
    return f"only {', '.join(sorted(parts))}"


def _from_keyring(profile: Identity) -> tuple[Parts, str]:
    """What the keyring holds under `sms-tui`, `PROFILE/PART`, or why it could not be asked."""
    try:
        keyring = import_module("keyring")
    except ImportError:
        return {}, "not installed"
    try:
        held = {
            part: keyring.get_password(_KEYRING_SERVICE, f"{profile.name}/{part}")
            for part in SECRET_VARIABLES
        }
    except Exception as problem:  # noqa: BLE001 - what keeps the secrets may be anybody's code
        return {}, f"cannot be used ({type(problem).__name__})"
    return {part: Secret(value) for part, value in held.items() if value}, ""


def _prompted(profile: Identity, prompt: Prompt, tried: tuple[str, ...]) -> Found:
    kind = profile.auth or (
        "password" if profile.user and profile.domain else "aksk" if profile.ak else "token"
    )
    if kind == "password" and not (profile.user and profile.domain):
        raise CredentialsError(
            f"Profile '{clean(profile.name)}' needs `user` and `domain` beside the password."
        )
    if kind == "aksk" and not profile.ak:
        raise CredentialsError(f"Profile '{clean(profile.name)}' needs `ak` beside the secret key.")
    try:
        typed = prompt(f"{_PROMPTS[kind]} for profile '{clean(profile.name)}': ").strip()
    except EOFError:
        typed = ""
    if not typed:
        raise CredentialsError(f"Nothing was typed. {_advice(profile)}")
    part = "sk" if kind == "aksk" else kind
    return Found(kind, _needed(kind, {part: Secret(typed)}, profile), PROMPT, tried)


def run_command(
    command: tuple[str, ...], environ: Mapping[str, str], commands: Commands | None = None
) -> Parts:
    """The parts that `command` prints as one JSON object; raises `CredentialsError`."""
    output = _Helper(command, environ, commands or Commands()).output()
    try:
        document = json.loads(output)
    except (ValueError, RecursionError):
        raise _refused(command, "it did not print JSON") from None
    if not isinstance(document, dict):
        raise _refused(command, "it did not print a JSON object")
    parts = {part: document.get(part) for part in SECRET_VARIABLES}
    if not any(parts.values()) or not all(isinstance(value, str | None) for value in parts.values()):
        raise _refused(command, 'the JSON must hold {"token"}, {"password"} or {"ak", "sk"}, each a text')
    return {part: Secret(value) for part, value in parts.items() if value}


def _refused(command: tuple[str, ...], problem: str) -> CredentialsError:
    return CredentialsError(f"credential_command ({clean(command[0])}): {problem}.")


@dataclass
class _Helper:
    """One run of a credential command, bounded in time and size; its environment holds no secret of ours."""

    command: tuple[str, ...]
    environ: Mapping[str, str]
    commands: Commands
    monotonic: Callable[[], float] = time.monotonic
    _streams: dict[str, bytearray] = field(default_factory=lambda: {"out": bytearray(), "err": bytearray()})

    def output(self) -> bytes:
        """What it printed; raises `CredentialsError`."""
        # Only now: few have such a command, and the first request waits for the credentials.
        import subprocess

        with self._started() as process:
            self.commands.began(process)
            try:
                self._collect(process)
                code = process.wait(_LAST_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                raise _refused(self.command, "closed its output, but does not end") from None
            except BaseException:
                process.kill()
                raise
        if code:
            raise _refused(self.command, f"ended with code {code}{self._last_words()}")
        return bytes(self._streams["out"])

    def _started(self) -> "subprocess.Popen[bytes]":
        import subprocess

        try:
            return subprocess.Popen(  # noqa: S603 - the user's own command, never through a shell
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=without_secrets(self.environ),
            )
        except OSError as problem:
            reason = (problem.strerror or str(problem)).lower()
            raise _refused(self.command, f"cannot be run ({reason})") from None
        except ValueError as problem:
            # A word that no program can be given, such as one with a NUL in it.
            raise _refused(self.command, f"cannot be run ({problem})") from None

    def _collect(self, process: "subprocess.Popen[bytes]") -> None:
        until = self.monotonic() + COMMAND_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout or 1, selectors.EVENT_READ, "out")
            selector.register(process.stderr or 2, selectors.EVENT_READ, "err")
            while selector.get_map():
                ready = selector.select(max(until - self.monotonic(), 0))
                if not ready:
                    raise _refused(self.command, f"gave no whole answer in {COMMAND_SECONDS:g} s")
                for key, _ in ready:
                    self._take(selector, key)

    def _take(self, selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
        data = os.read(key.fd, _READ_SIZE)
        if not data:
            selector.unregister(key.fileobj)
        stream = self._streams[key.data]
        stream += data
        if len(stream) > _COMMAND_BYTES:
            raise _refused(self.command, f"printed more than {_COMMAND_BYTES // 1024} KiB")

    def _last_words(self) -> str:
        """The last line of its error output, without any secret that we know or that it printed."""
        lines = self._streams["err"].decode("utf-8", "replace").strip().splitlines()
        if not lines:
            return ""
        redactor = Redactor()
        for secret in (*_from_environment(self.environ).values(), *_printed(bytes(self._streams["out"]))):
            redactor.add(secret)
        return f": {clean(redactor.redact(lines[-1].strip()))}"


def _printed(output: bytes) -> Iterable[Secret]:
    return [Secret(word) for word in output.decode("utf-8", "replace").replace('"', " ").split()]


def without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """A copy of `environ` to hand to other programs."""
    hidden = set(SECRET_VARIABLES.values())
    return {name: value for name, value in environ.items() if name not in hidden}
