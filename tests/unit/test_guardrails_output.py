"""The output rails: realistic good replies pass, inventions and other people's details do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails import output_checks
from guardrails.configuration import read_configuration
from guardrails.personal import mask
from guardrails.rules import CompiledRules, RailRules, compile_rules
from guardrails.verdict import Audience, RailHit

ORDER = (
    '{"order_id":"1042","status":"delivered","total":149.99,"currency":"EUR","product":"Ostra pendant, '
    'smoked glass","delivered_on":"2026-11-19","delivered_at":"19 November at 14:05",'
    '"signed_by":"M. Lindqvist",'
    '"paid_with":"Visa ending 4417","refundable":149.99,"days_since_delivery":2,"version":3}'
)
IN_TRANSIT = '{"order_id":"1077","product":"Linen throw","total":1249.5,"expected_on":"2026-11-23"}'
PASSAGE = (
    "Standard delivery takes 2 to 3 working days and costs €4.90. It is free from €75. "
    "You can return an item within 30 days. A late payment adds 5 % after 14 days. "
    "Write to help@lamps.example or call +49 30 901820. Our account is DE89 3704 0044 0532 0130 00."
)
IBAN = "DE89370400440532013000"
ASKED = "my order 1042 came broken, i want 20 euros back, call me on 070 123 45 67"

GOOD_REPLIES = [
    "Your Ostra pendant was delivered on 19 November at 14:05 and signed for by M. Lindqvist.",
    "Order #1042 was delivered two days ago, on November 19th, 2026.",
    "I can send €149.99 to your Visa ending 4417. Shall I?",
    "I can send 149,99 EUR to your Visa ending 4417. Shall I?",
    "Your refund of EUR 149.99 is on its way to your Visa ending 4417. It takes 3 to 5 working days.",
    "A colleague is checking your refund of € 149.99. You can go on writing.",
    "Your linen throw (order 1077, €1,249.50) is expected on 23 November.",
    "Der Preis war 1.249,50 €.",
    "It cost 1 249,50 EUR and comes on 23.11.2026.",
    "Standard delivery takes 2 to 3 working days, costs €4.90, and is free from €75.00. [1]",
    "A late payment adds 5% after 14 days. [2]",
    "You asked for €20 back. A person decides that.",
    "You can write to help@lamps.example or call +49 30 901820. [1]",
    "Our account is DE89370400440532013000.",
    "We will call you on 0701234567.",
    "We are open Monday to Friday, 9:00 to 18:00. You are number 3 in the queue, about 4 min.",
    "Thank you, Marta. You may ask me anything else, 24/7.",
    "The glass has a 2-year warranty, and 2 of 4 lamps are in stock since 2024.",
    "I wrote to marta@lindqvist.example about it.",
    "Order 1042 has 1 item, size 30-40 cm, 2700 K, 100-240 V, IP44.",
]

BAD_REPLIES = [
    ("Your refund of €150.00 is on its way.", "figures", "an amount"),
    ("I can give you 50 euros as a token.", "figures", "an amount"),
    ("That will be EUR 1,042.", "figures", "an amount"),
    ("That will be €30.", "figures", "an amount"),
    ("You get a 20 % discount.", "figures", "a percentage"),
    ("It arrives on 24 November.", "figures", "a date"),
    ("It was delivered on 19 November 2025.", "figures", "a date"),
    ("It arrives on 2026-12-01.", "figures", "a date"),
    ("Order #2077 was paid by somebody.", "personal_details", "order"),
    ("Your other order, number 5120, and order 5120 too.", "personal_details", "order"),
    ("Write to jon.doe@mail.example.", "personal_details", "email"),
    ("Call him on +46 70 555 12 34.", "personal_details", "phone"),
    ("Call him on 0171 2345678.", "personal_details", "phone"),
    ("Call (555) 123-4567.", "personal_details", "phone"),
    ("Your card is 4111 1111 1111 1111.", "personal_details", "card"),
    ("Send it to GB82 WEST 1234 5698 7654 32.", "personal_details", "iban"),
    ("We guarantee that it arrives.", "promises", "we guarantee"),
    ("You have the money within 24 hours.", "promises", r"within \d+ hours"),
    ("Here is some legal advice.", "promises", "legal advice"),
]


@pytest.fixture(scope="module")
def rules() -> CompiledRules:
    own = RailRules(
        forbidden_promises=("we guarantee", r"within \d+ hours"),
        banned_topics=("legal advice",),
        max_output_chars=400,
    )
    return compile_rules(own, read_configuration())


@pytest.fixture(scope="module")
def marta() -> Audience:
    return Audience(
        customer_id="C-1001",
        own_identifiers=frozenset({"marta@lindqvist.example", "#1042", "1077"}),
        supported=(ORDER, IN_TRANSIT, PASSAGE, ASKED),
    )


def objections(text: str, rules: CompiledRules, audience: Audience) -> list[RailHit]:
    """Run every output check."""
    checks = (
        output_checks.check_length,
        output_checks.check_personal_details,
        output_checks.check_promises,
        output_checks.check_figures,
    )
    return [hit for check in checks for hit in check(text, rules, audience)]


@pytest.mark.parametrize("reply", GOOD_REPLIES)
def test_a_good_reply_passes(reply: str, rules: CompiledRules, marta: Audience) -> None:
    assert objections(reply, rules, marta) == []


@pytest.mark.parametrize(("reply", "rail", "evidence"), BAD_REPLIES)
def test_a_reply_that_invents_or_leaks_is_held_back(
    reply: str, rail: str, evidence: str, rules: CompiledRules, marta: Audience
) -> None:
    hits = objections(reply, rules, marta)

    assert [(hit.rail, hit.evidence, hit.severity) for hit in hits] == [(rail, evidence, "block")]


def test_a_whole_card_number_is_held_back_even_when_the_customer_wrote_it(rules: CompiledRules) -> None:
    number = "4111 1111 1111 1111"
    audience = Audience(customer_id=None, own_identifiers=frozenset({number}), supported=(number,))

    (hit,) = output_checks.check_personal_details(f"You pay with {number}.", rules, audience)

    assert hit.evidence == "card"


def test_digits_that_fail_the_check_digit_are_no_card(rules: CompiledRules, marta: Audience) -> None:
    assert output_checks.check_personal_details("Tracking 4111 1111 1111 1112.", rules, marta) == ()


def test_a_long_reply_is_held_back(rules: CompiledRules, marta: Audience) -> None:
    assert [hit.rail for hit in objections("word " * 81, rules, marta)] == ["length"]


def test_somebody_unknown_reads_no_order_numbers(rules: CompiledRules) -> None:
    nobody = Audience(customer_id=None, own_identifiers=frozenset(), supported=())

    assert [hit.evidence for hit in objections("Order #1042 is on its way.", rules, nobody)] == ["order"]


def test_the_companys_own_contacts_may_always_be_named(marta: Audience) -> None:
    rules = compile_rules(
        RailRules(company_contacts=("service@house.example", "+44 20 7946 0000")), read_configuration()
    )

    assert objections("Write to service@house.example or call 020 7946 0000.", rules, marta) == []


def test_an_objection_names_a_kind_and_never_the_detail(rules: CompiledRules, marta: Audience) -> None:
    (hit,) = objections("Write to jon.doe@mail.example.", rules, marta)

    assert "jon" not in hit.reason + hit.evidence


@given(
    cents=st.integers(min_value=0, max_value=10_000_000),
    style=st.sampled_from(["{:,.2f}", "{:.2f}", "{:_.2f}"]),
)
def test_an_amount_matches_itself_in_every_notation(cents: int, style: str) -> None:
    number = style.format(cents / 100).replace("_", " ")
    german = number.replace(",", "x").replace(".", ",").replace("x", ".")
    audience = Audience(
        customer_id=None, own_identifiers=frozenset(), supported=(f"total {cents / 100:.2f}",)
    )
    rules = compile_rules(RailRules(), read_configuration())

    assert output_checks.check_figures(f"It cost €{number} or {german} EUR.", rules, audience) == ()


@given(said=st.integers(0, 10_000_000), known=st.integers(0, 10_000_000))
def test_another_amount_is_always_noticed(said: int, known: int) -> None:
    audience = Audience(customer_id=None, own_identifiers=frozenset(), supported=(f"EUR {known / 100:.2f}",))
    rules = compile_rules(RailRules(), read_configuration())

    hits = output_checks.check_figures(f"It cost €{said / 100:,.2f}.", rules, audience)

    assert bool(hits) == (said != known)


def test_masking_hides_details_and_keeps_the_rest() -> None:
    text = f"order #1042: mail marta@lindqvist.example, +46 70 123 45 67, 4111111111111111, {IBAN}"

    assert mask(text) == "order #1042: mail [email], [phone], [card], [iban]"
