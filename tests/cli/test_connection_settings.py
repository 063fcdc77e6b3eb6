"""Credentials and settings of a profile become what the client needs."""

import pytest

from sms_tui.api.settings import KeyCredentials, PasswordCredentials, TokenCredentials
from sms_tui.cli.arguments import Overrides
from sms_tui.cli.resolved_profile import connection_settings
from sms_tui.config import ConfigError, Profile
from sms_tui.credentials import Found
from sms_tui.domain.secret import Secret


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (Found("token", {"token": Secret("t")}, ""), TokenCredentials),
        (Found("password", {"password": Secret("p")}, ""), PasswordCredentials),
        (Found("aksk", {"ak": Secret("a"), "sk": Secret("s")}, ""), KeyCredentials),
    ],
)
def test_what_was_found_becomes_what_the_client_needs(found: Found, kind: type) -> None:
    profile = Profile(
        "p", endpoint="https://sms.r.example.com", user="kim", domain="acme", proxy="http://p:1"
    )
    made = connection_settings(profile, found, Overrides(slow_link=True))
    assert isinstance(made.credentials, kind)
    assert made.iam_endpoint == "https://iam.r.example.com"
    assert (made.proxy, made.ca_bundle, made.compressed) == ("http://p:1", None, True)


def test_a_password_needs_somewhere_to_sign_in() -> None:
    found = Found("password", {"password": Secret("p")}, "")
    profile = Profile("p", endpoint="https://migration.example.com", user="kim", domain="acme")
    with pytest.raises(ConfigError, match=r"profiles\.p\.iam_endpoint"):
        connection_settings(profile, found, Overrides())
