"""Why a conversation needs a person, as stored beside it: `kind: sentence`."""

from dataclasses import dataclass
from typing import Literal, cast, get_args

ReasonKind = Literal[
    "approval",
    "asked",
    "safety",
    "sentiment",
    "unsure",
    "complex",
    "language",
    "vip",
    "attempts",
    "rail",
    "failure",
    "taken_over",
]
KINDS: tuple[str, ...] = get_args(ReasonKind)


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason, in a word for machines and in words for people."""

    kind: ReasonKind
    text: str


SENTENCES: dict[str, str] = {
    "approval": "a decision is needed",
    "asked": "asked for a person",
    "safety": "a safety word",
    "sentiment": "upset",
    "unsure": "unsure three times",
    "complex": "too complex to automate",
    "language": "writes in another language",
    "vip": "important customer, unsure answer",
    "attempts": "several attempts, not solved",
    "rail": "a rail stopped the reply",
    "failure": "something failed",
    "taken_over": "taken over by an agent",
}


def write_reason(reason: Reason) -> str:
    """Return the form in which a reason is stored."""
    return f"{reason.kind}: {reason.text}"


def read_reason(stored: str) -> Reason:
    """Read a stored reason; a bare kind gets its usual words, unknown words count as `complex`."""
    kind, _, text = stored.partition(":")
    if kind not in KINDS:
        return Reason(kind="complex", text=stored)
    return Reason(kind=cast("ReasonKind", kind), text=text.strip() or SENTENCES[kind])
