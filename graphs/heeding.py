"""What the rails say about texts that come in, and what follows from it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from graphs.events import CustomerSays
from graphs.ports import Understood
from graphs.turn import Turn
from guardrails.verdict import RailHit, RailReport
from policies.template_values import COVERED, DISTRESS

SAFETY_ROW, PEOPLE_ROW = 2, 6
"""Rows of the ladder by which a rail brings a person: danger to somebody, and what people decide."""


async def heed_input(turn: Turn, says: CustomerSays) -> CustomerSays | None:
    """Return the message as the rest of the turn may read it; None when a rail stops it."""
    with turn.trace.stage("rails in"):
        report = await turn.desk.rails.check_input(says.text, turn.channel)
    turn.trace.rail("input", report)
    if report.mended is not None:
        says = replace(says, text=report.mended)
        turn.event = says
        if COVERED in turn.rules.book.templates:
            turn.notify(COVERED)
    return says if report.passed else None


def heed(turn: Turn, report: RailReport) -> bool:
    """Keep a report on a message, and say whether the message may go on."""
    turn.trace.rail("input", report)
    return report.passed


async def heed_meaning(turn: Turn, says: CustomerSays, understood: Understood) -> bool:
    """Say whether the message may go on, now that it is understood; without a vector its words sufficed."""
    if understood.vector is None:
        return True
    report = await turn.desk.rails.check_meaning(says.text, understood.vector, turn.channel)
    return heed(turn, report)


def strange_language(turn: Turn, language: str) -> None:
    """Keep in the trace that nobody but a person can answer in the customer's language."""
    why = "a language that is not served"
    hit = RailHit(rail="language", reason=why, severity="person", evidence=language)
    turn.trace.rail("input", RailReport(passed=False, ran=("language",), hits=(hit,), ms=0.0))


def refuse(turn: Turn) -> Literal["hand_off", "respond"]:
    """Answer a text that a rail stopped: politely, without acting on it, or by a person."""
    objected = {hit["rail"] for hit in turn.trace.rails["input"]["hits"] if hit["severity"] == "person"}
    if "self_harm" in objected:
        _bring_person(turn, "safety", "the customer may be about to harm themself", SAFETY_ROW, "urgent")
        turn.notify(DISTRESS if DISTRESS in turn.rules.book.templates else "handing_over_safety", hold=True)
        return "hand_off"
    if objected:
        _bring_person(turn, "rail", f"a rail stopped the message: {', '.join(sorted(objected))}", PEOPLE_ROW)
        turn.notify("handing_over", hold=True)
        return "hand_off"
    turn.say("input_refused")
    return "respond"


def _bring_person(
    turn: Turn, kind: str, text: str, rule: int, priority: Literal["urgent", "high"] = "high"
) -> None:
    turn.hand_over(kind, text, rule=rule, priority=priority)
    turn.draft.highlight = "escalation"


async def unfit(turn: Turn, args: Mapping[str, Any]) -> bool:
    """Say whether an argument of a tool carries instructions to a program, wherever it came from."""
    for value in args.values():
        if isinstance(value, str) and not await fit(turn, value):
            return True
    return False


async def fit(turn: Turn, text: str) -> bool:
    """Say whether a text from elsewhere may be used: a passage, an argument."""
    report = await turn.desk.rails.check_material(text)
    if not report.passed:
        turn.trace.rail("material", report)
    return report.passed
