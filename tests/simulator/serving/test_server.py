"""The simulator over TCP, as a process of its own."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from sms_tui.simulator.serving.asgi import create_app
from sms_tui.simulator.serving.server import make_server
from sms_tui.simulator.world.clock import VirtualClock
from sms_tui.simulator.world.scenarios import SCENARIOS
from sms_tui.simulator.world.world import Service

_PROGRAM = """
import sys
from sms_tui.cli.signals import run_until_ended
from sms_tui.simulator.serving.asgi import create_app
from sms_tui.simulator.world.clock import VirtualClock
from sms_tui.simulator.world.scenarios import SCENARIOS
from sms_tui.simulator.serving.server import serve
from sms_tui.simulator.world.world import Service

service = Service(SCENARIOS[sys.argv[1]], 7, VirtualClock())
run_until_ended(serve(create_app(service), "127.0.0.1", 0, lambda line: print(line, flush=True)))
"""


_BROKEN = _PROGRAM.replace("run_until_ended(serve", "service.settle = None\nrun_until_ended(serve")


@contextmanager
def _served(scenario: str, program: str = _PROGRAM) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    command = [sys.executable, "-c", program, scenario]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_announces_itself_serves_and_ends_in_peace(ending: signal.Signals) -> None:
    with _served("calm") as (process, announced):
        assert list(announced) == ["url", "token", "user", "password", "domain", "ak", "sk", "project_id"]
        headers = {"X-Auth-Token": announced["token"]}
        answer = httpx.get(f"{announced['url']}/v3/tasks", headers=headers, trust_env=False)
        assert answer.json()["count"] == 6
        assert "server" not in answer.headers
        process.send_signal(ending)
        rest, noise = process.communicate(timeout=20)
    assert (process.returncode, rest, noise) == (0, "", "")


@pytest.mark.anyio
async def test_an_answer_in_pieces_does_not_wait_for_the_client_to_confirm_the_first() -> None:
    server = make_server(create_app(Service(SCENARIOS["calm"], 7, VirtualClock())))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        writer.write(b"GET /v3/tasks HTTP/1.1\r\nHost: here\r\n\r\n")
        await reader.readline()
        (connection,) = server.server_state.connections
        there = connection.transport.get_extra_info("socket")
        assert there.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        writer.close()
        server.should_exit = True
        await serving


def test_a_lost_answer_is_a_closed_connection() -> None:
    with _served("post-lost") as (process, announced):
        headers = {"X-Auth-Token": announced["token"]}
        with httpx.Client(base_url=announced["url"], headers=headers, trust_env=False) as client:
            task_id = client.get("/v3/tasks").json()["tasks"][0]["id"]
            body = {"operation": "start"}
            with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
                client.post(f"/v3/tasks/{task_id}/action", json=body)
            assert client.post(f"/v3/tasks/{task_id}/action", json={"operation": "stop"}).status_code == 400
        process.send_signal(signal.SIGTERM)
        _, noise = process.communicate(timeout=20)
    assert (process.returncode, noise) == (0, "")


def test_a_fault_of_the_service_itself_goes_to_stderr() -> None:
    with _served("calm", _BROKEN) as (process, announced):
        headers = {"X-Auth-Token": announced["token"]}
        for _ in range(2):
            answer = httpx.get(f"{announced['url']}/v3/tasks", headers=headers, trust_env=False)
            assert answer.status_code == 500
        process.send_signal(signal.SIGTERM)
        rest, noise = process.communicate(timeout=20)
    assert (process.returncode, rest) == (0, "")
    assert noise.count("Traceback") == noise.count("TypeError: 'NoneType' object is not callable") == 2
    assert announced["token"] not in noise
