"""Rasa runs without TensorFlow, and with it where a team installs it."""

import subprocess
import sys
from pathlib import Path

from conftest import ROOT

from frontdesk_nlu.without_tensorflow import placeholder

STAND_IN = "from frontdesk_nlu.without_tensorflow import stand_in; print(stand_in()); "


def run(code: str, path: Path = ROOT / "nlu") -> str:
    """Run a line in a fresh interpreter."""
    command = [sys.executable, "-W", "ignore", "-c", f"import sys; sys.path.insert(0, {str(path)!r}); {code}"]
    return subprocess.run(
        command, cwd=ROOT / "nlu", capture_output=True, text=True, check=True
    ).stdout.strip()


def test_rasas_recipe_is_imported_without_tensorflow() -> None:
    code = STAND_IN + "import rasa.engine.recipes.default_recipe as r; print(r.DefaultV1Recipe.name)"
    assert run(code) == "True\ndefault.v1"


def test_the_finder_stands_aside_for_a_real_tensorflow(tmp_path: Path) -> None:
    (tmp_path / "tensorflow.py").write_text("real = True")
    assert run(STAND_IN + "import tensorflow; print(tensorflow.real)", tmp_path) == "False\nTrue"


def test_serving_loads_neither_recipe_nor_scikit_learn() -> None:
    code = STAND_IN + (
        "import frontdesk_nlu.serving.server; "
        "unwanted = ('sklearn', 'sanic', 'rasa.engine.recipes.default_recipe'); "
        "print([name for name in unwanted if name in sys.modules])"
    )
    assert run(code) == "True\n[]"


def test_placeholders_are_classes_decorators_and_namespaces() -> None:
    keras = placeholder("keras")
    assert isinstance(keras.layers.Layer, type)
    assert keras.function(print) is print
    model = keras.Model
    mine = type("Mine", (model,), {})
    assert isinstance(mine(), model)
