"""Find the passages that may answer a question."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import AsyncConnection

from knowledge import repository_search
from knowledge.passage import Passage
from knowledge.ranking import ranked
from knowledge.scope import Scope, Wanted
from knowledge.terms import WORD, Commonness, is_stop_word, same_stem, with_synonyms

MOST_PASSAGES = 6
CANDIDATES = 12
"""So many are fetched, to be put in order by all that is known of them."""
MOST_WORDS = 8
BROAD = 0.3
"""A word that stands in a larger share of the passages finds too many to be worth ranking."""
SHORTEST_NAME = 4


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search found, and the name of what was published when it looked."""

    knowledge: str | None
    """None where nothing was ever published."""
    passages: list[Passage]


async def retrieve(
    conn: AsyncConnection,
    scope: Scope,
    question: str,
    vector: Sequence[float] | None,
    common: Commonness,
) -> Found:
    """Return at most six passages, best first; without a vector the words decide alone."""
    words = telling_words(question, common)
    wanted = Wanted(
        words=with_synonyms(words) if scope.language == "en" else words,
        names=strange_words(question, common),
        vector=vector,
        most=CANDIDATES,
    )
    knowledge, passages = await repository_search.search(conn, scope, wanted)
    return Found(knowledge=knowledge, passages=ranked(question, passages, common, MOST_PASSAGES))


def telling_words(question: str, common: Commonness) -> str:
    """Leave out what says nothing, and of what is left the words that nearly every passage holds."""
    words = [word for word in WORD.findall(storable(question).lower()) if not is_stop_word(word)]
    often = {word: common.get(same_stem(word), 0) for word in dict.fromkeys(words)}
    rare = sorted(often, key=lambda word: often[word])[:MOST_WORDS]
    broad = BROAD * common.get("", 0)
    narrow = [word for place, word in enumerate(rare) if place < 2 or often[word] <= broad]
    return " ".join(narrow)


def strange_words(question: str, common: Commonness) -> list[str]:
    """List the words that no article holds: each may be a name that is written wrongly."""
    words = dict.fromkeys(WORD.findall(storable(question).lower()))
    return [
        word
        for word in words
        if len(word) >= SHORTEST_NAME
        and word.isalpha()
        and not is_stop_word(word)
        and same_stem(word) not in common
    ][:MOST_WORDS]


def storable(text: str) -> str:
    """Drop what PostgreSQL takes in no text: the zero byte and halves of letters."""
    return text.replace("\x00", " ").encode("utf-8", "ignore").decode()
