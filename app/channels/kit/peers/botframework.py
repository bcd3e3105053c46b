"""Microsoft's Bot Framework as its documentation has it: activities, tokens, published keys, the connector.

Wire format: learn.microsoft.com, "Bot Framework activity schema", "Authenticate with the Bot Connector API",
"Send and receive messages with the Bot Framework API".
"""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson
from aiohttp import web

from app.channels.kit.peer import Call, Fault, File, Heard, VendorPeer
from app.channels.kit.peers.issuer import bearer, published, strange_key, unsigned_bearer

APP = "00000000-0000-0000-0000-000000000001"
PLACE = "a:1pt4zHLn0gRi"
BOT = f"28:{APP}"


class BotFrameworkPeer(VendorPeer):
    """One bot in Teams."""

    name = channel = "botframework"
    longest_text = 20_000
    customer = "29:1bSnHZ7Js2STWrgk6ScEErLk1Lp2zQuD5H2q"
    cannot: Mapping[str, str] = {
        "echo": "Teams tells of no message of ours",
        "status": "Teams tells no state of a message that it took",
    }

    def credentials(self) -> Mapping[str, Any]:
        """Return Rasa's fields, and where keys, tokens and the connector are."""
        return {
            "app_id": APP,
            "app_password": "loopback-password",
            "openid_url": f"{self.url}/openid",
            "login_url": f"{self.url}/token",
            "service_hosts": "127.0.0.1",
        }

    @property
    def service_url(self) -> str:
        """Where replies go."""
        return f"{self.url}/emea/"

    def says(self, message_id: str, text: str, *, files: Sequence[File] = ()) -> Call:
        """Make a message activity; Teams repeats the text as HTML."""
        html = {"contentType": "text/html", "content": f"<p>{text}</p>"}
        shown = [{"contentType": one.content_type, "contentUrl": one.url, "name": one.name} for one in files]
        return self._activity(
            {"type": "message", "id": message_id, "text": text, "attachments": [*shown, html]}
        )

    def presses(self, message_id: str, payload: str) -> Call:
        """Make the activity that a messageBack button becomes."""
        return self._activity({"type": "message", "id": message_id, "value": {"payload": payload}})

    def tampered(self, call: Call) -> Sequence[Call]:
        """Leave the token out; sign with another key, with none, for another app, for another address."""
        claims, told = self._claims(), orjson.loads(call.body)
        elsewhere = orjson.dumps({**told, "serviceUrl": "https://collector.example/"})
        kind = {"Content-Type": "application/json"}
        tokens = (
            bearer(claims, key=strange_key()),
            unsigned_bearer(claims),
            bearer({**claims, "aud": "another-app"}),
            bearer({**claims, "iss": "https://issuer.example"}),
            "Bearer no.token.here",
        )
        return (
            Call(body=call.body, headers=kind),
            Call(body=elsewhere, headers=call.headers),
            *(Call(body=call.body, headers={**kind, "Authorization": token}) for token in tokens),
        )

    def late(self, message_id: str, text: str) -> Call:
        """Use a token that ran out an hour ago."""
        token = bearer(self._claims(), at=time.time() - 7200)
        return Call(body=self.says(message_id, text).body, headers={**_JSON, "Authorization": token})

    def unknown(self) -> Sequence[Call]:
        """Make typing, a new member, a reaction, a new kind of activity."""
        return (
            self._activity({"type": "typing"}),
            self._activity({"type": "conversationUpdate", "membersAdded": [{"id": BOT}]}),
            self._activity({"type": "messageReaction", "reactionsAdded": [{"type": "like"}]}),
            self._activity({"type": "hologram", "id": "9", "text": "x"}),
        )

    def own_id(self, message_id: str) -> str:
        """An id counts within its conversation."""
        return f"{sha256(PLACE.encode()).hexdigest()[:16]}:{message_id}"

    def _claims(self) -> dict[str, Any]:
        return {"iss": "https://api.botframework.com", "aud": APP, "serviceurl": self.service_url}

    def _activity(self, activity: Mapping[str, Any]) -> Call:
        told = {
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "timestamp": datetime.now(UTC).isoformat(),
            "from": {"id": self.customer, "name": "Larry Brown"},
            "recipient": {"id": BOT, "name": "Frontdesk"},
            "conversation": {"id": PLACE, "conversationType": "personal"},
            **activity,
        }
        return Call(body=orjson.dumps(told), headers={**_JSON, "Authorization": bearer(self._claims())})

    def routes(self) -> Sequence[web.RouteDef]:
        """Publish keys, give tokens, hear what is sent."""
        return (
            web.get("/openid", self._open_id),
            web.get("/keys", self._keys),
            web.post("/token", self._token),
            web.post("/emea/v3/conversations/{place}/activities", self._send),
        )

    async def _open_id(self, _: web.Request) -> web.Response:
        return web.json_response({"issuer": "https://api.botframework.com", "jwks_uri": f"{self.url}/keys"})

    async def _keys(self, _: web.Request) -> web.Response:
        return web.json_response({"keys": [published(endorsements=["msteams"])]})

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        known = form.get("client_id") == APP and form.get("client_secret") == "loopback-password"
        if not known:
            return web.json_response({"error": "invalid_client"}, status=401)
        return web.json_response(
            {"token_type": "Bearer", "expires_in": 3600, "access_token": "connector-token"}
        )

    async def _send(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != "Bearer connector-token":
            return web.json_response({"message": "Authorization has been denied"}, status=401)
        given = await request.json()
        cards = [one["content"] for one in given.get("attachments", ())]
        texts = [given.get("text", ""), *(card.get("text", "") for card in cards)]
        labels = tuple(button["title"] for card in cards for button in card.get("buttons", ()))
        own = f"1:{self.next_id()}"
        heard = Heard(to=given["recipient"]["id"], text="".join(texts), labels=labels, provider_id=own)
        return self.take(heard) or web.json_response({"id": own}, status=201)

    def refusal(self, fault: Fault) -> web.Response:
        """Say it in the connector's words."""
        code = "ConversationBlockedByUser" if fault.refuses else "ServiceError"
        return web.json_response({"error": {"code": code}}, status=fault.status, headers=fault.headers)


_JSON = {"Content-Type": "application/json"}
