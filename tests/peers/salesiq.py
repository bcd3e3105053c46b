"""Zoho SalesIQ on loopback: its visitor API, Zoho's token endpoint, and webhooks signed with its key."""

import base64
import itertools
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.peers.faults import serving

SCREEN, APP, DEPARTMENT = "kessel", "301050000002", "301050000004"


def _no_token(request: web.Request) -> web.Response:
    """What SalesIQ answers to a token that has run out: a 400."""
    return web.json_response({"error": {"code": 1017, "message": "INVALID_OAUTHTOKEN"}}, status=400)


@dataclass
class SalesIqPeer:
    """One portal: chats with what was written in them, and tokens that can be let run out."""

    down: bool = False
    chats: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    refreshed: int = 0
    ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(666300030000479029))
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    @property
    def public_key(self) -> bytes:
        """The key that an administrator copies from the webhook's settings."""
        public = self.key.public_key()
        return public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def signed(self, event: str, chat_id: str, **entity: Any) -> tuple[bytes, str]:
        """Write an event as it is delivered, with its signature."""
        call = {
            "entity_type": "conversation",
            "org_id": "55778119",
            "event": event,
            "entity_id": chat_id,
            "attempt": 1,
            "version": "1",
            "app_id": APP,
            "entity": {"id": chat_id, "owner": {"id": "30102", "name": "Patricia"}, **entity},
        }
        body = orjson.dumps(call)
        return body, self.signature(body)

    def signature(self, body: bytes) -> str:
        """Sign a body: SHA-256 with RSA, in base64."""
        return base64.b64encode(self.key.sign(body, padding.PKCS1v15(), hashes.SHA256())).decode()

    def written(self, chat_id: str) -> list[str]:
        """What was written in a chat, its opening question first."""
        chat = self.chats[chat_id]
        return [chat["question"], *chat["messages"]]

    def routes(self) -> list[web.RouteDef]:
        """What it answers."""
        base = f"/api/visitor/v1/{SCREEN}/conversations"
        return [
            web.post("/oauth/v2/token", self.token),
            web.post(base, self.open),
            web.post(f"{base}/{{chat_id}}/messages", self.say),
        ]

    async def token(self, request: web.Request) -> web.Response:
        """Issue a token for a refresh token."""
        form = await request.post()
        if (form["grant_type"], form["refresh_token"], form["client_secret"]) != (
            "refresh_token",
            "1000.refresh",
            "shh",
        ):
            return web.json_response({"error": "invalid_code"})
        self.refreshed += 1
        token = f"1000.token{self.refreshed}"
        self.tokens = {token}
        return web.json_response({"access_token": token, "expires_in": 3600, "token_type": "Bearer"})

    def admitted(self, request: web.Request) -> bool:
        """Whether a request carries a token that is still good."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        return kind == "Zoho-oauthtoken" and token in self.tokens

    async def open(self, request: web.Request) -> web.Response:
        """Open a conversation."""
        if self.down:
            return web.json_response({"error": {"code": 1000, "message": "INTERNAL"}}, status=503)
        if not self.admitted(request):
            return _no_token(request)
        wanted = await request.json()
        if not (wanted["visitor"]["user_id"] and wanted["question"]) or wanted["app_id"] != APP:
            return web.json_response({"error": {"code": 1001, "message": "MISSING_PARAM"}}, status=400)
        chat_id = str(next(self.ids))
        self.chats[chat_id] = {**wanted, "messages": []}
        told = {"id": chat_id, "reference_id": "1", "status": "waiting"}
        return web.json_response({"url": request.path, "object": "conversation", "data": told}, status=201)

    async def say(self, request: web.Request) -> web.Response:
        """Take a message of the visitor."""
        if self.down:
            return web.json_response({"error": {"code": 1000, "message": "INTERNAL"}}, status=503)
        if not self.admitted(request):
            return _no_token(request)
        chat = self.chats.get(request.match_info["chat_id"])
        if chat is None:
            return web.json_response({"error": {"code": 1006, "message": "NOT_FOUND"}}, status=404)
        chat["messages"].append((await request.json())["text"])
        return web.json_response({"url": request.path, "object": "message", "data": {"id": "1"}})


def serve(peer: SalesIqPeer) -> Any:
    """Serve a portal on loopback."""
    app = web.Application()
    app.add_routes(peer.routes())
    return serving(app)
