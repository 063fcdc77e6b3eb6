"""Completion by the tab key, in the shells that are installed."""

import sys
from pathlib import Path

import pytest

from tests.needs import need
from tests.terminal import Terminal

STARTS = {
    "bash": (["bash", "--norc", "-i"], "source <(sms-tui completion bash)"),
    "zsh": (
        ["zsh", "-f", "-i"],
        "autoload -U compinit && compinit -u -D && source <(sms-tui completion zsh)",
    ),
    "fish": (["fish", "--no-config", "-i"], "sms-tui completion fish | source"),
}


@pytest.mark.parametrize("shell", STARTS)
def test_the_tab_key_completes(shell: str, tmp_path: Path) -> None:
    need(shell)
    program = tmp_path / "sms-tui"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m sms_tui "$@"\n')
    program.chmod(0o755)
    argv, start = STARTS[shell]
    env = {"HOME": str(tmp_path), "PATH": f"{tmp_path}:/usr/local/bin:/usr/bin:/bin", "PS1": "ready> "}
    with Terminal([], program=argv, env=env, cwd=str(tmp_path)) as terminal:
        terminal.send(f"{start}; echo now-$((40 + 2))\r" if shell != "fish" else f"{start}; echo now-42\r")
        terminal.wait_for(r"(?m)^now-42$")
        terminal.send("sms-tui conf\tval\t")
        terminal.wait_for("sms-tui config validate")
        terminal.send("\x15sms-tui tasks --state MIGRATE_F\t")
        terminal.wait_for("MIGRATE_FAIL")
        terminal.send("\x15exit\r")
        assert terminal.wait_exit() in {0, 1}
