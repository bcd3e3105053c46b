"""`frontdesk bench rails`: what it costs to check one message and its reply with all rails of the book.

Each message passes the rails of what a customer wrote and those that read its vector, its reply those of
what goes out, one after the other in one thread. The peer are the same checks as actions of Colang flows,
run by NeMo's own `LLMRails` in the same process.
"""

import asyncio
import contextlib
import logging
import os
import random
import tempfile
import time
from array import array
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
from rich.console import Console

from app.preparing import settle_memory
from app.rulebooks import rail_rules
from app.settings import ROOT, load_settings
from evals.bench import Wish
from evals.figures import Figures, Measured, percentile
from evals.thresholds import load_thresholds
from guardrails.build import build_rails
from guardrails.configuration import read_configuration
from guardrails.lanes import Lane, build_lanes
from guardrails.rules import RailRules
from guardrails.verdict import Audience, Rails
from policies.loader import load_book

MESSAGES = ROOT / "evals" / "datasets" / "shop_intents.jsonl"
ARTICLES = ROOT / "knowledge" / "articles"
SEED, DIMENSIONS, WARM = 7, 384, 50
PEER, PEER_MESSAGES = "nemo_llmrails", 300
ORDER = (
    '{"order_id":"1042","status":"delivered","total":149.99,"currency":"EUR","delivered_on":"2026-11-19",'
    '"delivered_at":"19 November at 14:05","signed_by":"M. Lindqvist","paid_with":"Visa ending 4417"}'
)
REPLIES = (
    "Your order #1042 was delivered on 19 November at 14:05 and signed for by M. Lindqvist.",
    "I can send €149.99 to your Visa ending 4417. Shall I? It takes 3 to 5 working days.",
    "Which order is it about? Its number stands in the mail that we sent to marta@lindqvist.example.",
)
COLANG = """
define bot refuse to respond
  "no"

define subflow customer text
  $passes = execute customer_text_passes(text=$user_message)
  if not $passes
    bot refuse to respond
    stop

define subflow reply
  $passes = execute reply_passes(text=$bot_message)
  if not $passes
    bot refuse to respond
    stop
"""
FLOWS = {"input": {"flows": ["customer text"]}, "output": {"flows": ["reply"]}}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One message with its vector, and a reply with its reader."""

    text: str
    vector: Sequence[float]
    reply: str
    audience: Audience


def measure(wish: Wish, console: Console) -> Measured:
    """Check as many messages as wished, then fewer of them the other way."""
    os.environ.setdefault("NEMO_GUARDRAILS_NO_USAGE_STATS", "1")
    rules = rail_rules(load_book(load_settings().book))
    cases = cases_of(wish.messages)
    rails = build_rails(rules)
    settle_memory()
    figures = asyncio.run(figures_of(rails, cases))
    peers = {PEER: asyncio.run(peer_of(rules, cases[:PEER_MESSAGES]))} if wish.peers else {}
    demands = load_thresholds().bench["rails"].at_most
    failed = [name for name, most in demands.items() if figures[name] > most]
    for owner, found in (("", figures), *((f"{name}: ", each) for name, each in peers.items())):
        for name, value in found.items():
            most = f", at most {demands[name]:g}" if not owner and name in demands else ""
            console.print(f"{owner}{name}: {value:.4f}{most}", highlight=False)
    return Measured(name="bench rails", figures=figures, peers=peers, passed=not failed)


def cases_of(count: int) -> list[Case]:
    """Pair the shop's held-back messages with replies from orders and articles, the same ones each time."""
    chance = random.Random(SEED)
    texts = [str(orjson.loads(line)["text"]) for line in MESSAGES.read_bytes().splitlines()]
    passages = [text for path in sorted(ARTICLES.glob("**/*.md")) for text in _paragraphs(path)]
    cases = []
    for place in range(count):
        passage = passages[place % len(passages)]
        reply, source = (f"{passage} [1]", passage) if place % 2 else (REPLIES[place % len(REPLIES)], ORDER)
        own = frozenset({"1042", "marta@lindqvist.example"})
        cases.append(
            Case(
                text=texts[place % len(texts)],
                vector=array("f", (chance.gauss(0, 0.05) for _ in range(DIMENSIONS))),
                reply=reply,
                audience=Audience(customer_id="C-1", own_identifiers=own, supported=(source,), channel="web"),
            )
        )
    return cases


def _paragraphs(path: Path) -> Iterator[str]:
    """Yield an article's paragraphs that may be answers."""
    body = path.read_text("utf-8").split("---", 2)[-1]
    yield from (
        " ".join(part.split())
        for part in body.split("\n\n")
        if 40 <= len(part) <= 600 and not part.lstrip().startswith(("#", "|"))
    )


async def figures_of(rails: Rails, cases: Sequence[Case]) -> Figures:
    """Return the processor time of a message, and how many messages and replies were stopped."""
    stopped = {"in": 0, "out": 0}

    async def check(case: Case) -> None:
        """Do what a turn does."""
        report = await rails.check_input(case.text, "web")
        understood = await rails.check_meaning(case.text, case.vector, "web")
        said = await rails.check_output(case.reply, case.audience)
        stopped["in"] += not (report.passed and understood.passed)
        stopped["out"] += not said.passed

    for case in cases[:WARM]:
        await check(case)
    stopped |= {"in": 0, "out": 0}
    took = [await _cpu_ms(check, case) for case in cases]
    return {
        "cpu_ms_per_message": sum(took) / len(took),
        "p99_cpu_ms": percentile(took, 0.99),
        "messages_count": len(cases),
        "stopped_messages_count": stopped["in"],
        "stopped_replies_count": stopped["out"],
    }


async def _cpu_ms(check: Callable[[Case], Awaitable[None]], case: Case) -> float:
    """Return the processor time of one message."""
    began = time.thread_time_ns()
    await check(case)
    return (time.thread_time_ns() - began) / 1e6


async def peer_of(rules: RailRules, cases: Sequence[Case]) -> Figures:
    """Run the same checks as flows of NeMo's stock engine."""
    with _quietly_elsewhere():
        from nemoguardrails import LLMRails, RailsConfig
        from nemoguardrails.rails.llm.options import RailType

        lane = build_lanes(rules, read_configuration())[""]
        config = RailsConfig.from_content(colang_content=COLANG, config={"models": [], "rails": FLOWS})
        engine = LLMRails(config)
        now: list[Case] = list(cases[:1])
        engine.register_action(lambda text: _passes_in(lane, text, now[0]), "customer_text_passes")
        engine.register_action(lambda text: _passes_out(lane, text, now[0]), "reply_passes")

        async def check(case: Case) -> None:
            """Check a message and its reply as two requests, as a turn does."""
            now[0] = case
            said = {"role": "user", "content": case.text}
            await engine.check_async([said], rail_types=[RailType.INPUT])
            answer = {"role": "assistant", "content": case.reply}
            await engine.check_async([said, answer], rail_types=[RailType.OUTPUT])

        await check(cases[0])
        took = [await _cpu_ms(check, case) for case in cases]
    return {"cpu_ms_per_message": sum(took) / len(took), "messages_count": len(took)}


def _passes_in(lane: Lane, text: str, case: Case) -> bool:
    """Run the checks of a message, those of its vector included."""
    hits = (*lane.input_hits(text), *lane.meaning_hits(text, case.vector))
    return all(hit.severity == "note" for hit in hits)


def _passes_out(lane: Lane, text: str, case: Case) -> bool:
    """Run the checks of a reply."""
    return all(hit.severity == "note" for hit in lane.output_hits(text, case.audience))


@contextlib.contextmanager
def _quietly_elsewhere() -> Iterator[None]:
    """Stay in an empty folder without logs: the stock engine runs actions it finds, and logs texts."""
    before, disabled = Path.cwd(), logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="frontdesk-bench-") as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
            logging.disable(disabled)
