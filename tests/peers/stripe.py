"""Stripe's API v1 on loopback: payments, refunds, and idempotency keys with their stored answers."""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.peers.faults import Faults, Says
from tests.peers.vendor import Refusal, answering

KEY = "sk_test_51Loopback"
NOON = 1_795_262_400


def error(kind: str, message: str, **more: str) -> dict[str, Any]:
    """An error object."""
    return {"error": {"type": kind, "message": message} | more}


SAYS = Says(
    error=answering(500, error("api_error", "An unknown error occurred")),
    unauthorised=answering(401, error("invalid_request_error", "Invalid API Key provided: sk_test_***")),
    throttled=lambda wait: web.json_response(
        error("invalid_request_error", "Too many requests", code="rate_limit"),
        status=429,
        headers={"Retry-After": wait},
    ),
)


def refunds(request: web.Request) -> bool:
    """Whether a request moves money."""
    return request.method == "POST"


@dataclass
class StripePeer:
    """One account."""

    intents: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, tuple[dict[str, str], int, Any]] = field(default_factory=dict)
    under_way: set[str] = field(default_factory=set)
    breaks: bool = False
    """Fails inside; what it said then is kept under the key like any other answer."""
    page_size: int = 100
    faults: Faults = field(default_factory=lambda: Faults(refunds, SAYS))

    def admits(self, request: web.Request) -> bool:
        """The secret key, as a bearer token."""
        return request.headers.get("Authorization") == f"Bearer {KEY}"

    def routes(self) -> list[web.RouteDef]:
        """What it answers."""
        return [
            web.get("/v1/payment_intents/search", self.search),
            web.get("/v1/refunds", self.list_refunds),
            web.post("/v1/refunds", self.create),
        ]

    def take(self, order_id: str, amount: int, *, captured: bool = True, currency: str = "eur") -> str:
        """Let a customer pay for an order, or only reserve the money."""
        number = f"pi_{len(self.intents) + 1}"
        charge = {
            "id": f"ch_{number}",
            "object": "charge",
            "amount": amount,
            "amount_captured": amount if captured else 0,
            "amount_refunded": 0,
        }
        self.intents[number] = {
            "id": number,
            "object": "payment_intent",
            "amount": amount,
            "currency": currency,
            "status": "succeeded" if captured else "requires_capture",
            "latest_charge": charge,
            "metadata": {"order_id": order_id},
        }
        return number

    def forget_keys(self) -> None:
        """A day later."""
        self.answers.clear()

    async def search(self, request: web.Request) -> web.Response:
        found = [one for one in self.intents.values() if matches(request.query["query"], one)]
        if request.query.get("expand[]") != "data.latest_charge":
            found = [one | {"latest_charge": one["latest_charge"]["id"]} for one in found]
        url = "/v1/payment_intents/search"
        page = {"object": "search_result", "data": found, "has_more": False, "next_page": None, "url": url}
        return web.json_response(page)

    async def list_refunds(self, request: web.Request) -> web.Response:
        wanted, after = request.query.get("payment_intent"), request.query.get("starting_after")
        found = [one for one in reversed(self.refunds) if wanted in (None, one["payment_intent"])]
        start = 1 + [one["id"] for one in found].index(after) if after else 0
        size = min(self.page_size, int(request.query.get("limit", "10")))
        page, more = found[start : start + size], len(found) > start + size
        return web.json_response({"object": "list", "url": "/v1/refunds", "has_more": more, "data": page})

    async def create(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        key = request.headers.get("Idempotency-Key", "")
        if key in self.under_way:
            said = "There is currently another in-progress request using this Idempotent Key"
            body = error("idempotency_error", said, code="idempotency_key_in_use")
            return web.json_response(body, status=409)
        if key in self.answers:
            return self.replayed(key, form)
        status, body = self.executed(form)
        if key:
            self.answers[key] = (form, status, body)
        return web.json_response(body, status=status)

    def replayed(self, key: str, form: dict[str, str]) -> web.Response:
        """The first answer again, unless the key came with other parameters."""
        first, status, body = self.answers[key]
        if first != form:
            said = "Keys for idempotent requests can only be used with the same parameters."
            raise Refusal(web.json_response(error("idempotency_error", said), status=400))
        return web.json_response(body, status=status, headers={"Idempotent-Replayed": "true"})

    def executed(self, form: dict[str, str]) -> tuple[int, Any]:
        """Move the money, or say why not."""
        if self.breaks:
            return 500, error("api_error", "An unknown error occurred")
        intent = self.intents.get(form["payment_intent"])
        if intent is None:
            said = f"No such payment_intent: '{form['payment_intent']}'"
            return 404, error("invalid_request_error", said, code="resource_missing", param="payment_intent")
        charge, amount = intent["latest_charge"], int(form["amount"])
        left = charge["amount_captured"] - charge["amount_refunded"]
        if left == 0:
            said = f"Charge {charge['id']} has already been refunded."
            return 400, error("invalid_request_error", said, code="charge_already_refunded")
        if amount > left:
            said = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
            return 400, error("invalid_request_error", said, param="amount")
        charge["amount_refunded"] += amount
        refund = {
            "id": f"re_{len(self.refunds) + 1}",
            "object": "refund",
            "amount": amount,
            "charge": charge["id"],
            "created": NOON + len(self.refunds),
            "currency": intent["currency"],
            "metadata": {n[9:-1]: value for n, value in form.items() if n.startswith("metadata[")},
            "payment_intent": intent["id"],
            "reason": form.get("reason"),
            "status": "succeeded",
        }
        self.refunds.append(refund)
        return 200, refund


def matches(query: str, intent: dict[str, Any]) -> bool:
    """Whether a payment meets a query of the form `metadata['name']:'value'`."""
    name, _, value = query.partition(":")
    found = intent["metadata"].get(name.removeprefix("metadata['").removesuffix("']"))
    return bool(value == f"'{found}'")
