"""A model's server on loopback: keeps what it was asked, says what a test tells it, counts its tokens."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from evals.peers.openai_wire import Answer, Body, serving

ECHO_BETWEEN = ("<reply>", "</reply>")


def proposes(command: str, *, flow: str | None = None, sure: int = 95, **slots: str) -> Answer:
    """Answer with a tool call that proposes a command."""
    values = [{"name": name, "value": value} for name, value in slots.items()]
    given = {"command": command, "flow": flow, "slots": values, "sure": sure}
    return Answer(arguments=orjson.dumps(given).decode())


CLARIFY = proposes("clarify")


@dataclass
class OpenAiPeer:
    """Answers in the order that was told, then always with the last; an own script for each model."""

    plans: list[Answer] = field(default_factory=lambda: [CLARIFY])
    by_model: dict[str, Answer] = field(default_factory=dict)
    """What a model says whenever it is asked to plan, before everything else."""
    writes: list[Answer] = field(default_factory=list)
    """What is written, before everything else."""
    rewords: Callable[[str], str] = str
    """How the reply that it was given is reworded."""
    asked: list[Body] = field(default_factory=list)
    url: str = ""

    def script(self, asked: Body) -> Answer:
        """Answer one request."""
        self.asked.append(asked)
        if "tools" not in asked and "response_format" not in asked:
            return self._next(self.writes) or Answer(text=self.rewords(given_reply(asked)))
        return self.by_model.get(asked["model"]) or self._next(self.plans) or CLARIFY

    @staticmethod
    def _next(answers: list[Answer]) -> Answer | None:
        if not answers:
            return None
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def begin_anew(self) -> None:
        """Forget what was asked and told."""
        self.plans, self.by_model, self.writes, self.asked = [CLARIFY], {}, [], []
        self.rewords = str

    @property
    def read(self) -> str:
        """Everything that any model was told, as one text."""
        return "\n".join(str(message["content"]) for body in self.asked for message in body["messages"])

    @property
    def models(self) -> list[str]:
        """The models in the order in which they were asked."""
        return [body["model"] for body in self.asked]


def given_reply(asked: Body) -> str:
    """Find the text that a model is to reword."""
    text: str = asked["messages"][-1]["content"]
    opening, closing = ECHO_BETWEEN
    return text.rpartition(opening)[2].partition(closing)[0]


@asynccontextmanager
async def openai_peer(**given: Any) -> AsyncIterator[OpenAiPeer]:
    """Serve a model on loopback."""
    peer = OpenAiPeer(**given)
    async with serving(peer.script) as url:
        peer.url = url
        yield peer
