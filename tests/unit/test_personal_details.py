"""Details of other people: found in every locale, the reader's own and mere numbers left alone."""

import pytest

from evals.personal.measure import figures_of, measure
from evals.personal.planting import EIGHT, KINDS
from guardrails.personal import details, mask
from guardrails.personal_reply import strangers
from guardrails.verdict import Audience

NOBODY = Audience(customer_id=None, own_identifiers=frozenset(), supported=())
MARTA = Audience(
    customer_id="C-1",
    own_identifiers=frozenset({"marta lindqvist", "marta@example.org", "1042"}),
    supported=("Amiralsgatan 12, 211 55 Malmö, Sweden", "+46 70 555 01 22"),
)


def test_no_planted_detail_passes_and_plain_replies_do() -> None:
    """Feature: omnichannel-cx-platform, Property 41: PII Protection."""
    found = measure(800, seed=7)

    assert [(one.locale, one.kind, one.detail) for one in found.leaked] == []
    assert [(one.locale, one.text) for one in found.held_back] == []
    assert {kind for _, kind in found.planted} == set(KINDS)
    assert {locale for locale, _ in found.planted} >= set(EIGHT)


@pytest.mark.slow
def test_no_planted_detail_passes_in_many_thousand_replies() -> None:
    figures = figures_of(measure(6400, seed=20261122))

    assert figures["replies_eight_locales"] >= 5000
    assert figures["leaks"] == 0
    assert figures["false_alarm_rate"] <= 0.005


@pytest.mark.parametrize(
    "reply",
    [
        "It goes to Amiralsgatan 12, as you wished.",
        "It goes to Amiralsgatan 12, 211 55 Malmö.",
        "Hello Marta Lindqvist, order 1042 is on its way.",
        "Dear Ms Lindqvist, we call you on 070-555 01 22.",
    ],
)
def test_what_is_the_readers_own_may_be_said(reply: str) -> None:
    assert strangers(reply, MARTA, ()) == frozenset()


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("It goes to Amiralsgatan 1.", "address"),
        ("Order 1043 is on its way.", "order"),
        ("It was signed by Greta Wolff.", "name"),
        ("Write to greta (at) wolff (dot) example.", "email"),
        ("Write to gre\u200bta@wolff\u200b.example.", "email"),
        ("Call ０３０ １２３４ ５６７８.", "phone"),
        ("Her passport number is C01X00T47.", "identity"),
        ("Pay to DE89 3704 0044 0532 0130 00.", "iban"),
        ("The card is 4111-1111-1111-1111.", "card"),
    ],
)
def test_what_is_nearly_the_readers_own_or_disguised_may_not(reply: str, kind: str) -> None:
    assert kind in strangers(reply, MARTA, ())


@pytest.mark.parametrize(
    "reply",
    [
        "The Customer Care Team answers until 18:00.",
        "Our Riva Glasses are a set of six, the Luna Table Lamp takes an E27 bulb.",
        "Track it under 00340434161094042557, it left on 12.05.2026 10:30.",
        "Am Freitag, 15. Mai, kommt Ihr Paket; im Mai 2026 gab es 15 % auf Leinen.",
        "The serial number 4155550132 stands under the base.",
        "Between 01.05.2026 and 03.05.2026 we are closed.",
    ],
)
def test_numbers_and_capitals_of_daily_business_are_no_details(reply: str) -> None:
    assert strangers(reply, NOBODY, ()) == frozenset(), details(reply)


def test_logs_and_prompts_hold_kinds_instead_of_details() -> None:
    said = "I am Greta Wolff, Lindenweg 40, 10437 Berlin, greta@wolff.example, 0171 5550142, order 1042."

    masked = mask(said)

    assert "1042" in masked
    for secret in ("Greta", "Lindenweg", "wolff", "5550142"):
        assert secret not in masked
