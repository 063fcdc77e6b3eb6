"""Which URLs may be an endpoint, and where to sign in."""

from pathlib import Path

import pytest

from sms_tui.config import ConfigError, Profile
from sms_tui.domain.endpoint import url_problem
from tests.config.written import PROFILE, loaded, mistake


def test_what_is_wrong_with_an_endpoint_is_said_wherever_it_stands(tmp_path: Path) -> None:
    url = "https://op:CANARY@sms.example.com"
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, PROFILE).profile(endpoint=url)
    in_file = mistake(tmp_path, f'[profiles.p]\nendpoint = "{url}"\n')
    for error in (caught.value, in_file, mistake(tmp_path, PROFILE, SMS_TUI_ENDPOINT=url)):
        assert error.found == "'https://***@sms.example.com'"
        assert error.allowed.endswith(
            "; this one holds a user name or password, which belongs into the credentials"
        )


@pytest.mark.parametrize(
    ("url", "usable"),
    [
        ("https://sms.example.com", True),
        ("https://sms.example.com:8443/prefix", True),
        ("http://localhost:80", True),
        ("http://127.0.0.2", True),
        ("http://[::1]:8080", True),
        ("http://example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://localhost.example.com", False),
        ("https://", False),
        ("https://x:port", False),
        ("https://user@x", False),
        ("https://x?y", False),
        ("https://x#y", False),
        ("//x", False),
        ("", False),
    ],
)
def test_plain_http_is_for_loopback_alone(url: str, usable: bool) -> None:
    assert (not url_problem(url)) is usable


@pytest.mark.parametrize(
    ("endpoint", "iam", "expected"),
    [
        ("https://sms.r-1.example.com", "", "https://iam.r-1.example.com"),
        ("https://sms.r-1.example.com", "https://other.example", "https://other.example"),
        ("http://127.0.0.1:8080", "", "http://127.0.0.1:8080"),
        ("https://sms-api.ru-moscow-1.example.com", "", "https://iam.ru-moscow-1.example.com"),
        ("https://migration.example.com", "", ""),
    ],
)
def test_where_to_sign_in_follows_from_the_endpoint(endpoint: str, iam: str, expected: str) -> None:
    assert Profile("p", endpoint=endpoint, iam_endpoint=iam).sign_in_endpoint == expected
