"""Urgency: what each factor adds, how it is told, who comes again, and when people work."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from graphs.assess.contacts import MOST, days_since, last_contact, with_contact
from graphs.assess.urgency import Urgency, urgency
from policies.loader import load_book
from policies.problems import BookInvalid
from tests.talk import NOON, Talk
from tests.unit.books.altered import altered

HOUR = timedelta(hours=1)


def of(**given: Any) -> Urgency:
    """Urgency of a calm question of a standard customer, but for what is given."""
    calm: dict[str, Any] = {
        "sentiment": 0.0,
        "category": "inquiry",
        "tier": "standard",
        "text": "hello",
        "vip": False,
    }
    return urgency(**{**calm, **given})


@pytest.mark.parametrize(
    ("given", "name", "adds"),
    [
        ({"sentiment": -0.51}, "sentiment", 2),
        ({"sentiment": -0.5}, "sentiment", 1),
        ({"sentiment": -0.3}, "sentiment", 0),
        ({"sentiment": 0.51}, "sentiment", -1),
        ({"category": "escalation"}, "intent", 3),
        ({"category": "complaint"}, "intent", 2),
        ({"category": "request"}, "intent", 1),
        ({"category": "feedback"}, "intent", 0),
        ({"vip": True}, "customer value", 2),
        ({"tier": "gold"}, "customer value", 1),
        ({"tier": "medium"}, "customer value", 0),
        ({"days_since_contact": 0.1}, "repeat contact", 2),
        ({"days_since_contact": 7.0}, "repeat contact", 2),
        ({"days_since_contact": 7.1}, "repeat contact", 1),
        ({"days_since_contact": 30.0}, "repeat contact", 1),
        ({"days_since_contact": 30.1}, "repeat contact", 0),
        ({"text": "I need it ASAP"}, "time sensitivity", 2),
        ({"text": "immediately!"}, "time sensitivity", 2),
        ({"text": "it is not urgent"}, "time sensitivity", 0),
        ({"text": "the insurgents"}, "time sensitivity", 0),
        ({"after_hours": True}, "after hours", 1),
    ],
)
def test_each_factor_adds_what_the_company_says(given: dict[str, Any], name: str, adds: float) -> None:
    found = of(**given)
    assert found.raw == 5 + adds
    assert {factor.name: factor.contribution for factor in found.factors} == ({name: adds} if adds else {})


def test_the_reasoning_is_a_sum_that_people_can_follow() -> None:
    found = of(sentiment=-0.72, category="complaint", vip=True, tier="vip", text="urgent", after_hours=True)
    assert found.reasoning == (
        "5 to begin with, +2 sentiment -0.72, +2 intent: complaint, +2 customer value: vip, "
        '+2 the word "urgent", +1 outside the hours when people work: 14, kept within 1 to 10: 10'
    )
    assert found.score == 10
    assert of().reasoning == "5 to begin with: 5"


def test_who_comes_again_after_an_hour_comes_again() -> None:
    contacts = with_contact({}, "refund:1042", "one", NOON, HOUR)
    assert contacts == {"refund:1042": (NOON.isoformat(timespec="seconds"), "one")}
    later = NOON + timedelta(days=3)
    assert last_contact(contacts, "refund:1042", "two", later) == NOON
    assert last_contact(contacts, "refund:1042", "one", later) is None, "the same conversation goes on"
    assert last_contact(contacts, "refund", "two", later) == NOON, "a number not yet said may be the same"
    assert last_contact(contacts, "refund:1077", "two", later) is None
    assert last_contact(contacts, "cancel:1042", "two", later) is None
    assert days_since(NOON, later, HOUR) == 3
    assert days_since(NOON, NOON + timedelta(minutes=20), HOUR) is None, "it is one contact still"
    assert with_contact(contacts, "refund:1042", "two", NOON + timedelta(minutes=20), HOUR) is None


def test_a_profile_remembers_no_more_issues_than_it_needs() -> None:
    contacts: Any = {}
    for number in range(30):
        moment = NOON + timedelta(hours=number)
        contacts = with_contact(contacts, f"refund:{number}", "one", moment, HOUR)
    assert len(contacts) == MOST
    assert "refund:29" in contacts
    month = with_contact(contacts, "cancel", "two", NOON + timedelta(days=40), HOUR)
    assert month is not None
    assert set(month) == {"cancel"}, "after 30 days nobody comes again"


async def test_a_second_conversation_about_the_same_order_is_more_urgent() -> None:
    first = Talk()
    draft = await first.say("refund #1042 please")
    assert draft.contacts is not None
    before = first.why("route")
    then = NOON - timedelta(days=2)
    known = {issue: (then.isoformat(), "another") for issue in draft.contacts}

    second = Talk()
    second.profile = replace(second.profile, contacts=known)
    await second.say("refund #1042 please")
    again = second.why("route")
    assert again["urgency_raw"] == before["urgency_raw"] + 2
    assert {"factor": "repeat contact", "contribution": 2.0, "description": "same issue 2 days ago"} in again[
        "urgency_factors"
    ]
    assert again["urgency_reasoning"].startswith("5 to begin with")


OPEN = 'hours: {timezone: Europe/Stockholm, friday: "09:00-17:00"}\nlanguages: [en]'


@pytest.mark.parametrize(
    ("moment", "works"),
    [
        (datetime(2026, 11, 20, 8, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 20, 7, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 20, 16, 0, tzinfo=UTC), False),
        (datetime(2026, 7, 17, 7, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 21, 12, 0, tzinfo=UTC), False),
    ],
)
def test_hours_are_those_of_the_companys_own_time_zone(tmp_path: Path, moment: datetime, works: bool) -> None:
    book = load_book(altered(tmp_path, "routing.yaml", "languages: [en]", OPEN))
    assert book.routing.hours is not None
    assert book.routing.hours.open_at(moment) is works


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (OPEN.replace("Europe/Stockholm", "Europe/Stokholm"), "is no time zone"),
        (OPEN.replace("09:00-17:00", "17:00-09:00"), "ends before it begins"),
        (OPEN.replace("09:00-17:00", "9-5"), "'9-5'"),
    ],
)
def test_hours_that_cannot_be_meant_are_refused(tmp_path: Path, wrong: str, says: str) -> None:
    with pytest.raises(BookInvalid, match=says):
        load_book(altered(tmp_path, "routing.yaml", "languages: [en]", wrong))
