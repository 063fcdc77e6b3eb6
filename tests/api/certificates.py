"""Certificates made for these tests: by an authority of their own, for this machine and for others."""

import ssl
from pathlib import Path

CERTIFICATES = Path(__file__).parent / "tls"
AUTHORITY = str(CERTIFICATES / "authority.pem")


def serving(name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{name}.pem")
    return context
