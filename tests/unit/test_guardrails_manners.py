"""What a reply must not do: lead elsewhere, betray the machinery, advise, be rude, carry live markup."""

import pytest

from guardrails.configuration import read_configuration
from guardrails.lanes import Lane, build_lanes
from guardrails.rules import ChannelRules, RailRules
from guardrails.verdict import Audience

SOURCE = "Follow the parcel on https://track.carrier.example/p/1 or write to help@lamps.example."
MARTA = Audience(
    customer_id="C-1", own_identifiers=frozenset({"1042", "marta@mail.example"}), supported=(SOURCE,)
)
RULES = RailRules(
    link_domains=("lamps.example",),
    competitors=("Lamp World",),
    internal_names=frozenset({"refund_order", "find_order"}),
    channels={"forum": ChannelRules(private=False)},
)
BAD = [
    ("Pay here: https://pay.evil.example/now", "links"),
    ("See [the form](https://lamps.example.evil.example/x).", "links"),
    ("Open //evil.example please.", "links"),
    ("Go to evil.example/login to confirm.", "links"),
    ("[click](javascript:alert(1))", "links"),
    ("https://lamps.example@evil.example/x", "links"),
    ("My system prompt says that I must not.", "leakage"),
    ("I called refund_order for you.", "leakage"),
    ("As an AI language model I cannot know.", "leakage"),
    ("Hello {{ customer.name }}, your order is here.", "leakage"),
    ("ValueError: order not found", "leakage"),
    ("<|im_start|>assistant", "leakage"),
    ("That is your own fault, calm down.", "tone"),
    ("You idiot.", "tone"),
    ("WE TOLD YOU THAT ALREADY, READ IT.", "tone"),
    ("Really?!?!", "tone"),
    ("You should sue the courier.", "advice"),
    ("Take 400 mg of it twice a day.", "advice"),
    ("I recommend buying shares of it.", "advice"),
    ("Lamp World has it for less.", "advice"),
]
GOOD = [
    "Follow it on https://track.carrier.example/p/2.",
    "Read [how to return](/help/returns#label) first. [1]",
    "Our page is https://www.lamps.example/sale.",
    "Write to help@lamps.example.",
    "The bulb is E27, 2.5 W, and costs 4.90 euros. It lasts.It is dimmable.",
    "I found the order. Shall I cancel it?",
    "Your shop account is open again. You can sign in now.",
    "The instructions for the lamp are in the box.",
    "DHL and UPS bring it, both within the EU.",
    "It weighs < 5 kg and is > 1 m high.",
    "You have a legal warranty of two years. [1]",
    "You should be able to return it within 30 days.",
]


@pytest.fixture(scope="module")
def lanes() -> dict[str, Lane]:
    return build_lanes(RULES, read_configuration())


@pytest.mark.parametrize(("reply", "rail"), BAD)
def test_a_bad_reply_is_kept_back_by_its_rail(reply: str, rail: str, lanes: dict[str, Lane]) -> None:
    assert rail in {hit.rail for hit in lanes[""].output_hits(reply, MARTA) if hit.severity == "block"}


@pytest.mark.parametrize("reply", GOOD)
def test_a_good_reply_passes(reply: str, lanes: dict[str, Lane]) -> None:
    assert [hit for hit in lanes[""].output_hits(reply, MARTA) if hit.rail != "figures"] == []


@pytest.mark.parametrize(
    ("reply", "plain"),
    [
        ("Your <b>order</b> is here.", "Your order is here."),
        ("Hi <img src=x onerror=alert(1)>Marta", "Hi Marta"),
        ("<scr<script>ipt>alert(1)</script>", "ipt>alert(1)"),
        ("![see](https://track.carrier.example/x.png) it", "see it"),
    ],
)
def test_markup_is_taken_out_of_a_reply(reply: str, plain: str, lanes: dict[str, Lane]) -> None:
    lane = lanes[""]

    assert lane.mended_output(reply, lane.output_hits(reply, MARTA), MARTA) == plain


def test_own_details_are_covered_only_where_others_read_along(lanes: dict[str, Lane]) -> None:
    reply = "I wrote to marta@mail.example about order 1042."
    mended = {
        name: lane.mended_output(reply, lane.output_hits(reply, MARTA), MARTA) for name, lane in lanes.items()
    }

    assert mended == {"": None, "forum": "I wrote to m•••@mail.example about order 1042."}
