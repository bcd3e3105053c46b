"""One turn: run the graph for a claimed event; no transaction is open meanwhile."""

import time
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol, cast

import orjson
from langgraph.graph import END
from langgraph.types import Command, Interrupt

from app.turns.claim import Claim, Profile
from app.turns.overhearing import Stands, overhear
from app.turns.recording import Listening, as_json, recording_of
from app.turns.saver import TurnSaver
from app.turns.store import Thought
from graphs import action, conversation
from graphs.draft import Confirmation, Draft
from graphs.events import (
    ActionAsks,
    ActionStarts,
    ApprovalExpires,
    CustomerDecides,
    CustomerSays,
    Event,
    LooksAgain,
    PersonDecides,
    PersonSettles,
    Released,
)
from graphs.options import concerns
from graphs.outgoing import check_notices
from graphs.planner.llm_port import Aloud
from graphs.ports import Desk, Rulebook
from graphs.state import ConversationState
from graphs.thread import Course
from graphs.trace import Trace
from graphs.turn import Customer, Turn
from graphs.versions import speak, versions_in
from tools.spec import Caller, Succeeded

PERSON_OWNS = frozenset({"escalating", "assigned", "human_handling", "waiting"})
COURSES = {"conversation": conversation.COURSE, "action": action.COURSE}
BEGINNINGS = (CustomerSays, Released, ActionStarts, ActionAsks)
"""Events with which a thread that rests goes on from its first place."""


class Rulebooks(Protocol):
    """The current rule book of a tenant, swapped as a whole, and those that open flows began on."""

    def current(self, tenant_id: str) -> Rulebook:
        """Return the book in force."""

    async def older(self, tenant_id: str, versions: Iterable[str]) -> Mapping[str, Rulebook]:
        """Return those of the named versions that are still to be had."""


class Thinker:
    """Turns a claim into a thought; holds no state of its own between turns."""

    def __init__(
        self,
        desk: Desk,
        rulebooks: Rulebooks,
        clock: Callable[[], datetime],
        aloud: Callable[[Claim], Aloud | None] = lambda claim: None,
        stands: Stands | None = None,
    ) -> None:
        self._desk = desk
        self._aloud = aloud
        self._stands = stands
        self._rulebooks = rulebooks
        self._clock = clock

    async def think(self, claim: Claim) -> Thought:
        """Answer the event as the graphs decide."""
        began, cpu = time.perf_counter(), time.thread_time()
        listening = Listening(self._desk)
        turn, learnt = await self._turn(claim, listening, began)
        saver = TurnSaver(claim.thread_id, claim.snapshot)
        await self._reach_for_books(claim, turn, saver.remembered())
        interrupt_id: str | None = None
        if isinstance(claim.event, CustomerSays) and not _for_us(claim, claim.event, saver.remembered()):
            await overhear(turn, claim, claim.event, self._stands)
        else:
            interrupt_id = await self._run_graph(claim, turn, saver)
        await check_notices(turn)
        recording = recording_of(claim, turn, listening.heard)
        return _thought(turn, saver, interrupt_id, began, cpu, _with_habits(turn, claim, learnt), recording)

    async def withheld(self, claim: Claim, thought: Thought) -> Thought:
        """Keep an unsent draft in the trace: a person owns the conversation, the message is only stored."""
        began, cpu = time.perf_counter(), time.thread_time()
        listening = Listening(self._desk)
        turn, _ = await self._turn(claim, listening, began)
        turn.draft.sentiment, turn.draft.intent = thought.draft.sentiment, thought.draft.intent
        turn.trace.withheld = [reply.text for reply in thought.draft.replies]
        if isinstance(claim.event, ActionAsks):
            _decline(turn, claim.event)
        recording = recording_of(claim, turn, listening.heard, kept=False)
        return _thought(turn, TurnSaver(claim.thread_id, claim.snapshot), None, began, cpu, None, recording)

    async def _reach_for_books(self, claim: Claim, turn: Turn, memory: Mapping[str, Any]) -> None:
        """Bring the versions that this thread needs within reach; an action speaks by its own."""
        named = versions_in(memory, claim.event) - {turn.newest.book.version}
        if named:
            turn.older = await self._rulebooks.older(claim.tenant_id, named)
        if claim.kind == "action":
            began_on = memory.get("book") or getattr(claim.event, "book", "")
            speak(turn, began_on or turn.newest.book.version)

    async def _turn(self, claim: Claim, listening: Listening, began: float) -> tuple[Turn, Profile | None]:
        rules = self._rulebooks.current(claim.tenant_id)
        desk = replace(listening.desk, rails=rules.rails) if rules.rails else listening.desk
        caller = Caller(
            tenant_id=claim.tenant_id,
            conversation_id=claim.conversation_id,
            customer_id=claim.profile.external_id,
            verified=claim.verified,
        )
        learnt = await self._learn_profile(claim, caller, desk)
        profile = learnt or claim.profile
        now = self._clock()
        turn = Turn(
            event=claim.event,
            rules=rules,
            desk=desk,
            caller=caller,
            customer=_customer(profile, claim, rules),
            now=now,
            conversation_id=claim.conversation_id,
            thread_id=claim.thread_id,
            channel=claim.channel,
            minutes=(now - claim.started_at).total_seconds() / 60,
            open_actions=claim.open_actions,
            failed_actions=claim.failed_actions,
            last_try=claim.last_try,
            trace=Trace(clock=time.perf_counter, began=began),
            aloud=self._aloud(claim) if claim.kind == "conversation" else None,
        )
        return turn, learnt

    async def _learn_profile(self, claim: Claim, caller: Caller, desk: Desk) -> Profile | None:
        """Ask the company's own records who this is, once; without an answer go on without a name."""
        known = claim.profile
        if known.external_id is None or known.name or not claim.verified:
            return None
        found = await desk.tools.read("look_up_customer", caller, {"customer_id": known.external_id})
        if not isinstance(found, Succeeded):
            return None
        record = found.result
        return Profile(
            external_id=known.external_id,
            name=str(record.get("name") or ""),
            email=record.get("email"),
            tier=str(record.get("tier") or known.tier),
            language=str(record.get("language") or known.language),
            baseline=known.baseline,
            contacts=known.contacts,
            since=record.get("customer_since"),
        )

    async def _run_graph(self, claim: Claim, turn: Turn, saver: TurnSaver) -> str | None:
        """Run or resume the thread's graph; return the id of the interrupt it stopped at."""
        course = COURSES[claim.kind]
        stopped = saver.open_interrupts() if claim.interrupted else []
        if isinstance(claim.event, ActionAsks) and (stopped or claim.status in PERSON_OWNS):
            _decline(turn, claim.event)
            return stopped[0].id if stopped else None
        if stopped and not any(_answers(claim.event, waiting) for waiting in stopped):
            return stopped[0].id
        if isinstance(claim.event, CustomerSays) and stopped and claim.status not in PERSON_OWNS:
            await self._give_back(course, claim, turn, saver, stopped)
            stopped = []
        given = _resume(stopped) if stopped else await _walked(course, claim, turn, saver)
        if given is None:
            return None
        await _step(course, given, claim, turn, saver)
        waiting = saver.open_interrupts()
        return waiting[0].id if waiting else None

    async def _give_back(
        self, course: Course, claim: Claim, turn: Turn, saver: TurnSaver, stopped: list[Interrupt]
    ) -> None:
        """Finish a handoff that ended without a release, so that new input never meets an open interrupt."""
        quiet = replace(turn, event=Released(agent_name=""), draft=Draft())
        await _step(course, _resume(stopped), claim, quiet, saver)


def _for_us(claim: Claim, says: CustomerSays, memory: Mapping[str, Any]) -> bool:
    """Say whether a message is for the assistant: in the queue only what concerns the options there."""
    if claim.status == "escalating":
        return claim.interrupted and concerns(says, cast("ConversationState", memory))
    return claim.status not in PERSON_OWNS


async def _walked(course: Course, claim: Claim, turn: Turn, saver: TurnSaver) -> Any | None:
    """Walk from the first place; returns LangGraph's input where the thread comes to wait for somebody.

    What ends without waiting is written as it is: a step of LangGraph's would only pass it on.
    """
    if not isinstance(claim.event, BEGINNINGS):
        return None
    new = {"seq": claim.seq}
    memory = {**saver.remembered(), **new}
    way, changes = turn.walked = await course.walk(memory, turn)
    if way != END:
        return course.arriving(new, again=claim.kind == "conversation" and claim.snapshot is not None)
    saver.rest({**memory, **changes})
    return None


async def _step(course: Course, given: Any, claim: Claim, turn: Turn, saver: TurnSaver) -> None:
    """Let LangGraph go on; what it leaves is in its saver, so nothing of it is streamed."""
    graph: Any = copy(course.graph)
    graph.checkpointer = saver  # the graph's own `copy` would check every node anew
    config: Any = {"configurable": {"thread_id": claim.thread_id}}
    await graph.ainvoke(given, config, context=turn, durability="exit", stream_mode=[])


WAITS_FOR: Mapping[str, tuple[type[Any], ...]] = {
    "hand_off": (CustomerSays, Released),
    "confirm": (CustomerDecides,),
    "approve": (PersonDecides, ApprovalExpires),
    "doubt": (LooksAgain, PersonSettles),
}
"""The events that a waiting thread goes on with; any other comes too late and changes nothing."""


def _answers(event: Event, waiting: Interrupt) -> bool:
    """Say whether an event is what a thread waits for."""
    return isinstance(event, WAITS_FOR[waiting.value["kind"]])


def _decline(turn: Turn, asks: ActionAsks) -> None:
    """Answer an action's question with no: a person has the conversation and sees what was not done."""
    turn.draft.confirmations.append(Confirmation(action_id=asks.action_id, yes=False))


def _resume(stopped: list[Interrupt]) -> Command[Any]:
    """Resume by id; what was decided travels in the turn's event."""
    return Command(resume={waiting.id: True for waiting in stopped})


def _customer(profile: Profile, claim: Claim, rules: Rulebook) -> Customer:
    own = {value.lower() for value in (profile.email, profile.name) if value}
    return Customer(
        name=profile.name,
        tier=profile.tier,
        vip=profile.tier in rules.book.routing.vip_tiers,
        language=profile.language if profile.language in rules.book.routing.languages else "en",
        verified=claim.verified,
        email=profile.email,
        own_identifiers=frozenset(own),
        baseline=profile.baseline,
        contacts=profile.contacts,
    )


def _with_habits(turn: Turn, claim: Claim, learnt: Profile | None) -> Profile | None:
    """Add how the customer usually feels and what they came with, where that changed enough to be kept."""
    baseline, contacts = turn.draft.baseline, turn.draft.contacts
    if baseline is None and contacts is None:
        return learnt
    known = learnt or claim.profile
    return replace(
        known,
        baseline=known.baseline if baseline is None else baseline,
        contacts=known.contacts if contacts is None else contacts,
    )


def _thought(
    turn: Turn,
    saver: TurnSaver,
    interrupt_id: str | None,
    began: float,
    cpu: float,
    learnt: Profile | None,
    recording: dict[str, Any],
) -> Thought:
    return Thought(
        draft=turn.draft,
        snapshot=saver.snapshot(),
        interrupt_id=interrupt_id,
        book=turn.rules.book.version,
        trace=_trace_json(turn, recording),
        ms=(time.perf_counter() - began) * 1000,
        cpu_ms=(time.thread_time() - cpu) * 1000,
        profile=learnt,
    )


def _trace_json(turn: Turn, recording: dict[str, Any]) -> bytes:
    trace = turn.trace
    return orjson.dumps(
        {
            "stages": trace.stages,
            "understanding": trace.understanding,
            "rails": trace.rails,
            "route": trace.route,
            "flow": trace.flow,
            "tools": trace.tools,
            "sources": trace.sources,
            "decision": trace.decision,
            "dialogue": trace.dialogue,
            "replies": [reply.text for reply in turn.draft.replies],
            "withheld": trace.withheld,
            "planner": trace.planner,
            "models": trace.models,
            "recording": recording,
        },
        default=as_json,
    )
