"""The reckoning: what was said, answered and done, against what should have been."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from tests.chaos.house import TENANT, House, until
from tests.chaos.people import Customer

QUIET_WITHIN_S = 150.0
WAITING = "select thread_id, seq, why, attempts, error from inbox where tenant_id = %s and state = 'waiting'"
DEAD = "select thread_id, seq, why, error from inbox where tenant_id = %s and state = 'dead'"
TURNS = """select seq, committed_at - ms * interval '1 millisecond' as began, committed_at
  from turns where tenant_id = %s and thread_id = %s order by seq"""


async def until_quiet(house: House) -> None:
    """Return when every event was worked through."""

    async def quiet() -> bool:
        return not await house.rows(WAITING, TENANT)

    await until(quiet, QUIET_WITHIN_S, "events are still waiting")


def unanswered(customer: Customer, timeline: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say what a conversation's timeline lacks or has twice, compared with what its customer saw."""
    faults = _inbound_faults(customer, timeline)
    for said in customer.said:
        replies = [
            entry
            for entry in timeline
            if (entry["thread_id"], entry["seq"]) == (customer.conversation_id, said.seq)
            and entry["direction"] == "outbound"
        ]
        spoken = [entry for entry in replies if entry["sender"] == "assistant"]
        texts = [entry["text"] for entry in spoken]
        if len(set(texts)) < len(texts):
            faults.append(f"{said.message_id} is answered twice: {texts}")
        if not replies and said.answer:
            faults.append(f"{said.message_id} lost its reply")
        if not replies and not customer.handed_over:
            faults.append(f"{said.message_id} has no reply")
        faults += _unlike(said.message_id, said.answer, timeline)
    return faults + _disorder(customer, timeline)


def _inbound_faults(customer: Customer, timeline: Sequence[Mapping[str, Any]]) -> list[str]:
    came = [entry["text"] for entry in timeline if entry["direction"] == "inbound"]
    sent = [said.text for said in customer.said]
    return [] if came == sent else [f"{customer.customer_id} sent {sent}, the timeline has {came}"]


def _unlike(
    message_id: str, answer: Sequence[Mapping[str, Any]], timeline: Sequence[Mapping[str, Any]]
) -> list[str]:
    """What a customer was given must stand in the timeline, once, word for word."""
    texts = Counter((entry["message_id"], entry["text"]) for entry in timeline)
    return [
        f"{message_id} was answered with an entry that stands {texts[key]} times in the timeline"
        for entry in answer
        if texts[key := (entry["message_id"], entry["text"])] != 1
    ]


def _disorder(customer: Customer, timeline: Sequence[Mapping[str, Any]]) -> list[str]:
    """Entries of the conversation's own turns stand in the order of the turns."""
    seqs = [
        entry["seq"]
        for entry in timeline
        if entry["thread_id"] == customer.conversation_id and entry["seq"] is not None
    ]
    return [] if seqs == sorted(seqs) else [f"{customer.conversation_id} is out of order: {seqs}"]


async def overlapping(house: House, thread_id: str) -> list[tuple[int, int]]:
    """Pairs of turns of one thread of which the second began before the first was committed."""
    turns = await house.rows(TURNS, TENANT, thread_id)
    return [
        (one["seq"], other["seq"]) for one, other in pairwise(turns) if other["began"] < one["committed_at"]
    ]
