"""HubSpot's CRM API v3 on loopback: contacts, their search, tickets, OAuth tokens that run out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.peers.faults import Faults, Says
from tests.peers.vendor import Refusal, answering

PRIVATE_APP = "pat-eu1-11111111-2222-3333-4444-555555555555"
CLIENT = {"client_id": "app", "client_secret": "app-secret"}
REFRESH_TOKEN = "refresh-1"
CREATED = "2023-10-18T08:15:00.000Z"
TICKET_PROPERTIES = frozenset(
    {"subject", "content", "hs_pipeline", "hs_pipeline_stage", "frontdesk_key", "frontdesk_customer"}
)


def problem(category: str, message: str, **more: Any) -> dict[str, Any]:
    """An error as HubSpot writes it."""
    correlation = "b6881283-187e-4088-a778-5c933a14547c"
    return {"status": "error", "message": message, "correlationId": correlation, "category": category} | more


EXPIRED = problem("EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired 7 second(s) ago.")
SAYS = Says(
    error=answering(500, {"status": "error", "message": "internal error", "correlationId": "x"}),
    unauthorised=answering(401, problem("INVALID_AUTHENTICATION", "Authentication credentials not found.")),
    throttled=lambda wait: web.json_response(
        problem("RATE_LIMITS", "You have reached your secondly limit.", policyName="SECONDLY"),
        status=429,
        headers={"Retry-After": wait},
    ),
)


def creates(request: web.Request) -> bool:
    """Whether a request opens a ticket."""
    return request.method == "POST" and request.path == "/crm/v3/objects/tickets"


@dataclass
class HubSpotPeer:
    """One account. A contact's number of ours stands in the unique property `customer_number`."""

    contacts: dict[str, dict[str, str]] = field(default_factory=dict)
    tickets: dict[str, dict[str, str]] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)
    known: frozenset[str] = TICKET_PROPERTIES
    tokens: set[str] = field(default_factory=lambda: {PRIVATE_APP})
    issued: int = 0
    expired_status: int = 401
    issuing: bool = True
    faults: Faults = field(default_factory=lambda: Faults(creates, SAYS))

    def admits(self, request: web.Request) -> bool:
        """A private app's token, or one that was issued and has not run out."""
        sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if request.path == "/oauth/v1/token" or sent in self.tokens:
            return True
        if sent.startswith("access-"):
            raise_expired(self.expired_status)
        return False

    def routes(self) -> list[web.RouteDef]:
        """What it answers."""
        return [
            web.post("/oauth/v1/token", self.issue),
            web.post("/crm/v3/objects/contacts/search", self.search_contacts),
            web.get("/crm/v3/objects/contacts/{id}", self.get_contact),
            web.post("/crm/v3/objects/tickets", self.create_ticket),
            web.get("/crm/v3/objects/tickets/{id}", self.get_ticket),
        ]

    def add_contact(self, **properties: str) -> str:
        """Know somebody; the id that HubSpot gives them."""
        number = str(501 + len(self.contacts))
        self.contacts[number] = {"hs_object_id": number, "createdate": CREATED} | properties
        return number

    def expire(self) -> None:
        """Let every issued token run out."""
        self.tokens = {PRIVATE_APP}

    async def issue(self, request: web.Request) -> web.Response:
        form = await request.post()
        wanted = CLIENT | {"grant_type": "refresh_token", "refresh_token": REFRESH_TOKEN}
        if not self.issuing or dict(form) != wanted:
            said = {"status": "BAD_REFRESH_TOKEN", "message": "missing or invalid refresh token"}
            return web.json_response(said | {"error": "invalid_grant"}, status=400)
        self.issued += 1
        token = f"access-{self.issued}"
        self.tokens.add(token)
        answer = {"access_token": token, "refresh_token": REFRESH_TOKEN, "expires_in": 1800}
        return web.json_response(answer | {"token_type": "bearer"})

    async def search_contacts(self, request: web.Request) -> web.Response:
        body = await request.json()
        found = [c for c in self.contacts.values() if any(meets(c, g) for g in body["filterGroups"])]
        results = [record(c["hs_object_id"], c, body["properties"]) for c in found][: body.get("limit", 10)]
        return web.json_response({"total": len(found), "results": results})

    async def get_contact(self, request: web.Request) -> web.Response:
        found = one(self.contacts, request)
        wanted = request.query.get("properties", "").split(",")
        return web.json_response(record(found["hs_object_id"], found, wanted))

    async def create_ticket(self, request: web.Request) -> web.Response:
        body = await request.json()
        given = body["properties"]
        if lacking := sorted(given.keys() - self.known):
            raise Refusal(web.json_response(no_property(lacking[0]), status=400))
        if any(ticket["frontdesk_key"] == given["frontdesk_key"] for ticket in self.tickets.values()):
            raise Refusal(web.json_response(taken(given["frontdesk_key"]), status=400))
        contact = body["associations"][0]["to"]["id"]
        if contact not in self.contacts:
            raise Refusal(web.json_response(problem("VALIDATION_ERROR", "No such contact"), status=400))
        number = str(9001 + len(self.tickets))
        self.tickets[number] = {"hs_object_id": number, "createdate": CREATED} | given
        self.beside[number] = contact
        return web.json_response(record(number, self.tickets[number], list(given)), status=201)

    async def get_ticket(self, request: web.Request) -> web.Response:
        found = one(self.tickets, request)
        wanted = request.query.get("properties", "").split(",")
        return web.json_response(record(found["hs_object_id"], found, wanted))


def raise_expired(status: int) -> None:
    """Say that a token has run out, in the manner of this account."""
    said = EXPIRED if status == 401 else {"error": "invalid_token", "error_description": "token expired"}
    raise Refusal(web.json_response(said, status=status))


def one(objects: Mapping[str, dict[str, str]], request: web.Request) -> dict[str, str]:
    """The object of a path, by HubSpot's id or by the unique property that the query names."""
    name, value = request.query.get("idProperty", "hs_object_id"), request.match_info["id"]
    for properties in objects.values():
        if properties.get(name) == value:
            return properties
    raise Refusal(web.json_response(problem("OBJECT_NOT_FOUND", "resource not found"), status=404))


def meets(properties: Mapping[str, str], group: Mapping[str, Any]) -> bool:
    """Whether an object meets all filters of a group."""
    return all(
        f["operator"] == "EQ" and properties.get(f["propertyName"], "").lower() == f["value"].lower()
        for f in group["filters"]
    )


def record(number: str, properties: Mapping[str, str], wanted: list[str]) -> dict[str, Any]:
    """An object as HubSpot writes it; properties that were not asked for stay away."""
    always = {name: properties[name] for name in ("createdate", "hs_object_id")}
    asked = {name: properties.get(name) for name in wanted if name}
    times = {"createdAt": CREATED, "updatedAt": CREATED, "archived": False}
    return {"id": number, "properties": always | asked} | times


def no_property(name: str) -> dict[str, Any]:
    """The account does not have this property."""
    fault = f'[{{"isValid":false,"message":"Property \\"{name}\\" does not exist"'
    fault += f',"error":"PROPERTY_DOESNT_EXIST","name":"{name}"}}]'
    return problem("VALIDATION_ERROR", f"Property values were not valid: {fault}")


def taken(key: str) -> dict[str, Any]:
    """Another ticket has this value already."""
    where = f"propertyName=frontdesk_key, value={key}"
    return problem(
        "VALIDATION_ERROR", f"Cannot set PropertyValueCoordinates{{{where}}}. 9001 already has that value."
    )
