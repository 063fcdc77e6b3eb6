"""The table of operations says what the service takes, and hides what a profile does not want."""

import pytest

from sms_tui.domain.operations import OPERATIONS, Epoch, Tier, offered

FOUNDING = {"start", "stop", "collect_log", "test", "clone_test", "restart", "sync_failed_rollback"}
OURS = {"delete", "speed_limit"}
"""Calls of their own, which every version of the API has."""
NEWER = {"network_check", "migration_test", "skip", "clear", "cutover"}
LETTERS = {
    "start": "s",
    "stop": "p",
    "collect_log": "l",
    "clone_test": "c",
    "restart": "r",
    "sync_failed_rollback": "b",
    "speed_limit": "v",
    "network_check": "n",
    "migration_test": "m",
    "skip": "o",
    "test": "t",
    "cutover": "t",
    "clear": "x",
    "delete": "d",
}
TIERS = {
    Tier.REPEATABLE: {"collect_log", "speed_limit"},
    Tier.COSTLY: {"stop", "clone_test", "network_check", "migration_test"},
    Tier.DESTRUCTIVE: {"start", "sync_failed_rollback", "skip"},
    Tier.IRREVERSIBLE: {"test", "cutover", "restart", "clear", "delete"},
}


def test_names_letters_and_tiers() -> None:
    assert {name: operation.letter for name, operation in OPERATIONS.items()} == LETTERS
    assert {name: operation.name for name, operation in OPERATIONS.items()} == {
        name: name for name in LETTERS
    }
    for tier, names in TIERS.items():
        assert {name for name, operation in OPERATIONS.items() if operation.tier is tier} == names


def test_the_newer_ones_are_marked() -> None:
    assert {name for name, operation in OPERATIONS.items() if operation.epoch is Epoch.NEWER} == NEWER


@pytest.mark.parametrize(
    ("epoch", "launch", "names"),
    [
        ("2022", "test", FOUNDING | OURS),
        ("2022", "cutover", (FOUNDING | OURS | {"cutover"}) - {"test"}),
        ("all", "test", (FOUNDING | OURS | NEWER) - {"cutover"}),
        ("all", "cutover", (FOUNDING | OURS | NEWER) - {"test"}),
    ],
)
def test_a_profile_is_offered(epoch: str, launch: str, names: set[str]) -> None:
    found = offered(epoch, launch)
    assert {operation.name for operation in found} == names
    letters = [operation.letter for operation in found]
    assert len(set(letters)) == len(letters)


@pytest.mark.parametrize("epoch", ["2022", "all"])
def test_the_irreversible_ones_come_last(epoch: str) -> None:
    irreversible = [operation.tier is Tier.IRREVERSIBLE for operation in offered(epoch, "test")]
    assert irreversible == sorted(irreversible)


def test_only_logs_and_speed_rules_ask_before_the_confirmation() -> None:
    asking = {
        name
        for name, operation in OPERATIONS.items()
        if any(parameter.required for parameter in operation.parameters)
    }
    assert asking == {"collect_log", "speed_limit"}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=str)
def test_an_operation_says_all_that_a_dialog_needs(operation: object) -> None:
    for words in ("label", "doing", "what", "cost", "way_back"):
        assert getattr(operation, words)


def test_operations_can_be_kept_in_sets() -> None:
    assert len(set(OPERATIONS.values())) == len(OPERATIONS)
    assert str(OPERATIONS["stop"]) == "Pause (stop)"
