"""The shape of `flows/*.yaml`: flows, their slots, and every kind of step."""

from typing import Annotated, Any, Literal, cast

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator
from pydantic_core import PydanticCustomError

from policies.shapes import Name, Phrase, Strict, Text

SlotType = Literal[
    "text", "number", "order_number", "email", "phone", "amount", "date", "address", "truth", "choice"
]
Rounds = Annotated[int, Field(ge=1, le=20)]
StepName = Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_]*|END)$", max_length=60)]
"""A step's `id`, or `end`."""


class SlotYaml(Strict):
    """A value that a flow needs."""

    type: SlotType = "text"
    entities: tuple[Name, ...] = ()
    ask: Name | None = None
    attempts: Annotated[int, Field(ge=1, le=5)] = 2
    valid: Text | None = None
    invalid: Name | None = None
    optional: bool = False
    prefill: Text | None = None
    choices: dict[Name, tuple[Phrase, ...]] = Field(default_factory=dict)
    options: Text | None = None
    heard: bool = False

    @model_validator(mode="after")
    def choices_fit(self) -> "SlotYaml":
        """Only a choice has choices, and it needs some; what is not known by its words cannot be heard."""
        if (self.type == "choice") != bool(self.choices or self.options):
            message = "a slot of type 'choice', and no other, has 'choices' or 'options'"
            raise PydanticCustomError("choices", message)
        if self.heard and not (self.choices or self.type in ("email", "phone")):
            raise PydanticCustomError(
                "heard", "only a slot with 'choices', an email or a phone can be 'heard'"
            )
        return self


def _target_kind(given: Any) -> str:
    """Tell the name of a step from a list."""
    return "list" if isinstance(given, list | tuple) else "name"


class WayYaml(Strict):
    """One way of a `next` that branches: `if` with `then`, or `else` as the last."""

    if_: Text | None = Field(default=None, alias="if")
    then: Annotated[
        Annotated[StepName, Tag("name")] | Annotated[tuple["StepYaml", ...], Tag("list")],
        Discriminator(_target_kind),
    ] = ()
    else_: Annotated[
        Annotated[StepName, Tag("name")] | Annotated[tuple["StepYaml", ...], Tag("list")],
        Discriminator(_target_kind),
    ] = Field(default=(), alias="else")

    @model_validator(mode="after")
    def one_way(self) -> "WayYaml":
        """A way is either conditional, or the one that is left."""
        if (self.if_ is None) == bool(self.then) or (self.if_ is not None and self.else_):
            raise PydanticCustomError("way", "a way of 'next' is `if:` with `then:`, or `else:` alone")
        return self


class Followed(Strict):
    """What most steps may say beside what they do: their name, and where to go on."""

    id: Name | None = None
    next: (
        Annotated[
            Annotated[StepName, Tag("name")] | Annotated[tuple[WayYaml, ...], Tag("list")],
            Discriminator(_target_kind),
        ]
        | None
    ) = None
    at_most: Rounds | None = None


class CollectYaml(Followed):
    """`collect: slot`"""

    collect: Name
    ask: Name | None = None


class ReadYaml(Followed):
    """`read: tool`"""

    read: Name
    with_: dict[Name, Text] = Field(default_factory=dict, alias="with")
    save: Name
    missing: Name | None = None
    forget: tuple[Name, ...] = ()


class ReadsYaml(Followed):
    """`reads: [several at once]`"""

    reads: tuple[ReadYaml, ...] = Field(min_length=2, max_length=6)


class IfYaml(Followed):
    """`if: condition`"""

    if_: Text = Field(alias="if")
    then: tuple["StepYaml", ...] = Field(min_length=1)
    else_: tuple["StepYaml", ...] = Field(default=(), alias="else")


class RepeatYaml(Followed):
    """`repeat: [steps]`, at most so often, until a condition holds"""

    repeat: tuple["StepYaml", ...] = Field(min_length=1)
    until: Text | None = None
    at_most: Rounds


class ActionStepYaml(Strict):
    """`action: name`; `then` follows the customer's yes, `else` a no or a refusal"""

    id: Name | None = None
    action: Name
    with_: dict[Name, Text] = Field(default_factory=dict, alias="with")
    then: tuple["StepYaml", ...] = ()
    else_: tuple["StepYaml", ...] = Field(default=(), alias="else")


class SayYaml(Followed):
    """`say: template`"""

    say: Name


class SetSlotsYaml(Followed):
    """`set_slots: {slot: value}`"""

    set_slots: dict[Name, Text] = Field(min_length=1)


class HandOverYaml(Strict):
    """`hand_over: reason`"""

    id: Name | None = None
    hand_over: Name
    skills: tuple[Name, ...] = ()


class CallYaml(Followed):
    """`call: flow`, which comes back"""

    call: Name
    with_: dict[Name, Text] = Field(default_factory=dict, alias="with")


class LinkYaml(Strict):
    """`link: flow`, which does not come back"""

    id: Name | None = None
    link: Name


class EndYaml(Strict):
    """`end: true`"""

    id: Name | None = None
    end: Literal[True]


class NextYaml(Followed):
    """`next: step` alone"""


STEP_KINDS: dict[str, type[Strict]] = {
    "collect": CollectYaml,
    "read": ReadYaml,
    "reads": ReadsYaml,
    "if": IfYaml,
    "repeat": RepeatYaml,
    "action": ActionStepYaml,
    "say": SayYaml,
    "set_slots": SetSlotsYaml,
    "hand_over": HandOverYaml,
    "call": CallYaml,
    "link": LinkYaml,
    "end": EndYaml,
    "next": NextYaml,
}


def step_kind(given: Any) -> str | None:
    """Tell a step's kind by the key that names it."""
    if isinstance(given, Strict):
        return next((kind for kind, shape in STEP_KINDS.items() if type(given) is shape), None)
    keys = given if isinstance(given, dict) else {}
    return next((kind for kind in STEP_KINDS if kind in keys), None)


StepYaml = Annotated[
    Annotated[CollectYaml, Tag("collect")]
    | Annotated[ReadYaml, Tag("read")]
    | Annotated[ReadsYaml, Tag("reads")]
    | Annotated[IfYaml, Tag("if")]
    | Annotated[RepeatYaml, Tag("repeat")]
    | Annotated[ActionStepYaml, Tag("action")]
    | Annotated[SayYaml, Tag("say")]
    | Annotated[SetSlotsYaml, Tag("set_slots")]
    | Annotated[HandOverYaml, Tag("hand_over")]
    | Annotated[CallYaml, Tag("call")]
    | Annotated[LinkYaml, Tag("link")]
    | Annotated[EndYaml, Tag("end")]
    | Annotated[NextYaml, Tag("next")],
    Discriminator(
        step_kind,
        custom_error_type="unknown_step",
        custom_error_message=", ".join(STEP_KINDS),
    ),
]


class FlowYaml(Strict):
    """A designed dialogue."""

    description: Text
    intents: tuple[Name, ...] = ()
    when_named: tuple[Name, ...] = ()
    slots: dict[Name, SlotYaml] = Field(default_factory=dict)
    steps: tuple[StepYaml, ...] = Field(min_length=1)


class FlowsFile(Strict):
    """`flows/*.yaml`"""

    flows: dict[Name, FlowYaml]


def parts(step: StepYaml) -> list[tuple[tuple[str | int, ...], tuple[StepYaml, ...]]]:
    """List the steps inside a step, each list with its way from the step."""
    inside: list[tuple[tuple[str | int, ...], tuple[StepYaml, ...]]] = []
    match step:
        case IfYaml() | ActionStepYaml():
            inside = [(("then",), step.then), (("else",), step.else_)]
        case RepeatYaml():
            inside = [(("repeat",), step.repeat)]
        case ReadsYaml():
            inside = [(("reads",), cast("tuple[StepYaml, ...]", step.reads))]
    ways = step.next if isinstance(step, Followed) and isinstance(step.next, tuple) else ()
    for index, way in enumerate(ways):
        for key, target in (("then", way.then), ("else", way.else_)):
            if isinstance(target, tuple):
                inside.append((("next", index, key), target))
    return inside
