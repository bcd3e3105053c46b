"""`frontdesk schema`: the schemas that editors read, and the settings in the repository that name them."""

from pathlib import Path

import orjson
import pytest
from jsonschema import Draft202012Validator

from app.commands.book import schema
from policies.schema import json_schemas, schema_file
from policies.source import read_source
from tests.unit.books.altered import EVERY_STEP

ROOT = Path(__file__).parents[2]
SELF_EXPLAINING = {"type", "role", "label", "args", "says", "started", "waiting", "done", "failed"} | {
    "rejected",
    "effect",
    "checking",
}
SETTINGS = orjson.loads((ROOT / ".vscode" / "settings.json").read_bytes())["yaml.schemas"]


def test_every_file_of_a_book_gets_its_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema(tmp_path / "schemas")
    told = capsys.readouterr().out
    for pattern in json_schemas():
        written = tmp_path / "schemas" / schema_file(pattern)
        Draft202012Validator.check_schema(orjson.loads(written.read_bytes()))
        assert str(written) in told


def test_flows_with_every_kind_of_step_fit_the_written_schema(tmp_path: Path) -> None:
    schema(tmp_path)
    flows = Draft202012Validator(orjson.loads((tmp_path / "flows.schema.json").read_bytes()))
    content = read_source(EVERY_STEP / "flows" / "every_step.yaml", "every_step.yaml").content
    assert list(flows.iter_errors(content)) == []
    content["flows"]["parts"]["steps"][0]["at_moost"] = 3
    assert list(flows.iter_errors(content))


def test_editors_are_told_what_the_keys_of_flows_and_actions_mean() -> None:
    for file in ("flows/*.yaml", "actions.yaml", "connections/*.yaml"):
        for name, shape in json_schemas()[file]["$defs"].items():
            silent = [key for key, value in shape.get("properties", {}).items() if "description" not in value]
            assert set(silent) <= SELF_EXPLAINING, name


def test_the_editor_settings_name_every_schema_and_its_files() -> None:
    wanted: dict[str, list[str]] = {}
    for name in json_schemas():
        files = wanted.setdefault(f"./.frontdesk/schemas/{schema_file(name)}", [])
        files.append(f"policies/book/{name}")
    assert wanted == SETTINGS
