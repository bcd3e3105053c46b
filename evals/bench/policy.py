"""`frontdesk bench policy`: what it costs to decide about one understood message with the whole book.

Mood, standing, urgency, risk, the ladder, the planner's choice, then the rules of the actions to which the
message leads, and their conflicts with what is under way: all that is decided between understanding a message
and acting on it. No graph, no system. What all rules of all actions cost together is a figure of its own.
"""

import asyncio
import random
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console

from app.commands.book import known_tools
from app.preparing import settle_memory
from app.settings import ROOT, load_settings
from app.understanding.standing import load_standing
from evals.bench import Wish
from evals.figures import Figures, Measured, percentile
from evals.thresholds import load_thresholds
from graphs.assessing import feel, stand
from graphs.events import CustomerSays
from graphs.planner.rules import plan
from graphs.ports import Desk, Entity, Rulebook, Understood
from graphs.signals import assess
from graphs.state import ConversationState
from graphs.suggestions.trying import actions_of
from graphs.trace import Trace
from graphs.turn import Customer, OpenAction, Turn
from graphs.wishes import sort_out
from policies.actions import judge
from policies.conflicts import conflict
from policies.expressions import ExpressionFailed
from policies.fast_path import FastPath
from policies.ladder import route
from policies.loader import load_book
from policies.model import ActionSpec, Book, Facts, Value
from policies.samples import facts as nested
from policies.samples import gather
from tools.spec import Caller

TEXTS = ROOT / "evals" / "datasets" / "shop_intents.jsonl"
ROUNDS = 5
SEED = 7
DIMENSIONS = 384
ABSENT = 0.1
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One understood message in its conversation, with facts for every rule of the book."""

    says: CustomerSays
    understood: Understood
    state: ConversationState
    facts: Facts


def measure(wish: Wish, console: Console) -> Measured:
    """Decide about the shop's held-back messages in one thread, after each was decided once."""
    rules = whole_book(load_settings().book)
    cases = cases_of(rules, TEXTS.read_bytes())
    settle_memory()
    figures = figures_of(rules, cases)
    demands = load_thresholds().bench["policy"].at_most
    failed = [name for name, most in demands.items() if figures[name] > most]
    for name, value in figures.items():
        most = f", at most {demands[name]:g}" if name in demands else ""
        console.print(f"{name}: {value:.4f}{most}", highlight=False)
    return Measured(name="bench policy", figures=figures, passed=not failed)


def whole_book(folder: Path) -> Rulebook:
    """Load a book as the engine does, with the kinds of all that its tools give back."""
    book = load_book(folder, asyncio.run(known_tools(folder)))
    return Rulebook(book=book, fast_path=FastPath(book))


def cases_of(rules: Rulebook, lines: bytes) -> list[Case]:
    """Make a conversation around each labelled message, the same ones each time."""
    chance = random.Random(SEED)
    samples = gather(rules.book)
    vector = array("f", (chance.uniform(-1, 1) for _ in range(DIMENSIONS)))
    cases = []
    for line in lines.splitlines():
        told = orjson.loads(line)
        facts = nested({name: _sample(samples.of(name), chance) for name in samples.values})
        cases.append(
            Case(
                says=CustomerSays(text=told["text"], channel="web"),
                understood=_understood(told, chance, vector),
                state=_state(chance),
                facts=facts,
            )
        )
    return cases


def _sample(values: Sequence[Value], chance: random.Random) -> Value:
    """Choose one of the values at which a rule may change its mind; one fact in ten is not there."""
    there = [value for value in values if value is not None]
    absent = not there or (None in values and chance.random() < ABSENT)
    return None if absent else chance.choice(there)


def _understood(told: dict[str, object], chance: random.Random, vector: Sequence[float]) -> Understood:
    sure = chance.uniform(0.6, 1.0)
    text, intent = str(told["text"]), str(told["intent"])
    return Understood(
        intent=intent,
        confidence=sure,
        path="nlu",
        ranking=((intent, sure), ("order_track", 1 - sure)),
        entities=(Entity(name="order_number", value="1042", start=0, end=min(4, len(text)), confidence=1.0),),
        sentiment=chance.uniform(-0.9, 0.9),
        emotions={"frustration": chance.random()},
        out_of_scope=chance.random() / 2,
        vector=vector,
    )


def _state(chance: random.Random) -> ConversationState:
    return ConversationState(
        scores=[round(chance.uniform(-0.5, 0.5), 4) for _ in range(5)],
        intents=["order_track", "refund_request"],
        turns=chance.randint(1, 9),
        unsure=chance.randint(0, 1),
        attempts=chance.randint(0, 2),
        signs=[["still"], []],
        slots={"order_number": "1042"},
        said=[{"text": "Which order is it about?", "buttons": [], "sources": []}],
    )


def figures_of(rules: Rulebook, cases: Sequence[Case]) -> Figures:
    """Return the processor time of a message; building its turn is not part of it."""
    return asyncio.run(_figures_of(rules, cases))


async def _figures_of(rules: Rulebook, cases: Sequence[Case]) -> Figures:
    nobody: Any = None  # whom nothing here may ask
    desk = Desk(interpreter=nobody, tools=nobody, knowledge=nobody, rails=nobody, standing=load_standing())
    for case in cases:
        await decide(_turn(rules, desk, case), case)
    took = [await _message_ms(_turn(rules, desk, case), case) for _ in range(ROUNDS) for case in cases]
    every = [_every_rule_ms(rules.book, case) for _ in range(ROUNDS) for case in cases]
    return {
        "cpu_ms_per_message": sum(took) / len(took),
        "p99_cpu_ms": percentile(took, 0.99),
        "every_rule_cpu_ms": sum(every) / len(every),
        "messages_count": len(cases),
        "rules_count": sum(len(action.rules) for action in rules.book.actions.values()),
        "flows_count": len(rules.book.flows),
    }


async def _message_ms(turn: Turn, case: Case) -> float:
    """Return the processor time of deciding about one message."""
    began = time.thread_time_ns()
    await decide(turn, case)
    return (time.thread_time_ns() - began) / 1e6


def _every_rule_ms(book: Book, case: Case) -> float:
    """Return the processor time of judging every action of the book with one message's facts."""
    began = time.thread_time_ns()
    for action in book.actions.values():
        _may_be(action, case.facts)
    return (time.thread_time_ns() - began) / 1e6


async def decide(turn: Turn, case: Case) -> int:
    """Decide about a message all that a turn decides; returns how many of its actions may be."""
    book, says = turn.rules.book, case.says
    sort_out(case.understood, says.text, book)
    understood, _ = feel(turn, case.state, says, case.understood)
    stood = await stand(turn, case.state, says, understood)
    assessed = assess(turn, case.state, says, understood, stood)
    turn.route = route(assessed.signals, book.thresholds, book.routing)
    plan(case.state, says, understood, book)
    pending = [(action.action, action.subject) for action in turn.open_actions]
    flow = book.flows.get(book.flow_of_intent.get(understood.intent or "", ""))
    led_to = actions_of(flow) if flow is not None else ()
    allowed = [name for name in led_to if _may_be(book.actions[name], case.facts)]
    return sum(conflict(book, pending, name, "1042") == "allow" for name in allowed)


def _may_be(action: ActionSpec, facts: Facts) -> bool:
    """Judge an action as a turn does; one whose rules fail on these facts may not be."""
    try:
        return judge(action, facts).refused is None
    except ExpressionFailed:
        return False


def _turn(rules: Rulebook, desk: Desk, case: Case) -> Turn:
    """A turn as the engine would build it."""
    customer = Customer(
        name="Ada Example",
        tier="gold",
        vip=False,
        language="en",
        verified=True,
        email="ada@example.com",
        own_identifiers=frozenset(),
        contacts={"refund:1042": ("2026-11-17T09:00:00+00:00", "another")},
    )
    return Turn(
        event=case.says,
        rules=rules,
        desk=desk,
        caller=Caller(tenant_id="", conversation_id="conv", customer_id="C-1", verified=True),
        customer=customer,
        now=NOON,
        conversation_id="conv",
        thread_id="conv",
        channel="web",
        minutes=1.0,
        open_actions=(
            OpenAction(
                action_id="1", action="refund_order", state="approving", subject="1042", label="Refund"
            ),
        ),
        trace=Trace(clock=time.perf_counter, began=0.0),
    )
