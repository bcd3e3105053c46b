"""The held-back sets: well formed, as large as promised, and independent of what is trained on."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from ruamel.yaml import YAML

from examples.shop.assortment import PRODUCTS

ROOT = Path(__file__).parents[2]
SETS = ROOT / "evals" / "datasets"
TAUGHT = (
    *(ROOT / "policies" / "book" / "intents").rglob("*.yaml"),
    *(ROOT / "policies" / "book" / "persons").rglob("*.yaml"),
    *(ROOT / "nlu" / "frontdesk_nlu").rglob("*.yaml"),
)

# Named here and not read from the book: a set must not follow a book that lost an intent.
INTENT_NAMES = """
order_place order_track order_change order_cancel cancellation_fee reorder
item_missing item_wrong item_damaged warranty_question
return_request exchange_request return_policy_question
refund_policy_question refund_request refund_status
delivery_options delivery_period delivery_problem address_add address_change
payment_methods payment_failed charged_twice promo_code gift_card_question
invoice_request invoice_check
account_create account_edit account_close account_switch registration_problem password_reset data_deletion
subscription_pause subscription_cancel newsletter_subscribe newsletter_unsubscribe
product_question stock_question
opening_hours contact_question human_request complaint review callback_request
greeting thanks goodbye affirm deny correction repeat bot_challenge small_talk
"""
INTENTS = frozenset(INTENT_NAMES.split())
LANGUAGE_CODES = "cs da de en es fi fr it nl no pl pt sv tr uk"
LANGUAGES = frozenset(LANGUAGE_CODES.split())
WELL_KNOWN = frozenset(
    {"does that mean it's fixed now", "i've tried everything you said and it still doesn't work"}
)

Text = Annotated[str, Field(min_length=1, max_length=400, pattern=r"^\S(.*\S)?$")]
Half = Literal["tuning", "development", "held_back"]
HALVES = ("tuning", "held_back")
VERSIONS = ("", "_development")
"""How the names of the held-back files end, and of those they replaced."""
Emotion = Literal["frustration", "anger", "confusion", "satisfaction", "urgency"]
VALUES = {
    "order_number": r"\d{4}",
    "email": r"[a-z0-9._-]+@[a-z0-9.-]+\.[a-z]+",
    "phone": r"\+?\d{7,15}",
    "amount": r"\d+\.\d\d",
    "product": "|".join(re.escape(product.name) for product in PRODUCTS),
    "date": r".+",
    "person": r".+",
    "location": r".+",
    "address": r".*\d.*",
}


class Line(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Entity(Line):
    entity: str
    start: int
    end: int
    value: Text


class ClauseEntity(Entity):
    clause: Literal[0, 1]


class Said(Line):
    text: Text


class OneWish(Said):
    intent: str
    entities: list[Entity]


class Wishes(Said):
    intents: Annotated[list[str], Field(min_length=1, max_length=2)]
    entities: list[ClauseEntity]


class Mood(Said):
    label: Literal["very_negative", "negative", "neutral", "positive", "very_positive"]
    emotions: list[Emotion]


class PersonWish(Said):
    wants_person: bool
    half: Half


class Turn(Line):
    who: Literal["customer", "assistant"]
    text: Text


class Ending(Line):
    turns: Annotated[list[Turn], Field(min_length=2)]
    resolved: Literal[0, 1]
    escalate: Literal[0, 1]
    half: Half

    @property
    def text(self) -> str:
        return "\n".join(turn.text for turn in self.turns)


class Spoken(Said):
    language: str
    mixed: bool


Row = TypeVar("Row", bound=Line)


def read(name: str, row: type[Row]) -> list[Row]:
    """Read a set; a line that does not fit its schema fails with the line and the field."""
    adapter = TypeAdapter(row)
    return [adapter.validate_json(line) for line in (SETS / name).read_text("utf-8").splitlines()]


ONE_WISH = {ending: read(f"shop_intents{ending}.jsonl", OneWish) for ending in VERSIONS}
WISHES = {ending: read(f"shop_pairs{ending}.jsonl", Wishes) for ending in VERSIONS}
MOODS = read("moods.jsonl", Mood)
PERSON = {part: read(f"escalations_{part}.jsonl", PersonWish) for part in (*HALVES, "development")}
ENDINGS = {half: read(f"resolution_{half}.jsonl", Ending) for half in HALVES}
SPOKEN = read("languages.jsonl", Spoken)


def every_text() -> Iterator[str]:
    """Yield each line's text, a conversation's as one."""
    several: tuple[Sequence[Said], ...] = (*ONE_WISH.values(), *WISHES.values(), *PERSON.values())
    yield from (row.text for rows in (*several, MOODS, SPOKEN) for row in rows)
    yield from (row.text for rows in ENDINGS.values() for row in rows)


def plain(text: str) -> str:
    """Give two texts one form when only case, spaces, numbers or closing punctuation differ."""
    return re.sub(r"\d+", "0", " ".join(text.casefold().split()).strip(" .!?,;:"))


def taught_texts() -> Iterator[str]:
    """Yield every text in the book's intents and the training lines, without entity marks."""
    for file in TAUGHT:
        for leaf in leaves(YAML(typ="safe").load(file.read_text("utf-8"))):
            for line in (leaf, *leaf.splitlines()):
                yield plain(re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", line.removeprefix("- ")))


def leaves(node: object) -> Iterator[str]:
    """Yield the strings of a YAML document, wherever they stand."""
    match node:
        case str():
            yield node
        case dict():
            for value in node.values():
                yield from leaves(value)
        case list():
            for value in node:
                yield from leaves(value)


def test_no_text_stands_twice_in_the_sets() -> None:
    counts = Counter(text.casefold() for text in every_text())
    assert [text for text, times in counts.items() if times > 1] == []


def test_no_text_is_taught() -> None:
    taught = set(taught_texts())
    assert len(taught) > 1000, "the book's examples were not found: has their folder moved?"
    own = {plain(text) for text in every_text()}
    own |= {
        plain(e.turns[-1].text) for half in ENDINGS.values() for e in half if e.turns[-1].text.count(" ") > 2
    }
    both = sorted((own & taught) - WELL_KNOWN)
    assert both == [], "held-back texts are taught: word the examples in the book or nlu otherwise"


def test_every_entity_points_at_its_own_characters() -> None:
    both: tuple[Sequence[OneWish | Wishes], ...] = (*ONE_WISH.values(), *WISHES.values())
    for row in (row for rows in both for row in rows):
        ends = [0, *(entity.end for entity in row.entities)]
        for before, entity in zip(ends, row.entities, strict=False):
            surface = row.text[entity.start : entity.end]
            assert before <= entity.start < entity.end <= len(row.text), row.text
            assert surface == surface.strip(), row.text
            assert re.fullmatch(VALUES[entity.entity], entity.value), row.text
            assert means(entity, surface), row.text


def means(entity: Entity, surface: str) -> bool:
    """Say whether the value is what the marked characters say, as far as a rule can tell."""
    match entity.entity:
        case "order_number" | "date" | "person" | "location" | "address":
            return entity.value == surface
        case "email":
            return entity.value == surface.lower()
        case "phone":
            return entity.value.removeprefix("+") == re.sub(r"\D", "", surface)
        case "amount":
            return float(entity.value) == amount_in(surface)
        case _:
            return bool(shared_beginnings(entity.value, surface))


def amount_in(surface: str) -> float:
    """Read an amount; a mark before three digits groups thousands, else a comma is a point."""
    number = re.sub(r"[^\d.,]", "", re.sub(r"[.,](?=\d{3})", "", surface))
    return float(number.replace(",", "."))


def shared_beginnings(name: str, surface: str) -> set[str]:
    """Find the words that begin alike in both: a misspelt product still shares one."""
    first, second = ({word[:3] for word in re.findall(r"\w{3,}", text.lower())} for text in (name, surface))
    return first & second


@pytest.mark.parametrize("ending", VERSIONS)
def test_every_intent_has_at_least_ten_messages(ending: str) -> None:
    counts = Counter(row.intent for row in ONE_WISH[ending])
    assert set(counts) == INTENTS | {"oos"}
    assert {intent: times for intent, times in counts.items() if times < 10} == {}


@pytest.mark.parametrize("ending", VERSIONS)
def test_the_set_of_single_wishes_is_as_large_as_promised(ending: str) -> None:
    served = [row for row in ONE_WISH[ending] if row.intent != "oos"]
    assert len(served) >= 650
    assert len(ONE_WISH[ending]) - len(served) >= 60
    assert 0.35 <= sum(bool(row.entities) for row in served) / len(served) <= 0.45


@pytest.mark.parametrize("ending", VERSIONS)
def test_every_kind_of_entity_occurs(ending: str) -> None:
    assert {entity.entity for row in ONE_WISH[ending] for entity in row.entities} == set(VALUES)


@pytest.mark.parametrize("ending", VERSIONS)
def test_pairs_are_unseen_and_singles_look_like_pairs(ending: str) -> None:
    pairs = [tuple(row.intents) for row in WISHES[ending] if len(row.intents) == 2]
    singles = [row for row in WISHES[ending] if len(row.intents) == 1]
    assert len(pairs) >= 150
    assert len(set(pairs)) == len(pairs)
    assert all(first != second and {first, second} <= INTENTS for first, second in pairs)
    assert len(singles) >= 100
    assert all(re.search(r",|:|\b(and|but|or|then|because|though|for)\b", row.text) for row in singles)


def test_the_clauses_of_entities_follow_their_order() -> None:
    for row in (row for rows in WISHES.values() for row in rows):
        clauses = [entity.clause for entity in row.entities]
        assert clauses == sorted(clauses), row.text
        assert set(clauses) <= set(range(len(row.intents))), row.text


@pytest.mark.parametrize(
    ("label", "share"),
    [
        ("neutral", 0.35),
        ("negative", 0.25),
        ("very_negative", 0.12),
        ("positive", 0.18),
        ("very_positive", 0.10),
    ],
)
def test_moods_are_shared_out_as_promised(label: str, share: float) -> None:
    assert len(MOODS) >= 600
    assert abs(sum(row.label == label for row in MOODS) / len(MOODS) - share) <= 0.02


def test_emotions_fit_their_label() -> None:
    for row in MOODS:
        assert len(set(row.emotions)) == len(row.emotions)
        if "satisfaction" in row.emotions:
            assert row.label in {"positive", "very_positive"}, row.text
        if {"anger", "frustration"} & set(row.emotions):
            assert row.label in {"negative", "very_negative"}, row.text
    assert min(Counter(emotion for row in MOODS for emotion in row.emotions).values()) >= 30


def test_requests_for_a_person_and_look_alikes_are_in_each_part() -> None:
    for part, rows in PERSON.items():
        assert {row.half for row in rows} == {part}
        assert sum(row.wants_person for row in rows) >= 110
        assert sum(not row.wants_person for row in rows) >= 110
        assert 0.45 <= sum(row.wants_person for row in rows) / len(rows) <= 0.55


def test_every_ending_is_the_customers_and_both_halves_have_each_outcome() -> None:
    assert sum(map(len, ENDINGS.values())) >= 120
    for half, rows in ENDINGS.items():
        assert {row.half for row in rows} == {half}
        assert {row.turns[-1].who for row in rows} == {"customer"}
        assert {(row.resolved, row.escalate) for row in rows} == {(0, 0), (0, 1), (1, 0), (1, 1)}


@pytest.mark.parametrize(
    ("ending", "resolved", "escalate"),
    [
        ("does that mean it's fixed now?", 1, 0),
        ("i've tried everything you said and it still doesn't work", 0, 1),
    ],
)
def test_the_well_known_endings_are_included(ending: str, resolved: int, escalate: int) -> None:
    (row,) = (row for row in ENDINGS["tuning"] if row.turns[-1].text == ending)
    assert (row.resolved, row.escalate) == (resolved, escalate)


def test_each_language_has_its_messages() -> None:
    assert len(SPOKEN) >= 200
    counts = Counter(row.language for row in SPOKEN if not row.mixed)
    assert set(counts) == LANGUAGES
    assert min(counts.values()) >= 12
    assert sum(row.mixed for row in SPOKEN) >= 20
