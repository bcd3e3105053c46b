"""What an agent is advised to do: never too much, always for this conversation, better with experience."""

from hypothesis import assume, given
from hypothesis import strategies as st

from graphs.suggestions.ranking import (
    MOST,
    PROACTIVE,
    Candidate,
    Experience,
    Kind,
    Recommendation,
    Record,
    Situation,
    recommend,
)

INTENTS = ("refund_request", "complaint", "order_track", "invoice_request", "other")
KINDS: tuple[Kind, ...] = ("issue_refund", "schedule_followup", "update_order", "send_documentation")
KEYS = tuple(f"flow{number}" for number in range(6))

situations = st.builds(
    Situation,
    intent=st.sampled_from(INTENTS),
    complaint=st.booleans(),
    sentiment=st.integers(-100, 100).map(lambda cents: cents / 100),
    trend=st.integers(-100, 100).map(lambda cents: cents / 100),
    vip=st.booleans(),
    failed=st.frozensets(st.sampled_from(("refund_order", "cancel_order"))),
)
candidates = st.lists(
    st.builds(
        Candidate,
        key=st.sampled_from(KEYS),
        kind=st.sampled_from(KINDS),
        title=st.just("Do it"),
        expected=st.just("It is done."),
        fit=st.floats(0, 1),
        missing=st.lists(st.sampled_from(("order_id", "phone")), unique=True).map(tuple),
        action=st.sampled_from((None, "refund_order", "cancel_order")),
    ),
    max_size=8,
    unique_by=lambda one: one.key,
)
records = st.integers(0, 40).flatmap(
    lambda tries: st.integers(0, tries).map(lambda wins: Record(tries=tries, wins=wins))
)
experiences: st.SearchStrategy[Experience] = st.dictionaries(
    st.tuples(
        st.sampled_from((*KEYS, "reply", "escalate")),
        st.sampled_from(INTENTS),
        st.sampled_from(("", "upset", "low", "calm")),
    ),
    records,
    max_size=12,
)


def seen(found: tuple[Recommendation, ...]) -> list[tuple[object, ...]]:
    """What an agent can tell apart."""
    return [(one.candidate.kind, tuple(one.candidate.parameters.items()), one.confidence) for one in found]


@given(situation=situations, possible=candidates, experience=experiences)
def test_there_are_at_most_three(
    situation: Situation, possible: list[Candidate], experience: Experience
) -> None:
    """Feature: omnichannel-cx-platform, Property 28: Action Recommendation Limit."""
    assert 1 <= len(recommend(situation, possible, experience)) <= MOST


@given(one=situations, other=situations, possible=candidates, experience=experiences)
def test_another_intent_or_another_mood_gives_other_advice(
    one: Situation, other: Situation, possible: list[Candidate], experience: Experience
) -> None:
    """Feature: omnichannel-cx-platform, Property 29: Context-Aware Recommendations."""
    other = Situation(
        intent=other.intent, sentiment=other.sentiment, complaint=one.complaint, trend=one.trend
    )
    one = Situation(intent=one.intent, sentiment=one.sentiment, complaint=one.complaint, trend=one.trend)
    assume(one.intent != other.intent or one.sentiment != other.sentiment)

    assert seen(recommend(one, possible, experience)) != seen(recommend(other, possible, experience))


@given(situation=situations, possible=candidates, experience=experiences)
def test_each_says_how_sure_it_is_and_the_surest_comes_first(
    situation: Situation, possible: list[Candidate], experience: Experience
) -> None:
    """Feature: omnichannel-cx-platform, Property 30: Recommendation Confidence Scores."""
    found = recommend(situation, possible, experience)

    assert all(0 <= one.confidence <= 1 for one in found)
    assert all(one.candidate.title and one.candidate.expected for one in found)
    assert found[0].confidence == max(one.confidence for one in found)


@given(situation=situations, possible=candidates, experience=experiences)
def test_an_upset_complaint_finds_money_a_follow_up_or_another_person(
    situation: Situation, possible: list[Candidate], experience: Experience
) -> None:
    """Feature: omnichannel-cx-platform, Property 32: Proactive Action Suggestions."""
    upset = Situation(intent="complaint", complaint=True, sentiment=-abs(situation.sentiment) - 0.01)

    assert PROACTIVE & {one.candidate.kind for one in recommend(upset, possible, experience)}


@given(situation=situations, possible=candidates, experience=experiences, wins=st.integers(1, 30))
def test_what_ends_well_is_trusted_more_and_what_fails_less(
    situation: Situation, possible: list[Candidate], experience: Experience, wins: int
) -> None:
    key = ("reply", situation.intent, situation.mood)
    before = experience.get(key, Record())
    well = {**experience, key: before + Record(tries=wins, wins=wins)}
    badly = {**experience, key: before + Record(tries=wins, wins=0)}

    def trust(known: Experience) -> float:
        return next(one.confidence for one in recommend(situation, [], known) if one.candidate.key == "reply")

    assert trust(badly) < trust(experience) < trust(well)
