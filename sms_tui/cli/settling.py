"""Finds out what became of operations that an earlier run left open, each on the profile it was sent with."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from sms_tui.api.errors import ApiError
from sms_tui.api.network.origin import parse_origin
from sms_tui.cli.arguments import Overrides
from sms_tui.cli.invocation import Invocation
from sms_tui.config import ConfigError, Settings
from sms_tui.credentials import CredentialsError, Prompt
from sms_tui.engine.journal.open_ends import OpenEnds
from sms_tui.engine.journal.reader import Fault, JournalledOperation
from sms_tui.exit_codes import ExitCode, is_of_signal, worst

_A_MOMENT = 5.0
"""Seconds that a list may wait for the network"""
_PATIENCE = 30.0


def settle(invocation: Invocation) -> int:
    """Settle what can be settled and print it as data; the exit code tells whether anything stays unknown."""
    options, (found, unread) = invocation.options, _open_ends(invocation)
    for fault in unread:
        invocation.output.say(f"sms-tui journal: {fault}")
    settings = invocation.settings() if found else None
    shares = _shares(found, settings, invocation.overrides) if settings else {}
    if not settings or not shares:
        only = invocation.overrides.profile
        whose = f" with profile '{only}'" if only else ""
        if not unread:
            invocation.output.say(f"No outcome of an earlier run{whose} is unknown.")
        return ExitCode.FAILED if unread else ExitCode.DONE
    patience = _PATIENCE if options.timeout is None else options.timeout
    code = _Settling(invocation, settings, patience, invocation.here.prompt, options.output).all_of(shares)
    return ExitCode.FAILED if unread and not code else code


def settle_first(invocation: Invocation) -> int:
    """Settle what a moment and the credentials at hand allow; another code than 0 if a signal ended it."""
    if invocation.options.offline or not (found := _open_ends(invocation)[0]):
        return 0
    try:
        settings = invocation.settings()
        shares = _shares(found, settings, invocation.overrides)
    except ConfigError as problem:
        invocation.output.say(f"sms-tui: {problem}")
        return 0
    if not shares:
        return 0
    invocation.output.say(
        f"Operations of earlier runs that are open: {sum(map(len, shares.values()))}. Reading what became of "
        f"them for at most {_A_MOMENT:g} s; nothing is sent, and --offline does without."
    )
    code = _Settling(invocation, settings, _A_MOMENT, prompt=None, form=None).all_of(shares)
    return code if is_of_signal(code) else 0


def _open_ends(invocation: Invocation) -> tuple[list[JournalledOperation], list[Fault]]:
    """The operations that are open, and what cannot be read."""
    found, faults = OpenEnds(invocation.here.journal_folder).in_doubt()
    return found, [fault for fault in faults if fault.is_unread]


def _shares(
    found: Iterable[JournalledOperation], settings: Settings, overrides: Overrides
) -> Mapping[str, list[JournalledOperation]]:
    """What is to be looked for with each profile.

    Where one profile was asked for, those of others are left out. A name that is configured no more may be
    the former one of a profile with the same endpoint.
    """
    endpoints, only = _endpoints(settings, overrides), overrides.profile
    shares: dict[str, list[JournalledOperation]] = {}
    for operation in found:
        name, endpoint = operation.place
        heirs = [each for each, its in endpoints.items() if its == endpoint]
        names = [name] if name in endpoints or not heirs else heirs
        if only and only in names:
            names = [only]
        if not only or only in names:
            shares.setdefault(names[0] if len(names) == 1 else name, []).append(operation)
    return shares


def _endpoints(settings: Settings, overrides: Overrides) -> Mapping[str, str]:
    """The endpoint of each profile, as the journal has it; empty for one that cannot be used."""
    endpoints = dict.fromkeys(settings.profiles, "")
    for name in settings.profiles or [None]:
        with suppress(ConfigError, ApiError):
            profile = settings.profile(name, overrides.endpoint)
            endpoints[profile.name] = parse_origin(profile.endpoint, "endpoint").base
    return endpoints


@dataclass(frozen=True, slots=True)
class _Settling:
    """One look at what is open."""

    invocation: Invocation
    settings: Settings
    patience: float
    """Seconds for each profile"""
    prompt: Prompt | None
    form: str | None
    """In which form each operation is printed as data; None: not at all"""

    def all_of(self, shares: Mapping[str, Sequence[JournalledOperation]]) -> int:
        """Look on each profile in turn; a signal ends it."""
        codes = [ExitCode.DONE]
        for name, found in shares.items():
            code = self._of_profile(name, found)
            if is_of_signal(code):
                return code
            codes.append(ExitCode(code))
        return worst(codes)

    def _of_profile(self, name: str, found: Sequence[JournalledOperation]) -> int:
        try:
            return self._looked(name, found)
        except (ConfigError, CredentialsError) as problem:
            why = str(problem)
        except ApiError as error:
            why = error.trouble.sentence
        self.invocation.output.say(f"Not looked for: {len(found)} of profile '{name}': {why}")
        return ExitCode.UNKNOWN

    def _looked(self, name: str, found: Sequence[JournalledOperation]) -> int:
        from sms_tui.cli.engine import run_with_engine
        from sms_tui.cli.resolved_profile import resolve_profile
        from sms_tui.headless.settling import settle_open_ends

        invocation, settings = self.invocation, self.settings
        # A profile made only of `--endpoint` has no name by which to choose it.
        chosen = name if settings.profiles else None
        overrides, here, output = invocation.overrides, invocation.here, invocation.output
        resolved = resolve_profile(settings, chosen, overrides, here, self.prompt)
        reading = replace(overrides, read_only=True, dry_run=False)
        return run_with_engine(
            resolved,
            reading,
            here,
            lambda engine: settle_open_ends(engine, found, self.patience, output, self.form),
        )
