"""The shape of the rows of `handoff_triggers` in `routing.yaml`."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from policies.shapes import Strict


class TriggerYaml(Strict):
    """What brings a person, how urgently, and whether it is looked at."""

    type: Literal["keyword", "sentiment", "confidence", "intent"]
    value: Annotated[str, StringConstraints(strip_whitespace=True, max_length=255)] = ""
    threshold: Annotated[float, Field(ge=-1, le=1)] | None = None
    priority: Literal["low", "medium", "high", "urgent"] = "medium"
    enabled: bool = True

    @model_validator(mode="after")
    def says_when(self) -> "TriggerYaml":
        """A row needs what its type looks at."""
        if self.type in ("keyword", "intent") and not self.value:
            raise PydanticCustomError("no_value", "this trigger needs a value: the words, or the intent")
        if self.type in ("sentiment", "confidence") and self.threshold is None:
            raise PydanticCustomError("no_threshold", "this trigger needs a threshold: it applies below it")
        if self.type == "confidence" and (self.threshold or 0) < 0:
            raise PydanticCustomError("no_share", "a confidence runs from 0 to 1")
        return self
