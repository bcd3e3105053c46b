"""What the book offers for a conversation: flows are tried, their actions, words and persons collected."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.suggestions.case import Case
from app.suggestions.deps import SuggestionDeps
from graphs.agreement import facts_with
from graphs.draft import Proposal
from graphs.ports import InterpreterAway
from graphs.suggestions.ranking import Candidate, Experience, Kind
from graphs.suggestions.trying import Tried, actions_of, try_flow
from graphs.versions import judge_in_both
from knowledge.answer_types import Answered
from policies.model import ActionSpec, Book, Decision, Flow
from policies.problems import PolicyError

MOST_FLOWS = 6
TRIED_WITHIN_S = 3.0
FITS = (0.75, 0.4, 0.3)
"""How likely a flow is what the customer wants, by how long ago its intent was named."""
FIT_OF_MAKING_GOOD = 0.15
FIT_OF_EXPERIENCE = 0.2
LASTING = ("order_number", "email")
"""Types of values that stay true from one flow to the next."""

KIND_OF_TOOL: Mapping[str, Kind] = {
    "refund_order": "issue_refund",
    "schedule_followup": "schedule_followup",
    "create_ticket": "schedule_followup",
    "send_document": "send_documentation",
    "send_invoice": "send_documentation",
}
"""All other effects change something of the customer's: `update_order`."""
MAKES_GOOD = frozenset({"refund_order", "schedule_followup"})
"""Tools whose flows are tried for whoever is upset, whatever they asked for."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A candidate with what it takes to do it."""

    candidate: Candidate
    proposal: Proposal | None = None
    decision: Decision | None = None
    editable: tuple[str, ...] = ()
    text: str = ""
    """The words of a reply."""
    skills: tuple[str, ...] = ()
    """Skills that whoever goes on should have."""


async def offers_for(
    deps: SuggestionDeps, case: Case, experience: Experience, given: Mapping[str, Any] | None = None
) -> list[Offer]:
    """Try the flows that may help, with the values an agent gave, and collect what they come to."""
    book = case.turn.rules.book
    flows = dict(list(_flows(case, book, experience))[:MOST_FLOWS])
    trials = asyncio.gather(*(_try(case, book.flows[name], given or {}) for name in flows))
    tried, article = await asyncio.gather(trials, _article(case))
    offers: dict[str, Offer] = {}
    declined: set[str | None] = set()
    for (name, fit), outcome in zip(flows.items(), tried, strict=True):
        for offer in _offers(case, book.flows[name], fit, outcome):
            if offer.candidate.action not in declined - {None}:
                offers.setdefault(offer.candidate.key, offer)
        declined |= _declined(book.flows[name], outcome)
    if article is not None:
        offers[article.candidate.key] = article
    return list(offers.values())


def _declined(flow: Flow, tried: Tried | None) -> set[str]:
    """Name the actions that a better fitting flow came to its end without: no other offers them."""
    ends = tried is not None and tried.proposal is None and tried.asks is None
    return set(actions_of(flow)) if ends else set()


def _flows(case: Case, book: Book, experience: Experience) -> Iterator[tuple[str, float]]:
    """Name flows with how well they fit; the best fit of a flow comes first."""
    seen: set[str] = set()
    for name, fit in _likely(case, book, experience):
        if name in book.flows and name not in seen:
            seen.add(name)
            yield name, fit


def _likely(case: Case, book: Book, experience: Experience) -> Iterator[tuple[str, float]]:
    for intent, fit in zip(case.intents, FITS, strict=False):
        if intent in book.flow_of_intent:
            yield book.flow_of_intent[intent], fit
    worked = {
        key.removeprefix("action.")
        for (key, intent, _), one in experience.items()
        if intent == case.situation.intent and one.wins
    }
    upset = case.situation.complaint or case.situation.sentiment < 0
    for name, flow in book.flows.items():
        if worked & set(actions_of(flow)):
            yield name, FIT_OF_EXPERIENCE
        elif upset and any(book.actions[one].tool in MAKES_GOOD for one in actions_of(flow)):
            yield name, FIT_OF_MAKING_GOOD


async def _try(case: Case, flow: Flow, given: Mapping[str, Any]) -> Tried | None:
    """Try one flow, for no longer than an agent waits for a panel."""
    known = {
        name: case.slots.get(name)
        for name, slot in flow.slots.items()
        if case.flow == flow.name or slot.type in LASTING
    }
    slots = {**known, **{name: value for name, value in given.items() if name in flow.slots}}
    try:
        async with asyncio.timeout(TRIED_WITHIN_S):
            return await try_flow(case.turn, flow.name, intent=case.situation.intent, slots=slots)
    except TimeoutError:
        return None


def _offers(case: Case, flow: Flow, fit: float, tried: Tried | None) -> Iterator[Offer]:
    """Say what a tried flow offers: its action, its action once a value is known, its person, its words."""
    if tried is None:
        return
    if tried.proposal is not None:
        offer = _proposed(case, tried.proposal, fit)
        if offer is not None:
            yield offer
        return
    if tried.hand_over is not None:
        yield _person(case, tried.hand_over.text, tried.hand_over.skills, fit)
    elif tried.asks is not None and actions_of(flow):
        yield _incomplete(case, flow, tried.asks, fit)
    if tried.says:
        yield _words(case, flow, tried, fit)


def _proposed(case: Case, proposal: Proposal, fit: float) -> Offer | None:
    """Offer an action that the book allows now."""
    turn, start = case.turn, proposal.start
    spec = turn.rules.book.actions[start.action]
    facts = facts_with(turn, start.facts, start.args)
    try:
        decision = judge_in_both(turn, spec, facts)
        expected = turn.render(spec.effect or spec.started, facts)
    except PolicyError:
        return None
    hidden = turn.desk.tools.preconditions(spec.tool)
    shown = {name: value for name, value in start.args.items() if name not in hidden and value is not None}
    candidate = Candidate(
        key=f"action.{spec.name}",
        kind=_kind(spec),
        title=f"{spec.label} {proposal.subject}".strip(),
        expected=_with_needs(expected, decision),
        fit=fit,
        parameters=shown,
        action=spec.name,
    )
    return Offer(candidate=candidate, proposal=proposal, decision=decision, editable=spec.editable)


def _with_needs(expected: str, decision: Decision) -> str:
    """Add to what will happen who has to agree first."""
    needs = [f"{expected[:1].upper()}{expected[1:]}".rstrip(".")]
    if decision.confirm:
        needs.append("The customer agrees first")
    if decision.approval is not None:
        who = "An agent" if decision.approval.role == "agent" else f"A {decision.approval.role}"
        needs.append(f"{who} decides")
    return ". ".join(needs) + "."


def _incomplete(case: Case, flow: Flow, slot: str, fit: float) -> Offer:
    """Offer a flow's action for which a value is missing."""
    spec = case.turn.rules.book.actions[actions_of(flow)[0]]
    candidate = Candidate(
        key=f"action.{spec.name}",
        kind=_kind(spec),
        title=spec.label,
        expected=f"Possible as soon as {slot.replace('_', ' ')} is known.",
        fit=fit,
        missing=(slot,),
        action=spec.name,
    )
    return Offer(candidate=candidate, editable=spec.editable)


def _person(case: Case, why: str, skills: Sequence[str], fit: float) -> Offer:
    """Offer a colleague, where the book wants a person."""
    routing = case.turn.rules.book.routing
    needed = tuple(skills) or routing.skills.get(case.situation.intent, routing.default_skills)
    candidate = Candidate(
        key="escalate",
        kind="escalate",
        title=f"Pass on to a colleague for {', '.join(needed)}",
        expected=f"The rule book wants a person here: {why.replace('_', ' ')}.",
        fit=fit / 2,
        parameters={"about": case.situation.intent, "skills": list(needed)},
    )
    return Offer(candidate=candidate, skills=needed)


def _words(case: Case, flow: Flow, tried: Tried, fit: float) -> Offer:
    """Offer the words with which the book answers, asks or declines."""
    asks = tried.asks is not None
    candidate = Candidate(
        key=f"reply.{flow.name}",
        kind="send_response",
        title="Ask what is missing" if asks else f"Answer as the rule book does: {flow.description.lower()}",
        expected="The customer tells what is needed to go on."
        if asks
        else "The customer knows where they stand.",
        fit=fit * (0.6 if asks else 0.9),
        parameters={"about": case.situation.intent, "flow": flow.name},
    )
    return Offer(candidate=candidate, text=tried.says)


async def _article(case: Case) -> Offer | None:
    """Offer the article that answers the customer's last words."""
    if not case.says:
        return None
    turn = case.turn
    try:
        vector = (await turn.desk.interpreter.parse(case.says, turn.hints())).vector
    except InterpreterAway:
        vector = None
    found = await turn.desk.knowledge.answer(
        turn.caller.tenant_id, case.says, vector, language=turn.customer.language
    )
    if not isinstance(found, Answered) or not found.citations:
        return None
    source = found.citations[0]
    candidate = Candidate(
        key="article",
        kind="send_documentation",
        title=f"Send “{source.title}”",
        expected="The customer reads the answer and where it comes from.",
        fit=0.7 * found.confidence,
        parameters={"about": case.situation.intent, "article": source.title, "url": source.url},
    )
    return Offer(candidate=candidate, text=found.text)


def _kind(spec: ActionSpec) -> Kind:
    return KIND_OF_TOOL.get(spec.tool, "update_order")
