"""Hostile texts: each is answered, entities stay within it, and memory does not grow."""

import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from conftest import Client
from test_server import check
from test_serving import workers_of

PIECES = (
    *(
        "where is my order",
        "refund",
        "#1042",
        "1042",
        "149,99 €",
        "€",
        "marta@example.com",
        "@",
        ".",
        "..",
        "+46",
    ),
    *(
        "3 May",
        "yesterday",
        "Ostra pendant",
        "14 Harbour Street",
        " and ",
        " also ",
        ", ",
        "?",
        "!",
        "\n",
        "\t",
        " ",
    ),
    *(
        "🙂",
        "👩‍👩‍👧‍👦",
        "🇸🇪",
        "\u202e",
        "\u200b",
        "\u200d",
        "\ufeff",
        "\u0301",
        "ﷺ",
        "שלום",
        "مرحبا",
        "汉字",
        "ß",
        "İ",
        "ﬁ",
    ),
    *(
        "\x00",
        "\x1b[31m",
        "\ud800",
        "\udc00",
        "\ufffd",
        "%s%n",
        "{{7*7}}",
        "<script>",
        "'; --",
        "\\",
        '"',
        "a",
        "A",
    ),
)
BOMBS = (
    *(
        "a" * 30 + "!",
        "(" * 40,
        "@." * 30,
        "1." * 30,
        "1 " * 30,
        "x@" + "a." * 30,
        "+" + "1-" * 30,
        "€ " * 30,
    ),
    *("and " * 30, "no. " * 30, "a-" * 30, "street " * 20, "20" * 20, "0,0" * 20, "Mc" * 20, "\u0300" * 40),
)
LONGEST = 1_000_000 // 4
"""Characters; as JSON and in UTF-8 such a text is just below the megabyte that a body may hold."""

GROWTH_MB = 150
AT_ONCE = 4


def hostile(seed: int, count: int) -> Iterator[str]:
    """Make texts out of pieces that have broken programs before; one in a hundred is as long as may be."""
    chance = random.Random(seed)
    for number in range(count):
        pieces = chance.choices(PIECES + BOMBS, k=chance.randint(0, 40))
        text = "".join(pieces)
        bomb = chance.choice(BOMBS) * (200 if number % 10 == 0 else 1)
        whole = text + bomb if number % 3 else bomb + text
        long = (whole * (LONGEST // max(len(whole), 1)))[: LONGEST // 3]
        yield as_it_travels(long if number % 100 == 99 else whole)


def as_it_travels(text: str) -> str:
    """Return what JSON makes of a text: two halves of a character that meet become one."""
    travelled: str = json.loads(json.dumps(text))
    return travelled


def memory_mb(server: Client) -> float:
    """What a server and its workers hold, what they share being divided among them."""
    rollups = [Path(f"/proc/{pid}/smaps_rollup") for pid in [server.process.pid, *workers_of(server)]]
    lines = [line for path in rollups for line in path.read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def bombard(server: Client, seed: int, count: int) -> None:
    """Send hostile texts; whatever hangs or dies is no answer within the client's patience."""
    before = workers_of(server)
    held = memory_mb(server)
    with ThreadPoolExecutor(AT_ONCE) as askers:
        for _ in askers.map(partial(survives, server), hostile(seed, count)):
            pass
    assert workers_of(server) == before
    assert memory_mb(server) < held + GROWTH_MB


def survives(server: Client, text: str) -> None:
    """Fail unless a text is answered in shape, and what is found lies inside it."""
    answer = server.parse(text)
    assert answer.status == 200, ascii(text[:200])
    check("parse.response", answer.body)
    assert len(answer.body["text"]) == len(text)
    for entity in answer.body["entities"]:
        assert 0 <= entity["start"] < entity["end"] <= len(text)


def test_a_hundred_hostile_texts_do_no_harm(client: Client) -> None:
    bombard(client, seed=7, count=100)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_ten_thousand_hostile_texts_do_no_harm(client: Client) -> None:
    bombard(client, seed=8, count=10_000)
