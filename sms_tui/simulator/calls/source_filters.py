"""Which source servers a query of their list selects."""

from collections.abc import Mapping
from typing import cast

from sms_tui.simulator.calls.request_fields import Refused, truth
from sms_tui.simulator.migration.rules import bad_request

Json = dict[str, object]
_STATES = frozenset(
    {
        "unavailable", "waiting", "initialize", "init", "replicate", "syncing", "stopping", "stopped",
        "skipping", "deleting", "clearing", "cleared", "clearfailed", "premigready", "premiging", "premiged",
        "premigfailed", "cloning", "cutovering", "finished", "error",
    }
)  # fmt: skip
_CYCLES = frozenset({"checking", "setting", "replicating", "syncing", "cutovering", "cutovered"})
_FLAGS = ("connected", "is_consistency_result_exist")
_AFTER_2022 = frozenset({"is_consistency_result_exist", "ipv6", "vm_id"})
_OWN_ENTERPRISE = frozenset({"0", "all_granted_eps"})


def asked(query: Mapping[str, str], epoch: str, *, refuse_unknown: bool) -> dict[str, str]:
    """The filters that count; refuses values that the API's lists do not name."""
    unknown = _AFTER_2022 if epoch == "2022" else frozenset()
    wanted = {name: value for name, value in query.items() if value and name not in unknown}
    for name, known in (("state", _STATES), ("migration_cycle", _CYCLES)):
        if refuse_unknown and name in wanted and wanted[name].lower() not in known:
            raise Refused(bad_request(f"{name} {wanted[name][:64]} cannot be asked for"))
    for name in _FLAGS:
        truth(wanted, name)
    return wanted


def matches(item: Json, project: str, wanted: Mapping[str, str]) -> bool:
    """Whether an item of the list, which belongs to that migration project, is among what is wanted."""
    return (
        all(_same(item, name, wanted) for name in ("id", "state", "migration_cycle"))
        and all(item.get(name) == truth(wanted, name, item.get(name)) for name in _FLAGS)
        and wanted.get("name", "") in str(item["name"])
        and _has_address(item, wanted)
        and wanted.get("vm_id", "") in {"", *_vm_ids(item)}
        and in_projects(project, wanted)
    )


def in_projects(project: str, wanted: Mapping[str, str]) -> bool:
    """Whether what belongs to that migration project is wanted; there is one enterprise project."""
    in_enterprise = wanted.get("enterprise_project_id", "0") in _OWN_ENTERPRISE
    return in_enterprise and wanted.get("migproject", project) == project


def _same(item: Json, name: str, wanted: Mapping[str, str]) -> bool:
    return name not in wanted or _spelt(str(item[name])) == _spelt(wanted[name])


def _spelt(state: str) -> str:
    """One spelling for each state."""
    lower = state.lower()
    return "initialize" if lower == "init" else lower


def _has_address(item: Json, wanted: Mapping[str, str]) -> bool:
    """No source here has an IPv6 address, and where both are given the older one counts."""
    return item["ip"] == wanted["ip"] if "ip" in wanted else "ipv6" not in wanted


def _vm_ids(item: Json) -> set[object]:
    task = cast("Json", item["current_task"] or {})
    servers = (cast("Json", task.get(name) or {}) for name in ("target_server", "clone_server"))
    return {server.get("vm_id") for server in servers}
