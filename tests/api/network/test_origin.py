"""Endpoints and proxies: where credentials may go, and by which way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_tui.api.errors import ApiError
from sms_tui.api.network.origin import Origin, parse_origin
from sms_tui.api.network.proxies import choose_proxy, proxy_password
from sms_tui.domain.endpoint import is_loopback
from sms_tui.domain.outcome import TroubleKind
from tests.api.rig import failing

CLOUD = Origin("https", "sms.ap-southeast-3.example.com", 443)
V4 = Origin("https", "10.1.2.3", 8443)
V6 = Origin("https", "fd00::5", 443)
PROXY = "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://SMS.example.com", "https://sms.example.com"),
        ("https://sms.example.com:443/", "https://sms.example.com"),
        ("https://sms.example.com:8443/gate", "https://sms.example.com:8443/gate"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost", "http://localhost"),
        ("http://[::1]:9", "http://[::1]:9"),
        ("https://[fd00::5]", "https://[fd00::5]"),
    ],
)
def test_an_endpoint_is_read_as_its_origin(url: str, base: str) -> None:
    assert parse_origin(url, "endpoint").base == base


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sms.example.com",
        "http://sms.example.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://10.0.0.1",
        "ftp://sms.example.com",
        "https://",
        "https:///v3",
        "https://user:word@sms.example.com",
        "https://sms.example.com/?x=1",
        "https://sms.example.com/#x",
        "https://sms.example.com/../x",
        "https://sms.example.com/%2e%2e/x",
        "https://sms.example.com:99999",
        "https://sms.example.com:x",
        "https://[::1",
        "https://sms example.com",
        "https://sms\\example.com",
        "https://смс.example.com",
    ],
)
def test_unusable_endpoints_name_the_setting(url: str) -> None:
    with failing(TroubleKind.LOCAL, match="`endpoint`"):
        parse_origin(url, "endpoint")


def test_a_password_in_an_endpoint_is_not_repeated() -> None:
    with failing(TroubleKind.LOCAL) as caught:
        parse_origin("https://user:CANARY@sms.example.com", "endpoint")
    assert "CANARY" not in str(caught.value)


@given(st.text(max_size=60))
def test_any_text_is_an_origin_or_one_sentence(text: str) -> None:
    for url in (text, f"https://{text}", f"http://{text}"):
        try:
            origin = parse_origin(url, "endpoint")
        except ApiError:
            continue
        assert origin.scheme == "https" or is_loopback(origin.host)
        assert parse_origin(origin.base, "endpoint") == origin


@pytest.mark.parametrize(
    ("origin", "entry"),
    [
        (CLOUD, "*"),
        (CLOUD, "example.com"),
        (CLOUD, ".example.com"),
        (CLOUD, "*.example.com"),
        (CLOUD, "other, SMS.ap-southeast-3.EXAMPLE.com"),
        (CLOUD, "sms.ap-southeast-3.example.com:443"),
        (V4, "10.0.0.0/8"),
        (V4, "10.1.2.3"),
        (V4, "10.1.2.3:8443"),
        (V6, "fd00::/8"),
        (V6, "[fd00::5]"),
        (V6, "[fd00::5]:443"),
        (V6, "FD00:0:0::5"),
        (V6, "[fd00::]/8"),
    ],
)
def test_exceptions_lead_past_the_proxy(origin: Origin, entry: str) -> None:
    assert choose_proxy(origin, PROXY, entry, {}) is None
    assert choose_proxy(origin, PROXY, "", {"NO_PROXY": entry}) is None
    assert choose_proxy(origin, PROXY, "", {"no_proxy": entry}) is None


@pytest.mark.parametrize(
    ("origin", "entry"),
    [
        (CLOUD, "ample.com"),
        (CLOUD, "sms.ap-southeast-3.example.com.evil"),
        (CLOUD, "10.0.0.0/8"),
        (CLOUD, "sms.ap-southeast-3.example.com:8443"),
        (CLOUD, ", ,"),
        (V4, "10.2.0.0/16"),
        (V4, "0.1.2.3"),
        (V4, "10.1.2.3:443"),
        (V4, "fd00::/8"),
        (V6, "fe80::/10"),
        (V6, "[fd00::5]:8443"),
        (V6, "5"),
    ],
)
def test_what_is_no_exception_goes_through_the_proxy(origin: Origin, entry: str) -> None:
    assert choose_proxy(origin, PROXY, entry, {}) == PROXY


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_the_environment_names_a_proxy_in_either_case(name: str) -> None:
    assert choose_proxy(CLOUD, None, "", {name: "proxy.example:3128"}) == PROXY


def test_the_profile_wins_over_the_environment() -> None:
    assert choose_proxy(CLOUD, PROXY, "", {"HTTPS_PROXY": "http://other:1"}) == PROXY


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.9.1"])
def test_loopback_is_always_direct(host: str) -> None:
    assert choose_proxy(Origin("http", host, 80), PROXY, "", {"ALL_PROXY": PROXY}) is None


@pytest.mark.parametrize(
    "proxy", ["socks5://proxy:1080", "http://", "ftp://proxy", "http://[::1", "http://p:99999"]
)
def test_an_unusable_proxy_is_one_sentence_that_names_where_to_correct_it(proxy: str) -> None:
    with failing(TroubleKind.LOCAL, match="`proxy` in the profile"):
        choose_proxy(CLOUD, proxy, "", {})
    with failing(TroubleKind.LOCAL, match="HTTPS_PROXY"):
        choose_proxy(CLOUD, None, "", {"HTTPS_PROXY": proxy})


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_decided(proxy: str, exceptions: str) -> None:
    for origin in (CLOUD, V4, V6):
        try:
            chosen = choose_proxy(origin, proxy, exceptions, {})
        except ApiError:
            continue
        assert chosen is None or "://" in chosen


def test_the_password_of_a_proxy_is_known_as_a_secret() -> None:
    secret = proxy_password("http://user:p%40ss@proxy:1")
    assert secret is not None
    assert secret.reveal() == "p@ss"
    assert proxy_password(PROXY) is None
    assert proxy_password(None) is None
