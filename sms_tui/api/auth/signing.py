"""Signs requests with an access key (SDK-HMAC-SHA256); pure functions from a request to its signature.

The URL that is sent must be built with the functions of `quoting`, or the service computes another signature.
"""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import unquote

from sms_tui.api.auth.quoting import quoted

_ALGORITHM = "SDK-HMAC-SHA256"


def _canonical_path(path: str) -> str:
    """`path` decoded and encoded anew, with a `/` at its end that only the signature knows."""
    encoded = "/".join(quoted(segment) for segment in unquote(path).split("/"))
    return encoded if encoded.endswith("/") else f"{encoded}/"


def canonical_request(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> str:
    """The text whose hash is signed; `headers` are those to be signed, and no others."""
    lines = sorted((name.lower(), value.strip()) for name, value in headers.items())
    return "\n".join(
        (
            method.upper(),
            _canonical_path(path),
            query,
            *(f"{name}:{value}" for name, value in lines),
            "",
            ";".join(name for name, _ in lines),
            hashlib.sha256(body).hexdigest(),
        )
    )


def string_to_sign(stamp: str, canonical: str) -> str:
    """`stamp` is the value of the header `X-Sdk-Date`."""
    return f"{_ALGORITHM}\n{stamp}\n{hashlib.sha256(canonical.encode()).hexdigest()}"


def authorization(
    access_key: str,
    secret_key: str,
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    body: bytes,
) -> str:
    """The header `Authorization`; `headers` must hold `Host` and `X-Sdk-Date` as they are sent."""
    stamp = next(value for name, value in headers.items() if name.lower() == "x-sdk-date")
    text = string_to_sign(stamp, canonical_request(method, path, query, headers, body))
    signature = hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()
    names = ";".join(sorted(name.lower() for name in headers))
    return f"{_ALGORITHM} Access={access_key}, SignedHeaders={names}, Signature={signature}"
