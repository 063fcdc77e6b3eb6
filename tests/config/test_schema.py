"""The table of settings, and where in a file each of them stands."""

import tomllib

from sms_tui.config import Profile
from sms_tui.config.positions import Position, entries
from sms_tui.config.schema import Kind, settings_of
from sms_tui.config.settings import General


def test_every_setting_has_a_default_that_it_allows_and_words() -> None:
    for owner in (General, Profile):
        for each in settings_of(owner):
            assert each.help.endswith(".")
            assert each.kind is not Kind.CHOICE or each.choices
            assert not isinstance(each.default, float) or each.least is None or each.default >= each.least


def test_positions_survive_all_that_toml_allows() -> None:
    text = (
        "# [not.a.table]\n"
        'a = """x = 1\n[b]\n\\""" """\r\n'
        "c = '''d = 2''''\n"
        'e.f = [ 1, # g = 3\n "]", { h = "}" } ]\n'
        '[ "i.j" . k ]\n'
        "l={m=1,n.o=[{p=2}]}\n"
        "[[q]]\n"
        "r=2026-01-01 00:00:00 # x\n"
        "[[q]]\n"
        "s = true"
    )
    tomllib.loads(text)
    found = entries(text)
    assert {path: entry.key.line for path, entry in found.items()} == {
        ("a",): 2,
        ("c",): 5,
        ("e", "f"): 6,
        ("e", "f", "h"): 7,
        ("i.j", "k"): 8,
        ("i.j", "k", "l"): 9,
        ("i.j", "k", "l", "m"): 9,
        ("i.j", "k", "l", "n", "o"): 9,
        ("i.j", "k", "l", "n", "o", "p"): 9,
        ("q",): 10,
        ("q", "r"): 11,
        ("q", "s"): 13,
    }
    assert found["e", "f"].value == Position(6, 7)
