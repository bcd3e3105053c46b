"""A hundred thousand passages of fifty companies, made from the sample articles, and what is asked of them.

Encoding so many texts takes an hour on two cores, so the vectors are made: each is a blend of the vectors of
two real passages and of its article's subject, with noise, so that they lie in clusters as real ones do. The
words of a passage are those of the texts it blends. Companies differ in size as companies do.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import orjson

from knowledge.ports import DIMENSIONS

Vectors = npt.NDArray[np.float32]
SEED = 7
PER_ARTICLE = 5
SHARES = {"german": 0.2, "for agents": 0.1, "about products": 0.2, "expired": 0.05, "not yet valid": 0.05}
"""How many articles a question must not be answered from; a fifth of all is about some products only."""
PRODUCTS = tuple(
    f"{first}{last}"
    for first in ("Vel", "Nor", "Kal", "Sun", "Bri", "Tor")
    for last in ("ora", "ise", "dam", "ette")
)
EXPIRED, NOT_YET = "2026-01-01", "2199-01-01"


@dataclass(frozen=True, kw_only=True)
class Texts:
    """Real texts with their vectors: what articles say, and what customers ask."""

    said: Sequence[str]
    said_vectors: Vectors
    asked: Sequence[str]
    asked_vectors: Vectors


@dataclass(frozen=True, kw_only=True)
class MadeArticle:
    """One article's row, and its passages."""

    article_id: str
    title: str
    language: str
    audience: str
    products: Sequence[str]
    valid_from: str | None
    expires_on: str | None
    passages: Sequence["MadePassage"]


@dataclass(frozen=True, kw_only=True)
class MadePassage:
    """One passage's row; its vector is written as PostgreSQL reads it."""

    heading: str
    body: str
    vector: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question to a company's articles."""

    tenant_id: str
    text: str
    vector: Sequence[float]
    products: tuple[str, ...]


def sizes(passages: int, tenants: int) -> dict[str, int]:
    """Give the first company the most passages, and each other one fewer than the one before."""
    weights = [1 / (place + 2) ** 0.9 for place in range(tenants)]
    return {
        f"company-{place:02}": max(PER_ARTICLE, round(passages * weight / sum(weights)))
        for place, weight in enumerate(weights)
    }


def articles_of(texts: Texts, tenant_id: str, passages: int) -> Iterator[MadeArticle]:
    """Make one company's articles, the same ones each time."""
    chance = random.Random(f"{SEED} {tenant_id}")
    noise = np.random.default_rng(abs(hash_of(tenant_id)))
    for number in range(-(-passages // PER_ARTICLE)):
        yield _article(
            texts, f"article-{number}", min(PER_ARTICLE, passages - number * PER_ARTICLE), chance, noise
        )


def hash_of(text: str) -> int:
    """A number for a text, the same in every process."""
    return int.from_bytes(text.encode()[-8:], "big")


def _article(
    texts: Texts, article_id: str, passages: int, chance: random.Random, noise: np.random.Generator
) -> MadeArticle:
    subject = chance.randrange(len(texts.said))
    valid = chance.random()
    return MadeArticle(
        article_id=article_id,
        title=f"{texts.said[subject][:40]} {chance.choice(PRODUCTS)}",
        language="de" if chance.random() < SHARES["german"] else "en",
        audience="agents" if chance.random() < SHARES["for agents"] else "customers",
        products=[chance.choice(PRODUCTS)] if chance.random() < SHARES["about products"] else [],
        expires_on=EXPIRED if valid < SHARES["expired"] else None,
        valid_from=NOT_YET if valid > 1 - SHARES["not yet valid"] else None,
        passages=[_passage(texts, subject, chance, noise) for _ in range(passages)],
    )


def _passage(texts: Texts, subject: int, chance: random.Random, noise: np.random.Generator) -> MadePassage:
    one, other = (chance.randrange(len(texts.said)) for _ in range(2))
    vectors = texts.said_vectors
    blend = 0.75 * vectors[one] + 0.35 * vectors[other] + 0.2 * vectors[subject]
    return MadePassage(
        heading=texts.said[other][:30],
        body=f"{texts.said[one]} {texts.said[other]} {chance.choice(PRODUCTS)}",
        vector=written(_near(blend, 0.35, noise)),
    )


def _near(vector: npt.NDArray[np.float32], spread: float, noise: np.random.Generator) -> Vectors:
    """Move a vector a little in any direction, and bring it to length one."""
    unit = vector / np.linalg.norm(vector)
    moved = unit + noise.normal(0, spread / DIMENSIONS**0.5, DIMENSIONS)
    return np.asarray(moved / np.linalg.norm(moved), dtype=np.float32)


def written(vector: Vectors) -> str:
    """Write a vector as pgvector reads it."""
    return orjson.dumps(vector, option=orjson.OPT_SERIALIZE_NUMPY).decode()


def questions(texts: Texts, passages: dict[str, int], how_many: int) -> list[Asked]:
    """Let customers ask: large companies more often; a third names a product, some of them wrongly."""
    chance, noise = random.Random(SEED), np.random.default_rng(SEED)
    tenants = chance.choices(list(passages), list(passages.values()), k=how_many)
    return [_question(texts, tenant_id, chance, noise) for tenant_id in tenants]


def _question(texts: Texts, tenant_id: str, chance: random.Random, noise: np.random.Generator) -> Asked:
    place = chance.randrange(len(texts.asked))
    product = chance.choice(PRODUCTS) if chance.random() < 1 / 3 else None
    spelt = product if product is None or chance.random() < 0.7 else product[:2] + product[3:]
    return Asked(
        tenant_id=tenant_id,
        text=" ".join(filter(None, (texts.asked[place], spelt))),
        vector=_near(texts.asked_vectors[place], 0.25, noise).tolist(),
        products=(product,) if product and spelt == product else (),
    )
