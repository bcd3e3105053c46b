"""What every channel must prove. A check is one promise; it raises `NotHeld` with what happened instead."""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from app.channels.kit.bench import Answered, Bench
from app.channels.kit.core import Answer
from app.channels.kit.peer import Call, Fault, File, Heard, VendorPeer
from app.outbox.port import DeliveryFailed, Refused, Retryable

AT_ONCE = 20
HEARD_WITHIN_S = 5.0
WORDS = "Where is my order #1042? Grüße, 注文, 🙂"


class NotHeld(Exception):
    """A channel does not keep a promise; the text says which and what was seen."""


class Cannot(Exception):
    """A channel cannot have what is checked; the text says why."""


Check = Callable[[Bench, VendorPeer], Awaitable[None]]


def hold(true: object, why: str) -> None:
    """Raise `NotHeld` unless this is true."""
    if not true:
        raise NotHeld(why)


def fresh() -> str:
    """Return an id that no other message has; it is put into the text too, to find the message again."""
    return secrets.token_hex(6)


async def stored_once(bench: Bench, peer: VendorPeer, call: Call, marker: str) -> Mapping[str, Any]:
    """Make a call that must be acknowledged and stored, and return what was stored."""
    answered = await bench.call(peer, call)
    hold(answered.acknowledged, f"a good message was answered with {answered.status}: {answered.text[:200]}")
    found = bench.core.of(peer.channel or peer.name, marker)
    hold(len(found) == 1, f"a message was stored {len(found)} times")
    return found[0]


async def signature(bench: Bench, peer: VendorPeer) -> None:
    """What the vendor did not sign is refused with 401 or 403, and nothing of it is stored."""
    marker = fresh()
    call = peer.says(marker, f"signed {marker}")
    forged = peer.tampered(call)
    hold(forged, "the vendor shows no forged call")
    for one in forged:
        answered = await bench.call(peer, one)
        hold(answered.refused, f"a forged call was answered with {answered.status}")
    hold(not bench.core.tried(peer.channel or peer.name, marker), "a forged message reached the core")
    await stored_once(bench, peer, call, marker)


async def replay(bench: Bench, peer: VendorPeer) -> None:
    """The same call again changes nothing, and one that was signed long ago is refused."""
    marker = fresh()
    call = peer.says(marker, f"again {marker}")
    await stored_once(bench, peer, call, marker)
    for _ in range(2):
        await bench.call(peer, call)
    hold(len(bench.core.of(peer.channel or peer.name, marker)) == 1, "a repeated call was stored again")
    old = fresh()
    if (late := peer.late(old, f"late {old}")) is None:
        return
    answered = await bench.call(peer, late)
    hold(answered.refused, f"a call signed an hour ago was answered with {answered.status}")
    hold(not bench.core.of(peer.channel or peer.name, old), "a late message was stored")


async def deduplication(bench: Bench, peer: VendorPeer) -> None:
    """Many deliveries of one message at once are one message, known by the channel's own id."""
    marker = fresh()
    calls = [bench.call(peer, peer.says(marker, f"once {marker}")) for _ in range(AT_ONCE)]
    answers = await asyncio.gather(*calls)
    hold(all(answer.acknowledged for answer in answers), "a repeated delivery was not acknowledged")
    found = bench.core.of(peer.channel or peer.name, marker)
    hold(len(found) == 1, f"{AT_ONCE} deliveries of one message were stored {len(found)} times")
    own = peer.own_id(marker)
    hold(found[0]["message_id"] == own, f"stored under {found[0]['message_id']}, not under {own}")


async def ordering(bench: Bench, peer: VendorPeer) -> None:
    """Messages are stored in the order in which the customer wrote them."""
    marker = fresh()
    for number in range(8):
        await bench.call(peer, peer.says(f"{marker}-{number}", f"{marker} part {number}"))
    texts = [str(one["text"]) for one in bench.core.of(peer.channel or peer.name, marker)]
    wanted = [f"{marker} part {number}" for number in range(8)]
    hold(texts == wanted, f"stored in another order: {texts}")


async def completeness(bench: Bench, peer: VendorPeer) -> None:
    """Sender, text, time and the channel's id arrive whole, in any script."""
    marker = fresh()
    found = await stored_once(bench, peer, peer.says(marker, f"{WORDS} {marker}"), marker)
    hold(found["text"] == f"{WORDS} {marker}", f"the text became {found['text']!r}")
    hold(found["address"] == peer.customer, f"the sender became {found['address']!r}")
    hold(found["message_id"], "the message has no id")
    if "sent_at" not in peer.cannot:
        hold(found["sent_at"], "the message does not say when it was written")


async def buttons(bench: Bench, peer: VendorPeer) -> None:
    """A pressed button arrives as what it stands for."""
    marker = fresh()
    call = peer.presses(marker, f"/choose_{marker}")
    if call is None:
        raise Cannot("the channel has no buttons")
    found = await stored_once(bench, peer, call, marker)
    hold(found["payload"] == f"/choose_{marker}", f"the button became {found['payload']!r}")


async def attachments(bench: Bench, peer: VendorPeer) -> None:
    """Files arrive with their kind and with what is needed to fetch them, also without words."""
    marker, file = fresh(), File(id=f"file-{fresh()}")
    found = await stored_once(bench, peer, peer.says(marker, f"photo {marker}", files=[file]), marker)
    hold(found["attachments"], "the file is gone")
    kept = found["attachments"][0]
    hold(kept.get("url") or kept.get("id"), f"nobody could fetch it: {kept}")
    before = len(bench.core.tried(peer.channel or peer.name))
    answered = await bench.call(peer, peer.says(fresh(), "", files=[file]))
    hold(answered.acknowledged, f"a file without words was answered with {answered.status}")
    hold(len(bench.core.tried(peer.channel or peer.name)) > before, "a file without words was passed over")


async def echo(bench: Bench, peer: VendorPeer) -> None:
    """Our own message that the vendor tells of is not taken for a customer's."""
    marker = fresh()
    call = peer.echo(f"own {marker}")
    if call is None:
        raise Cannot("the vendor tells of no message of ours")
    answered = await bench.call(peer, call)
    hold(answered.acknowledged, f"an echo was answered with {answered.status}")
    hold(not bench.core.of(peer.channel or peer.name, marker), "our own message was stored as a customer's")


async def status(bench: Bench, peer: VendorPeer) -> None:
    """What became of a reply is passed on under the vendor's id."""
    provider_id = f"reply-{fresh()}"
    if peer.tells_of_sent:
        provider_id = (await delivered(bench, peer, [{"text": provider_id}]))[0].provider_id
    told = peer.status(provider_id)
    if told is None:
        raise Cannot("the vendor tells no states")
    call, state = told
    answered = await bench.call(peer, call)
    hold(answered.acknowledged, f"a state was answered with {answered.status}")
    noted = [one["state"] for one in bench.core.statuses if one["provider_id"] == provider_id]
    hold(noted == [state], f"the state {state} became {noted}")


async def acknowledgement(bench: Bench, peer: VendorPeer) -> None:
    """Nothing is acknowledged that is not stored; sent again, it is."""
    marker, channel = fresh(), peer.channel or peer.name
    call = peer.says(marker, f"kept {marker}")
    bench.core.answers[channel].append(Answer(status=503, retry_after_s=3))
    answered = await bench.call(peer, call)
    hold(answered.status >= 500, f"a message that was not stored was answered with {answered.status}")
    await stored_once(bench, peer, call, marker)


async def rate_limit(bench: Bench, peer: VendorPeer) -> None:
    """A limit of the core's reaches the vendor, with the time to wait, and loses nothing."""
    marker, channel = fresh(), peer.channel or peer.name
    call = peer.says(marker, f"limited {marker}")
    bench.core.answers[channel].append(Answer(status=429, retry_after_s=7))
    answered = await bench.call(peer, call)
    hold(answered.status in (429, 503), f"beyond the limit it was answered with {answered.status}")
    if "retry_after" not in peer.cannot:
        hold(answered.retry_after == "7", f"the time to wait became {answered.retry_after}")
    await stored_once(bench, peer, call, marker)


async def unknown_events(bench: Bench, peer: VendorPeer) -> None:
    """Events that nobody knows are acknowledged and store nothing; garbage does no harm."""
    before = len(bench.core.tried(peer.channel or peer.name))
    for call in peer.unknown():
        answered = await bench.call(peer, call)
        hold(answered.acknowledged, f"an unknown event was answered with {answered.status}")
    hold(len(bench.core.tried(peer.channel or peer.name)) == before, "an unknown event became a message")
    for body in (b"", b"{", b"[]", b"\xff\xfe", b"null"):
        answered = await bench.call(peer, Call(body=body, headers={"Content-Type": "application/json"}))
        hold(answered.status < 500, f"a body that cannot be read was answered with {answered.status}")


async def long_text(bench: Bench, peer: VendorPeer) -> None:
    """A text beyond the channel's limit arrives in pieces within it, in order, with every word."""
    words = [f"word{number}" for number in range(peer.longest_text // 4)]
    heard = await delivered(bench, peer, [{"text": " ".join(words)}])
    hold(len(heard) > 1, "the text was not split")
    longest = max(len(one.text) for one in heard)
    hold(longest <= peer.longest_text, f"a piece has {longest} characters")
    hold(" ".join(one.text for one in heard).split() == words, "words were lost or changed places")


async def formatting(bench: Bench, peer: VendorPeer) -> None:
    """Buttons that fit are buttons; more or longer ones are written out, and none is lost."""
    few = [{"title": "Yes", "payload": "/affirm"}, {"title": "No", "payload": "/deny"}]
    heard = await delivered(bench, peer, [{"text": "Shall I?", "buttons": few}])
    hold(_shown(heard, "Yes") and _shown(heard, "No"), f"a button is missing: {heard}")
    many = [{"title": f"Choice number {n} of many", "payload": f"/n{n}"} for n in range(120)]
    heard = await delivered(bench, peer, [{"text": "Which one?", "buttons": many}])
    lost = [one["title"] for one in many if not _shown(heard, one["title"])]
    hold(not lost, f"{len(lost)} choices were lost")


def _shown(heard: list[Heard], label: str) -> bool:
    return any(label in one.labels or label in one.text for one in heard)


async def retry(bench: Bench, peer: VendorPeer) -> None:
    """What may work later is told as such, what never will as that, and one key is one message."""
    await fails_with(bench, peer, Fault(status=500), Retryable)
    waited = await fails_with(bench, peer, Fault(status=429, retry_after_s=4), Retryable)
    hold(isinstance(waited, Retryable), "a limit of the vendor's must be waited out")
    await fails_with(bench, peer, Fault(status=400, refuses=True), Refused)
    key, before = fresh(), len(peer.heard)
    peer.faults.append(Fault(status=500))
    reply = _reply(peer, key, [{"text": f"tried {key}"}], await _way(bench, peer))
    for _ in range(3):
        try:
            await bench.process.deliver(reply)
        except Retryable:
            continue
    sent = [one for one in peer.heard[before:] if key in one.text]
    hold(len(sent) == 1, f"one key was sent {len(sent)} times")


async def fails_with(
    bench: Bench, peer: VendorPeer, fault: Fault, kind: type[DeliveryFailed]
) -> DeliveryFailed:
    """Deliver into a fault, and return the failure when it is of this kind."""
    peer.faults[:] = [fault]
    try:
        await bench.process.deliver(_reply(peer, fresh(), [{"text": "faulty"}], await _way(bench, peer)))
    except DeliveryFailed as failure:
        hold(isinstance(failure, kind), f"{fault.status} became {type(failure).__name__}: {failure}")
        return failure
    finally:
        peer.faults.clear()
    raise NotHeld(f"a reply that met {fault.status} was told as delivered")


async def delivered(bench: Bench, peer: VendorPeer, messages: list[Mapping[str, Any]]) -> list[Heard]:
    """Deliver a reply, and return what the vendor took of it."""
    before = len(peer.heard)
    ids = await bench.process.deliver(_reply(peer, fresh(), messages, await _way(bench, peer)))
    heard = await _heard(peer, before, len(ids))
    known = [one.provider_id for one in heard]
    same = list(ids) == known or not peer.gives_ids
    hold(same, f"the vendor's ids are {known[:5]}, told were {list(ids)[:5]}")
    return heard


async def _heard(peer: VendorPeer, before: int, wanted: int) -> list[Heard]:
    """Wait until the vendor has heard everything: a socket hears it after we have said it."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(HEARD_WITHIN_S):
            while len(peer.heard) < before + wanted:  # noqa: ASYNC110 - another program's socket has no event
                await asyncio.sleep(0.01)
    return peer.heard[before:]


def _reply(
    peer: VendorPeer, key: str, messages: list[Mapping[str, Any]], way: Mapping[str, Any]
) -> Mapping[str, Any]:
    channel = peer.channel or peer.name
    return {
        "channel": channel,
        "recipient": peer.customer,
        "key": key,
        "messages": messages,
        "reply_to": dict(way),
    }


async def _way(bench: Bench, peer: VendorPeer) -> Mapping[str, Any]:
    """Have the customer write first, as channels want it, and return the way back."""
    marker = fresh()
    found = await stored_once(bench, peer, peer.says(marker, f"hello {marker}"), marker)
    way: Mapping[str, Any] = found.get("reply_to") or {}
    return way


CHECKS: Mapping[str, Check] = {
    "signature": signature,
    "replay": replay,
    "deduplication": deduplication,
    "ordering": ordering,
    "completeness": completeness,
    "buttons": buttons,
    "attachments": attachments,
    "echo": echo,
    "status": status,
    "acknowledgement": acknowledgement,
    "rate limit": rate_limit,
    "unknown events": unknown_events,
    "long text": long_text,
    "formatting": formatting,
    "retry": retry,
}
"""Every check by the name it has in tables and on the command line."""

__all__ = ["CHECKS", "Answered", "Cannot", "Check", "NotHeld"]
