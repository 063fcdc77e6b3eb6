"""`ApiError`, the one exception that reads raise, and the meaning of every failure of the HTTP library.

Failures are recognised by the names of the library's exceptions, so that this module need not import it.
"""

import os
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from sms_tui.domain.outcome import Trouble, TroubleKind
from sms_tui.domain.secret import Redactor
from sms_tui.domain.sentence import Sentence, sentence

_LONGEST_REASON = 160
OF_ANOTHER_HOST = frozenset({62, 64})
"""OpenSSL's numbers for a name or an address that a certificate does not have"""
OUT_OF_TIME = frozenset({9, 10})
"""OpenSSL's numbers for a certificate that is not valid yet, or no longer"""
_STILL_WAITING = (ssl.SSLWantReadError, ssl.SSLWantWriteError)
"""No failures: what a handshake is in while the peer says nothing, and so behind the end of its time"""


class ApiError(Exception):
    """A call that brought no usable answer; `trouble` says why in one sentence."""

    def __init__(self, trouble: Trouble, *, repeatable: bool = False) -> None:
        super().__init__(trouble.sentence)
        self.trouble = trouble
        self.repeatable = repeatable
        """Whether the same read may succeed a moment later."""

    def redacted(self, redactor: Redactor) -> "ApiError":
        """The same error with no secret in any text."""
        return ApiError(redacted(self.trouble, redactor), repeatable=self.repeatable)

    def naming_request(self) -> "ApiError":
        """The same error with the service's id of the request, which support asks for, in its sentence."""
        trouble = self.trouble
        if not trouble.request_id:
            return self
        told = sentence("{reason} Request {id}.", reason=trouble.sentence, id=trouble.request_id)
        return ApiError(replace(trouble, sentence=told), repeatable=self.repeatable)


_REPEATABLE = frozenset({TroubleKind.THROTTLED, TroubleKind.SERVER})


def error_of(trouble: Trouble, *, repeatable: bool | None = None) -> ApiError:
    """The exception for `trouble`; throttling and server faults are worth repeating unless told otherwise."""
    worth = trouble.kind in _REPEATABLE if repeatable is None else repeatable
    return ApiError(trouble, repeatable=worth)


def local_error(reason: str) -> ApiError:
    """The exception for settings that cannot work."""
    return error_of(Trouble(TroubleKind.LOCAL, reason))


def unusable_answer(host: str, problem: str) -> Sentence:
    """What is said of an answer that cannot be read, `problem` being the end of a sentence."""
    return sentence(
        "The answer of {host} {problem}; check `endpoint` and `proxy` in the profile.",
        host=host,
        problem=problem,
    )


def redacted(trouble: Trouble, redactor: Redactor) -> Trouble:
    """`trouble` without any secret, for the texts in it may come from a server that echoes what it got."""
    return replace(
        trouble,
        sentence=redactor.redact(trouble.sentence),
        code=redactor.redact(trouble.code),
        request_id=redactor.redact(trouble.request_id),
    )


class Meaning(NamedTuple):
    """What one exception of the HTTP library says."""

    kind: TroubleKind
    sentence: str
    """With `{host}` and `{reason}`"""
    reached: bool = True
    """False where the library raises it only before the first byte of the request"""
    repeatable: bool = True


_BROKE = "The connection to {host} broke before a whole answer had come ({reason}); check the network."
_SILENT = "{host} did not answer in time; check the network, or raise the timeout of the profile."
_OURS = "The request to {host} could not be built ({reason}); check `endpoint` in the profile."
_CLOSED = "{host} closed the connection without a whole answer ({reason})."
_GARBLED = "{host} sent an answer that is not HTTP ({reason}); check `endpoint` and `proxy` in the profile."

_ENDED_EARLY = ("disconnected", "peer closed")
"""How the HTTP library words an end before an answer, or in the middle of one."""

MEANINGS: dict[str, Meaning] = {
    "ConnectTimeout": Meaning(
        TroubleKind.UNREACHABLE, "{host} cannot be reached in time; check network, proxy and firewall.", False
    ),
    "ConnectError": Meaning(
        TroubleKind.UNREACHABLE, "{host} cannot be reached ({reason}); check network and `endpoint`.", False
    ),
    "PoolTimeout": Meaning(
        TroubleKind.UNREACHABLE, "No connection to {host} became free; try again in a moment.", False
    ),
    "ProxyError": Meaning(
        TroubleKind.UNREACHABLE,
        "The proxy does not let us through to {host} ({reason}); check `proxy` in the profile.",
        False,
        False,
    ),
    "UnsupportedProtocol": Meaning(TroubleKind.LOCAL, _OURS, False, False),
    "InvalidURL": Meaning(TroubleKind.LOCAL, _OURS, False, False),
    "ReadTimeout": Meaning(TroubleKind.TIMED_OUT, _SILENT),
    "WriteTimeout": Meaning(TroubleKind.TIMED_OUT, _SILENT),
    "TimeoutException": Meaning(TroubleKind.TIMED_OUT, _SILENT),
    "ReadError": Meaning(TroubleKind.UNREACHABLE, _BROKE),
    "WriteError": Meaning(TroubleKind.UNREACHABLE, _BROKE),
    "CloseError": Meaning(TroubleKind.UNREACHABLE, _BROKE),
    "NetworkError": Meaning(TroubleKind.UNREACHABLE, _BROKE),
    "RemoteProtocolError": Meaning(TroubleKind.UNREACHABLE, _GARBLED),
    "ProtocolError": Meaning(TroubleKind.UNREACHABLE, _GARBLED),
    "LocalProtocolError": Meaning(TroubleKind.LOCAL, _OURS, True, False),
    "DecodingError": Meaning(TroubleKind.NONSENSE, _GARBLED, True, False),
    "TooManyRedirects": Meaning(TroubleKind.NONSENSE, _GARBLED, True, False),
    "HTTPStatusError": Meaning(TroubleKind.NONSENSE, _GARBLED, True, False),
    "StreamError": Meaning(TroubleKind.LOCAL, _BROKE, True, False),
    "StreamConsumed": Meaning(TroubleKind.LOCAL, _BROKE, True, False),
    "StreamClosed": Meaning(TroubleKind.LOCAL, _BROKE, True, False),
    "ResponseNotRead": Meaning(TroubleKind.LOCAL, _BROKE, True, False),
    "RequestNotRead": Meaning(TroubleKind.LOCAL, _BROKE, True, False),
    "CookieConflict": Meaning(TroubleKind.LOCAL, _OURS, True, False),
    "TransportError": Meaning(TroubleKind.UNREACHABLE, _BROKE),
    "RequestError": Meaning(TroubleKind.UNREACHABLE, _BROKE),
    "HTTPError": Meaning(TroubleKind.UNREACHABLE, _BROKE),
    "OSError": Meaning(TroubleKind.UNREACHABLE, _BROKE),
}
"""By class name; the most derived class that is listed counts."""


def from_network(error: BaseException, host: str, *, untouched: bool, is_proxied: bool = False) -> ApiError:
    """The exception for `error` of the HTTP library or the system.

    `untouched` says that no byte of the request can have left, as far as the connection itself was watched.
    """
    meaning = next(MEANINGS[cls.__name__] for cls in type(error).__mro__ if cls.__name__ in MEANINGS)
    reached = meaning.reached and not untouched
    for cause in _causes(error):
        if special := (is_proxied and _of_proxy(cause)) or _special(cause, host):
            trouble = Trouble(TroubleKind.UNREACHABLE, special, may_have_executed=reached)
            return error_of(trouble, repeatable=not isinstance(cause, ssl.SSLCertVerificationError))
    is_closed = meaning.sentence is _GARBLED and any(words in str(error) for words in _ENDED_EARLY)
    said = sentence(_CLOSED if is_closed else meaning.sentence, host=host, reason=_reason(error))
    return error_of(Trouble(meaning.kind, said, may_have_executed=reached), repeatable=meaning.repeatable)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(10):
        if error is None:
            return
        yield error
        if isinstance(error, BaseExceptionGroup):
            yield from error.exceptions
        error = error.__cause__ or error.__context__


def _of_proxy(cause: BaseException) -> Sentence | None:
    """Names are looked up, and connections opened, for the proxy alone where there is one."""
    if isinstance(cause, socket.gaierror):
        return sentence(
            "The name of the proxy cannot be resolved; check `proxy` in the profile, or HTTPS_PROXY."
        )
    if isinstance(cause, ConnectionRefusedError):
        return sentence("The proxy refuses the connection; check `proxy` in the profile, or HTTPS_PROXY.")
    return None


def _of_certificate(cause: ssl.SSLCertVerificationError, host: str) -> Sentence:
    code, why = getattr(cause, "verify_code", 0), getattr(cause, "verify_message", "")
    template = "The certificate of {host} is not trusted ({reason}); set `ca_bundle` in the profile."
    if code in OF_ANOTHER_HOST:
        template = "The certificate of {host} is for another host; check `endpoint` and proxy."
    elif code in OUT_OF_TIME:
        template = (
            "The certificate of {host} is not valid now ({reason}); check this machine's clock, else have it "
            "renewed."
        )
    return sentence(template, host=host, reason=_plain(why or "verification failed"))


def _special(cause: BaseException, host: str) -> Sentence | None:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _of_certificate(cause, host)
    if isinstance(cause, ssl.SSLError) and not isinstance(cause, _STILL_WAITING):
        why = getattr(cause, "reason", "") or "handshake failed"
        return sentence(
            "No secure connection to {host} could be made ({reason}); check endpoint and proxy.",
            host=host,
            reason=_plain(why),
        )
    if isinstance(cause, socket.gaierror):
        return sentence(
            "The name {host} cannot be resolved; check `endpoint` in the profile, and DNS.", host=host
        )
    if isinstance(cause, ConnectionRefusedError):
        return sentence(
            "{host} refuses the connection; check `endpoint` in the profile, and whether the service runs.",
            host=host,
        )
    return None


def _plain(text: str) -> str:
    return text.replace("{", "(").replace("}", ")")[:_LONGEST_REASON]


def _reason(error: BaseException) -> str:
    """In the system's words where it said why: the libraries above have one sentence for most, or none."""
    for cause in _causes(error):
        # Those of TLS have numbers of their own.
        if isinstance(cause, OSError) and cause.errno and not isinstance(cause, ssl.SSLError):
            return os.strerror(cause.errno)
    # What was received instead of HTTP is noise to the operator.
    return _plain(str(error).partition(": bytearray(")[0]) or type(error).__name__
