"""The sample help centre says what the sample company does: its figures are those of shop and book."""

import re
from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from examples.shop.accounts.seed import PLANS
from examples.shop.aftercare.stock import ARTICLES as SOLD
from examples.shop.assortment import PRODUCTS
from knowledge.parse import parse_article, read_articles
from knowledge.reviewing.contradictions import contradictions
from knowledge.reviewing.links import broken_links

BOOK = Path("policies/book")
HELP = {each.id: each for each in read_articles(Path("knowledge/articles"))}
PRICE_LISTS = ("prices-lamps", "prices-tableware", "prices-wood", "prices-linen")


def book(name: str) -> str:
    """Return a file of the book as one line of text."""
    return " ".join((BOOK / name).read_text("utf-8").split())


def says(article_id: str) -> str:
    """Return an article's text as one line."""
    return " ".join(HELP[article_id].body.split())


def limit(file: str, rule: str) -> str:
    """Return the number above which a rule of the book holds."""
    found = re.search(rf"id: {rule} if: \S+ > (\d+)", book(file))
    assert found, rule
    return found[1]


def test_there_are_enough_articles_each_with_an_owner_and_a_domain() -> None:
    assert len(HELP) >= 60
    assert all(each.owner and each.domain and each.language == "en" for each in HELP.values())
    assert {each.updated <= date(2026, 12, 31) for each in HELP.values()} == {True}


def test_everything_the_shop_sells_stands_in_a_price_list_at_its_price() -> None:
    listed = {}
    for name in PRICE_LISTS:
        listed |= dict(re.findall(r"\| ([A-Z][^|]+?) \| €([\d.]+) \|", HELP[name].body))
    sold = {product.name: f"{product.cents / 100:.2f}" for product in (*PRODUCTS, *SOLD.values())}
    towels = {name for name in sold if name.startswith("Waffle towels")}
    curtains = {"Linen curtains, sand, pair", "Linen napkins, oat, set of six", "Korn mugs, blue, set of two"}
    other = {"Salt jug, white"}

    assert {name: listed.get(name) for name in sold.keys() - towels - curtains - other} == {
        name: price for name, price in sold.items() if name not in towels | curtains | other
    }
    assert listed.keys() <= sold.keys()
    assert {sold[name] for name in towels} == {"36.00"}
    assert "€36.00" in says("prices-linen")


def test_every_variant_costs_what_its_family_does_where_the_list_names_one_price() -> None:
    prices = {product.name: product.cents for product in (*PRODUCTS, *SOLD.values())}

    assert prices["Linen curtains, sand, pair"] == prices["Linen curtains, pair"]
    assert prices["Linen napkins, oat, set of six"] == prices["Linen napkins, set of six"]
    assert prices["Korn mugs, blue, set of two"] == prices["Korn mugs, set of two"]
    assert prices["Salt jug, white"] == prices["Salt jug, stoneware"]


@pytest.mark.parametrize(
    ("file", "rule", "row"),
    [
        ("actions.yaml", "refund_over_100", "Refund, by a colleague | over €{}"),
        ("actions.yaml", "refund_over_500", "Refund, by a supervisor | over €{}"),
        ("actions/after_orders.yaml", "exchange_over_300", "Exchange of an item | over €{}"),
        ("actions/after_orders.yaml", "replace_over_150", "Sending goods of an order again | over €{}"),
    ],
)
def test_the_amounts_from_which_a_person_decides_are_the_books(file: str, rule: str, row: str) -> None:
    assert row.format(limit(file, rule)) in says("when-a-person-decides")


def test_days_and_hours_are_the_books() -> None:
    assert "delivered' && order.days_since_delivery > 60" in book("actions/after_orders.yaml")
    assert "until 60 days after the delivery" in says("parcel-search")
    assert "time.from_hour < 9 || time.to_hour > 18" in book("actions/service.yaml")
    assert "between 9:00 and 18:00" in says("call-backs")
    assert limit("actions/service.yaml", "callback_too_far") == "14"
    assert "up to 14 days ahead" in says("call-backs")
    assert limit("actions.yaml", "refund_too_late") == "30"
    assert "within 30 days" in says("returns")


def test_the_chats_times_and_files_are_the_books() -> None:
    sessions = YAML(typ="safe").load((BOOK / "desk" / "sessions.yaml").read_text("utf-8"))["sessions"]
    files = YAML(typ="safe").load((BOOK / "gateway" / "attachments.yaml").read_text("utf-8"))["attachments"]

    assert f"After {sessions['warn_after_minutes']} minutes" in says("the-chat")
    assert f"after {sessions['close_after_minutes']} minutes it closes" in says("the-chat")
    assert f"within {sessions['archive_after_hours']} hours" in says("the-chat")
    assert f"{files['most_in_a_message']} files of up to {files['most_mb']} MB" in says("sending-photos")


def test_the_documents_that_are_sent_are_those_the_book_sends() -> None:
    (kinds,) = re.findall(r"args\.kind in \[([^\]]+)\]", book("actions/service.yaml"))
    named = {kind.strip(" '").replace("_", " ") for kind in kinds.split(",")}
    listed = set(re.findall(r"- (?:your )?([a-z ]+)\n", HELP["documents"].body))

    assert listed == named


def test_a_subscription_costs_what_it_costs() -> None:
    prices = {name: f"€{cents / 100:.2f}" for name, cents in PLANS}

    assert f"of candles costs {prices['candle box']}" in says("subscription")
    assert prices["bulb box"] in says("subscription")


def test_no_link_between_the_articles_is_broken() -> None:
    assert broken_links(list(HELP.values())) == []


def test_the_articles_do_not_contradict_each_other() -> None:
    """One pair is known and true: the width of curtains beside the lengths that they are cut to."""
    found = contradictions(list(HELP.values()))

    assert {(one.first.article_id, one.second.article_id) for one in found} <= {
        ("measuring-curtains", "products")
    }


@pytest.mark.parametrize(
    "planted",
    [
        "Standard delivery costs €5.90.",
        "You can return an item within 14 days of delivery.",
        "A gift card is valid for 2 years.",
        "We keep invoices for 7 years.",
        "After five wrong passwords an account is locked for 60 minutes.",
    ],
)
def test_a_figure_that_one_article_changes_and_another_does_not_is_found(planted: str) -> None:
    front = "id: planted\ntitle: Planted\ndomain: d\nowner: o\nlanguage: en\naudience: customers"
    wrong = parse_article(f"---\n{front}\nupdated: 2026-01-01\n---\n{planted}\n", "planted.md")
    found = contradictions([*HELP.values(), wrong])

    assert any(each.second.article_id == "planted" for each in found)
