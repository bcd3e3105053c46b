"""Zendesk's Ticketing API v2 on loopback: users by external id, tickets, idempotency keys."""

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.peers.faults import Faults, Says
from tests.peers.vendor import Refusal, answering

AGENT, TOKEN = "agent@example.com", "zendesk-token"
DENIED = {"error": "Couldn't authenticate you"}
SAYS = Says(
    error=answering(500, {"error": "InternalServerError", "description": "Something went wrong"}),
    unauthorised=answering(401, DENIED),
    throttled=lambda wait: web.Response(
        status=429,
        text="Number of allowed API requests per minute exceeded",
        headers={"Retry-After": wait, "X-Rate-Limit": "700", "X-Rate-Limit-Remaining": "0"},
    ),
)


def creates(request: web.Request) -> bool:
    """Whether a request opens a ticket."""
    return request.method == "POST"


@dataclass
class ZendeskPeer:
    """One account."""

    users: list[dict[str, Any]] = field(default_factory=list)
    tickets: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, tuple[bytes, web.Response]] = field(default_factory=dict)
    faults: Faults = field(default_factory=lambda: Faults(creates, SAYS))

    def admits(self, request: web.Request) -> bool:
        """API tokens travel as the password of `<email>/token`."""
        sent = b64encode(f"{AGENT}/token:{TOKEN}".encode()).decode()
        return request.headers.get("Authorization") == f"Basic {sent}"

    def routes(self) -> list[web.RouteDef]:
        """What it answers."""
        return [
            web.get("/api/v2/users/search.json", self.search_users),
            web.get("/api/v2/tickets.json", self.list_tickets),
            web.post("/api/v2/tickets.json", self.create_ticket),
        ]

    def add_user(self, external_id: str, name: str) -> None:
        """Know somebody."""
        number = 35_000_000 + len(self.users)
        self.users.append({"id": number, "external_id": external_id, "name": name, "role": "end-user"})

    def forget_keys(self) -> None:
        """Two hours later."""
        self.answers.clear()

    async def search_users(self, request: web.Request) -> web.Response:
        wanted = request.query["external_id"]
        return paged("users", [user for user in self.users if user["external_id"] == wanted])

    async def list_tickets(self, request: web.Request) -> web.Response:
        wanted = request.query.get("external_id")
        found = [ticket for ticket in self.tickets if wanted in (None, ticket["external_id"])]
        beside: dict[str, Any] = {}
        if request.query.get("include") == "users":
            asking = {ticket["requester_id"] for ticket in found}
            beside = {"users": [user for user in self.users if user["id"] in asking]}
        return paged("tickets", found, **beside)

    async def create_ticket(self, request: web.Request) -> web.Response:
        body, key = await request.read(), request.headers.get("Idempotency-Key")
        if key in self.answers:
            return replayed(*self.answers[key], body)
        given = (await request.json())["ticket"]
        requester, subject = given.get("requester_id"), given.get("subject", "")
        if requester not in {user["id"] for user in self.users}:
            raise Refusal(invalid("requester", "Requester: is not valid"))
        ticket = {
            "id": len(self.tickets) + 1,
            "external_id": given.get("external_id"),
            "subject": subject,
            "description": given["comment"]["body"],
            "requester_id": requester,
            "status": "new",
            "created_at": "2026-11-21T12:00:00Z",
            "public": given["comment"].get("public", True),
        }
        self.tickets.append(ticket)
        answer = web.json_response({"ticket": ticket, "audit": {"id": 1}}, status=201)
        if key:
            self.answers[key] = (body, answer)
            answer.headers["X-Idempotency-Lookup"] = "miss"
        return answer


def replayed(first: bytes, answer: web.Response, body: bytes) -> web.Response:
    """The first answer again, unless the key came with something else."""
    if body != first:
        said = "Request parameters do not match the ones of the first request with this key"
        raise Refusal(web.json_response({"error": "IdempotentRequestError", "description": said}, status=400))
    headers = {"X-Idempotency-Lookup": "hit"}
    return web.Response(
        status=answer.status, body=answer.body, content_type="application/json", headers=headers
    )


def invalid(name: str, says: str) -> web.Response:
    """A record that does not validate."""
    details = {name: [{"description": says}]}
    said = {"error": "RecordInvalid", "description": "Record validation errors", "details": details}
    return web.json_response(said, status=422)


def paged(name: str, found: list[dict[str, Any]], **beside: Any) -> web.Response:
    """One page of an offset listing."""
    page = {"count": len(found), "next_page": None, "previous_page": None}
    return web.json_response({name: found} | beside | page)
