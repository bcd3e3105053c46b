"""What the server and its workers say to each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from frontdesk_nlu.serving.understood import Written

Kind = Literal["understand", "embed"]


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is asked to do with some texts."""

    kind: Kind
    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Opened:
    """A worker's first word: which model it has."""

    model_id: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A worker's only word when the model cannot be opened."""

    why: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A text could not be read; only the kind of error is told, because its message may quote the text."""

    kind: str


Result = Written | str | Failed
"""An understood text, a packed vector, or a failure."""

Answer = Sequence[Result]
"""One result for each text of a job, in order."""
