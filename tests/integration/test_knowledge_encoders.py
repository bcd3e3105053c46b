"""What every encoder promises, the small one of the tests and the one of the NLU service alike."""

import math

import pytest

from knowledge.ports import DIMENSIONS, Embed
from tests.fakes.encoder import HashingEncoder
from tests.integration.nlu_encoder import NLU_PYTHON, NluEncoder

TEXTS = (
    "You can return a lamp within 30 days.",
    "Wash linen at 40 degrees.",
    "When can I return my lamp?",
    "",
)


@pytest.fixture(scope="module", params=["hashing", "nlu"])
def encoder(request: pytest.FixtureRequest) -> Embed:
    if request.param == "hashing":
        return HashingEncoder()
    if not NLU_PYTHON.exists():
        pytest.skip("the NLU environment is not installed")
    return NluEncoder(TEXTS)


def cosine(one: list[float], other: list[float]) -> float:
    return sum(left * right for left, right in zip(one, other, strict=True))


async def test_every_text_gets_one_unit_vector(encoder: Embed) -> None:
    vectors = await encoder.embed(TEXTS)

    assert [len(vector) for vector in vectors] == [DIMENSIONS] * len(TEXTS)
    assert all(math.isclose(cosine(vector, vector), 1.0, abs_tol=1e-3) for vector in vectors)


async def test_vectors_come_in_the_order_of_the_texts(encoder: Embed) -> None:
    forwards = await encoder.embed(TEXTS)
    backwards = await encoder.embed(TEXTS[::-1])

    assert backwards[::-1] == forwards


async def test_texts_about_the_same_thing_are_nearer(encoder: Embed) -> None:
    returning, washing, asked, _ = await encoder.embed(TEXTS)

    assert cosine(asked, returning) > cosine(asked, washing) + 0.1


async def test_no_texts_are_no_vectors(encoder: Embed) -> None:
    assert await encoder.embed([]) == []
