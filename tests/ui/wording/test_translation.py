"""The Chinese catalogue says everything that the program says, with the same fields, and nothing else."""

import re
import string

import pytest

from sms_tui.ui.wording.language import catalogue
from tests.ui.wording.translatable_texts import all_texts, prose_of_the_interface

THEME_FILES = "ui/theming/files.py"
CATALOGUE = catalogue("zh")
_HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Sought when a test asks: every worker imports this module, few of them need the texts."""
    return all_texts()


def fields(template: str) -> list[tuple[str, str, str]]:
    """The placeholders of a template: name, format, conversion."""
    parts = string.Formatter().parse(template)
    return sorted(
        (name, form or "", conversion or "") for _, name, form, conversion in parts if name is not None
    )


def test_every_text_has_a_translation(texts: dict[str, str]) -> None:
    assert {text: place for text, place in texts.items() if text not in CATALOGUE} == {}


def test_the_catalogue_holds_nothing_that_nobody_says(texts: dict[str, str]) -> None:
    assert sorted(CATALOGUE.keys() - texts.keys()) == []


def test_translations_have_the_fields_of_their_texts() -> None:
    wrong = {text: said for text, said in CATALOGUE.items() if fields(text) != fields(said)}
    assert wrong == {}


def test_translations_are_chinese() -> None:
    outside = {said: re.sub(r"\{[^}]*\}", "", said) for said in CATALOGUE.values()}
    latin = {said for said, rest in outside.items() if re.search("[A-Za-z]", rest) and not _HAN.search(rest)}
    assert latin == {"ID", "Agent"}


def test_no_text_of_the_interface_slips_past_translation(texts: dict[str, str]) -> None:
    """But for what is typed, and for what is wrong in files of the user's."""
    typed = {"box -danger", "web prod", "view.", "keys.", "sms-tui --profile "}
    slipped = {
        text: place
        for text, place in prose_of_the_interface().items()
        if text not in texts and text not in typed and place != THEME_FILES and "://" not in text
    }
    assert slipped == {}


def test_a_wave_is_not_called_as_a_batch_is() -> None:
    """A wave is planned and a batch is sent: 'stop the batch' must not read as if it stopped the wave."""
    waves = [said for text, said in CATALOGUE.items() if re.search("(?i)waves?\\b", text)]
    assert [said for said in waves if "批" in said or "波次" not in said] == []
