"""Flows as they run. Nested YAML steps are compiled into one flat program; a position is an index into it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from policies.normalise import normalise
from policies.values import Expression, Place


@dataclass(frozen=True, kw_only=True)
class Collect:
    """Wait until the slot is filled; ask for it once, then re-ask up to its limit."""

    slot: str
    place: Place
    ask: str | None = None
    """Template that asks here, instead of the slot's own."""


@dataclass(frozen=True, kw_only=True)
class Read:
    """Call a tool without effect and keep its result as a fact under `save`."""

    tool: str
    args: Mapping[str, Expression]
    save: str
    missing: str | None
    """Template said when the tool finds nothing; the slots in `forget` are then asked again."""
    forget: tuple[str, ...]
    place: Place


@dataclass(frozen=True, kw_only=True)
class ReadAll:
    """Make several reads at once; the first in order that finds nothing decides what follows."""

    reads: tuple[Read, ...]
    place: Place


@dataclass(frozen=True, kw_only=True)
class Branch:
    """Go on with the next step when the condition holds, else jump."""

    condition: Expression
    otherwise: int
    place: Place


@dataclass(frozen=True, kw_only=True)
class Jump:
    """Go on at another step, further on."""

    target: int
    place: Place


@dataclass(frozen=True, kw_only=True)
class Again:
    """Go back, at most so often in one flow and unless a condition holds; then go on."""

    target: int
    at_most: int
    until: Expression | None
    forget: tuple[str, ...]
    """Slots asked for in between: they are asked for anew."""
    place: Place


@dataclass(frozen=True, kw_only=True)
class Act:
    """Propose an action with effect; policy decides what it needs first."""

    action: str
    args: Mapping[str, Expression]
    place: Place
    agreed: int | None = None
    """Where to go on after the customer's yes; None ends the flow."""
    declined: int | None = None
    """Where to go on after a no or a refusal; None ends the flow."""


@dataclass(frozen=True, kw_only=True)
class Say:
    """Send a template, rendered with the facts at hand."""

    template: str
    place: Place


@dataclass(frozen=True, kw_only=True)
class SetSlots:
    """Give slots a value; null empties one."""

    values: Mapping[str, Expression]
    place: Place


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """Give the conversation to a person."""

    reason: str
    place: Place
    skills: tuple[str, ...] = ()
    """Skills the person needs; none means those of the intent."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """Go through another flow and come back; slots of the same name are shared."""

    flow: str
    values: Mapping[str, Expression]
    """Slots of the other flow that are filled on the way in."""
    place: Place


@dataclass(frozen=True, kw_only=True)
class Link:
    """Go on in another flow; slots of the same name are kept."""

    flow: str
    place: Place


Step = Collect | Read | ReadAll | Branch | Jump | Again | Act | Say | SetSlots | HandOver | Call | Link


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A value that a flow needs."""

    name: str
    type: Literal[
        "text", "number", "order_number", "email", "phone", "amount", "date", "address", "truth", "choice"
    ]
    entities: tuple[str, ...]
    """Names of NLU entities that fill it; empty means the whole next message does."""
    ask: str
    """Template that asks for it; empty where each step that collects it brings its own."""
    attempts: int
    """How often it is asked before a person takes over, or an optional one is left empty."""
    valid: Expression | None
    """A condition over `value`; a value that fails it is asked for again."""
    invalid: str | None = None
    """Template said before asking again when a value was given and does not do."""
    optional: bool = False
    """A no leaves it empty, and so does the last attempt."""
    prefill: Expression | None = None
    """What it holds when the flow begins and the customer has not said anything else."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The values of a choice, each with the words that mean it; the first of them is on its button."""
    options: Expression | None = None
    """Further values of a choice, known only when the flow comes to its question: a list of texts."""
    heard: bool = False
    """True: the message that begins the flow may make the choice already."""

    @cached_property
    def spoken(self) -> tuple[tuple[str, str], ...]:
        """The words of the choices as they are compared, the longest first, each with its choice."""
        words = [(normalise(word), value) for value, meant in self.choices.items() for word in meant]
        return tuple(sorted(words, key=lambda one: -len(one[0])))


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A designed dialogue."""

    name: str
    description: str
    intents: tuple[str, ...]
    slots: Mapping[str, Slot]
    steps: tuple[Step, ...]
    side_effect: bool
    """True when any step proposes an action."""
    place: Place
    when_named: tuple[str, ...] = ()
    """Intents that begin it only when the message names an order; else they are answered as they say."""

    @property
    def reads(self) -> tuple[Read, ...]:
        """Every read of the flow, those made at once included."""
        single = [step for step in self.steps if isinstance(step, Read)]
        together = [read for step in self.steps if isinstance(step, ReadAll) for read in step.reads]
        return (*single, *together)
