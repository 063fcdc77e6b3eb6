"""Secrets that do not show, and the redactor that finds them in other people's texts."""

import base64
import copy
import dataclasses
import json
import pickle
import traceback
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_tui.domain.secret import Redactor, Secret
from tests.api.rig import (
    KEY_CREDENTIALS,
    PASSWORD,
    PASSWORD_CREDENTIALS,
    SECRET_KEY,
    TOKEN,
    TOKEN_CREDENTIALS,
    settings,
)

_secrets = st.text(st.characters(min_codepoint=32, max_codepoint=255), min_size=16, max_size=60)
_SPELLINGS = {
    "plain": lambda text: text,
    "reversed": lambda text: text[::-1],
    "url": lambda text: quote(text, safe=""),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "json": lambda text: json.dumps(text)[1:-1],
}


@pytest.mark.parametrize(
    "show", [repr, str, format, lambda s: f"{s}", lambda s: f"{s!r:>9}", lambda s: json.dumps(s, default=str)]
)
def test_no_way_of_printing_shows_it(show: object) -> None:
    shown = show(Secret(TOKEN))  # type: ignore[operator]
    assert TOKEN not in shown
    assert "***" in shown


def test_neither_pickle_nor_json_carries_it() -> None:
    assert TOKEN.encode() not in pickle.dumps(Secret(TOKEN))
    with pytest.raises(TypeError):
        json.dumps(Secret(TOKEN))


def test_copies_and_comparisons_work() -> None:
    secret = Secret(TOKEN)
    assert copy.deepcopy(secret).reveal() == TOKEN
    assert secret == Secret(TOKEN)
    assert secret != Secret(PASSWORD)
    assert secret != TOKEN
    assert len({secret, Secret(TOKEN)}) == 1
    assert not Secret("")


@pytest.mark.parametrize("credentials", [TOKEN_CREDENTIALS, PASSWORD_CREDENTIALS, KEY_CREDENTIALS])
def test_settings_show_no_secret(credentials: object) -> None:
    made = settings(credentials=credentials, proxy="http://u:CANARY-PROXY@proxy:1")
    shown = repr(made) + str(dataclasses.asdict(made)["credentials"])
    assert not [canary for canary in (TOKEN, PASSWORD, SECRET_KEY, "CANARY-PROXY") if canary in shown]


def test_a_traceback_with_locals_shows_the_mask() -> None:
    secret = Secret(TOKEN)
    try:
        raise ValueError(secret)
    except ValueError as error:
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert TOKEN not in shown


@given(
    secret=_secrets,
    before=st.text(max_size=20),
    after=st.text(max_size=20),
    way=st.sampled_from(list(_SPELLINGS)),
)
def test_every_spelling_is_found(secret: str, before: str, after: str, way: str) -> None:
    redactor = Redactor()
    redactor.add(Secret(secret))
    spelled = _SPELLINGS[way](secret)
    shown = redactor.redact(f"{before}{spelled}{after}")
    windows = {spelled[i : i + 16] for i in range(len(spelled) - 15)}
    assert "***" in shown
    assert not [window for window in windows if window in shown and "=" not in window]


@given(secret=_secrets, start=st.integers(0, 40), length=st.integers(16, 40))
def test_a_part_of_sixteen_characters_is_found(secret: str, start: int, length: int) -> None:
    redactor = Redactor()
    redactor.add(Secret(secret))
    part = secret[min(start, len(secret) - 16) :][:length]
    assert part not in redactor.redact(f"<{part}>")


@given(secret=_secrets, text=st.text(max_size=200))
def test_text_without_the_secret_stays(secret: str, text: str) -> None:
    redactor = Redactor()
    redactor.add(Secret(f"\x00{secret}"))
    if not any(text[i : i + 16] in _SPELLINGS["plain"](secret) for i in range(max(0, len(text) - 15))):
        assert redactor.redact(text) == text


def test_short_secrets_are_found_whole_and_tiny_ones_left_alone() -> None:
    redactor = Redactor()
    for value in ("pass1", "abc"):
        redactor.add(Secret(value))
    redactor.add(None)
    assert redactor.redact("pass1 pass2 abc") == "*** pass2 abc"


def test_a_long_token_is_learned_and_found_quickly_enough_to_be_used() -> None:
    redactor = Redactor()
    token = "".join(chr(33 + (i * i) % 90) for i in range(16_384))
    redactor.add(Secret(token))
    assert redactor.redact(f"x {token} y") == "x *** y"


@pytest.mark.parametrize(
    "secret", ["long-enough-to-be-one", 'with-"quotes"-and-\\', "ein-Schlüssel-zu-allem"]
)
def test_a_document_stays_one_without_the_secrets_in_it(secret: str) -> None:
    redactor = Redactor()
    redactor.add(Secret(secret))
    redactor.add(Secret("1234"))
    for ascii_only in (True, False):
        body = json.dumps({"name": f"x {secret}", "size": 12345}, ensure_ascii=ascii_only).encode()
        assert json.loads(redactor.redact_body(body)) == {"name": "x ***", "size": 12345}
