"""The HTTP library is whole, and what only its command line needs is not loaded."""

import subprocess
import sys

PROGRAM = """
import sys
from sms_tui.api.network.lean_httpx import httpx
assert httpx.Client and httpx.AsyncHTTPTransport
print(*(name for name in ("click", "pygments", "rich.progress", "httpx._main") if name in sys.modules))
"""


def test_no_command_line_is_loaded() -> None:
    import click

    assert click, "or this would prove nothing"
    ran = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == ""


def test_who_loaded_the_library_before_keeps_it_as_it_is() -> None:
    program = "import httpx; main = httpx.main\n" + PROGRAM + "assert httpx.main is main"
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert "click" in ran.stdout
