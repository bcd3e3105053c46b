"""The shape of a scenario file."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from policies.shapes import Name, Strict, Text

Status = Literal["processing", "shipped", "delivered", "cancelled", "refunded", "returned"]
OneOrMore = Text | tuple[Text, ...]
"""A text, or several of which one will do."""
STEPS = ("says", "presses", "decides", "agent", "agent_says")


class OrderWanted(Strict):
    """Which order of the shop a scenario needs; its number, owner and price become placeholders."""

    number: Text | None = None
    of: Literal["customer", "another"] = "customer"
    status: Status | None = None
    under: float | None = None
    over: float | None = None
    delivered_within_days: int | None = None
    delivered_before_days: int | None = None


class Expect(Strict):
    """What must be true after a step; what is not mentioned is not looked at."""

    intent: OneOrMore | None = None
    tools: tuple[Name, ...] | None = None
    args: dict[Name, dict[Name, Any]] = Field(default_factory=dict)
    text: tuple[OneOrMore, ...] = ()
    not_text: tuple[Text, ...] = ()
    cites: OneOrMore | None = None
    """Slugs of articles of which one is cited, or `nothing`."""
    route: Literal["automate", "confirm_first", "clarify", "person", "read_only"] | None = None
    status: Text | None = None
    approval: Literal["pending", "none"] | None = None
    silent: bool = False
    stopped: bool = False
    """True when an input rail must stop the message."""
    buttons: tuple[Text, ...] | None = None
    later: tuple[OneOrMore, ...] = ()
    """What the customer is told afterwards without asking, such as an action's report."""


class Step(Strict):
    """One thing that somebody does: the customer writes or presses, an agent decides or takes part."""

    says: Text | None = None
    presses: Text | None = None
    decides: Literal["accept", "edit", "response", "ignore"] | None = None
    with_: Any = Field(default=None, alias="with")
    agent: Literal["claims", "releases"] | None = None
    agent_says: Text | None = None
    expect: Expect = Field(default_factory=Expect)

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        if sum(getattr(self, name) is not None for name in STEPS) != 1:
            raise PydanticCustomError(
                "one_step", "a step has exactly one of: {steps}", {"steps": ", ".join(STEPS)}
            )
        return self


class OrderLeft(Strict):
    """How the shop must hold an order at the end."""

    status: Status | None = None
    refunds: tuple[float | Text, ...] | None = None
    address: Text | None = None


class ScenarioYaml(Strict):
    """One conversation with what must come of it."""

    about: Text
    customer: Literal["signed_in", "stranger"] = "signed_in"
    customer_id: Text | None = None
    open_orders: int | None = None
    """How many of the customer's orders are under way."""
    given: dict[Name, OrderWanted] = Field(default_factory=dict)
    talk: Annotated[tuple[Step, ...], Field(min_length=1)]
    leaves: dict[Name, OrderLeft] = Field(default_factory=dict)
    """The given orders that change; all others must be as they were."""


class ScenarioFile(Strict):
    """One file of scenarios."""

    scenarios: dict[Name, ScenarioYaml]
