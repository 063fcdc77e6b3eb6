"""Codes are found in whatever is left of an error, and errors are put into words."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_tui.domain.advice import error_code, error_text

FULL = '{"error_code":"SMS.3805","error_param":["connect to 192.0.2.7 port 22 timed out, see SMS.0007"]}'
TURNED = '{"error_param":"disk 1","error_code":"SMS.1105"}'


@pytest.mark.parametrize("length", range(len(FULL) + 1))
def test_a_code_survives_a_cut_anywhere_behind_it(length: int) -> None:
    whole = FULL.index("SMS.3805") + len("SMS.3805")
    assert error_code(FULL[:length]) == ("SMS.3805" if length >= whole else "")


@pytest.mark.parametrize("length", range(len(TURNED) + 1))
def test_a_code_at_the_end_is_found_once_it_is_there(length: int) -> None:
    whole = TURNED.index("SMS.1105") + len("SMS.1105")
    assert error_code(TURNED[:length]) == ("SMS.1105" if length >= whole else "")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("", ""),
        ("{}", ""),
        ("null", ""),
        ("[]", ""),
        ('"SMS.0805"', "SMS.0805"),
        ("error SMS.0805 happened", "SMS.0805"),
        ('{"error_code":"NEW.12"}', "NEW.12"),
        ('{"error_code":"NEW.12","error_param":"cut', "NEW.12"),
        ('{"error_code":7,"error_param":"SMS.0805"}', "SMS.0805"),
        ('{"error_code":null}', ""),
        ('{"error_code":""}', ""),
        ('{"error_code":"[bold]x"}', ""),
        ('{"error_code":"' + "x" * 41 + '"}', ""),
        ('{"error_param":"about SMS.0007", "error_code" : "SMS.3805", "mo', "SMS.3805"),
        ("SMS.38051", ""),
        ("XSMS.3805", ""),
        ("[" * 100_000, ""),
        ('{"error_code":"SMS.3805","x":' + "9" * 5000 + "}", "SMS.3805"),
        ("x" * 5000 + "SMS.3805", ""),
    ],
)
def test_a_code_in_odd_company(sent: str, code: str) -> None:
    assert error_code(sent) == code


@given(st.text())
def test_any_text_has_a_code_or_none(text: str) -> None:
    assert len(error_code(text)) <= 40
    assert len(error_code(json.dumps({"error_code": text}))) <= 40


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("", ""),
        ('{"error_code":"SMS.3805","error_param":"port 22"}', "SMS.3805 port 22"),
        ('{"error_code":"SMS.3805","error_param":["port 22","10 s"]}', "SMS.3805 port 22, 10 s"),
        ('{"error_code":"SMS.3805","error_msg":"time-out","error_param":[]}', "SMS.3805 time-out"),
        ('{"error_code":"SMS.3805","error_param":{"disk":1}}', 'SMS.3805 {"disk": 1}'),
        ('{"error_code":"SMS.3805","error_param":[null,7,["a"]]}', "SMS.3805 , 7, a"),
        ('{"error_code":"SMS.3805"}', "SMS.3805"),
        ('{"error_code":"SMS.3805","error_par', '{"error_code":"SMS.3805","error_par'),
        ("{}", "{}"),
        ("disk is full", "disk is full"),
        ("sent password=canary", "sent password=***"),
        ('{"error_code":"SMS.3805","error_param":["http://me:canary@nas/"]}', "SMS.3805 http://***@nas/"),
        ('{"error_code":"SMS.3805","error_param":{"adminPass":"canary"}}', 'SMS.3805 {"adminPass": "***"}'),
        ('{"error_code":"SMS.3805","token":"canary', '{"error_code":"SMS.3805","token":"***'),
    ],
)
def test_an_error_in_words(sent: str, text: str) -> None:
    assert error_text(sent) == text


@pytest.mark.parametrize("depth", [9, 600, 900])
@pytest.mark.parametrize(("opened", "closed"), [("[", "]"), ('{"a":[', "]}")])
def test_an_error_nested_without_end_is_still_words(opened: str, closed: str, depth: int) -> None:
    """Where the text is too long or too deep to be read at all, it stays as it was sent."""
    sent = f'{{"error_code":"SMS.3805","error_msg":{opened * depth}{closed * depth}}}'
    assert "SMS.3805" in error_text(sent)
