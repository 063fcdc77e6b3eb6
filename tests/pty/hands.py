"""A profile in the environment, and hands that lead an operation through its dialogs."""

from pathlib import Path

from tests.pty.ledger import Ledger
from tests.terminal import Terminal

TOKEN = {"SMS_TUI_TOKEN": "given-token"}
PASSWORD = {"SMS_TUI_USER": "operator", "SMS_TUI_PASSWORD": "a-password", "SMS_TUI_DOMAIN": "acme"}
KEYS = {
    "HUAWEICLOUD_SDK_AK": "EXAMPLEAK0123456789A",
    "HUAWEICLOUD_SDK_SK": "exampleSecretKey0123456789abcdefghijABCD",
    "HUAWEICLOUD_SDK_PROJECT_ID": "0123456789abcdef0123456789abcdef",
}


def environment(ledger: Ledger, home: Path, credentials: dict[str, str]) -> dict[str, str]:
    """A profile wholly in the environment, and an empty home."""
    return {
        "HOME": str(home),
        "SMS_TUI_ENDPOINT": ledger.url,
        "SMS_TUI_IAM_ENDPOINT": ledger.url,
        **credentials,
    }


def operate(terminal: Terminal, letter: str, word: str) -> None:
    """Lead one operation on the first row through its dialogs."""
    terminal.wait_for("web-a")
    terminal.send("a")
    terminal.wait_for("Operation for")
    terminal.send(letter)
    if letter == "l":
        terminal.wait_for("Bucket")
        terminal.send("sms-logs\r")
    terminal.wait_for("What happens")
    when_heard(terminal, word)


def when_heard(terminal: Terminal, word: str) -> None:
    """Type until the dialog is no longer deaf: what came too early did not count."""
    first = word[0]
    for _ in range(50):
        terminal.send(first)
        try:
            if first == "y":
                terminal.wait_gone("What happens", 1.0)
            else:
                terminal.wait_for(rf"(?m)┃ {first}+ {{3}}.*┃$", 1.0)
        except AssertionError:
            continue
        break
    terminal.send(word[1:])
