"""`sms-tui doctor`: checks everything that could stop an operator, in the order in which it would."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import AsyncExitStack, aclosing

from sms_tui.api.client import SmsClient, open_client
from sms_tui.api.errors import ApiError
from sms_tui.api.network.probe import Finding, probe
from sms_tui.cli.arguments import Overrides
from sms_tui.cli.engine import open_journal
from sms_tui.cli.environment import Environment
from sms_tui.cli.key_problems import key_problems
from sms_tui.cli.resolved_profile import ResolvedProfile, resolve_profile
from sms_tui.cli.signals import run_until_ended
from sms_tui.cli.starting_line import UNDRAWABLE
from sms_tui.config import ConfigError, NoProfileError, Profile, Settings, survey
from sms_tui.credentials import CredentialsError
from sms_tui.domain.sentence import counted
from sms_tui.headless.doctor_checks import (
    Check,
    Verdict,
    clock_check,
    document_of,
    foreign_variables,
    journal_trouble,
    keyring_check,
    owner_check,
    state_check,
    tell,
    terminal_checks,
    verdict_of,
)
from sms_tui.headless.output import Output
from sms_tui.ui.screens.sizes import SMALLEST
from sms_tui.ui.terminal.kind import colors_of, kind_of


def examine(overrides: Overrides, here: Environment, output: Output, *, as_json: bool) -> int:
    """Print every check; the code says whether one failed."""
    examination = _Examination(overrides, here, None if as_json else output)
    kind = kind_of(here.environ, sys.stdout.encoding)
    examination.look(
        terminal_checks(
            here.environ,
            sys.stdout,
            SMALLEST,
            UNDRAWABLE,
            colors=colors_of(kind, here.environ),
            ascii_only=kind.ascii_only,
            few_characters=kind.few_characters,
        )
    )
    examination.look([state_check(here.journal_folder), keyring_check()])
    examination.look(foreign_variables(here.environ))
    settings = examination.configuration()
    resolved = examination.credentials(settings) if settings else None
    code = run_until_ended(examination.service(resolved)) if resolved else verdict_of(examination.checks)
    if as_json:
        output.data(json.dumps(document_of(examination.checks), indent=2, ensure_ascii=True))
    return code


def try_out(profile: Profile, here: Environment, output: Output) -> bool:
    """Print whether `profile` leads to its service, from credentials to a first read."""
    examination = _Examination(Overrides(), here, output)
    resolved = examination.credentials(Settings(profiles={profile.name: profile}))
    return resolved is not None and not run_until_ended(examination.service(resolved))


class _Examination:
    def __init__(self, overrides: Overrides, here: Environment, output: Output | None) -> None:
        self._overrides = overrides
        self._here = here
        self._output = output
        """None: nothing is told before the end"""
        self.checks: list[Check] = []

    def look(self, checks: Iterable[Check]) -> None:
        for check in checks:
            self.checks.append(check)
            if self._output is not None:
                tell(check, self._output)

    def configuration(self) -> Settings | None:
        try:
            settings = survey(self._overrides.config, self._here.environ)
            self.look(_mistakes(settings, self._overrides.profile or settings.default_profile))
            profile = settings.profile(self._overrides.profile, self._overrides.endpoint)
        except NoProfileError as problem:
            advice = "run 'sms-tui config init', or set SMS_TUI_ENDPOINT"
            self.look([_bad("configuration", f"read {problem.file}", "no profile is configured", advice)])
            return None
        except ConfigError as problem:
            if all(check.seen != str(problem) for check in self.checks):
                self.look([_bad("configuration", "read it", str(problem), "correct it there")])
            return None
        if settings.exists:
            self.look(owner_check(settings.path))
        seen = f"profile '{profile.name}' at {profile.endpoint}"
        place = str(settings.path) if settings.exists else "the environment, for there is no file"
        self.look([Check("configuration", Verdict.GOOD, f"read {place}", seen)])
        self.look(Check("configuration", Verdict.WARNING, "read it", text) for text in settings.warnings)
        self.look(_keys(settings))
        return settings

    def credentials(self, settings: Settings) -> ResolvedProfile | None:
        here, given = self._here, self._overrides
        try:
            resolved = resolve_profile(settings, given.profile, given, here, here.prompt)
        except (ConfigError, CredentialsError) as problem:
            self.look([_bad("credentials", "looked for them", str(problem), "")])
            return None
        found = resolved.found
        before = f" (before that: {'; '.join(found.tried)})" if found.tried else ""
        self.look(
            [Check("credentials", Verdict.GOOD, "looked for them", f"{found.kind} in {found.origin}{before}")]
        )
        return resolved

    async def service(self, resolved: ResolvedProfile) -> int:
        """The way to the service, and one read of it."""
        connection, environ = resolved.connection, self._here.environ
        places = {"endpoint": connection.endpoint}
        if resolved.found.kind == "password" and connection.iam_endpoint != connection.endpoint:
            places["iam_endpoint"] = connection.iam_endpoint
        for setting, url in places.items():
            async for finding in probe(url, setting, connection, environ):
                self.look([_of(finding)])
        async with AsyncExitStack() as stack:
            journal = open_journal(resolved.profile, connection.endpoint, self._here, stack)
            if journal.problem:
                self.look(
                    [journal_trouble(f"began a journal in {self._here.journal_folder}", journal.problem)]
                )
            try:
                opened = open_client(connection, environ=environ, redactor=self._here.redactor)
                client = await stack.enter_async_context(opened)
                await self._read(client, signs=resolved.found.kind == "aksk")
            except ApiError as error:
                self.look([_bad("service", "read the list of tasks", error.trouble.sentence, "")])
        return verdict_of(self.checks)

    async def _read(self, client: SmsClient, *, signs: bool) -> None:
        try:
            async with aclosing(client.pages()) as pages:
                page = await anext(pages)
        finally:
            if client.round_trip() is not None:
                offset, is_here = client.clock_offset(), client.is_on_this_machine()
                self.look([clock_check(offset, signs=signs, is_here=is_here)])
        count = page.count if page.count is not None else len(page.tasks)
        tasks = counted(count, "{count} task", "{count} tasks")
        seen = f"signed in and allowed to read, {tasks}, {(client.round_trip() or 0) * 1000:.0f} ms"
        self.look([Check("service", Verdict.GOOD, "read the list of tasks", seen)])


def _mistakes(settings: Settings, chosen: str) -> Iterator[Check]:
    """Everything in the configuration that cannot be used; another profile's faults stop nobody here."""
    elsewhere = tuple(f"profiles.{name}." for name in settings.broken if chosen not in {"", name})
    for mistake in settings.mistakes:
        verdict = Verdict.WARNING if mistake.key.startswith(elsewhere) else Verdict.BAD
        yield Check("configuration", verdict, "read every setting", str(mistake), "correct it there")


def _keys(settings: Settings) -> Iterable[Check]:
    for problem in key_problems(settings):
        yield Check(
            "keys", Verdict.WARNING, "bound those of the configuration", problem, "choose another key"
        )


def _bad(name: str, tried: str, seen: str, advice: str) -> Check:
    return Check(name, Verdict.BAD, tried, seen, advice)


def _of(finding: Finding) -> Check:
    verdict = Verdict.GOOD if finding.is_good else Verdict.BAD
    return Check(finding.what, verdict, finding.tried, finding.seen, finding.advice)
