"""The client as a whole: reads repeated when that helps, errors in one sentence, no secret in any."""

import asyncio
import traceback
from typing import Any

import httpx
import pytest

from sms_tui.api.errors import ApiError
from sms_tui.api.network import bodies
from sms_tui.api.settings import PasswordCredentials
from sms_tui.domain.outcome import TroubleKind
from sms_tui.domain.secret import Redactor, Secret
from sms_tui.domain.speed_limit import SpeedRule
from sms_tui.domain.task import TaskState
from tests.api.rig import (
    FIXTURES,
    KEY_CREDENTIALS,
    PASSWORD,
    PASSWORD_CREDENTIALS,
    SECRET_KEY,
    START,
    TASK_ID,
    TOKEN,
    TOKEN_CREDENTIALS,
    ByteServer,
    Handler,
    Time,
    always,
    client,
    date_header,
    failing,
    plain,
    read_overview,
)

pytestmark = pytest.mark.anyio
THROTTLED = (FIXTURES / "error_apigw_429.json").read_bytes()
SHOWN = (FIXTURES / "show_task_running_linux_file.json").read_bytes()


class Script:
    """Answers one after the other, the last one for ever, and the requests that came."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def targets(self) -> list[str]:
        return [request.url.raw_path.decode() for request in self.requests]


def fine(**document: Any) -> httpx.Response:
    return httpx.Response(200, json=document)


async def test_a_task_is_read_with_the_clock_and_the_round_trip() -> None:
    script = Script(httpx.Response(200, content=SHOWN, headers=date_header(START + 90)))
    async with client(script) as sms:
        detail = await sms.task(TASK_ID)
        assert sms.clock_offset() == pytest.approx(90, abs=1)
        assert sms.round_trip() is not None
        assert sms.endpoint == "https://sms.example.com"
    assert detail.task.state is TaskState.RUNNING
    assert detail.read_at == START
    assert script.targets == [f"/v3/tasks/{TASK_ID}"]


async def test_an_answer_about_another_task_is_not_taken() -> None:
    async with client(Script(httpx.Response(200, content=SHOWN))) as sms:
        with failing(TroubleKind.NONSENSE, match="another task"):
            await sms.task("somebody-else")


async def test_a_deleted_task_is_not_found() -> None:
    gone = httpx.Response(404, content=(FIXTURES / "error_sms_task_not_found.json").read_bytes())
    async with client(Script(gone)) as sms:
        with failing(TroubleKind.NOT_FOUND) as caught:
            await sms.task(TASK_ID)
    assert caught.value.trouble.code == "SMS.7703"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404, text="<html>", headers={"Content-Type": "text/html"}),
        httpx.Response(404, content=(FIXTURES / "error_apigw_404.json").read_bytes()),
        httpx.Response(404),
    ],
)
async def test_a_missing_page_is_not_a_missing_task(answer: httpx.Response) -> None:
    async with client(Script(answer)) as sms:
        with pytest.raises(ApiError) as caught:
            await sms.task(TASK_ID)
    assert caught.value.trouble.kind is not TroubleKind.NOT_FOUND


@pytest.mark.parametrize("task_id", ["", "..", "a/b", "x" * 256, "a\nb"])
async def test_an_impossible_id_is_asked_of_nobody(task_id: str) -> None:
    script = Script(fine())
    async with client(script) as sms:
        for read in (sms.task, sms.speed_limit):
            with failing(TroubleKind.LOCAL):
                await read(task_id)
    assert script.requests == []


async def test_sources_rules_and_overview_are_read() -> None:
    script = Script(
        httpx.Response(200, content=(FIXTURES / "list_sources.json").read_bytes()),
        httpx.Response(200, content=(FIXTURES / "speed_limit.json").read_bytes()),
        httpx.Response(200, content=(FIXTURES / "overview.json").read_bytes()),
    )
    async with client(script) as sms:
        facts = [fact async for page in sms.sources() for fact in page]
        rules = await sms.speed_limit(TASK_ID)
        overview = await read_overview(sms)
    assert (len(facts), len(rules), overview["unconfigured"]) == (21, 3, 2)
    assert rules[0] == SpeedRule("00:00", "08:00", 0, 0.0)
    assert script.targets == [
        "/v3/sources?limit=200&offset=0",
        f"/v3/tasks/{TASK_ID}/speed-limit",
        "/v3/sources/overview",
    ]


@pytest.mark.parametrize(
    "fault",
    [
        httpx.Response(429, content=THROTTLED),
        httpx.Response(500, text="oops"),
        httpx.Response(502, text="<html>", headers={"Content-Type": "text/html"}),
        httpx.Response(503),
        httpx.Response(504),
        httpx.ConnectError("no route"),
        httpx.ReadError("reset"),
        httpx.RemoteProtocolError("closed"),
    ],
)
async def test_passing_faults_of_a_read_are_survived(fault: httpx.Response | Exception) -> None:
    script = Script(fault, fault, fine(waiting=1))
    async with client(script) as sms:
        assert await read_overview(sms) == {"waiting": 1}
    assert len(script.requests) == 3


async def test_a_page_of_a_million_tiny_entries_is_refused_before_it_is_read() -> None:
    async with client(Script(fine(tasks=[{"id": str(number)} for number in range(10_001)]))) as sms:
        with failing(TroubleKind.NONSENSE, match="longer than a list can be"):
            _ = [page async for page in sms.pages()]


async def test_a_list_is_given_up_where_its_pages_come_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LIST", 20_000)
    pages = iter(range(1000))

    def answer(_: httpx.Request) -> httpx.Response:
        page = next(pages)
        return fine(count=65_000, tasks=[{"id": f"{page}-{number}"} for number in range(200)])

    async with client(answer) as sms:
        with failing(TroubleKind.NONSENSE, match="longer than a list can be"):
            _ = [page async for page in sms.pages()]
    assert next(pages) < 20


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (httpx.Response(503), TroubleKind.SERVER),
        (httpx.Response(429, content=THROTTLED), TroubleKind.THROTTLED),
        (httpx.ConnectError("no route"), TroubleKind.UNREACHABLE),
    ],
)
async def test_lasting_faults_are_told_after_four_attempts(
    fault: httpx.Response | Exception, kind: TroubleKind
) -> None:
    script = Script(fault)
    async with client(script) as sms:
        with failing(kind, match=r"sms\.example\.com"):
            await read_overview(sms)
    assert len(script.requests) == 4


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(
            200, text="<html>sign in to the network</html>", headers={"Content-Type": "text/html"}
        ),
        httpx.Response(200, text="Welcome"),
        httpx.Response(200, content=b""),
        httpx.Response(200, json=[1, 2]),
        httpx.Response(302, headers={"Location": "https://portal.example.net/login"}),
        httpx.Response(400, json={"error_code": "SMS.0007", "error_msg": "no"}),
        httpx.Response(403),
        httpx.Response(204),
    ],
)
async def test_what_will_not_change_is_asked_once(answer: httpx.Response) -> None:
    script = Script(answer)
    async with client(script) as sms:
        with pytest.raises(ApiError) as caught:
            await read_overview(sms)
    assert len(script.requests) == 1
    assert "sms.example.com" in caught.value.trouble.sentence
    assert caught.value.trouble.sentence.count("\n") == 0


async def test_a_failed_read_tells_the_request_id_that_support_asks_for() -> None:
    answer = httpx.Response(403, json={"error_code": "SMS.9004"}, headers={"X-Request-Id": "id-7"})
    async with client(Script(answer)) as sms:
        with failing(TroubleKind.DENIED, match=r"; ask an administrator for .*\. Request id-7\.$"):
            await read_overview(sms)


async def test_a_redirect_names_its_target_and_is_not_followed() -> None:
    script = Script(httpx.Response(302, headers={"Location": "https://portal.example.net/login"}))
    async with client(script) as sms:
        with failing(TroubleKind.NONSENSE, match=r"portal\.example\.net"):
            await read_overview(sms)
    assert len(script.requests) == 1


async def test_nothing_is_read_before_the_pause_that_was_asked_for_is_over() -> None:
    time = Time()
    moments: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        moments.append(time.passed)
        return httpx.Response(429, content=THROTTLED, headers={"Retry-After": "60"})

    async with client(answer, time=time, endpoint="http://127.0.0.1") as sms:
        for _ in range(3):
            with failing(TroubleKind.THROTTLED) as caught:
                await read_overview(sms)
    assert moments == [0, 60, 120]
    assert caught.value.trouble.retry_after == 60


async def test_reads_keep_to_the_rate_of_the_profile_except_towards_this_machine() -> None:
    for endpoint, seconds in (("https://sms.example.com", 10.0), ("http://127.0.0.1", 0.0)):
        time = Time()
        async with client(Script(fine()), time=time, endpoint=endpoint, requests_per_second=2.0) as sms:
            await asyncio.gather(*(read_overview(sms) for _ in range(30)))
        assert time.passed == pytest.approx(seconds, abs=1e-6)


async def test_a_server_that_drips_is_given_up() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        await asyncio.Event().wait()
        return False

    async with ByteServer(drip) as server, client(None, endpoint=server.url, read_timeout=0.05) as sms:
        with failing(TroubleKind.TIMED_OUT, match=r"127\.0\.0\.1"):
            await read_overview(sms)
    assert 1 <= len(server.connections) <= 4


async def test_thin_links_are_served_packed() -> None:
    async with (
        ByteServer(always(plain(b"{}"))) as server,
        client(None, endpoint=server.url, compressed=True) as sms,
    ):
        await read_overview(sms)
    assert b"accept-encoding: gzip" in server.requests[0].lower()


async def test_leaving_a_sweep_early_leaves_nothing_behind() -> None:
    ended: list[int] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params["offset"])
        try:
            if offset > 200:
                await asyncio.Event().wait()
        finally:
            ended.append(offset)
        return fine(count=2000, tasks=[{"id": f"t{offset + n}"} for n in range(200)])

    async with client(answer, endpoint="http://127.0.0.1") as sms:
        pages = sms.pages()
        await anext(pages)
        await anext(pages)
        await pages.aclose()
    assert ended == [0, 200, 400, 600, 800]


async def test_unchanged_tasks_are_the_same_objects_sweep_after_sweep() -> None:
    body = (FIXTURES / "list_tasks.json").read_bytes()
    async with client(Script(httpx.Response(200, content=body))) as sms:
        first, second = [[task async for page in sms.pages() for task in page.tasks] for _ in range(2)]
    assert first
    assert all(old is new for old, new in zip(first, second, strict=True))


async def test_speeds_come_in_one_unit() -> None:
    body = (FIXTURES / "list_tasks.json").read_bytes()
    found = []
    for unit in ("Mbit/s", "MB/s"):
        async with client(Script(httpx.Response(200, content=body)), speed_unit=unit) as sms:
            found.append([task.speed async for page in sms.pages() for task in page.tasks])
    assert [speed and speed * 8 for speed in found[0]] == found[1]


def echo(request: httpx.Request) -> httpx.Response:
    """Repeat every secret that came in, in header, id and text."""
    said = f"{dict(request.headers)} {request.content!r}"
    document = {
        "error_code": "SMS.0007",
        "error_msg": said,
        "request_id": request.headers.get("X-Auth-Token", ""),
    }
    return httpx.Response(400, json=document, headers={"Location": said.replace("\n", " ")[:500]})


def explode(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadError(f"{dict(request.headers)} {request.content!r}", request=request)


@pytest.mark.parametrize("handler", [echo, explode])
@pytest.mark.parametrize("credentials", [TOKEN_CREDENTIALS, PASSWORD_CREDENTIALS, KEY_CREDENTIALS])
async def test_no_secret_is_in_any_exception(handler: Handler, credentials: object) -> None:
    async with client(handler, credentials=credentials) as sms:
        with pytest.raises(ApiError) as caught:
            await read_overview(sms)
    error = caught.value
    shown = "".join(traceback.format_exception(error)) + repr(error) + repr(error.trouble) + repr(error.args)
    for secret in (TOKEN, PASSWORD, SECRET_KEY):
        assert not [secret[i : i + 16] for i in range(len(secret) - 15) if secret[i : i + 16] in shown]


async def test_a_secret_that_a_list_repeats_is_taken_out() -> None:
    entries = [{"id": "t1", "name": TOKEN, "error_json": f"sent with {TOKEN}"}, TOKEN]
    listed = httpx.Response(200, json={"count": 2, "tasks": entries})
    async with client(lambda _: listed) as sms:
        (page,) = [page async for page in sms.pages()]
    assert [(task.name, task.error) for task in page.tasks] == [("***", "sent with ***")]
    assert TOKEN not in repr(page)


async def test_tokens_that_were_issued_and_passwords_of_proxies_are_secrets_too() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(201, json={}, headers={"X-Subject-Token": TOKEN})
        return httpx.Response(400, json={"error_code": "SMS.0007", "error_msg": f"{TOKEN} {PASSWORD}"})

    proxy = f"http://user:{PASSWORD}@proxy.example:3128"
    credentials = PasswordCredentials("user", Secret("something else"), "domain")
    redactor = Redactor()
    async with client(answer, credentials=credentials, proxy=proxy, redactor=redactor) as sms:
        with pytest.raises(ApiError) as caught:
            await read_overview(sms)
    assert "***" in caught.value.trouble.sentence
    # Logs and crash reports ask the same one.
    assert redactor.redact(f"{TOKEN} {PASSWORD}") == "*** ***"
    assert not [secret for secret in (TOKEN, PASSWORD) if secret[:16] in repr(caught.value.trouble)]


async def test_settings_that_cannot_work_are_told_before_anything_is_opened() -> None:
    for wrong in ({"endpoint": "http://sms.example.com"}, {"proxy": "socks5://proxy:1"}):
        with failing(TroubleKind.LOCAL):
            async with client(None, **wrong):
                pass
    with failing(TroubleKind.LOCAL, match="`iam_endpoint`"):
        async with client(None, credentials=PASSWORD_CREDENTIALS, iam_endpoint=""):
            pass
