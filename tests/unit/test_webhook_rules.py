"""Webhooks without a server: signatures, schedule, targets, and a page that names every type."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from app.conversations.feed.event import Cursor, Event
from app.webhooks.messages import TYPES, messages_of
from app.webhooks.schedule import ATTEMPTS, DELAYS_S, next_attempt, why_off
from app.webhooks.signing import Secret, headers_of, key_of, new_secret
from app.webhooks.targets import fault_of
from tools.networks import permitted, read_networks

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text("utf-8")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TEXTS = st.text(max_size=60)
KINDS = [
    "message.received",
    "reply.committed",
    "notice.sent",
    "agent.message",
    "handoff.requested",
    "handoff.withdrawn",
    "approval.requested",
    "approval.decided",
    "action.finished",
    "agent.status",
    "conversation.resolved",
]


def test_the_page_names_every_type_and_every_delay() -> None:
    told = set(re.findall(r"`([a-z]+\.[a-z]+)`", PAGE.partition("## What is told")[2].partition("```")[0]))
    assert told == TYPES
    assert "5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h" in PAGE
    hours = [5 / 3600, 1 / 12, 0.5, 2, 5, 10, 14, 20, 24]
    assert [round(delay / 3600, 4) for delay in DELAYS_S] == [round(hour, 4) for hour in hours]


def test_the_specifications_own_example_is_signed_as_it_says() -> None:
    secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
    message_id, body = (
        "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
        b'{"email":"test@example.com","username":"test_user"}',
    )
    at = datetime.fromtimestamp(1649367553, UTC)

    headers = headers_of([Secret(value=secret)], message_id, at, body)

    assert headers["webhook-signature"] == Webhook(secret).sign(message_id, at, body.decode())
    assert headers["webhook-timestamp"] == "1649367553"


def test_a_secret_signs_until_its_time_is_over() -> None:
    held = [Secret(value=new_secret()), Secret(value=new_secret(), until=NOW + timedelta(hours=1))]

    both = headers_of(held, "msg_1", NOW, b"{}")["webhook-signature"].split(" ")
    later = headers_of(held, "msg_1", NOW + timedelta(hours=2), b"{}")["webhook-signature"].split(" ")

    assert [one[:3] for one in both] == ["v1,", "v1,"]
    assert len(later) == 1


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_AAAA", "C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "whsec_é"])
def test_what_is_no_secret_is_not_taken_for_one(text: str) -> None:
    assert key_of(text) is None


def test_attempts_follow_the_schedule_and_end() -> None:
    waits = [next_attempt(NOW, attempts, 0.0, None) for attempts in range(1, ATTEMPTS + 1)]

    assert [wait and (wait - NOW).total_seconds() for wait in waits] == [*DELAYS_S, None]
    assert next_attempt(NOW, 1, 1.0, None) == NOW + timedelta(seconds=6)
    assert next_attempt(NOW, 1, 0.0, 60.0) == NOW + timedelta(seconds=60)
    assert next_attempt(NOW, 1, 0.0, 10.0**8) == NOW + timedelta(days=1)


def test_hope_ends_when_nothing_arrived_since_the_first_attempt() -> None:
    tried = NOW - timedelta(days=3)

    assert why_off(500, given_up=True, tried=tried, arrived=None)
    assert why_off(500, given_up=True, tried=tried, arrived=tried - timedelta(hours=1))
    assert why_off(500, given_up=True, tried=tried, arrived=NOW) is None
    assert why_off(500, given_up=False, tried=tried, arrived=None) is None
    assert why_off(410, given_up=False, tried=tried, arrived=NOW)


@given(
    kind=st.sampled_from(KINDS), seq=st.integers(1, 9), text=TEXTS, status=st.sampled_from(["done", "failed"])
)
def test_every_event_of_public_interest_is_told_without_its_words(
    kind: str, seq: int, text: str, status: str
) -> None:
    """Feature: omnichannel-cx-platform, Property 52: Webhook Event Delivery."""
    marked = f"⟦{text}⟧"
    facts = {"seq": seq, "thread_id": "cnv_1", "text": marked, "status": status, "reason": "asked"}
    event = Event(cursor=Cursor(xact=1, event_id=7), type=kind, conversation_id="cnv_1", at=NOW, facts=facts)

    messages = list(messages_of(event))

    assert all(message.type in TYPES for message in messages)
    assert bool(messages) == (kind not in ("agent.status", "handoff.withdrawn"))
    assert all("⟦" not in message.body(include_text=False).decode() for message in messages)
    assert len({message.message_id for message in messages}) == len(messages)
    if kind == "message.received":
        assert {"conversation.started"} <= {message.type for message in messages} or seq > 1


@given(address=st.ip_addresses())
def test_an_address_that_is_not_public_is_never_permitted_unless_allowed(address: object) -> None:
    text = str(address)
    public = permitted(text)
    wrapped = f"[{text}]" if ":" in text else text

    assert (fault_of(f"https://{wrapped}/", ()) is None) == public
    if not public:
        assert permitted(text, read_networks(text))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "::ffff:10.0.0.1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "0.0.0.0", "224.0.0.1", "fe80::1%eth0", "fc00::1"),
    ],
)
def test_addresses_of_inside_are_known_in_every_way_of_writing(address: str) -> None:
    assert not permitted(address)
