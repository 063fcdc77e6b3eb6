"""Every failure of the HTTP library has a meaning: kind, sentence, and whether the request may have left."""

import errno
import socket
import ssl
import subprocess
import sys
from inspect import getmembers, isclass

import httpx
import pytest

from sms_tui.api.errors import MEANINGS, error_of, from_network
from sms_tui.domain.outcome import Trouble, TroubleKind
from sms_tui.domain.secret import Redactor, Secret
from tests.api.rig import TOKEN

ALL = [cls for _, cls in getmembers(httpx, isclass) if issubclass(cls, Exception)]
NEVER_LEFT = {
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
}


def made(cls: type[Exception]) -> Exception:
    """An instance, whatever its constructor wants."""
    error = cls.__new__(cls)
    Exception.__init__(error, "because")
    return error


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
def test_each_exception_of_the_library_is_listed_by_its_own_name(cls: type[Exception]) -> None:
    assert cls.__name__ in MEANINGS


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
def test_only_failures_before_the_first_byte_prove_that_nothing_left(cls: type[Exception]) -> None:
    trouble = from_network(made(cls), "sms.example.com", untouched=False).trouble
    assert trouble.may_have_executed is (cls not in NEVER_LEFT)
    assert "{" not in trouble.sentence
    assert trouble.sentence.endswith(".")


def test_a_watched_connection_can_prove_it_for_any_failure() -> None:
    error = from_network(made(httpx.ReadError), "sms.example.com", untouched=True)
    assert not error.trouble.may_have_executed


@pytest.mark.parametrize(
    ("cause", "word"),
    [
        (socket.gaierror(-2, "Name or service not known"), "resolved"),
        (ConnectionRefusedError(111, "Connection refused"), "refuses"),
        (ssl.SSLCertVerificationError("certificate verify failed"), "certificate"),
        (ssl.SSLError(1, "wrong version number"), "secure"),
        (ExceptionGroup("all attempts", [OSError("x"), ConnectionRefusedError()]), "refuses"),
        (ConnectionResetError(errno.ECONNRESET, "Connect call failed"), "Connection reset by peer"),
        (ExceptionGroup("all attempts", [OSError(errno.EMFILE, "?")]), "Too many open files"),
    ],
)
def test_the_cause_decides_what_is_said(cause: Exception, word: str) -> None:
    error = made(httpx.ConnectError)
    error.__cause__ = cause
    assert word in from_network(error, "sms.example.com", untouched=False).trouble.sentence


def test_a_handshake_without_an_answer_is_told_as_such() -> None:
    error = made(httpx.ConnectTimeout)
    error.__cause__ = TimeoutError()
    error.__cause__.__context__ = ssl.SSLWantReadError(2, "The operation did not complete")
    assert "in time" in from_network(error, "sms.example.com", untouched=True).trouble.sentence


def test_a_wrong_certificate_is_not_tried_again() -> None:
    error = made(httpx.ConnectError)
    error.__cause__ = ssl.SSLCertVerificationError("no")
    assert not from_network(error, "sms.example.com", untouched=False).repeatable
    assert from_network(made(httpx.ConnectError), "sms.example.com", untouched=False).repeatable


@pytest.mark.parametrize("code", [62, 64], ids=["name", "address"])
def test_a_certificate_of_another_host_is_no_matter_of_trust(code: int) -> None:
    cause = ssl.SSLCertVerificationError("certificate verify failed")
    cause.verify_code = code
    error = made(httpx.ConnectError)
    error.__cause__ = cause
    said = from_network(error, "sms.example.com", untouched=False).trouble.sentence
    assert said == "The certificate of sms.example.com is for another host; check `endpoint` and proxy."


@pytest.mark.parametrize(
    ("code", "why"), [(9, "certificate is not yet valid"), (10, "certificate has expired")]
)
def test_a_certificate_out_of_its_time_is_no_matter_of_trust(code: int, why: str) -> None:
    cause = ssl.SSLCertVerificationError("certificate verify failed")
    cause.verify_code, cause.verify_message = code, why
    error = made(httpx.ConnectError)
    error.__cause__ = cause
    said = from_network(error, "sms.example.com", untouched=False).trouble.sentence
    begin = f"The certificate of sms.example.com is not valid now ({why}); "
    assert said == f"{begin}check this machine's clock, else have it renewed."


def test_braces_in_a_reason_are_harmless() -> None:
    error = httpx.ConnectError("{host.__class__}")
    assert "host.__class__" in from_network(error, "h", untouched=False).trouble.sentence


def test_redacted_errors_hold_no_secret() -> None:
    redactor = Redactor()
    redactor.add(Secret(TOKEN))
    dirty = Trouble(TroubleKind.REFUSED, f"Bad {TOKEN}.", code=TOKEN, request_id=TOKEN)
    error = error_of(dirty).redacted(redactor)
    assert TOKEN not in repr(error) + str(error) + repr(error.trouble) + repr(error.args)


@pytest.mark.parametrize("module", ["settings", "errors"])
def test_these_modules_need_no_http_library(module: str) -> None:
    code = f"import sys, sms_tui.api.{module}; sys.exit('httpx' in sys.modules or 'msgspec' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (ConnectionRefusedError(111, "refused"), "The proxy refuses the connection; check `proxy`"),
        (socket.gaierror(-2, "unknown"), "The name of the proxy cannot be resolved; check `proxy`"),
    ],
)
def test_what_fails_at_the_proxy_is_said_of_the_proxy(cause: OSError, said: str) -> None:
    error = made(httpx.ConnectError)
    error.__cause__ = cause
    trouble = from_network(error, "sms.example.com", untouched=True, is_proxied=True).trouble
    assert trouble.sentence.startswith(said)
