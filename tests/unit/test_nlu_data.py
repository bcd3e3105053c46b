"""The training file that is compiled from the book's intents."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from examples.shop.assortment import PRODUCTS
from policies.model import Intent, Place
from policies.nlu_data import compile_training

BOOK = Path(__file__).parents[2] / "policies" / "book" / "intents"
SHIPPED = {
    name: intent
    for file in sorted(BOOK.glob("*.yaml"))
    for name, intent in YAML(typ="safe").load(file.read_text("utf-8"))["intents"].items()
    if "examples" in intent
}
"""Those that are learnt; the others are known by words of the fast path alone."""


def intent(name: str, *examples: str) -> Intent:
    return Intent(
        name=name,
        category="inquiry",
        complex=False,
        answer="flow",
        template=None,
        examples=examples,
        place=Place(file="intents/a.yaml", line=1),
    )


def examples_of(compiled: str) -> dict[str, list[str]]:
    """Read a compiled file as Rasa does: one example a line, after a dash."""
    read = YAML(typ="safe").load(compiled)
    return {one["intent"]: [line[2:] for line in one["examples"].splitlines()] for one in read["nlu"]}


def test_every_example_arrives_as_it_was_written() -> None:
    awkward = (
        "order [1042](order_number)",
        "#1042: where?",
        '"quoted", it\'s',
        "- dashed",
        "yes",
        "{x} [y] & * ! %",
    )
    assert examples_of(compile_training({"a": intent("a", *awkward)})) == {"a": list(awkward)}


def test_an_example_over_two_lines_stays_one_example() -> None:
    assert examples_of(compile_training({"a": intent("a", "one\n  two")})) == {"a": ["one two"]}


def test_the_order_of_the_book_does_not_matter() -> None:
    first, second = intent("a", "x"), intent("b", "y")
    assert compile_training({"a": first, "b": second}) == compile_training({"b": second, "a": first})


def test_the_catalogue_follows_as_lookup_tables() -> None:
    compiled = compile_training(
        {"a": intent("a", "x")}, {"product": ("Oat bowl, wide", "Ash tray"), "names": ()}
    )
    (_, table) = YAML(typ="safe").load(compiled)["nlu"]
    assert table == {"lookup": "product", "examples": "- Ash tray\n- Oat bowl, wide\n"}


def test_the_shipped_catalogue_is_the_shops_assortment() -> None:
    company = YAML(typ="safe").load((BOOK.parent / "company.yaml").read_text("utf-8"))
    assert sorted(company["products"]) == sorted(product.name for product in PRODUCTS)
    assert all(any(one.startswith(name) for one in company["products"]) for name in company["product_names"])


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_every_shipped_intent_has_enough_different_examples(name: str) -> None:
    examples = [example.lower().strip() for example in SHIPPED[name]["examples"]]
    assert len(set(examples)) == len(examples) >= 25


def test_no_example_teaches_two_intents() -> None:
    owners: dict[str, set[str]] = {}
    for name, shipped in SHIPPED.items():
        for example in shipped["examples"]:
            owners.setdefault(example.lower(), set()).add(name)
    assert not {example: names for example, names in owners.items() if len(names) > 1}


def test_the_shipped_book_compiles_to_all_its_examples() -> None:
    intents = {name: intent(name, *shipped["examples"]) for name, shipped in SHIPPED.items()}
    compiled = examples_of(compile_training(intents))
    assert {name: len(examples) for name, examples in compiled.items()} == {
        name: len(shipped["examples"]) for name, shipped in SHIPPED.items()
    }


def test_the_peer_answers_every_shipped_intent() -> None:
    bot = Path(__file__).parents[2] / "evals" / "peers" / "rasa" / "bot"
    read = YAML(typ="safe")
    answers = {
        name.removeprefix("utter_")
        for name in read.load((bot / "domain.yml").read_text("utf-8"))["responses"]
    }
    told = read.load((bot / "stories.yml").read_text("utf-8"))
    led = {part["steps"][0]["intent"] for part in told["rules"] + told["stories"]}
    assert set(SHIPPED) <= answers & led
