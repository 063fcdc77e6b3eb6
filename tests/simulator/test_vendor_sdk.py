"""The vendor's own client library, over TCP: it must find the service that it was written for."""

import socket
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from sms_tui.simulator.serving.asgi import create_app
from sms_tui.simulator.serving.server import make_server
from tests.simulator.service import Service
from tests.simulator.worlds import world

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
    from huaweicloudsdkcore.client import ClientBuilder
    from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
    from huaweicloudsdksms import v3 as sms

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:huaweicloudsdk.*")


class Hosted:
    """A service listening on loopback, and the vendor's client for it."""

    def __init__(self, service: Service, url: str) -> None:
        self.service, self._url = service, url

    def client(self, *, secret: str = "", key: str = "", domain: str = "") -> sms.SmsClient:
        known = self.service.credentials
        ak, sk = key or known.ak, secret or known.sk
        if domain:
            builder = ClientBuilder(sms.SmsClient, GlobalCredentials.__name__)
            builder.with_credentials(GlobalCredentials(ak, sk, domain))
        else:
            builder = sms.SmsClient.new_builder()
            builder.with_credentials(BasicCredentials(ak, sk, known.project_id))
        return builder.with_endpoint(self._url).build()

    def placed(self, index: int, situation: str) -> str:
        """The id of a task that stands in that situation."""
        task_id = self.service.machine(index).server.task_id
        self.service.force_state(task_id, situation)
        return task_id


@contextmanager
def _hosted(scenario: str) -> Iterator[Hosted]:
    service = world(scenario)
    listening = socket.create_server(("127.0.0.1", 0))
    server = make_server(create_app(service))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield Hosted(service, f"http://127.0.0.1:{listening.getsockname()[1]}")
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.fixture(scope="module")
def hosted() -> Iterator[Hosted]:
    with _hosted("calm") as host:
        yield host


@pytest.fixture(scope="module")
def client(hosted: Hosted) -> sms.SmsClient:
    return hosted.client()


def _operate(client: sms.SmsClient, task_id: str, operation: str) -> None:
    template = None
    if operation == "clone_test":
        template = client.list_templates(sms.ListTemplatesRequest()).templates[0].id
    body = sms.UpdateTaskStatusReq(operation=operation, template_id=template)
    client.update_task_status(sms.UpdateTaskStatusRequest(task_id=task_id, body=body))


def _refusal(call: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(ClientRequestException) as caught:
        call()
    return caught.value.status_code, caught.value.error_code


def test_lists_and_shows(client: sms.SmsClient, hosted: Hosted) -> None:
    listed = client.list_tasks(sms.ListTasksRequest(limit=200))
    assert listed.count == len(listed.tasks) == 6
    task = client.show_task(sms.ShowTaskRequest(task_id=listed.tasks[0].id))
    assert (task.name, task.state) == (listed.tasks[0].name, listed.tasks[0].state)
    sources = client.list_servers(sms.ListServersRequest())
    assert task.source_server.id in {source.id for source in sources.source_servers}
    source = client.show_server(sms.ShowServerRequest(source_id=task.source_server.id))
    assert source.current_task.id == task.id
    assert client.show_overview(sms.ShowOverviewRequest()).waiting >= 0
    assert client.list_error_servers(sms.ListErrorServersRequest(limit=50, offset=0)).count == 0
    assert client.list_templates(sms.ListTemplatesRequest()).count == 2


def test_pages_and_filters(client: sms.SmsClient) -> None:
    pages = [client.list_tasks(sms.ListTasksRequest(limit=4, offset=offset)).tasks for offset in (0, 4)]
    assert [len(page) for page in pages] == [4, 2]
    assert client.list_tasks(sms.ListTasksRequest(name="erp db/+~ü")).count == 0


def test_domain_credentials_are_taken_too(hosted: Hosted) -> None:
    client = hosted.client(domain=hosted.service.credentials.domain_id)
    assert client.list_tasks(sms.ListTasksRequest()).count == 6


@pytest.mark.parametrize(
    ("operation", "situation"),
    [
        ("start", "READY"),
        ("start", "ABORT"),
        ("stop", "RUNNING"),
        ("stop", "SYNCING"),
        ("test", "SYNCING"),
        ("cutover", "SYNCING"),
        ("clone_test", "SYNCING"),
        ("restart", "MIGRATE_SUCCESS"),
        ("sync_failed_rollback", "SYNC_FAIL"),
        ("network_check", "ABORT"),
        ("migration_test", "READY"),
        ("skip", "checking"),
        ("clear", "MIGRATE_SUCCESS"),
    ],
)
def test_every_operation_is_taken_and_obeyed(
    client: sms.SmsClient, hosted: Hosted, operation: str, situation: str
) -> None:
    task_id = hosted.placed(0, situation)
    hosted.service.chronicle.clear()
    _operate(client, task_id, operation)
    hosted.service.clock.advance(60)
    hosted.service.advance_all()
    causes = [entry.cause for entry in hosted.service.chronicle.of(task_id)]
    assert causes[0] == f"{operation} accepted"
    assert len(causes) > 1
    assert not any("too late" in cause for cause in causes)


def test_logs_go_to_a_bucket(client: sms.SmsClient, hosted: Hosted) -> None:
    task_id = hosted.placed(1, "RUNNING")
    body = sms.UploadLogRequestBody(log_bucket="sms-logs-example")
    client.collect_log(sms.CollectLogRequest(task_id=task_id, body=body))
    hosted.service.clock.advance(200)
    sources = client.list_servers(sms.ListServersRequest()).source_servers
    [uploaded] = [source.current_task for source in sources if source.current_task.id == task_id]
    assert (uploaded.log_collect_status, uploaded.log_bucket) == ("UPLOADED", "sms-logs-example")


def test_a_speed_limit_is_kept(client: sms.SmsClient, hosted: Hosted) -> None:
    task_id = hosted.placed(1, "RUNNING")
    rule = sms.SpeedLimitlJson(start="08:00", end="20:00", speed=100, over_speed_threshold=10.0)
    client.update_speed(sms.UpdateSpeedRequest(task_id=task_id, body=sms.SpeedLimit(speed_limit=[rule])))
    kept = client.shows_speed_limits(sms.ShowsSpeedLimitsRequest(task_id=task_id)).speed_limit
    assert [(each.start, each.end, each.speed) for each in kept] == [("08:00", "20:00", 100)]


def test_sources_are_filtered_renamed_and_put_into_projects(client: sms.SmsClient) -> None:
    body = sms.PostMigProjectBody(name="wave-2", region="ap-southeast-3", syncing=True)
    made = client.create_migproject(sms.CreateMigprojectRequest(body=body)).id
    listed = client.list_servers(sms.ListServersRequest(connected=True, migration_cycle="cutovered"))
    source = listed.source_servers[0]
    changed = sms.PutSourceServerBody(name="front-door", migprojectid=made)
    client.update_server_name(sms.UpdateServerNameRequest(source_id=source.id, body=changed))
    found = client.list_servers(sms.ListServersRequest(migproject=made, is_consistency_result_exist=False))
    assert [each.name for each in found.source_servers] == ["front-door"]
    shown = client.show_migproject(sms.ShowMigprojectRequest(mig_project_id=made))
    assert (shown.name, shown.syncing, shown.isdefault) == ("wave-2", True, False)
    renamed = sms.MigProject(name="wave-3", syncing=False)
    client.update_migproject(sms.UpdateMigprojectRequest(mig_project_id=made, body=renamed))
    client.update_default_migproject(sms.UpdateDefaultMigprojectRequest(mig_project_id=made))
    projects = client.list_migprojects(sms.ListMigprojectsRequest()).migprojects
    assert [(each.name, each.isdefault, each.syncing) for each in projects] == [
        ("default", False, False),
        ("wave-3", True, False),
    ]
    default = sms.UpdateDefaultMigprojectRequest(mig_project_id=projects[0].id)
    client.update_default_migproject(default)
    client.delete_migproject(sms.DeleteMigprojectRequest(mig_project_id=made))
    for call in (
        lambda: client.show_migproject(sms.ShowMigprojectRequest(mig_project_id=made)),
        lambda: client.update_default_migproject(sms.UpdateDefaultMigprojectRequest(mig_project_id=made)),
        lambda: client.delete_migproject(sms.DeleteMigprojectRequest(mig_project_id=made)),
    ):
        assert _refusal(call) == (400, "APIGW.0106")


def test_settings_are_kept(client: sms.SmsClient, hosted: Hosted) -> None:
    task_id = hosted.placed(0, "READY")
    setting = sms.ConfigBody(config_key="NUM_PROCESS_SYNC", config_value="4")
    body = sms.ConfigurationRequestBody(configurations=[setting])
    client.upload_special_configuration_setting(
        sms.UploadSpecialConfigurationSettingRequest(task_id=task_id, body=body)
    )
    for key, values in ((None, ["4"]), ("NUM_PROCESS_SYNC", ["4"]), ("LINUX_CPU_LIMIT", [])):
        wanted = sms.ShowConfigSettingRequest(task_id=task_id, config_key=key)
        kept = client.show_config_setting(wanted)
        assert [each.config_value for each in kept.configurations] == values
    result = client.show_consistency_result(sms.ShowConsistencyResultRequest(task_id=task_id))
    assert (result.task_id, result.result_list) == (task_id, [])


def test_a_task_is_renamed(client: sms.SmsClient, hosted: Hosted) -> None:
    task_id = hosted.placed(2, "READY")
    body = sms.PutTaskReq(name="w9-moved")
    assert client.update_task(sms.UpdateTaskRequest(task_id=task_id, body=body)).id == task_id
    assert client.show_task(sms.ShowTaskRequest(task_id=task_id)).name == "w9-moved"
    found = client.list_tasks(sms.ListTasksRequest(name="w9-"))
    assert [each.id for each in found.tasks] == [task_id]
    assert client.list_tasks(sms.ListTasksRequest(name="w1-app-03")).count == 0
    for name in ("", "a b", "w" * 65):
        body.name = name
        renamed = sms.UpdateTaskRequest(task_id=task_id, body=body)
        assert _refusal(lambda wanted=renamed: client.update_task(wanted)) == (400, "SMS.7711")  # type: ignore[misc]


def test_a_template_never_tells_its_password(client: sms.SmsClient) -> None:
    template = client.list_templates(sms.ListTemplatesRequest()).templates[0].id
    told = client.show_target_password(sms.ShowTargetPasswordRequest(id=template))
    assert (told.template_id, told.target_password) == (template, "")


def test_templates_are_made_changed_and_deleted(client: sms.SmsClient) -> None:
    wanted = sms.TemplateRequest(
        name="web_\u670d\u52a1-1",
        is_template="true",
        region="ap-southeast-3",
        projectid="p",
        target_password="never-told",
    )
    body = sms.CreateTemplateReq(template=wanted)
    made = client.create_template(sms.CreateTemplateRequest(body=body)).id
    shown = client.show_template(sms.ShowTemplateRequest(id=made)).template
    assert (shown.name, shown.region, shown.target_password) == (wanted.name, "ap-southeast-3", "")
    wanted.name = "web-2"
    changed = sms.UpdateTemplateRequest(id=made, body=sms.UpdateTemplateReq(template=wanted))
    client.update_template(changed)
    found = client.list_templates(sms.ListTemplatesRequest(name="web-2", region="ap-southeast-3"))
    assert [each.id for each in found.templates] == [made]
    assert client.list_templates(sms.ListTemplatesRequest(id=made, availability_zone="z")).count == 0
    client.delete_template(sms.DeleteTemplateRequest(id=made))
    gone = sms.ShowTemplateRequest(id=made)
    assert _refusal(lambda: client.show_template(gone)) == (400, "APIGW.0106")
    for name in ("", "a b", "web/1", "w" * 65):
        wanted.name = name
        assert _refusal(lambda: client.create_template(sms.CreateTemplateRequest(body=body)))[0] == 400


def test_refusals_carry_status_and_code(client: sms.SmsClient, hosted: Hosted) -> None:
    running = hosted.placed(1, "RUNNING")
    assert _refusal(lambda: _operate(client, running, "start")) == (400, "SMS.1039")
    assert _refusal(lambda: _operate(client, running, "error_for_overspeed")) == (400, "APIGW.0106")
    unheard_of = "00000000-0000-5000-8000-000000000000"
    assert _refusal(lambda: _operate(client, unheard_of, "start")) == (404, "SMS.7703")
    assert _refusal(lambda: client.show_task(sms.ShowTaskRequest(task_id=unheard_of))) == (404, "SMS.7703")
    assert _refusal(lambda: client.delete_task(sms.DeleteTaskRequest(task_id=running))) == (400, "SMS.7719")
    assert _refusal(lambda: client.list_tasks(sms.ListTasksRequest(limit=201)))[0] == 400
    hosted.service.disconnect(running)
    assert _refusal(lambda: _operate(client, running, "stop")) == (400, "SMS.6603")


def test_wrong_keys_are_refused(hosted: Hosted) -> None:
    for stranger in (
        hosted.client(secret="guessed"),
        hosted.client(key="SOMEBODYELSESKEY0000"),
        hosted.client(domain="f" * 32),
    ):
        assert _refusal(lambda client=stranger: client.list_tasks(sms.ListTasksRequest())) == (  # type: ignore[misc]
            401,
            "APIGW.0301",
        )
    assert hosted.client().list_tasks(sms.ListTasksRequest(limit=1)).tasks


def test_a_deleted_task_is_gone() -> None:
    with _hosted("calm") as host:
        client = host.client()
        ids = [host.placed(index, "READY") for index in range(3)]
        client.delete_task(sms.DeleteTaskRequest(task_id=ids[0]))
        client.delete_tasks(sms.DeleteTasksRequest(body=sms.DeleteTasksReq(ids=ids[1:])))
        host.service.clock.advance(60)
        assert _refusal(lambda: client.show_task(sms.ShowTaskRequest(task_id=ids[0])))[0] == 404
        assert client.list_tasks(sms.ListTasksRequest()).count == 3


def test_too_many_calls_are_throttled() -> None:
    # The vendor's client keeps the code of a 429 to itself and reports the bare status.
    with _hosted("throttled") as host:
        client = host.client()
        for _ in range(3):
            client.list_tasks(sms.ListTasksRequest(limit=1))
        assert _refusal(lambda: client.list_tasks(sms.ListTasksRequest(limit=1))) == (429, "429")


def test_the_shapes_of_2022_can_be_read_too() -> None:
    with _hosted("year-2022") as host:
        client = host.client()
        [task] = client.list_tasks(sms.ListTasksRequest(limit=1)).tasks
        assert client.show_task(sms.ShowTaskRequest(task_id=task.id)).name == task.name
