"""What is said in another language, and that nothing can go wrong in saying it."""

from collections.abc import Iterator

import pytest

from sms_tui.domain.sentence import joined, sentence
from sms_tui.ui.wording import language
from sms_tui.ui.wording.language import tr


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    yield
    language.choose(language.ENGLISH)


def speak(monkeypatch: pytest.MonkeyPatch, **catalogue: str) -> None:
    """Speak a language of a few texts."""
    monkeypatch.setattr(language, "_catalogue", catalogue)


def test_english_is_what_was_written() -> None:
    language.choose("en")
    assert tr("{count} tasks", count=3) == "3 tasks"
    assert tr("paused") == "paused"


def test_sentences_are_said_with_their_fields_and_foreign_text_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    speak(
        monkeypatch, **{"paused": "已暂停", "{name} is {state}": "{state}：{name}", ", ": "、", "none": "无"}
    )
    said = sentence("{name} is {state}", name="none", state=sentence("paused"))
    assert tr(said) == "已暂停：none"
    assert tr(joined(", ", (said, sentence("paused"), "paused"))) == "已暂停：none、已暂停、paused"
    assert tr(sentence("Paused").in_midst()) == "paused"


@pytest.mark.parametrize(
    "wrong", ["{nothing}", "{0}", "{count", "{count:%}x{", "{count.real.no}", "{count!z}"]
)
def test_a_wrong_translation_is_english(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    speak(monkeypatch, **{"{count} tasks": wrong})
    assert tr("{count} tasks", count=3) == "3 tasks"


def test_an_unknown_language_is_english() -> None:
    language.choose("../zh")
    assert tr("paused") == "paused"
