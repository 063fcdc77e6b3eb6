"""Invented credentials for the simulated service, made from the seed; they are good for nothing else."""

from dataclasses import dataclass, field

from sms_tui.simulator.world.seeded_random import token


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client may sign in with."""

    token: str = field(repr=False)
    user: str
    password: str = field(repr=False)
    domain: str
    ak: str
    sk: str = field(repr=False)
    project_id: str
    domain_id: str

    def announced(self, url: str) -> dict[str, str]:
        """What is told to whoever started the simulator."""
        return {
            "url": url,
            "token": self.token,
            "user": self.user,
            "password": self.password,
            "domain": self.domain,
            "ak": self.ak,
            "sk": self.sk,
            "project_id": self.project_id,
        }


def make_credentials(seed: int, project_id: str) -> Credentials:
    """The account of a world."""
    return Credentials(
        token=f"SIM{token(seed, 'token', 48)}",
        user="migration-operator",
        password=f"pw-{token(seed, 'password', 9)}",
        domain="example-domain",
        ak=token(seed, "ak", 10).upper(),
        sk=token(seed, "sk", 20),
        project_id=project_id,
        domain_id=token(seed, "domain", 16),
    )
