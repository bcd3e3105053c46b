"""Training: repeatable, skipped when nothing changed, and clear about what is missing."""

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import CACHE, HELD_OUT, ROOT

from frontdesk_nlu.encoding.encoder import WrongFile, load_tokenizer, verified
from frontdesk_nlu.intents.off_topic import off_topic_lines
from frontdesk_nlu.model.folder import ModelFolder, NoModel, fingerprint_of
from frontdesk_nlu.model.training import NothingToTrain, train
from frontdesk_nlu.mood.lines import BadLines, mood_lines
from frontdesk_nlu.serving.interpreter import Interpreter

SMALL = """version: "3.1"
nlu:
  - intent: buy
    examples: |
      - I want to buy [red paint](product)
      - buy paint
      - purchase a bucket
      - can I buy a brush
      - order some paint
      - I'd like to buy AB-17
  - intent: open
    examples: |
      - when are you open
      - opening hours
      - open today
      - are you closed
      - closing time of the shop
      - is order [XY-12](order_number) kept until you open
"""


def test_only_code_that_learns_makes_a_model_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, data = tmp_path / "frontdesk_nlu", tmp_path / "data"
    for folder in (data, code / "serving", code / "measuring", code / "intents"):
        folder.mkdir(parents=True)
        (folder / "one.py").write_text("1")
    monkeypatch.setattr("frontdesk_nlu.model.folder.PACKAGE", code)
    before = fingerprint_of(data)
    (code / "serving" / "one.py").write_text("2")
    (code / "measuring" / "one.py").write_text("2")
    assert fingerprint_of(data) == before
    (code / "intents" / "one.py").write_text("2")
    assert fingerprint_of(data) != before


def small_corpus(folder: Path) -> Path:
    folder.mkdir()
    (folder / "nlu.yml").write_text(SMALL)
    return folder


@pytest.mark.slow
def test_training_twice_gives_the_same_answers(model_folder: Path, tmp_path: Path) -> None:
    data = small_corpus(tmp_path / "data")
    answers = []
    for name in ("one", "two"):
        out = tmp_path / name
        out.mkdir()
        shutil.copy(ModelFolder(model_folder).encoder, out)
        command = [sys.executable, "-m", "frontdesk_nlu", "train", "--data", str(data), "--out", str(out)]
        subprocess.run(command, cwd=ROOT / "nlu", check=True)
        opened = Interpreter.open(out)
        answers.append(
            [opened.parse(text, embedding=True) for text in ("buy red pant now", "is AB-17 open?")]
        )
    assert answers[0] == answers[1]
    assert answers[0][0]["intent"]["name"] == "buy"
    assert answers[0][0]["entities"][0]["value"] == "red paint"
    assert answers[0][1]["entities"][0]["value"] == "AB-17"


def test_an_unchanged_model_is_not_trained_again(model_folder: Path) -> None:
    before = ModelFolder(model_folder).archive.stat().st_mtime_ns
    said: list[str] = []
    train(CACHE / "training", model_folder, said.append)
    assert "up to date" in said[0]
    assert ModelFolder(model_folder).archive.stat().st_mtime_ns == before


def test_a_changed_example_changes_the_fingerprint(tmp_path: Path) -> None:
    data = small_corpus(tmp_path / "data")
    before = fingerprint_of(data)
    (data / "nlu.yml").write_text(SMALL.replace("buy paint", "buy some paint"))
    assert fingerprint_of(data) != before


def test_a_model_folder_can_be_moved(model_folder: Path, tmp_path: Path) -> None:
    moved = shutil.copytree(model_folder, tmp_path / "moved")
    assert Interpreter.open(moved).parse("where is my order")["intent"]["name"] == "order_track"


def test_a_half_written_model_is_no_model(model_folder: Path, tmp_path: Path) -> None:
    half = shutil.copytree(model_folder, tmp_path / "half")
    (half / "model.tar.gz").unlink()
    with pytest.raises(NoModel, match="train"):
        Interpreter.open(half)


def test_an_empty_data_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(NothingToTrain, match=str(tmp_path)):
        train(tmp_path, tmp_path / "out", print)


def test_the_command_fails_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "frontdesk_nlu", "serve", "--model", str(tmp_path), "--port", "1"]
    done = subprocess.run(command, cwd=ROOT / "nlu", capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"frontdesk_nlu: {tmp_path} holds no trained model")
    assert len(done.stderr.splitlines()) == 1


def test_a_taken_port_is_said_in_one_line(model_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [
            sys.executable,
            "-m",
            "frontdesk_nlu",
            "serve",
            "--model",
            str(model_folder),
            "--port",
            port,
        ]
        done = subprocess.run(command, cwd=ROOT / "nlu", capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "address already in use" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_model_file_that_was_not_tested_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "model.onnx"
    with pytest.raises(WrongFile, match="is missing"):
        verified(other, "00")
    other.write_bytes(b"something else")
    with pytest.raises(WrongFile, match="expected 00"):
        verified(other, "00")


def test_short_texts_are_not_padded() -> None:
    assert len(load_tokenizer().encode("hello").ids) == 3


def test_the_graded_lines_are_many_and_say_every_feeling() -> None:
    lines = mood_lines()
    assert len(lines) >= 250
    assert len({line.text for line in lines}) == len(lines)
    assert len({line.label for line in lines}) == 5


def test_a_wrong_grade_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "lines.yaml"
    bad.write_text("groups: [{label: grumpy, lines: [no]}]")
    with pytest.raises(BadLines, match="grumpy"):
        mood_lines(tmp_path)


def test_no_foreign_line_is_measured_on() -> None:
    assert len(off_topic_lines()) >= 100
    assert set(off_topic_lines()).isdisjoint(HELD_OUT["out_of_scope"])
