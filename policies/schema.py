"""The shape of the book's YAML files; `loader.py` reads them through these models."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from policies.connection_schema import ConnectionsFile
from policies.desk_schema import DeskFile
from policies.fast_schema import FastPathFile
from policies.flow_schema import FlowsFile
from policies.gateway_schema import GatewayFile
from policies.rails_schema import RailsFile
from policies.schema_hours import HoursYaml
from policies.schema_triggers import TriggerYaml
from policies.schema_words import explained
from policies.shapes import Name, Phrase, Share, Strict, Text

ValueType = Literal["text", "number", "truth", "any"]
Verdict = Literal["block", "queue", "allow"]
OTHERS = "others"
"""In a row of the matrix: every action that the row does not name."""


# Actions and what may run beside them


class ApprovalYaml(Strict):
    """Who must decide, up to which amount, and until when."""

    role: Literal["agent", "supervisor"]
    up_to: Annotated[float, Field(gt=0)] | None = None
    expires_minutes: Annotated[int, Field(ge=1, le=10080)] = 60


class RuleYaml(Strict):
    """One condition on an action and what follows when it holds."""

    id: Name
    if_: Text = Field(alias="if")
    says: Phrase | None = None
    refuse: Name | None = None
    confirm: bool = False
    approval: ApprovalYaml | None = None

    @model_validator(mode="after")
    def has_effect(self) -> "RuleYaml":
        """A rule without consequence is a mistake."""
        if self.refuse is None and self.approval is None and not self.confirm:
            raise PydanticCustomError("no_consequence", "this rule has no consequence")
        return self


class ThenYaml(Strict):
    """A further call of an action; when it fails, what was done before it is taken back."""

    tool: Name
    with_: dict[Name, Text] = Field(default_factory=dict, alias="with")


class ActionYaml(Strict):
    """An action the assistant may propose."""

    tool: Name
    risk: Literal["write", "money"]
    label: Phrase
    args: dict[Name, ValueType]
    needs: tuple[Name, ...] = ()
    subject: Text
    amount: Text | None = None
    always_confirm: bool = True
    ask: Name
    started: Name
    waiting: Name
    done: Name
    failed: Name
    rejected: Name
    effect: Name | None = None
    checking: Name | None = None
    editable: tuple[Name, ...] = ()
    rules: tuple[RuleYaml, ...] = ()
    then: tuple[ThenYaml, ...] = ()
    begins_when_due: Name | None = None


class ActionsFile(Strict):
    """`actions.yaml` and `actions/*.yaml`"""

    actions: dict[Name, ActionYaml]


class ConflictsFile(Strict):
    """`conflicts.yaml`: for each pending action, what a new one on the same subject meets."""

    conflicts: dict[Name, dict[Name, Verdict]]
    contradictions: tuple[tuple[Name, Name], ...] = ()
    """Intents that cannot both be meant about the same thing in one message."""


# Words


class VariantYaml(Strict):
    """One wording. What it leaves out fits every tone, channel or language."""

    text: Text
    tone: Name | None = None
    channel: Name | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] = "en"


class ButtonYaml(Strict):
    """A button under a reply."""

    title: Phrase
    payload: Annotated[str, StringConstraints(pattern=r"^/[a-z][a-z0-9_]*(\{.*\})?$", max_length=200)]


class TemplateYaml(Strict):
    """A reply: one text, or several variants of it."""

    text: Text | None = None
    empathetic: Text | None = None
    variants: tuple[VariantYaml, ...] = ()
    buttons: tuple[ButtonYaml, ...] = ()

    @model_validator(mode="after")
    def says_something(self) -> "TemplateYaml":
        """A reply needs words."""
        if self.text is None and not self.variants:
            raise PydanticCustomError("no_text", "this reply has no text")
        return self


class TemplatesFile(Strict):
    """`templates/*.yaml`"""

    templates: dict[Name, TemplateYaml]


# Understanding and routing


class IntentYaml(Strict):
    """One thing a customer may want."""

    category: Literal["inquiry", "complaint", "request", "feedback", "escalation"]
    subcategory: Name = "general"
    answer: Literal["flow", "knowledge", "template", "person"]
    template: Name | None = None
    complex: bool = False
    examples: tuple[Phrase, ...] = ()


class IntentsFile(Strict):
    """`intents/*.yaml`"""

    intents: dict[Name, IntentYaml]


class ThresholdsFile(Strict):
    """`thresholds.yaml`"""

    sentiment_person: Annotated[float, Field(ge=-1, le=1)]
    risk_person: Share
    drop_flagged: Annotated[float, Field(ge=0, le=2)]
    drop_person_below: Annotated[float, Field(ge=-1, le=1)]
    confidence_clarify: Share
    confidence_automate: Share
    vip_confidence: Share
    clarify_limit: Annotated[int, Field(ge=0, le=5)]
    attempts_limit: Annotated[int, Field(ge=1, le=10)]
    urgency_person: Annotated[float, Field(ge=1, le=10)]
    urgency_read_only: Annotated[float, Field(ge=1, le=10)]
    knowledge_confidence: Share
    out_of_scope: Share
    escalation_person: Share = 0.70
    resolution_below: Share = 0.50
    troubleshooting_limit: Annotated[int, Field(ge=1, le=10)] = 3
    check_in_risk: Share = 0.50
    frustration_other_approach: Share = 0.60
    frustration_turns: Annotated[int, Field(ge=1, le=50)] = 5
    voice_share: Share = 0.3
    phase_opening: Annotated[float, Field(ge=0.5, le=1.5)] = 0.9
    phase_closing: Annotated[float, Field(ge=0.5, le=1.5)] = 1.1
    baseline_share: Annotated[float, Field(ge=0, le=0.5)] = 0.2
    baseline_messages: Annotated[int, Field(ge=1, le=100)] = 10
    foreign_language: Share = 0.70
    foreign_language_words: Annotated[int, Field(ge=1, le=20)] = 3
    person_asked: Share = 0.08
    person_named: Share = 0.5
    person_denied: Share = 0.7
    repeat_after_minutes: Annotated[int, Field(ge=0, le=1440)] = 60

    @model_validator(mode="after")
    def in_order(self) -> "ThresholdsFile":
        """Bounds that are compared with one another must not cross."""
        if self.confidence_clarify > self.confidence_automate:
            raise PydanticCustomError("crossed", "confidence_clarify must not be above confidence_automate")
        if not self.person_asked <= self.person_named <= self.person_denied:
            message = "person_asked, person_named and person_denied must not fall in this order"
            raise PydanticCustomError("crossed", message)
        if self.urgency_read_only > self.urgency_person:
            raise PydanticCustomError("crossed", "urgency_read_only must not be above urgency_person")
        return self


class FirstReplyYaml(Strict):
    """Minutes to a person's first answer."""

    urgent: Annotated[int, Field(ge=1)]
    high: Annotated[int, Field(ge=1)]
    normal: Annotated[int, Field(ge=1)]


class WhileWaitingYaml(Strict):
    """Flows that a customer may choose instead of only waiting for a person."""

    callback: Name | None = None
    ticket: Name | None = None


class RoutingFile(Strict):
    """`routing.yaml`"""

    skills: dict[Name, tuple[Name, ...]]
    default_skills: tuple[Name, ...]
    vip_tiers: tuple[Name, ...]
    safety_words: tuple[Phrase, ...]
    first_reply_minutes: FirstReplyYaml
    languages: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")], ...] = Field(min_length=1)
    hours: HoursYaml | None = None
    while_waiting: WhileWaitingYaml = WhileWaitingYaml()
    handoff_triggers: dict[Name, TriggerYaml] = Field(default_factory=dict)


class CompanyFile(Strict):
    """`company.yaml`"""

    assistant_name: Phrase
    company_name: Phrase
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "EUR"
    products: tuple[Phrase, ...] = ()
    product_names: tuple[Phrase, ...] = ()


class PersonsFile(Strict):
    """`persons/*.yaml`"""

    asks: tuple[Phrase, ...] = ()
    look_alikes: tuple[Phrase, ...] = ()


FILES: dict[str, type[Strict]] = {
    "company.yaml": CompanyFile,
    "thresholds.yaml": ThresholdsFile,
    "routing.yaml": RoutingFile,
    "rails.yaml": RailsFile,
    "fast_path.yaml": FastPathFile,
    "actions.yaml": ActionsFile,
    "conflicts.yaml": ConflictsFile,
}
"""Files that a book has once."""

FOLDERS: dict[str, type[Strict]] = {
    "actions": ActionsFile,
    "intents": IntentsFile,
    "flows": FlowsFile,
    "templates": TemplatesFile,
    "persons": PersonsFile,
    "connections": ConnectionsFile,
    "desk": DeskFile,
    "gateway": GatewayFile,
}
"""Folders of files that are read as one."""


DOCUMENTS = "connections/documents/"
"""Below it stand systems' own documents, which are no part of the book's language."""

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schemas() -> dict[str, dict[str, Any]]:
    """Give the JSON Schema of each file, so that editors can complete and check as one types."""
    shapes = FILES | {f"{folder}/*.yaml": shape for folder, shape in FOLDERS.items()}
    return {
        name: {**explained(shape.model_json_schema()), "$schema": DRAFT} for name, shape in shapes.items()
    }


def schema_file(pattern: str) -> str:
    """Name the file that holds the schema of a book's file: `flows/*.yaml` has `flows.schema.json`."""
    return f"{pattern.partition('/')[0].removesuffix('.yaml')}.schema.json"
