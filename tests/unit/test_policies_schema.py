"""The JSON Schemas that editors get: they accept what the loader accepts, and refuse misspelt keys."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from policies.schema import FILES, FOLDERS, json_schemas
from policies.source import read_source
from tests.unit.books.altered import SHOP

SCHEMAS = json_schemas()
ELSEWHERE = Path(__file__).parents[1] / "contracts"


def file_of(pattern: str) -> Any:
    """Read one file that a schema is for: of the sample book, or of the tests where it has none."""
    path = next(iter(sorted(SHOP.glob(pattern)) or sorted(ELSEWHERE.glob(pattern))))
    return read_source(path, path.name).content


def test_there_is_a_schema_for_every_file_and_folder() -> None:
    assert SCHEMAS.keys() == {*FILES, *(f"{folder}/*.yaml" for folder in FOLDERS)}


@pytest.mark.parametrize("pattern", sorted(SCHEMAS))
def test_the_sample_book_satisfies_the_schemas(pattern: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[pattern])
    errors = list(Draft202012Validator(SCHEMAS[pattern]).iter_errors(file_of(pattern)))
    assert errors == []


@pytest.mark.parametrize("pattern", sorted(SCHEMAS))
def test_a_key_that_is_not_ours_is_refused(pattern: str) -> None:
    content = {**file_of(pattern), "misspelt": 1}
    assert list(Draft202012Validator(SCHEMAS[pattern]).iter_errors(content))


def test_a_misspelt_key_deep_in_a_flow_is_refused() -> None:
    flow = {"description": "x", "steps": [{"collect": "a", "colour": 1}]}
    assert list(Draft202012Validator(SCHEMAS["flows/*.yaml"]).iter_errors({"flows": {"a": flow}}))
