"""The command that a dialog offers does what the dialog would: it is read back by the command line itself."""

import shlex

import pytest
from msgspec.structs import replace

from sms_tui.cli.arguments import parse
from sms_tui.config import Profile
from sms_tui.domain.operations import COLLECT_LOG, OPERATIONS, SPEED_LIMIT, STOP, TEST, Operation
from sms_tui.domain.plan import Plan, make_plan
from sms_tui.engine.sending.policy import AT_ONCE, CAREFUL, REHEARSAL, Order, Policy
from sms_tui.headless.running import parameters_of, policy_of
from sms_tui.ui.wording.run_line import blank_run_line, run_line
from tests.ui.dialogs.host import confirming, task, tasks

WHERE = ("--config", "/etc/a b.toml", "-p", "it's")


def plan(operation: Operation, count: int, parameters: dict[str, str] | None = None) -> Plan:
    return make_plan(operation, [(each, 0.0) for each in tasks(count)], parameters)


@pytest.mark.parametrize(
    ("chosen", "policy"),
    [
        (plan(STOP, 1), AT_ONCE),
        (plan(STOP, 12), AT_ONCE),
        (plan(STOP, 3), Policy(Order.CANARY, "paused; rm -rf $HOME", halt_on_refusal=True)),
        (plan(TEST, 2), CAREFUL),
        (plan(TEST, 2), REHEARSAL),
        (plan(TEST, 2), Policy(Order.CANARY)),
        (plan(COLLECT_LOG, 2, {"bucket": "sms-logs"}), AT_ONCE),
        (plan(SPEED_LIMIT, 1, {"rules": "09:00-18:00=20, 18:00-09:00=0"}), AT_ONCE),
        (plan(SPEED_LIMIT, 1, {"rules": ""}), AT_ONCE),
    ],
)
def test_a_command_says_what_the_dialog_says(chosen: Plan, policy: Policy) -> None:
    program, *words = shlex.split(run_line(chosen, WHERE, policy))
    request = parse(words)
    options = request.options
    assert (program, request.command, options.operation) == ("sms-tui", "run", chosen.operation.name)
    assert tuple(options.tasks) == chosen.ids
    assert parameters_of(chosen.operation, options.param, Profile("p")) == chosen.parameters
    assert (request.overrides.profile, str(request.overrides.config)) == ("it's", "/etc/a b.toml")
    assert not options.yes, "a copied command asks like the dialog it came from"
    if len(chosen.targets) > 1:
        assert policy_of(options, chosen) == policy


def test_an_id_is_never_an_option() -> None:
    odd = replace(task(), id="--yes")
    chosen = make_plan(STOP, [(odd, 0.0)])
    for line in (run_line(chosen, WHERE), blank_run_line(["--yes"], WHERE)):
        options = parse(shlex.split(line)[1:]).options
        assert options.tasks == ["--yes"]
        assert not options.yes


def test_what_is_to_be_filled_in_harms_nobody() -> None:
    chosen = plan(COLLECT_LOG, 1)
    assert "'bucket=<bucket>'" in run_line(chosen, ()), "unquoted, a shell would take it for a redirection"
    assert "'<operation>'" in blank_run_line(chosen.ids, ())


@pytest.mark.anyio
@pytest.mark.parametrize(("operation", "key"), [(STOP, "c"), (OPERATIONS["test"], "f2")])
async def test_a_key_of_the_dialog_copies_and_shows_the_command(operation: Operation, key: str) -> None:
    copied: list[tuple[str, str]] = []
    async with confirming(
        operation, [task()], dry_run=True, size=(120, 40), copy=lambda *what: copied.append(what)
    ) as shown:
        assert f"Shell {key}" in shown.text()
        await shown.press(key)
        line = f"sms-tui run {operation.name} {task().id} --dry-run -p prod"
        assert copied == [("command", line)]
        assert line in shown.words()
        assert shown.answers == []
        assert shown.app.is_asking, "nothing is confirmed by it"


@pytest.mark.anyio
async def test_the_longest_row_of_buttons_fits_a_small_screen() -> None:
    async with confirming(OPERATIONS["start"], tasks(3, "READY"), size=(80, 24)) as shown:
        assert "[ Shell f2 ] [ Options ctrl+o ] [ How ctrl+g ]" in shown.text()
