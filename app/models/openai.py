"""Asks an OpenAI-compatible endpoint over its streaming protocol; imported only where one is set."""

import asyncio
import logging
import re
import time
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx
import openai
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from langchain_openai import ChatOpenAI
from langsmith.run_helpers import tracing_context

from app.models.pauses import Pauses
from app.models.prices import prompt_tokens_of, tokens_of
from graphs.planner.llm_port import Hear, ModelAnswer, ModelCall, Outcome, Question, Size

log = logging.getLogger(__name__)

TOOL = "propose"
LONGEST_ANSWER = 8000
"""Characters after which a model that does not stop is cut."""
DATED = re.compile(r"(?:[-@:](?:\d[\d-]*|latest))?")
"""How versions of a model are told apart: `-2026-08-06`, `:latest`."""
ENDED: Mapping[str, Outcome] = {"length": "cut", "content_filter": "filtered"}


class RefusingChat(ChatOpenAI):
    """Keeps what the library drops from a streamed answer: the model's refusal."""

    def _convert_chunk_to_generation_chunk(
        self, chunk: dict[str, Any], default_chunk_class: type, base_generation_info: dict[str, Any] | None
    ) -> ChatGenerationChunk | None:
        made = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)
        choices = chunk.get("choices") or [{}]
        if made is not None and (said := (choices[0].get("delta") or {}).get("refusal")):
            made.message.additional_kwargs["refusal"] = said
        return made


@dataclass
class Heard:
    """What came of an answer so far."""

    text: str = ""
    arguments: str = ""
    tools: list[str] = field(default_factory=list)
    finish: str | None = None
    model: str | None = None
    refused: bool = False
    usage: tuple[int, int] | None = None

    def take(self, piece: AIMessageChunk) -> None:
        """Take in one chunk of the stream."""
        self.text += str(piece.text)
        for call in piece.tool_call_chunks:
            self.arguments += call["args"] or ""
            if call["name"]:
                self.tools.append(call["name"])
        self.finish = piece.response_metadata.get("finish_reason") or self.finish
        self.model = piece.response_metadata.get("model_name") or self.model
        self.refused = self.refused or "refusal" in piece.additional_kwargs
        if piece.usage_metadata:
            self.usage = (piece.usage_metadata["input_tokens"], piece.usage_metadata["output_tokens"])

    @property
    def answer(self) -> str:
        """The answer itself: the tool's arguments where a tool was called."""
        return self.arguments or self.text

    def outcome(self, asked_of: str) -> Outcome:
        """Judge a stream that ended."""
        if self.finish is None:
            return "cut"
        if self.refused:
            return "refused"
        if self.finish in ENDED:
            return ENDED[self.finish]
        if self.model and not same_model(asked_of, self.model):
            return "wrong_model"
        if self.tools not in ([], [TOOL]):
            return "wrong_tool"
        return "answered" if self.answer.strip() else "empty"


def same_model(asked: str, told: str) -> bool:
    """Say whether an answer comes from the model that was asked, or from a dated version of it."""
    wanted, answered = (name.casefold().rpartition("/")[2] for name in (asked, told))
    return answered.startswith(wanted) and bool(DATED.fullmatch(answered[len(wanted) :]))


class OpenAiModels:
    """One or two models behind one address."""

    def __init__(
        self,
        *,
        url: str,
        key: str,
        names: Mapping[Size, str],
        answers_by: Literal["tool", "json_schema"],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._names = names
        self._answers_by = answers_by
        self._clock = clock
        self._pauses = Pauses()
        self._limit_name = "max_completion_tokens" if own_host(url) else "max_tokens"
        self._chats = {
            size: RefusingChat(
                base_url=url, api_key=lambda: key, model=name, temperature=0, max_retries=0, stream_usage=True
            )
            for size, name in names.items()
        }

    @property
    def sizes(self) -> frozenset[Size]:
        """See `Models`."""
        return frozenset(self._names)

    def name(self, size: Size) -> str:
        """Return the name of the model of a size."""
        return self._names[size]

    async def ask(self, question: Question, *, within_s: float, hear: Hear | None = None) -> ModelAnswer:
        """See `Models`; a model that was told to wait, or fails again and again, is not asked."""
        began, name, heard = self._clock(), self._names[question.size], Heard()
        if why := self._pauses.closed(name, began):
            return ModelAnswer(
                text=None, call=ModelCall(purpose=question.purpose, model=name, outcome=why, ms=0.0)
            )
        outcome = await self._outcome(question, name, heard, within_s, hear)
        self._pauses.ended(name, outcome, self._clock())
        call = _counted(question, name, heard, outcome, (self._clock() - began) * 1000)
        return ModelAnswer(text=heard.answer if outcome == "answered" else None, call=call)

    async def _outcome(
        self, question: Question, name: str, heard: Heard, within_s: float, hear: Hear | None
    ) -> Outcome:
        """Listen to the answer, and name whatever goes wrong."""
        try:
            with tracing_context(enabled=False):  # no variable of the library's may send texts elsewhere
                async with asyncio.timeout(within_s):
                    stopped = await self._listen(question, heard, hear)
            return stopped or heard.outcome(name)
        except TimeoutError:
            return "late"
        except openai.RateLimitError as limited:
            self._pauses.limited(name, limited.response.headers.get("retry-after"), self._clock())
            return "rate_limited"
        except Exception as error:
            log.warning("a model gave no answer: %s", type(error).__name__)
            return _named(error, begun=bool(heard.answer))

    async def _listen(self, question: Question, heard: Heard, hear: Hear | None) -> Outcome | None:
        """Take the stream in piece by piece; says so when it was stopped before its end."""
        said = [("system", question.task), ("human", question.text)]
        stream = self._chats[question.size].astream(said, **self._wish(question))
        async with aclosing(stream) as pieces:  # type: ignore[type-var]
            async for piece in pieces:
                heard.take(piece)
                if len(heard.answer) > LONGEST_ANSWER:
                    return "cut"
                if hear is not None and piece.text and not await hear(str(piece.text)):
                    return "stopped"
        return None

    def _wish(self, question: Question) -> dict[str, Any]:
        """Demand an answer of the question's shape and length."""
        body: dict[str, Any] = {self._limit_name: question.most_tokens}
        if question.schema is None:
            return {"extra_body": body}
        if self._answers_by == "json_schema":
            shape = {"name": TOOL, "schema": question.schema, "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": shape}
            return {"extra_body": body}
        tool = {
            "name": TOOL,
            "parameters": question.schema,
            "strict": True,
        }
        chosen = {"type": "function", "function": {"name": TOOL}}
        return {
            "tools": [{"type": "function", "function": tool}],
            "tool_choice": chosen,
            "extra_body": body,
        }


def own_host(url: str) -> bool:
    """Say whether an address is OpenAI's own, which calls the limit of an answer by a newer name."""
    return (urlsplit(url).hostname or "").endswith("openai.com")


def _named(error: Exception, *, begun: bool) -> Outcome:
    """Name an error; a line that breaks in the middle of an answer cuts it."""
    match error:
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return "no_key"
        case openai.NotFoundError():
            return "no_such_model"
        case openai.APITimeoutError():
            return "late"
        case httpx.HTTPError() | openai.APIConnectionError():
            return "cut" if begun else "unreachable"
        case _:
            return "failed"


def _counted(question: Question, name: str, heard: Heard, outcome: Outcome, ms: float) -> ModelCall:
    """Count what a call used: as the server says, else as reckoned; a refused call used nothing."""
    nothing = outcome in ("rate_limited", "no_key", "no_such_model", "unreachable")
    reckoned = (0, 0) if nothing else (prompt_tokens_of(question), tokens_of(heard.answer))
    read, written = heard.usage or reckoned
    return ModelCall(
        purpose=question.purpose,
        model=name,
        outcome=outcome,
        ms=round(ms, 2),
        prompt_tokens=read,
        completion_tokens=written,
        estimated=heard.usage is None and not nothing,
    )
