"""What holds of actions whatever is said: no effect on a guess, past a rail or past a person."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.verdict import Audience, RailHit, RailReport
from knowledge.answer_types import Answered, Citation, NoAnswer
from tests.fakes.company import Books, an_order
from tests.talk import Talk, rails, said, shelf

NUMBERS = st.integers(1000, 9999).map(str)
PERSON_WORDS = st.sampled_from(
    ["speak to human", "talk to agent", "escalate", "I want to talk to a person", "a human please"]
)
EFFECTS = st.sampled_from(["I want my money back for {}", "cancel {}"])
MILD = st.floats(-0.2, 1)
many = settings(max_examples=40, deadline=None)


def talk_about(number: str, wish: str = "cancel {}") -> Talk:
    """A conversation with somebody whose order fits the wish."""
    status = "processing" if wish.startswith("cancel") else "delivered"
    return Talk(books=Books(orders={number: an_order(number, status)}))  # type: ignore[arg-type]


def untouched(talk: Talk) -> bool:
    """Whether the company has changed nothing."""
    return not talk.books.receipts


@dataclass
class Objecting:
    """Lets a number of replies out, then finds fault with each."""

    lets_out: int
    hit: RailHit
    asked: list[str] = field(default_factory=list)

    async def check_input(self, text: str, channel: str = "") -> RailReport:
        return await rails().check_input(text, channel)

    async def check_meaning(self, text: str, vector: Sequence[float], channel: str = "") -> RailReport:
        return await rails().check_meaning(text, vector, channel)

    async def check_material(self, text: str) -> RailReport:
        return await rails().check_material(text)

    async def check_output(self, text: str, audience: Audience) -> RailReport:
        self.asked.append(text)
        if len(self.asked) <= self.lets_out:
            return await rails().check_output(text, audience)
        return RailReport(passed=False, ran=(self.hit.rail,), hits=(self.hit,), ms=0.1)


@many
@given(number=NUMBERS, wish=EFFECTS, words=PERSON_WORDS, agreed=st.booleans())
async def test_who_asks_for_a_person_gets_one_and_no_open_question_is_acted_upon(
    number: str, wish: str, words: str, agreed: bool
) -> None:
    """Feature: omnichannel-cx-platform, Property 36: Explicit Escalation Request."""
    talk = talk_about(number, wish)
    asked = await talk.say(wish.format(number))
    assert asked.proposals
    if agreed:
        await talk.say("yes", "/affirm")
    done = dict(talk.books.receipts)

    draft = await talk.say(words)

    assert draft.hand_off is not None
    assert draft.hand_off.rule == 1
    assert not draft.proposals
    assert not draft.starts
    assert talk.books.receipts == done
    waiting = {change.action_id for change in draft.changes if change.state == "cancelled"}
    assert waiting == (set() if agreed else {asked.proposals[0].start.action_id})


@many
@given(attempts=st.integers(3, 12), number=NUMBERS, wish=EFFECTS, sentiment=MILD)
async def test_after_three_answers_that_did_not_help_a_person_comes_instead_of_an_action(
    attempts: int, number: str, wish: str, sentiment: float
) -> None:
    """Feature: omnichannel-cx-platform, Property 37: Automatic Escalation Threshold."""
    talk = talk_about(number, wish)
    talk.interpreter.sentiment = sentiment
    for _ in range(attempts):
        draft = await talk.say("how do I frobnicate the lamp?", None)
        if draft.hand_off is not None:
            break
    else:
        draft = await talk.say(wish.format(number))
    assert draft.hand_off is not None
    assert not draft.proposals
    assert untouched(talk)


@many
@given(
    number=NUMBERS,
    wish=EFFECTS,
    rail=st.sampled_from(["promises", "pii", "unsupported", "toxicity"]),
    before=st.integers(0, 1),
)
async def test_a_reply_that_a_rail_stops_is_not_sent_and_nothing_follows_from_it(
    number: str, wish: str, rail: str, before: int
) -> None:
    """Feature: omnichannel-cx-platform, Property 42: Policy Violation Blocking."""
    talk = talk_about(number, wish)
    objecting = Objecting(before, RailHit(rail=rail, reason="it may not be said", severity="block"))
    talk.use(rails=objecting)
    drafts = [await talk.say(wish.format(number)), await talk.say("yes", "/affirm")][: before + 1]

    stopped = drafts[-1]

    assert stopped.replies == []
    assert stopped.hand_off is not None
    assert (stopped.hand_off.kind, stopped.hand_off.rule) == ("rail", 13)
    assert rail in stopped.hand_off.text
    assert stopped.proposals == []
    assert objecting.asked[before] not in said(stopped)
    if before == 0:
        assert untouched(talk)


@dataclass
class Unsure:
    """Articles that answer everything, more or less surely."""

    confidence: float

    async def answer(self, tenant_id: str, question: str, vector: object, *, language: str = "en") -> object:
        source = Citation(
            number=1,
            article_id="a",
            title="Lamps",
            heading="All about them",
            url="/help/a",
            version=1,
            passage="A lamp is a lamp.",
        )
        if self.confidence < shelf().book.thresholds.knowledge_confidence:
            return NoAnswer(confidence=self.confidence, nearest=(source,))
        return Answered(text="A lamp is a lamp. [1]", confidence=self.confidence, citations=(source,))


@many
@given(confidence=st.floats(0, 1), understood=st.floats(0.86, 1))
async def test_an_answer_that_is_not_sure_enough_is_left_to_a_person(
    confidence: float, understood: float
) -> None:
    """Feature: omnichannel-cx-platform, Property 44: Low Confidence Escalation."""
    talk = Talk()
    talk.use(knowledge=Unsure(confidence))
    talk.interpreter.confidence = understood
    talk.interpreter.meanings = {"lamp": "product_care"}

    draft = await talk.say("how do I clean the lamp?")

    if confidence < shelf().book.thresholds.knowledge_confidence:
        assert "A lamp is a lamp" not in said(draft)
        assert draft.hand_off is not None or not any(reply.citations for reply in draft.replies)
    else:
        assert any(reply.citations for reply in draft.replies)


@many
@given(number=NUMBERS, wish=EFFECTS, confidence=st.floats(0, 1))
async def test_no_effect_begins_on_a_guess(number: str, wish: str, confidence: float) -> None:
    """Feature: omnichannel-cx-platform, Property 44: Low Confidence Escalation."""
    talk = talk_about(number, wish)
    talk.interpreter.confidence = confidence

    draft = await talk.say(wish.format(number))

    assert all(proposal.confirm for proposal in draft.proposals)
    assert not draft.starts
    assert untouched(talk)
    if confidence < shelf().book.thresholds.confidence_clarify:
        assert not draft.proposals


@many
@given(number=NUMBERS, wish=EFFECTS)
async def test_a_question_about_an_action_names_what_it_is_about_and_what_to_do_next(
    number: str, wish: str
) -> None:
    """Feature: omnichannel-cx-platform, Property 27: Response Actionability."""
    talk = talk_about(number, wish)
    order = talk.books.orders[number]

    draft = await talk.say(wish.format(number))

    (reply,) = [one for one in draft.replies if one.buttons]
    assert {payload for _, payload in reply.buttons} == {"/affirm", "/deny"}
    assert order.paid_with in reply.text
    assert f"{order.total:.2f}" in reply.text


@many
@given(number=NUMBERS, wish=EFFECTS)
async def test_what_came_of_an_action_is_told_with_what_the_records_hold(number: str, wish: str) -> None:
    """Feature: omnichannel-cx-platform, Property 25: Response Personalization."""
    talk = talk_about(number, wish)
    await talk.say(wish.format(number))
    draft = await talk.say("yes", "/affirm")

    order = talk.books.orders[number]
    assert draft.replies
    assert number in said(draft) or order.paid_with in said(draft) or "A person checks" in said(draft)
