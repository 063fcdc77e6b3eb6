"""Finds out what became of operations that an earlier run left open, each on the profile it was sent with."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sms_tui.api.errors import ApiError
from sms_tui.cli.invocation import Invocation
from sms_tui.config import ConfigError, Settings
from sms_tui.credentials import CredentialsError, Prompt
from sms_tui.engine.journal.open_ends import OpenEnds
from sms_tui.engine.journal.reader import Fault
from sms_tui.exit_codes import ExitCode, is_of_signal, worst

_A_MOMENT = 5.0
"""Seconds that a list may wait for the network"""
_PATIENCE = 30.0


def settle(invocation: Invocation) -> int:
    """Settle what can be settled and print it as data; the exit code tells whether anything stays unknown."""
    options, (found, unread) = invocation.options, _open_ends(invocation)
    for fault in unread:
        invocation.output.say(f"sms-tui journal: {fault}")
    if not found and not unread:
        only = invocation.overrides.profile
        whose = f" with profile '{only}'" if only else ""
        invocation.output.say(f"No outcome of an earlier run{whose} is unknown.")
    if not found:
        return ExitCode.FAILED if unread else ExitCode.DONE
    patience = _PATIENCE if options.timeout is None else options.timeout
    code = _Settling(
        invocation, invocation.settings(), patience, invocation.here.prompt, options.output
    ).all_of(found)
    return ExitCode.FAILED if unread and not code else code


def settle_first(invocation: Invocation) -> int:
    """Settle what a moment and the credentials at hand allow; another code than 0 if a signal ended it."""
    if invocation.options.offline or not (found := _open_ends(invocation)[0]):
        return 0
    invocation.output.say(
        f"Operations of earlier runs that are open: {found.total()}. Reading what became of them for at "
        f"most {_A_MOMENT:g} s; nothing is sent, and --offline does without."
    )
    try:
        settings = invocation.settings()
    except ConfigError as problem:
        invocation.output.say(f"sms-tui: {problem}")
        return 0
    code = _Settling(invocation, settings, _A_MOMENT, prompt=None, form=None).all_of(found)
    return code if is_of_signal(code) else 0


def _open_ends(invocation: Invocation) -> tuple[Counter[str], list[Fault]]:
    """How many operations are open, by the name of their profile, and what cannot be read.

    Where one profile was asked for, those of others are left out.
    """
    found, faults = OpenEnds(invocation.here.journal_folder).in_doubt()
    unread = [fault for fault in faults if fault.is_unread]
    names = Counter(operation.place[0] for operation in found)
    only = invocation.overrides.profile
    return Counter({only: names[only]} if only in names else {}) if only else names, unread


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

    def all_of(self, found: Mapping[str, int]) -> int:
        """Look on each profile in turn; a signal ends it."""
        codes = [ExitCode.DONE]
        for name, count in found.items():
            code = self._of_profile(name, count)
            if is_of_signal(code):
                return code
            codes.append(ExitCode(code))
        return worst(codes)

    def _of_profile(self, name: str, count: int) -> int:
        try:
            return self._looked(name, count)
        except (ConfigError, CredentialsError) as problem:
            why = str(problem)
        except ApiError as error:
            why = error.trouble.sentence
        self.invocation.output.say(f"Not looked for: {count} of profile '{name}': {why}")
        return ExitCode.UNKNOWN

    def _looked(self, name: str, count: int) -> int:
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
            lambda engine: settle_open_ends(engine, count, self.patience, output, self.form),
        )
