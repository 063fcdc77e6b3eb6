"""Whom the client trusts: verified always, told in one sentence where it fails, no byte before that."""

import asyncio
import ssl
from pathlib import Path

import certifi
import pytest

from sms_tui.api.errors import ApiError
from sms_tui.api.network.tls import trust
from sms_tui.domain.operations import STOP
from sms_tui.domain.outcome import Outcome, TroubleKind
from tests.api.certificates import AUTHORITY, CERTIFICATES, serving
from tests.api.rig import (
    TASK_ID,
    TOKEN,
    ByteServer,
    Talk,
    always,
    client,
    failing,
    plain,
    read_overview,
    send_stop,
)

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("way", ["profile", "SSL_CERT_FILE"])
async def test_a_companys_authority_is_trusted_where_it_is_named(way: str) -> None:
    bundle = AUTHORITY if way == "profile" else None
    environ = {} if bundle else {way: AUTHORITY}
    async with (
        ByteServer(always(plain(b"{}")), serving("good")) as server,
        client(None, endpoint=f"https://127.0.0.1:{server.port}", ca_bundle=bundle, environ=environ) as sms,
    ):
        await read_overview(sms)
        assert await send_stop(sms) is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("name", "bundle", "why"),
    [
        ("expired", AUTHORITY, "not valid now"),
        ("other", AUTHORITY, "for another host"),
        ("selfsigned", AUTHORITY, "not trusted"),
        ("good", None, "not trusted"),
    ],
)
async def test_whoever_is_not_proven_gets_no_byte(name: str, bundle: str | None, why: str) -> None:
    async with (
        ByteServer(always(plain(b"{}")), serving(name)) as server,
        client(None, endpoint=f"https://127.0.0.1:{server.port}", ca_bundle=bundle) as sms,
    ):
        with pytest.raises(ApiError, match=rf"certificate of 127\.0\.0\.1 is {why}"):
            await read_overview(sms)
        answer = await sms.send(sms.prepare(STOP, TASK_ID, {}))
    assert answer.outcome is Outcome.NOT_SENT
    assert server.requests == []


async def test_old_protocols_are_refused() -> None:
    context = serving("good")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    # Deprecated is the very thing to be refused here.
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    async with (
        ByteServer(always(plain(b"{}")), context) as server,
        client(None, endpoint=f"https://127.0.0.1:{server.port}", ca_bundle=AUTHORITY) as sms,
    ):
        with pytest.raises(ApiError):
            await read_overview(sms)
    assert server.requests == []


@pytest.mark.parametrize("name", ["missing.pem", "test_tls.py", "."])
async def test_certificates_that_cannot_be_read_are_one_sentence(name: str) -> None:
    path = str(Path(__file__).parent / name)
    with failing(TroubleKind.LOCAL, match="`ca_bundle`"):
        trust(path, {})
    with failing(TroubleKind.LOCAL, match="SSL_CERT_FILE"):
        trust(None, {"SSL_CERT_FILE": path})


def test_a_folder_of_certificates_must_exist() -> None:
    with failing(TroubleKind.LOCAL, match="SSL_CERT_DIR"):
        trust(None, {"SSL_CERT_DIR": str(CERTIFICATES / "missing")})
    assert trust(None, {"SSL_CERT_DIR": str(CERTIFICATES)}).verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize("bundle", [None, certifi.where(), AUTHORITY])
def test_verification_is_never_off(bundle: str | None) -> None:
    context = trust(bundle, {})
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


async def test_only_the_environment_that_was_given_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {"SSL_CERT_FILE": "/missing", "HTTPS_PROXY": "socks5://x:1"}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    async with client(None, environ={}):
        pass
    with failing(TroubleKind.LOCAL):
        async with client(None, environ=environ):
            pass


def tunnel(port: int) -> Talk:
    """A proxy that lets every request through to one port."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bool:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

        async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            while data := await source.read(65_536):
                sink.write(data)

        ways = (
            asyncio.ensure_future(pump(reader, far_writer)),
            asyncio.ensure_future(pump(far_reader, writer)),
        )
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            far_writer.close()
        return False

    return talk


async def test_a_proxy_sees_the_host_and_its_own_password_and_nothing_else() -> None:
    async with (
        ByteServer(always(plain(b"{}")), serving("other")) as server,
        ByteServer(tunnel(server.port)) as proxy,
        client(
            None,
            endpoint="https://other.example.com",
            ca_bundle=AUTHORITY,
            proxy=f"http://user:CANARY@127.0.0.1:{proxy.port}",
        ) as sms,
    ):
        await read_overview(sms)
        assert await send_stop(sms) is Outcome.ACCEPTED
    assert len(server.requests) == 2
    for request in proxy.requests:
        assert request.startswith(b"CONNECT other.example.com:443 HTTP/1.1\r\n")
        assert b"proxy-authorization: basic" in request.lower()
        assert TOKEN.encode() not in request
    for request in server.requests:
        assert b"proxy-authorization" not in request.lower()
