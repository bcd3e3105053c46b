"""Properties of urgency, answers and the audit, on the raw score where scores are compared."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from app.audit.repository_chain import replies
from app.audit.verifying import verify
from app.rulebooks import BookShelf
from graphs.assess.sentiment import tone
from graphs.assess.urgency import Urgency, urgency
from graphs.draft import Draft, Reply
from knowledge.answer_types import Answered, Citation
from policies.ladder import Signals, route
from tests.chaos.inbox import TENANT, Inbox, open_inbox
from tests.fakes.company import Books, an_order
from tests.talk import Talk, said, shelf
from tests.unit.books.altered import altered

CATEGORIES = ("inquiry", "complaint", "request", "feedback", "escalation")
TIERS = ("standard", "low", "medium", "high", "gold", "vip")
TEXTS = ("where is it", "I need it asap", "", "please answer immediately", "take your time")
MESSAGES = st.fixed_dictionaries(
    {
        "sentiment": st.floats(-1, 1),
        "category": st.sampled_from(CATEGORIES),
        "tier": st.sampled_from(TIERS),
        "text": st.sampled_from(TEXTS) | st.text(max_size=40),
        "vip": st.booleans(),
        "days_since_contact": st.none() | st.floats(0, 60),
        "after_hours": st.booleans(),
    }
)
NAMES = st.sampled_from(["Marta", "Ole", "Zoë", "Ann-Kathrin", "Ida"])
WORDS = st.text(st.characters(categories=("Lu", "Ll")), min_size=3, max_size=10)
many = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def parts(found: Urgency) -> dict[str, float]:
    return {factor.name: factor.contribution for factor in found.factors}


@many
@given(message=MESSAGES)
def test_urgency_is_a_score_from_one_to_ten_whose_sum_is_told(message: dict[str, Any]) -> None:
    """Feature: omnichannel-cx-platform, Property 15: Urgency Score Range."""
    found = urgency(**message)
    assert 1 <= found.score <= 10
    assert found.raw == 5 + sum(parts(found).values())
    assert all(factor.description in found.reasoning for factor in found.factors)


@many
@given(message=MESSAGES, other=MESSAGES, which=st.sampled_from(["sentiment", "category", "tier", "text"]))
def test_each_factor_counts_where_its_contributions_differ(
    message: dict[str, Any], other: dict[str, Any], which: str
) -> None:
    """Feature: omnichannel-cx-platform, Property 16: Multi-Factor Urgency Calculation."""
    changed = {**message, which: other[which]}
    one, two = urgency(**message), urgency(**changed)
    assume(parts(one) != parts(two))
    assert one.raw != two.raw
    assert len(set(parts(one).items()) ^ set(parts(two).items())) <= 2, "and no other factor moved"


@many
@given(message=MESSAGES, confidence=st.floats(0, 1))
def test_who_is_very_urgent_is_never_left_to_the_program(message: dict[str, Any], confidence: float) -> None:
    """Feature: omnichannel-cx-platform, Property 17: High Urgency Agent Routing."""
    score, book = urgency(**message).score, shelf().book
    kind = route(Signals(urgency=score, confidence=confidence), book.thresholds, book.routing).kind
    if score > 8:
        assert kind == "person"
    if score == 8:
        assert kind != "automate"


@many
@given(message=MESSAGES, days=st.floats(0, 7))
def test_who_comes_again_within_a_week_is_more_urgent(message: dict[str, Any], days: float) -> None:
    """Feature: omnichannel-cx-platform, Property 18: Repeat Contact Urgency Increase."""
    first = urgency(**{**message, "days_since_contact": None})
    assert urgency(**{**message, "days_since_contact": days}).raw > first.raw
    month = urgency(**{**message, "days_since_contact": days + 7.5})
    assert first.raw < month.raw < urgency(**{**message, "days_since_contact": days}).raw


@many
@given(message=MESSAGES)
def test_a_vip_is_at_least_two_points_more_urgent(message: dict[str, Any]) -> None:
    """Feature: omnichannel-cx-platform, Property 19: VIP Customer Urgency Boost."""
    vip = urgency(**{**message, "vip": True})
    for tier in ("standard", "low", "medium"):
        assert vip.raw >= urgency(**{**message, "vip": False, "tier": tier}).raw + 2
    assert vip.raw > urgency(**{**message, "vip": False, "tier": "high"}).raw


@many
@given(name=NAMES, number=st.integers(1000, 9999).map(str))
async def test_the_first_reply_names_the_customer_and_what_they_asked_about(name: str, number: str) -> None:
    """Feature: omnichannel-cx-platform, Property 25: Response Personalization."""
    talk = Talk(books=Books(orders={number: an_order(number, "delivered")}))
    talk.profile = replace(talk.profile, name=f"{name} Lund")
    told = said(await talk.say(f"where is my order #{number}?"))
    assert name in told
    assert number in told
    stranger = Talk(profile=replace(talk.profile, name=""), verified=False)
    assert said(await stranger.say("where is my order?")).startswith("I'm the assistant")


@dataclass(frozen=True)
class Library:
    """Knows one passage, this surely."""

    passage: str
    confidence: float

    async def answer(self, tenant_id: str, question: str, vector: Any, *, language: str = "en") -> Answered:
        source = Citation(
            number=1,
            article_id="a",
            title="An article",
            heading="A part",
            url="/help/a#part",
            version=1,
            passage=self.passage,
        )
        return Answered(text=f"{self.passage} [1]", confidence=self.confidence, citations=(source,))


@many
@given(words=st.lists(WORDS, min_size=3, max_size=12), confidence=st.floats(0.6, 1))
@example(words=["lamps", "come", "whole"], confidence=0.9)
async def test_an_answer_holds_what_the_article_says_and_cites_it(
    words: list[str], confidence: float
) -> None:
    """Feature: omnichannel-cx-platform, Property 26: Knowledge Base Integration."""
    passage = " ".join(words).capitalize() + "."
    talk = Talk()
    talk.use(knowledge=Library(passage, confidence))
    draft = await talk.say("how can I send something back?")
    cited = [reply for reply in draft.replies if reply.citations]
    objected = not talk.why("rails").get("material", {"passed": True})["passed"]
    assert cited or objected or draft.hand_off is not None, "only a rail keeps what an article says back"
    if cited:
        assert passage in cited[0].text
        assert cited[0].citations[0].url == "/help/a#part"
    else:
        assert not any(passage in reply.text for reply in draft.replies)


@many
@given(texts=st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=3))
async def test_what_was_said_is_kept_whole_with_its_time_and_conversation(
    database: str, tmp_path: Path, texts: list[str]
) -> None:
    """Feature: omnichannel-cx-platform, Property 43: Response Audit Logging."""
    texts = [text.replace("\x00", "").encode("utf-8", "ignore").decode() or "." for text in texts]
    async with open_inbox(database, tmp_path) as inbox:
        conversation = (await inbox.writes("hello")).conversation_id
        inbox.clock.passes(5)
        claim = await inbox.takes(conversation)
        await inbox.commits(claim, Draft(replies=[Reply(text=text) for text in texts]))
        kept = [one for one in await inbox.timeline(conversation) if one.sender == "assistant"]
        audited = await in_the_audit(inbox, conversation)
    assert [one.text for one in kept] == texts
    assert {one.timestamp for one in kept} == {inbox.clock()}
    assert {one.seq for one in kept} == {claim.seq}
    assert audited == [(one.message_id, one.timestamp, conversation) for one in reversed(kept)]


async def in_the_audit(inbox: Inbox, conversation: str) -> list[tuple[str, datetime, str]]:
    """The linked replies of a conversation, newest first, once the whole chain was checked."""
    async with inbox.database.tenant(TENANT) as conn:
        await verify(conn, inbox.vault, TENANT)
        linked = await replies(conn, TENANT, conversation, None, 10)
    return [(one.entry_id, one.created_at, one.conversation_id) for one in linked]


@dataclass(frozen=True)
class Wishes:
    """What a company sets in its own book."""

    greeting: str
    bound: float
    skill: str
    word: str

    @property
    def intent(self) -> str:
        return f"own_{self.word}"


COMPANIES = (
    Wishes("Ahoy", -0.9, "harbour", "zzrudder"),
    Wishes("Servus", -0.2, "berg", "zzgipfel"),
    Wishes("Moin", -0.5, "kueste", "zzdeich"),
    Wishes("Howdy", -0.35, "ranch", "zzsaddle"),
)


@cache
def configured(wishes: Wishes) -> BookShelf:
    """The library's book with what a company wishes, in force."""
    answered = f"answer: template, template: greeting, examples: [{wishes.word}]"
    own = f"  {wishes.intent}: {{category: complaint, {answered}}}"
    changes = (
        ("thresholds.yaml", "sentiment_person: -0.6", f"sentiment_person: {wishes.bound}"),
        ("routing.yaml", "loan_extend: [loans]", f"{wishes.intent}: [{wishes.skill}]"),
        ("routing.yaml", 'safety_words: ["on fire"]', f'safety_words: ["{wishes.word} danger"]'),
        ("intents/all.yaml", "  affirm:", f"{own}\n  affirm:"),
    )
    with TemporaryDirectory() as folder:
        hello = "text: Hello[ {customer.first_name}]."
        book = altered(Path(folder), "templates/all.yaml", hello, f"text: {wishes.greeting}.")
        for file, old, new in changes:
            text = (book / file).read_text("utf-8")
            assert text.count(old) == 1
            (book / file).write_text(text.replace(old, new), "utf-8")
        return BookShelf.load(book)


@many
@given(wishes=st.sampled_from(COMPANIES), mood=st.floats(-1, 1).map(lambda value: round(value, 2)))
async def test_what_a_company_configures_holds_from_the_next_message_on(wishes: Wishes, mood: float) -> None:
    """Feature: omnichannel-cx-platform, Property 53: Custom Configuration Application."""
    talk = Talk(shelf=shelf_before())
    talk.interpreter.meanings, talk.interpreter.sentiment = {wishes.word: wishes.intent}, mood
    talk.shelf.put_in_force(configured(wishes).rulebook)
    draft = await talk.say(f"{wishes.word} please")
    felt = draft.sentiment if draft.sentiment is not None else 0.0
    if felt < wishes.bound:
        assert draft.hand_off is not None
        assert (draft.hand_off.rule, draft.hand_off.skills) == (3, (wishes.skill,))
    elif draft.hand_off is None and tone(felt) in ("friendly", "neutral"):
        assert f"{wishes.greeting}." in said(draft)
    danger = await Talk(shelf=configured(wishes)).say(f"{wishes.word} danger")
    assert danger.hand_off is not None
    assert danger.hand_off.rule == 2


def shelf_before() -> BookShelf:
    """A shelf of one's own with the book that was in force before."""
    return BookShelf(shelf().rulebook)
