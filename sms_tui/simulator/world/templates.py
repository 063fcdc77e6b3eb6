"""Server templates, from which target servers are created."""

from collections.abc import Iterable

from sms_tui.simulator.world.seeded_random import identifier
from sms_tui.simulator.world.servers import project_id

Json = dict[str, object]


def region_templates(seed: int, regions: Iterable[str]) -> dict[str, Json]:
    """One template for each region, by id."""
    made = [_template(seed, region, number) for number, region in enumerate(regions)]
    return {str(template["id"]): template for template in made}


def template_id(seed: int, number: int) -> str:
    """The id of the template of the region with that number."""
    return identifier(seed, f"template-{number}-id")


def _template(seed: int, region: str, number: int) -> Json:
    def made(what: str) -> str:
        return identifier(seed, f"template-{number}-{what}")

    bandwidth = {"type": "5_bgp", "bandwidth_size": 100, "bandwidth_share_type": "PER"}
    disk = {"id": 1, "index": 0, "name": "/dev/vda", "disktype": "SAS", "size": 40, "device_use": "BOOT"}
    return {
        "id": template_id(seed, number),
        "name": f"clone-template-{number + 1}",
        "is_template": "true",
        "region": region,
        "projectid": project_id(seed, region),
        "target_server_name": "clone-target",
        "availability_zone": f"{region}a",
        "volumetype": "SAS",
        "flavor": "s6.xlarge.2",
        "vpc": {"id": made("vpc"), "name": "vpc-migration", "cidr": "10.20.0.0/16"},
        "nics": [{"id": made("nic"), "name": "subnet-a", "cidr": "10.20.1.0/24", "ip": ""}],
        "security_groups": [{"id": made("group"), "name": "sg-migration"}],
        "publicip": bandwidth,
        "disk": [disk],
        "data_volume_type": "SAS",
        "target_password": "",
        "image_id": "",
    }
