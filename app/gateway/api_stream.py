"""The answer to an API message as server-sent events: sentences while they are written, then the answer."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson

from app.gateway.answer import LOOK_AGAIN_S, answer_to
from app.gateway.deps import GatewayDeps
from app.gateway.ports import Accepted, Changes, Sentence

MEDIA_TYPE = "text/event-stream"


async def events(
    deps: GatewayDeps, tenant_id: str, accepted: Accepted, within_s: float
) -> AsyncIterator[bytes]:
    """Tell that the message is stored, each sentence of its turn, and at last the committed answer."""
    stored = {"conversation_id": accepted.conversation_id, "seq": accepted.seq}
    with deps.hub.subscribe(accepted.conversation_id) as changes:
        yield event("stored", stored)
        answering = asyncio.ensure_future(answer_to(deps, tenant_id, accepted, within_s))
        try:
            async for sentence in _sentences(changes, answering):
                if sentence.seq == accepted.seq:
                    yield sentence_event(sentence)
            answer = {**stored, "duplicate": accepted.duplicate, "replies": answering.result()}
            yield event("answer", answer)
        finally:
            answering.cancel()


async def _sentences(changes: Changes, answering: "asyncio.Future[Any]") -> AsyncIterator[Sentence]:
    """Yield what is said until the answer is complete."""
    while not answering.done():
        hearing = asyncio.ensure_future(changes.wait(LOOK_AGAIN_S))
        await asyncio.wait({answering, hearing}, return_when=asyncio.FIRST_COMPLETED)
        hearing.cancel()
        for sentence in changes.heard():
            yield sentence


def sentence_event(sentence: Sentence) -> bytes:
    """Write a sentence that is not committed yet, or the retraction of all of its turn."""
    if not sentence.text:
        return event("retract", {"seq": sentence.seq})
    return event("provisional", {"seq": sentence.seq, "number": sentence.number, "text": sentence.text})


def event(name: str, told: dict[str, Any]) -> bytes:
    """Write one event."""
    return b"event: %b\ndata: %b\n\n" % (name.encode(), orjson.dumps(told, option=orjson.OPT_UTC_Z))
