"""The running server keeps the contract, whatever is sent to it."""

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import HELD_OUT, Client
from jsonschema import Draft202012Validator

CONTRACT = Path(__file__).parents[1] / "contract"


@cache
def validator(schema: str) -> Draft202012Validator:
    """Read a schema of the contract once."""
    return Draft202012Validator(json.loads((CONTRACT / f"{schema}.json").read_text()))


def check(schema: str, body: Any) -> None:
    """Fail unless a body has the contract's shape."""
    validator(schema).validate(body)


def vector(packed: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed), dtype="<f2").astype(np.float32)


def test_every_held_out_text_is_answered_in_shape(client: Client) -> None:
    for texts in HELD_OUT["intents"].values():
        for text in texts:
            answer = client.parse(text)
            assert answer.status == 200
            check("parse.response", answer.body)


def test_entities_point_at_the_customers_own_characters(client: Client) -> None:
    text = "Hej 👋 refund 149,99 € for #1042, sent to Marta.L@Example.com on 18 November 2026"
    found = {one["entity"]: one for one in client.parse(text).body["entities"]}
    assert {name: one["value"] for name, one in found.items()} == {
        "amount": 149.99,
        "order_number": "1042",
        "email": "marta.l@example.com",
        "date": "2026-11-18",
    }
    assert text[found["order_number"]["start"] : found["order_number"]["end"]] == "1042"
    assert text[found["email"]["start"] : found["email"]["end"]] == "Marta.L@Example.com"


def test_the_vector_comes_on_request_and_equals_the_one_of_embed(client: Client) -> None:
    text = "how do I wash linen"
    plain, full = client.parse(text).body, client.parse(text, "?with=embedding").body
    check("parse.response", full)
    assert "embedding" not in plain
    embedded = client.send("/embed", json.dumps({"texts": [text, "opening hours"]}).encode()).body
    check("embed.response", embedded)
    assert embedded["embeddings"][0] == full["embedding"]
    assert np.linalg.norm(vector(full["embedding"])) == pytest.approx(1, abs=1e-2)


def test_texts_that_mean_the_same_lie_close(client: Client) -> None:
    texts = ["where is my parcel", "has my package arrived yet", "is the lamp dimmable"]
    packed = client.send("/embed", json.dumps({"texts": texts}).encode()).body["embeddings"]
    parcel, package, lamp = map(vector, packed)
    assert parcel @ package > parcel @ lamp + 0.2


def test_status_names_the_model(client: Client) -> None:
    answer = client.send("/status")
    assert answer.status == 200
    check("status.response", answer.body)
    assert client.send("/healthz").body == {"status": "ok"}


@pytest.mark.parametrize(
    ("path", "body", "slug", "field"),
    [
        ("/model/parse", b"nonsense", "not-json", "body"),
        ("/model/parse", b"", "not-json", "body"),
        ("/model/parse", b"[1]", "not-json", "body"),
        ("/model/parse", b"\xff\xfe", "not-json", "body"),
        ("/model/parse", b"[" * 100_000, "not-json", "body"),
        ("/model/parse", b"{}", "wrong-fields", "text"),
        ("/model/parse", b'{"text": 7}', "wrong-fields", "text"),
        ("/model/parse", b'{"text": "a", "message_id": 7}', "wrong-fields", "message_id"),
        ("/model/parse", b'{"text": "a", "metadata": 7}', "wrong-fields", "metadata"),
        (
            "/model/parse",
            b'{"text": "a", "metadata": {"last_intents": "x"}}',
            "wrong-fields",
            "metadata.last_intents",
        ),
        ("/embed", b'{"texts": "a"}', "wrong-fields", "texts"),
        ("/embed", b'{"texts": [1]}', "wrong-fields", "texts"),
        ("/embed", json.dumps({"texts": ["a"] * 257}).encode(), "wrong-fields", "texts"),
    ],
)
def test_a_bad_body_is_refused_with_the_field_named(
    client: Client, path: str, body: bytes, slug: str, field: str
) -> None:
    answer = client.send(path, body)
    assert answer.status == 400
    check("problem", answer.body)
    assert answer.body["type"] == f"/problems/{slug}"
    assert answer.body["field"] == field


def test_a_body_over_one_mebibyte_is_refused(client: Client) -> None:
    answer = client.parse("a" * 1024 * 1024)
    assert answer.status == 413
    check("problem", answer.body)


def test_an_unknown_path_is_a_problem_too(client: Client) -> None:
    answer = client.send("/model/train", b"{}")
    assert answer.status == 404
    check("problem", answer.body)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "\ud800",
        "a\udc00b\x00c",
        "\u202e\u200b",
        "🙂" * 500,
        "9" * 5_000,
        "@." * 9_000,
        "€ " * 9_000,
    ],
)
def test_odd_texts_are_understood_as_far_as_they_go(client: Client, text: str) -> None:
    answer = client.parse(text)
    assert answer.status == 200
    check("parse.response", answer.body)
    assert len(answer.body["text"]) == len(text)


@pytest.mark.parametrize("text", ["", "  \n", "\x00", "\u202e\u200b"])
def test_a_text_without_a_word_means_nothing(client: Client, text: str) -> None:
    body = client.parse(text, metadata={"last_intents": ["affirm"]}).body
    assert body["intent"] == {"name": None, "confidence": 0}
    assert (body["intent_ranking"], body["clauses"], body["out_of_scope"]) == ([], [], 1)


def test_the_same_bytes_on_another_path_get_that_paths_answer(client: Client) -> None:
    text = "is the smoked glass still to be had"
    plain, full = client.parse(text).body, client.parse(text, "?with=embedding").body
    assert client.parse(text).body == plain
    assert client.parse(text, "?with=embedding").body == full == plain | {"embedding": full["embedding"]}


def test_a_very_long_text_is_read_at_its_beginning(client: Client) -> None:
    answer = client.parse("Please cancel my order 1090. " + "It was a mistake. " * 40_000)
    assert answer.body["intent"]["name"] == "order_cancel"
    assert answer.body["entities"][0]["value"] == "1090"


def test_the_conversation_leans_a_ranking_but_does_not_turn_it(client: Client) -> None:
    text = "what about the other one"
    alone = client.parse(text).body["intent_ranking"]
    second = alone[1]["name"]
    beside = client.parse(text, metadata={"last_intents": ["greeting", second]}).body["intent_ranking"]
    assert {one["name"]: one["confidence"] for one in beside}[second] > alone[1]["confidence"]
    clear = client.parse("cancel order 1090", metadata={"last_intents": ["refund_request"]}).body
    assert clear["intent"]["name"] == "order_cancel"


def test_nothing_a_customer_wrote_is_logged(client: Client) -> None:
    client.parse("my secret word is xylophone", "?with=embedding")
    client.send("/model/parse", b'{"text": "xylophone"')
    client.send("/embed", b'{"texts": ["xylophone", 3]}')
    assert "xylophone" not in client.log.read_text()
