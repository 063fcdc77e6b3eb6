"""What `doctor` asks of the network: each step told, up to the first that fails."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from sms_tui.api.network.probe import Finding, probe
from sms_tui.api.settings import ConnectionSettings, TokenCredentials
from sms_tui.domain.secret import Secret
from tests.api.certificates import AUTHORITY, serving
from tests.api.rig import ByteServer, always, plain

pytestmark = pytest.mark.anyio


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A server that takes connections and says nothing sensible."""

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"this is no TLS\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


async def findings(url: str, proxy: str | None = None, **environ: str) -> list[Finding]:
    settings = ConnectionSettings(url, "", TokenCredentials(Secret("t")), proxy=proxy)
    return [finding async for finding in probe(url, "endpoint", settings, environ)]


async def test_a_plain_way_is_three_good_steps(port: int) -> None:
    found = await findings(f"http://127.0.0.1:{port}")
    assert [(one.what, one.is_good) for one in found] == [
        ("proxy", True),
        ("DNS", True),
        ("connection", True),
    ]
    assert "direct" in found[0].seen


async def test_a_port_that_nobody_listens_on_ends_it() -> None:
    found = await findings(f"http://127.0.0.1:{free_port()}")
    assert (found[-1].what, found[-1].is_good) == ("connection", False)
    assert (found[-1].seen, "needs `proxy`" in found[-1].advice) == (
        "not possible (connection refused)",
        True,
    )


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:1", "http://no.such.invalid:80"])
async def test_who_has_a_proxy_that_does_not_answer_is_not_told_to_set_one(proxy: str) -> None:
    found = await findings("https://sms.example.com", proxy)
    assert not found[-1].is_good
    assert found[-1].advice == "that is the proxy: check `proxy` in the profile, or HTTPS_PROXY"


async def test_what_is_no_tls_is_told(port: int) -> None:
    found = await findings(f"https://localhost:{port}")
    assert (found[-1].what, found[-1].is_good) == ("TLS", False)


@pytest.mark.parametrize(
    ("name", "advice"),
    [("expired", "have the certificate renewed"), ("other", "another host"), ("selfsigned", "`ca_bundle`")],
)
async def test_each_certificate_that_is_refused_has_its_own_advice(name: str, advice: str) -> None:
    async with ByteServer(always(plain(b"{}")), serving(name)) as server:
        found = await findings(f"https://127.0.0.1:{server.port}", SSL_CERT_FILE=AUTHORITY)
    assert (found[-1].what, found[-1].is_good) == ("TLS", False)
    assert advice in found[-1].advice


async def test_a_name_that_nobody_knows_ends_it() -> None:
    found = await findings("https://no.such.invalid")
    assert [(one.what, one.is_good) for one in found] == [("proxy", True), ("DNS", False)]


async def test_the_proxy_is_the_first_hop_and_its_password_is_not_told(port: int) -> None:
    proxy = f"http://kim:pass-word@127.0.0.1:{port}"
    for found in (
        await findings("https://sms.example.com", proxy),
        await findings("https://sms.example.com", HTTPS_PROXY=proxy),
    ):
        assert [one.what for one in found] == ["proxy", "DNS", "connection"]
        assert found[0].seen.startswith(f"through 127.0.0.1:{port}: ")
        assert "pass-word" not in repr(found)


async def test_a_url_that_cannot_be_used_is_all_that_is_told() -> None:
    (found,) = await findings("http://sms.example.com")
    assert not found.is_good
    assert "not encrypted" in found.seen


@pytest.mark.parametrize(
    ("url", "environ", "why"),
    [
        ("https://sms.example.com", {}, "direct, no proxy applies: nothing names one"),
        (
            "https://sms.example.com",
            {"https_proxy": "http://127.0.0.1:1"},
            "through 127.0.0.1:1: https_proxy",
        ),
        ("https://sms.example.com", {"ALL_PROXY": "http://127.0.0.1:1"}, "through 127.0.0.1:1: ALL_PROXY"),
        ("https://sms.example.com", {"ALL_PROXY": "https://127.0.0.1"}, "through 127.0.0.1:443: ALL_PROXY"),
        (
            "https://sms.example.com",
            {"HTTPS_PROXY": "http://127.0.0.1:1", "NO_PROXY": ".example.com"},
            "direct, no proxy applies: NO_PROXY excepts it",
        ),
        (
            "https://127.0.0.1:2",
            {"HTTPS_PROXY": "http://127.0.0.1:1"},
            "direct, no proxy applies: HTTPS_PROXY does not count for this very machine",
        ),
    ],
)
async def test_it_says_what_decides_about_the_proxy(url: str, environ: dict[str, str], why: str) -> None:
    settings = ConnectionSettings(url, "", TokenCredentials(Secret("t")))
    first = await anext(aiter(probe(url, "endpoint", settings, environ)))
    assert first.seen == why
