"""Zoho SalesIQ: chats opened and written to over its visitor API, events heard over its signed webhooks."""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from pydantic import BaseModel, ConfigDict, ValidationError

from app.handoff.context_package import ContextPackage, MessagePart
from app.handoff.external.port import (
    ChatClosed,
    ChatEvent,
    ChatGone,
    ChatMissed,
    ChatUnreachable,
    OperatorJoined,
    OperatorSaid,
    WebhookRefused,
)
from tools.errors import BackendFailed, BackendRefused, NoSuchThing, OutcomeUnknown, ToolError
from tools.vendor import Reply, VendorApi

MOST_CHARS = 2500
"""The longest text of one message there; a longer history travels in several."""
ROLES: Mapping[str, str] = {"customer": "Customer", "assistant": "Assistant", "agent": "Agent"}


class _Opened(BaseModel):
    model_config = ConfigDict(extra="ignore")

    class Chat(BaseModel):
        """The chat as its creation answers it."""

        id: str

    data: Chat


class _Person(BaseModel):
    name: str = ""


class _Message(BaseModel):
    id: str | None = None
    text: str = ""
    sender: _Person = _Person()


class _Entity(BaseModel):
    id: str | None = None
    owner: _Person = _Person()
    message: _Message = _Message()


class _Call(BaseModel):
    event: str
    entity_id: str | None = None
    entity: _Entity = _Entity()


def explain(reply: Reply) -> ToolError | None:
    """SalesIQ's error documents say no more than their status."""
    return None


def zoho(token: str) -> Mapping[str, str]:
    """How a token travels to Zoho."""
    return {"Authorization": f"Zoho-oauthtoken {token}"}


class SalesIq:
    """One portal's department, reached by its visitor API."""

    system, name = "salesiq", "SalesIQ"

    def __init__(
        self, api: VendorApi, *, screen_name: str, app_id: str, department_id: str, public_key: bytes
    ) -> None:
        self._api = api
        self._path = f"/api/visitor/v1/{screen_name}/conversations"
        self._app_id = app_id
        self._department_id = department_id
        key = serialization.load_pem_public_key(public_key)
        if not isinstance(key, rsa.RSAPublicKey):
            raise ValueError("the public key of SalesIQ's webhook is an RSA key")
        self._key = key

    async def open(self, package: ContextPackage) -> str:
        """Begin a chat with what the customer wants now, then tell everything that was said before."""
        visitor = {"user_id": package.conversation_id, "name": package.customer.name}
        if package.customer.email:
            visitor["email"] = package.customer.email
        wanted = {
            "visitor": visitor,
            "app_id": self._app_id,
            "department_id": self._department_id,
            "question": _question(package),
            "customer_info": _facts(package),
        }
        try:
            reply = await self._api.act(self._path, what="chat", shape=_Opened, json=wanted)
            for part in history(package):
                await self._api.done(
                    f"{self._path}/{reply.data.id}/messages", what="chat", json={"text": part}
                )
        except (BackendFailed, BackendRefused, NoSuchThing, OutcomeUnknown) as error:
            raise ChatUnreachable(str(error)) from error
        return reply.data.id

    async def say(self, chat_id: str, text: str) -> None:
        """Pass on what the customer wrote."""
        try:
            for part in _cut([text]):
                await self._write(chat_id, part)
        except NoSuchThing as error:
            raise ChatGone(str(error)) from error
        except (BackendFailed, BackendRefused, OutcomeUnknown) as error:
            raise ChatUnreachable(str(error)) from error

    async def _write(self, chat_id: str, text: str) -> None:
        await self._api.done(f"{self._path}/{chat_id}/messages", what="chat", json={"text": text})

    def heard(self, body: bytes, signature: str | None) -> tuple[str, ChatEvent | None]:
        """Check the signature over the body as it came, then read the event."""
        self._check(body, signature)
        try:
            raw = orjson.loads(body)
            call = _Call.model_validate(raw)
        except (orjson.JSONDecodeError, ValidationError):
            raise WebhookRefused("not-an-event", "The body is no event of SalesIQ.") from None
        return _call_id(raw, call), _event(call)

    def _check(self, body: bytes, signature: str | None) -> None:
        if not signature:
            raise WebhookRefused("signature-missing", "The header X-SIQSignature is missing.")
        try:
            signed = base64.b64decode(signature, validate=True)
            self._key.verify(signed, body, padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, binascii.Error, ValueError):
            raise WebhookRefused("signature-wrong", "The signature does not fit the body.") from None


def _call_id(raw: Mapping[str, Any], call: _Call) -> str:
    """Name a call: the same event sent again, a later attempt, has the same name."""
    if call.entity.message.id:
        return f"{call.event}:{call.entity.message.id}"
    same = {name: value for name, value in raw.items() if name != "attempt"}
    return hashlib.sha256(orjson.dumps(same, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _event(call: _Call) -> ChatEvent | None:
    chat_id = call.entity_id or call.entity.id or ""
    operator = call.entity.message.sender.name or call.entity.owner.name or "An agent"
    match call.event:
        case "conversation.operator.replied" if call.entity.message.text:
            message = call.entity.message
            return OperatorSaid(
                chat_id=chat_id, message_id=message.id or "", operator=operator, text=message.text
            )
        case "conversation.attended":
            return OperatorJoined(chat_id=chat_id, operator=operator)
        case "conversation.completed":
            return ChatClosed(chat_id=chat_id, operator=operator)
        case "conversation.missed":
            return ChatMissed(chat_id=chat_id)
        case _:
            return None


def _question(package: ContextPackage) -> str:
    said = [part.content for part in package.conversation.messages if part.role == "customer"]
    return (said[-1] if said else package.trigger.details)[:MOST_CHARS]


def _facts(package: ContextPackage) -> dict[str, str]:
    """What stands beside the chat: why it was handed over, who it is, what was tried."""
    tried = ", ".join(f"{part.action}: {part.status}" for part in package.actions_attempted)
    facts = {
        "handoff": package.handoff_id,
        "reason": package.trigger.details,
        "priority": package.routing.priority,
        "tier": package.customer.tier,
        "sentiment": f"{package.sentiment.current:.2f}, {package.sentiment.trend}",
        "tried": tried,
        "suggestion": package.trigger.ai_recommendation,
    }
    return {name: value for name, value in facts.items() if value}


def history(package: ContextPackage) -> list[str]:
    """Write everything that was said, with who said it, in as many messages as it takes."""
    lines = [_line(part) for part in package.conversation.messages]
    return list(_cut(["What was said so far:", *lines])) if lines else []


def _line(part: MessagePart) -> str:
    return f"[{part.timestamp:%Y-%m-%d %H:%M}] {ROLES.get(part.role, 'System')}: {part.content}"


def _cut(lines: list[str]) -> Iterator[str]:
    """Fill messages line by line; a line longer than a message goes on in the next."""
    kept = ""
    for line in lines:
        rest = line
        while len(rest) > MOST_CHARS:
            if kept:
                yield kept
                kept = ""
            yield rest[:MOST_CHARS]
            rest = rest[MOST_CHARS:]
        if kept and len(kept) + 1 + len(rest) > MOST_CHARS:
            yield kept
            kept = ""
        kept = f"{kept}\n{rest}" if kept else rest
    if kept:
        yield kept
