"""Whatever a channel hands in becomes one whole message."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.channels.inbound import ChannelMessage, as_inbound
from app.channels.kit.peers import PEERS

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=300)
SOLID = WORDS.filter(lambda text: any(letter.isalnum() for letter in text))
IDS = st.text(st.characters(codec="ascii", min_codepoint=33), min_size=1, max_size=200)
FILES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["image", "audio", "video", "file"]),
        "url": st.integers(0, 10**6).map(lambda number: f"https://files.example/{number}.bin"),
    },
    optional={"name": SOLID, "content_type": st.sampled_from(["image/png", "audio/ogg", "application/pdf"])},
)
PLACES = st.fixed_dictionaries(
    {
        "kind": st.just("location"),
        "more": st.fixed_dictionaries({"lat": st.floats(-90, 90), "lng": st.floats(-180, 180)}),
    }
)


@st.composite
def messages(draw: st.DrawFn) -> ChannelMessage:
    """Messages as connectors hand them in: with words, with files, with both."""
    files = draw(st.lists(FILES | PLACES, max_size=4))
    told: dict[str, Any] = {
        "channel": draw(st.sampled_from(sorted(PEERS))),
        "message_id": draw(IDS),
        "address": draw(IDS),
        "text": draw(SOLID) if not files else draw(SOLID | st.just("")),
        "attachments": files,
        "sent_at": draw(st.none() | st.floats(1e9, 2e9)),
        "reply_to": draw(st.dictionaries(st.sampled_from(["channel", "thread"]), IDS)),
    }
    return ChannelMessage.model_validate(told)


@given(messages())
def test_a_message_of_any_channel_keeps_all_that_it_said_and_brought(message: ChannelMessage) -> None:
    """Feature: omnichannel-cx-platform, Property 1: Message Normalization Completeness"""
    inbound = as_inbound(message, "t1", NOW)
    assert (inbound.tenant_id, inbound.channel, inbound.received_at) == ("t1", message.channel, NOW)
    assert (inbound.message_id, inbound.address) == (message.message_id, message.address)
    assert inbound.text.startswith(message.text)
    assert inbound.metadata.get("sent_at") == message.sent_at
    assert inbound.metadata.get("attachments", []) == message.attachments
    told = [one for one in message.attachments if one["kind"] == "location"]
    assert all(str(one["more"]["lat"]) in inbound.text for one in told)
    files = [one["url"] for one in message.attachments if "url" in one]
    assert [one.url for one in inbound.attachments] == files
