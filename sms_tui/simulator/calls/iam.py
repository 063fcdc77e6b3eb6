"""The identity service, as far as a client of the migration service needs it."""

import msgspec.json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sms_tui.simulator.documents.replies import ok, raw
from sms_tui.simulator.serving.auth import Lock, Tokens, iso_time
from sms_tui.simulator.world.seeded_random import token
from sms_tui.simulator.world.servers import project_id
from sms_tui.simulator.world.world import Service

Json = dict[str, object]
TOKEN_PATH = "/v3/auth/tokens"  # noqa: S105 - a path


class IamCalls:
    """Answers the calls of the identity service."""

    def __init__(self, service: Service, tokens: Tokens) -> None:
        self._service = service
        self._tokens = tokens
        self._lock = Lock(service.clock)

    def routes(self) -> list[Route]:
        """Every path that is answered here."""
        return [
            Route(TOKEN_PATH, self._sign_in, methods=["POST"]),
            Route("/v3/projects", self._projects),
            Route("/v3/auth/domains", self._domains),
        ]

    async def _sign_in(self, request: Request) -> Response:
        """The token is in a header of the answer."""
        try:
            wanted = msgspec.json.decode(await request.body(), type=_SignIn).auth
        except (msgspec.DecodeError, RecursionError):
            return _no(400, "The request body is invalid", "Bad Request")
        user = wanted.identity.password.user
        if self._is_ours(user) and self._lock.shut:
            return _locked()
        if not self._lets_in(user):
            return _no(401, "The username or password is wrong.", "Unauthorized")
        scope = self._scope(wanted.scope)
        if scope is None:
            return _no(404, "The scope cannot be found", "Not Found")
        return self._token(wanted.identity.methods, scope)

    async def _projects(self, request: Request) -> Response:
        name = request.query_params.get("name")
        found = [each for each in self._known_projects() if name in {None, each["name"]}]
        links: Json = {"self": str(request.url), "previous": None, "next": None}
        return ok({"projects": found, "links": links})

    async def _domains(self, request: Request) -> Response:
        domain = self._domain() | {"enabled": True, "description": ""}
        return ok({"domains": [domain], "links": {"self": str(request.url), "previous": None, "next": None}})

    def _is_ours(self, user: "_User") -> bool:
        """Whether it is the one user that there is, who alone can be locked."""
        credentials = self._service.credentials
        return (user.name, user.domain.name) == (credentials.user, credentials.domain)

    def _lets_in(self, user: "_User") -> bool:
        """Whether it is our user with the right password; only tries in that name count."""
        if not self._is_ours(user):
            return False
        right = user.password == self._service.credentials.password
        self._lock.count(right)
        return right

    def _scope(self, wanted: "_Scope | None") -> Json | None:
        if wanted is not None and wanted.project is not None:
            given = {wanted.project.id, wanted.project.name} - {""}
            found = (each for each in self._known_projects() if given & {each["id"], each["name"]})
            project = next(found, None)
            kept = ("name", "id")
            return (
                None if project is None else {"project": {key: project[key] for key in kept} | self._owner()}
            )
        domain = wanted.domain if wanted else None
        if domain is not None and not {domain.id, domain.name} & set(self._domain().values()):
            return None
        return {"domain": self._domain()}

    def _token(self, methods: list[str], scope: Json) -> Response:
        text, issued, expires = self._tokens.issue()
        credentials = self._service.credentials
        user_id = token(self._service.seed, "user", 16)
        body: Json = {
            "catalog": [],
            "expires_at": iso_time(expires),
            "issued_at": iso_time(issued),
            "methods": methods,
            "roles": [{"name": "sms_adm", "id": "0"}, {"name": "te_agency", "id": "0"}],
            "user": {"name": credentials.user, "id": user_id, "password_expires_at": ""} | self._owner(),
        }
        answer = raw(msgspec.json.encode({"token": body | scope}), 201)
        answer.headers["X-Subject-Token"] = text
        return answer

    def _known_projects(self) -> list[Json]:
        seed, owner = self._service.seed, self._service.credentials.domain_id
        return [
            {
                "id": project_id(seed, region),
                "name": region,
                "domain_id": owner,
                "parent_id": owner,
                "is_domain": False,
                "enabled": True,
                "description": "",
                "links": {"self": f"https://iam.example.com/v3/projects/{project_id(seed, region)}"},
            }
            for region in self._service.scenario.regions
        ]

    def _domain(self) -> Json:
        credentials = self._service.credentials
        return {"name": credentials.domain, "id": credentials.domain_id}

    def _owner(self) -> Json:
        return {"domain": self._domain()}


class _Named(msgspec.Struct):
    id: str = ""
    name: str = ""


class _User(msgspec.Struct):
    name: str
    password: str
    domain: _Named


class _Password(msgspec.Struct):
    user: _User


class _Identity(msgspec.Struct):
    methods: list[str]
    password: _Password


class _Scope(msgspec.Struct):
    project: _Named | None = None
    domain: _Named | None = None


class _Auth(msgspec.Struct):
    identity: _Identity
    scope: _Scope | None = None


class _SignIn(msgspec.Struct):
    auth: _Auth


def _no(status: int, message: str, title: str) -> Response:
    body = {"error": {"code": status, "message": message, "title": title}}
    return raw(msgspec.json.encode(body), status)


def _locked() -> Response:
    """In the gateway's spelling, unlike the refusals of the sign-in itself."""
    said = {"error_code": "IAM.0061", "error_msg": "The user is locked after too many wrong tries"}
    return raw(msgspec.json.encode(said), 401)
