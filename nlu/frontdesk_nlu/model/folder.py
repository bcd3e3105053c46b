"""What lies in a model folder, and how to tell whether it still belongs to its training data and code."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from frontdesk_nlu.failures import CannotGoOn

PACKAGE = Path(__file__).parents[1]
NOT_LEARNT_BY = frozenset({"serving", "measuring"})
"""Folders whose code changes no model: they ask one, or compare what it says."""
LOCKS = ("requirements.lock", "requirements-nodeps.lock")


@dataclass(frozen=True)
class ModelFolder:
    """A folder with one trained model."""

    path: Path

    @property
    def archive(self) -> Path:
        """Rasa's own model file."""
        return self.path / "model.tar.gz"

    @property
    def encoder(self) -> Path:
        """The sentence encoder; its name tells which code built it, so that no other is taken for it."""
        return self.path / f"encoder-{encoder_recipe()}.onnx"

    @property
    def card(self) -> Path:
        """The fingerprint and figures of the training; written last, so it stands for a whole model."""
        return self.path / "model.json"

    def fingerprint(self) -> str | None:
        """Return the fingerprint of what is here, or None when there is no whole model."""
        whole = self.card.is_file() and self.archive.is_file() and self.encoder.is_file()
        return str(json.loads(self.card.read_text())["fingerprint"]) if whole else None


class NoModel(CannotGoOn):
    """The folder holds no whole model; run `python -m frontdesk_nlu train` into it first."""


def require(path: Path) -> ModelFolder:
    """Return a folder that holds a whole model, or raise `NoModel`."""
    folder = ModelFolder(path)
    if folder.fingerprint() is None:
        raise NoModel(f"{path} holds no trained model; run `python -m frontdesk_nlu train --out {path}`")
    return folder


@cache
def encoder_recipe() -> str:
    """Hash what the encoder is built by."""
    built_by = (path for path in sorted((PACKAGE / "encoding").iterdir()) if path.suffix in {".py", ".yaml"})
    return digest(built_by)[:8]


def training_files(folder: Path) -> list[Path]:
    """Return the training files of a folder, in a fixed order."""
    return sorted(path for path in folder.rglob("*") if path.suffix in {".yml", ".yaml"})


def fingerprint_of(data: Path) -> str:
    """Hash everything a model is made from: training data, the code that learns, its pinned dependencies."""
    locks = [PACKAGE.parent / name for name in LOCKS]
    code = [
        path
        for path in sorted(PACKAGE.rglob("*"))
        if path.suffix in {".py", ".yaml"} and path.relative_to(PACKAGE).parts[0] not in NOT_LEARNT_BY
    ]
    return digest([*training_files(data), *code, *(lock for lock in locks if lock.is_file())])


def digest(files: Iterable[Path]) -> str:
    """Hash names and contents."""
    total = hashlib.sha256()
    for path in files:
        total.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()[:16]
