"""A service on loopback that writes down every byte it was sent: the judge of what left the program.

It shares no code with the program or its simulator; tests script its answers.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Ledger:
    """The service's state and everything it saw."""

    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    on_write: Callable[[Seen], Answer | None] | None = None
    """Answers a write; None closes the connection without an answer"""
    on_read: Callable[[Seen], Answer | None] | None = None
    url: str = ""
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def add(self, task_id: str, state: str, **more: Any) -> str:
        """Add a task."""
        source = {"id": f"s-{task_id}", "name": f"host-{task_id}", "ip": "192.0.2.9", "state": ""}
        self.tasks[task_id] = {
            "id": task_id,
            "name": f"web-{task_id}",
            "state": state,
            "source_server": source,
            **more,
        }
        return task_id

    @property
    def writes(self) -> list[Seen]:
        """Every request that could change something, signing in left out."""
        return [seen for seen in self.seen if seen.method != "GET" and "/auth/" not in seen.path]

    def wait_for_writes(self, count: int, deadline: float = 20.0) -> list[Seen]:
        """Wait until `count` writes have arrived."""
        with self.arrived:
            self.arrived.wait_for(lambda: len(self.writes) >= count, deadline)
        return self.writes

    def answer(self, seen: Seen) -> Answer | None:
        """What the service says."""
        if seen.path.startswith("/v3/auth/tokens"):
            body = {
                "token": {"expires_at": "2099-01-01T00:00:00.000000Z", "issued_at": "2026-01-01T00:00:00Z"}
            }
            return 201, {"X-Subject-Token": "token-from-iam"}, json.dumps(body).encode()
        if seen.method != "GET":
            return self.on_write(seen) if self.on_write else (200, {}, b"")
        return self.on_read(seen) if self.on_read else self.read(seen)

    def read(self, seen: Seen) -> Answer:
        """List or show, as the tasks are now."""
        parts = urlsplit(seen.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/v3/tasks":
            offset, limit = int(query.get("offset", 0)), int(query.get("limit", 100))
            rows = list(self.tasks.values())
            return _json(200, {"count": len(rows), "tasks": rows[offset : offset + limit]})
        if parts.path == "/v3/sources":
            return _json(200, {"count": 0, "source_servers": []})
        if parts.path.endswith("/speed-limit"):
            return _json(200, {"speed_limit": []})
        task = self.tasks.get(parts.path.rsplit("/", 1)[-1])
        if task is None:
            return _json(404, {"error_code": "SMS.7703", "error_msg": "Task does not exist"})
        return _json(200, {**task, "connected": True, "sub_tasks": task.get("sub_tasks", [])})


def _json(status: int, document: object) -> Answer:
    return status, {}, json.dumps(document).encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    """Many may come at once; one that has to try again loses seconds"""


@contextmanager
def serving(ledger: Ledger) -> Iterator[Ledger]:
    """Serve `ledger` on a loopback port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            seen = Seen(self.command, self.path, dict(self.headers.items()), self.rfile.read(length))
            with ledger.arrived:
                ledger.seen.append(seen)
                ledger.arrived.notify_all()
            answer = ledger.answer(seen)
            if answer is None:
                self.close_connection = True
                return
            status, headers, body = answer
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = do_PUT = _do  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = _Server(("127.0.0.1", 0), Handler)
    ledger.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield ledger
    finally:
        server.shutdown()
        server.server_close()


FOUNDING: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "start": ("READY", {"state": "RUNNING"}),
    "stop": ("RUNNING", {"state": "ABORTING"}),
    "collect_log": ("RUNNING", {"log_collect_status": "UPLOADING"}),
    "test": ("SYNCING", {"source_server": {"id": "s", "name": "h", "state": "cutovering"}}),
    "clone_test": ("SYNCING", {"source_server": {"id": "s", "name": "h", "state": "cloning"}}),
    "restart": ("MIGRATE_SUCCESS", {"state": "SYNCING"}),
    "sync_failed_rollback": ("SYNC_FAIL", {"state": "SYNC_F_ROLLBACKING"}),
}
"""The state that each operation needs, and what it changes"""


def service_for(operation: str) -> Ledger:
    """A service with one task on which an operation is possible, and takes effect if it arrives."""
    ledger = Ledger()
    state, effect = FOUNDING[operation]
    ledger.add("a", state, sub_tasks=[])

    def answer(_seen: Seen) -> Answer:
        ledger.tasks["a"] |= effect
        return 200, {}, b"{}"

    ledger.on_write = answer
    return ledger
