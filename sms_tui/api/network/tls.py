"""Builds the TLS context of a client. Certificates are always verified."""

import ssl
from collections.abc import Mapping
from pathlib import Path

from sms_tui.api.errors import ApiError, local_error
from sms_tui.domain.sentence import sentence


def trust(ca_bundle: str | None, environ: Mapping[str, str]) -> ssl.SSLContext:
    """The context for `ca_bundle`, else the environment's certificates, else the system's store.

    Raises `ApiError` naming the setting when certificates cannot be read. Reads files: call it in a thread.
    """
    context = _trusting(ca_bundle, environ)
    # Builds of Python that leave it to the system, as Debian's do, may allow older ones.
    context.minimum_version = max(context.minimum_version, ssl.TLSVersion.TLSv1_2)
    return context


def _trusting(ca_bundle: str | None, environ: Mapping[str, str]) -> ssl.SSLContext:
    if ca_bundle:
        return _with(ca_bundle, None, "`ca_bundle` of the profile")
    file, folder = environ.get("SSL_CERT_FILE") or None, environ.get("SSL_CERT_DIR") or None
    if file or folder:
        return _with(file, folder, "SSL_CERT_FILE or SSL_CERT_DIR")
    if _has_system_store():
        return ssl.create_default_context()
    import certifi

    return ssl.create_default_context(cafile=certifi.where())


def _has_system_store() -> bool:
    """Self-contained builds of Python look for a store where the system has none."""
    paths = ssl.get_default_verify_paths()
    return any(path and Path(path).exists() for path in (paths.cafile, paths.capath))


def _with(file: str | None, folder: str | None, where: str) -> ssl.SSLContext:
    if folder and not Path(folder).is_dir():
        raise _unusable(folder, where, sentence("no such folder"))
    try:
        context = ssl.create_default_context(cafile=file, capath=folder)
    except (OSError, ValueError) as problem:
        raise _unusable(file or folder or "", where, _why(problem)) from None
    return context


def _why(problem: Exception) -> str:
    if isinstance(problem, ssl.SSLError):
        return sentence("no certificates in PEM form")
    return (getattr(problem, "strerror", None) or str(problem)).lower()


def _unusable(path: str, where: str, why: str) -> ApiError:
    said = sentence(
        "The certificates {path!r} cannot be used ({reason}); correct {where}.",
        path=path,
        reason=why,
        where=where,
    )
    return local_error(said)
