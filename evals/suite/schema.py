"""The shape of a scenario file."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from policies.shapes import Name, Strict, Text

Status = Literal["processing", "shipped", "delivered", "cancelled", "refunded", "returned"]
Followed = Literal["return", "exchange", "replacement", "trace", "invoice"]
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
    late: bool | None = None
    """Whether it should have arrived 2 days ago or earlier, and has not."""
    lines: int | None = None
    """How many articles it holds."""
    product: Text | None = None
    """What its first article's name holds."""


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
    followed: tuple[Followed, ...] = ()
    """What was begun about it: nothing, unless it is named here."""


class AccountWanted(Strict):
    """Which account a scenario needs."""

    subscription: Literal["active", "paused", "ended", "none"] | None = None
    box_in_days: int | None = None
    """The next box leaves in so many days at least."""
    payment: (
        Literal["confirmation_missing", "insufficient_funds", "card_expired", "bank_declined", "none"] | None
    ) = None
    payment_under: float | None = None
    newsletter: bool | None = None


class AccountLeft(Strict):
    """How the shop must hold the account at the end; what is not named must be as it was."""

    email: Text | None = None
    pending_email: Text | None = None
    phone: Text | None = None
    address: Text | None = None
    newsletter: bool | None = None
    closed: bool | None = None
    subscription: Literal["active", "paused", "ended", "none"] | None = None
    payment: Literal["declined", "paid", "none"] | None = None
    letters: tuple[Text, ...] = ()
    """The kinds of letters that were sent, or `document` with what was sent in it."""
    tickets: tuple[OneOrMore, ...] = ()
    """What stands in each ticket that was opened."""


class ScenarioYaml(Strict):
    """One conversation with what must come of it."""

    about: Text
    customer: Literal["signed_in", "stranger"] = "signed_in"
    customer_id: Text | None = None
    tier: Literal["standard", "silver", "gold", "platinum"] | None = None
    open_orders: int | None = None
    """How many of the customer's orders are under way."""
    given: dict[Name, OrderWanted] = Field(default_factory=dict)
    talk: Annotated[tuple[Step, ...], Field(min_length=1)]
    leaves: dict[Name, OrderLeft] = Field(default_factory=dict)
    """The given orders that change; all others must be as they were."""
    account: AccountWanted | None = None
    leaves_account: AccountLeft | None = None
    """Without it, a scenario that names an `account` must leave it as it was."""


class ScenarioFile(Strict):
    """One file of scenarios."""

    scenarios: dict[Name, ScenarioYaml]
