"""Answers that were given, by the bytes of their questions."""

from collections import OrderedDict

from frontdesk_nlu.serving.protocol import Opened

KEPT = 4_096
LONGEST_QUESTION = 1_000
"""Bytes; a longer question is rarely asked twice, and its text is a part of the answer."""

Question = tuple[str, bytes]
"""Path and body of a request."""


class Answers:
    """The latest answers of one model; another model's first answer clears them."""

    def __init__(self) -> None:
        self._given: OrderedDict[Question, bytes] = OrderedDict()
        self._model: Opened | None = None

    def get(self, asked: Question, model: Opened | None) -> bytes | None:
        """Return what this model answered, if it was asked the very same."""
        given = self._given.get(asked) if model is self._model else None
        if given is not None:
            self._given.move_to_end(asked)
        return given

    def keep(self, asked: Question, answer: bytes, model: Opened | None) -> None:
        """Remember an answer; the one that was not asked for longest is forgotten."""
        if len(asked[1]) > LONGEST_QUESTION:
            return
        if model is not self._model:
            self._given.clear()
            self._model = model
        self._given[asked] = answer
        if len(self._given) > KEPT:
            self._given.popitem(last=False)
