"""Recorded messages of the NLU service keep the contract that both interpreters read."""

import base64
import json
import math
import struct
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

CONTRACT = Path(__file__).parents[2] / "nlu" / "contract"
SCHEMAS = sorted(CONTRACT.glob("*.json"))
EXAMPLES = sorted((CONTRACT / "examples").glob("*.json"))


def schema_of(example: Path) -> Draft202012Validator:
    """Return the schema an example's name begins with: `parse.response.track.json`."""
    name = example.name.rsplit(".", 2)[0]
    return Draft202012Validator(json.loads((CONTRACT / f"{name}.json").read_text("utf-8")))


def recorded(name: str) -> Any:
    return json.loads((CONTRACT / "examples" / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.stem)
def test_every_schema_is_one_and_has_an_example(schema: Path) -> None:
    Draft202012Validator.check_schema(json.loads(schema.read_text("utf-8")))
    assert [example for example in EXAMPLES if example.name.startswith(f"{schema.stem}.")]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_has_its_shape(example: Path) -> None:
    schema_of(example).validate(json.loads(example.read_text("utf-8")))


@pytest.mark.parametrize(
    "spoil",
    [
        {"intent": None},
        {"out_of_scope": 1.5},
        {"language": {"code": "english", "confidence": 1}},
        {"sentiment": {"score": -2, "label": "negative"}},
        {"entities": [{"entity": "order_number", "value": "1042"}]},
        {"embedding": "AAAA"},
        {"surprise": 1},
    ],
)
def test_a_spoilt_answer_is_noticed(spoil: dict[str, Any]) -> None:
    example = CONTRACT / "examples" / "parse.response.track.json"
    with pytest.raises(ValidationError):
        schema_of(example).validate(recorded("parse.response.track") | spoil)


@pytest.mark.parametrize("case", ["track", "refund"])
def test_entities_stand_where_the_example_says(case: str) -> None:
    sent, answer = recorded(f"parse.request.{case}"), recorded(f"parse.response.{case}")
    assert answer["text"] == sent["text"]
    assert answer["entities"]
    for entity in answer["entities"]:
        said = sent["text"][entity["start"] : entity["end"]].lower().rstrip(" €")
        assert str(entity["value"]).lower() in said.replace(",", ".")


def test_a_vector_is_384_half_floats_of_length_one() -> None:
    packed = base64.b64decode(recorded("parse.response.refund")["embedding"])
    numbers = struct.unpack("<384e", packed)
    assert math.isclose(sum(number * number for number in numbers), 1, abs_tol=0.01)
