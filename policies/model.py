"""The loaded rule book: immutable values that the graphs read and nothing changes.

The YAML schema lives in `schema.py`; `loader.py` turns files into these
values. Everything here is plain data, so a book can be hashed, compared and
held by a running conversation while a newer one is served to others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NewType, Protocol

from policies.delivery import DeliveryRules
from policies.desk import DeskRules
from policies.flow_model import Act as Act
from policies.flow_model import Branch as Branch
from policies.flow_model import Collect as Collect
from policies.flow_model import Flow as Flow
from policies.flow_model import HandOver as HandOver
from policies.flow_model import Jump as Jump
from policies.flow_model import Link as Link
from policies.flow_model import Read as Read
from policies.flow_model import Say as Say
from policies.flow_model import Slot as Slot
from policies.flow_model import Step as Step
from policies.handoff_rows import HandoffTrigger
from policies.hours import Hours
from policies.limits import DoorLimits, FileRules
from policies.values import Expression as Expression
from policies.values import Facts as Facts
from policies.values import Place as Place
from policies.values import Value as Value

BookVersion = NewType("BookVersion", str)


# Actions.


@dataclass(frozen=True, kw_only=True)
class ApprovalNeed:
    """Who must decide, up to which amount they may, and until when."""

    role: str
    up_to: float | None
    expires_minutes: int


@dataclass(frozen=True, kw_only=True)
class ActionRule:
    """One condition on an action and what follows when it holds."""

    id: str
    condition: Expression
    refuse: str | None
    """Template that tells the customer why not; set, it ends the action."""
    confirm: bool
    approval: ApprovalNeed | None
    place: Place
    says: str = ""
    """The rule in a person's words, shown where it made somebody decide."""


@dataclass(frozen=True, kw_only=True)
class ThenCall:
    """A further call of an action, after its tool."""

    tool: str
    args: Mapping[str, Expression]
    """They see what the rules see, and `made`: what the action's tool gave back."""


@dataclass(frozen=True, kw_only=True)
class ActionSpec:
    """An action the assistant may propose."""

    name: str
    tool: str
    risk: Literal["write", "money"]
    label: str
    """What it does, as a verb with its object, shown to agents: "Refund"."""
    subject: Expression
    """What it acts on, for the conflict matrix: usually `args.order_id`."""
    amount: Expression | None
    always_confirm: bool
    ask: str
    """Template that asks the customer to confirm."""
    started: str
    """Template said when it begins at once after the confirmation."""
    waiting: str
    """Template said when a person must approve it."""
    done: str
    failed: str
    rejected: str
    editable: tuple[str, ...]
    """Arguments an approver may change; `amount` may only go down."""
    rules: tuple[ActionRule, ...]
    place: Place
    checking: str | None = None
    """Template of the notice that stands in the chat until a person has decided."""
    effect: str | None = None
    """Template that tells the person who decides what will happen: "send €20 to Visa 4417"."""
    needs: tuple[str, ...] = ()
    """Saved reads that its conditions and replies name; a flow makes them before it proposes the action."""
    then: tuple[ThenCall, ...] = ()
    """Calls that follow the tool; when one fails, those before it are taken back."""
    begins_when_due: str | None = None
    """The kind of follow-up whose time begins it by itself; the customer agreed when it was promised."""


ConflictVerdict = Literal["block", "queue", "allow"]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What policy says about one proposed action, with its reasons."""

    refused: str | None
    """Template of the refusal, or None when the action may go on."""
    confirm: bool
    approval: ApprovalNeed | None
    because: tuple[str, ...]
    """Ids of the rules that decided."""
    places: tuple[Place, ...]


# Understanding and routing.


@dataclass(frozen=True, kw_only=True)
class Intent:
    """One thing a customer may want, with the examples NLU learns it from."""

    name: str
    category: Literal["inquiry", "complaint", "request", "feedback", "escalation"]
    subcategory: str = "general"
    complex: bool
    """Always goes to a person (ladder rule 6)."""
    answer: Literal["flow", "knowledge", "template", "person"]
    template: str | None
    examples: tuple[str, ...]
    place: Place


@dataclass(frozen=True, kw_only=True)
class FastPattern:
    """Words that decide without NLU: matched on the whole normalised text, or anywhere in it."""

    intent: str
    whole: tuple[str, ...]
    anywhere: tuple[str, ...]
    named: tuple[str, ...] = ()
    """Words that name what is meant and do not ask for it; undone, they deny it all the same."""
    unless: tuple[str, ...] = ()
    """Words in the same clause that undo the match: "don't need an agent"."""
    unless_beside: tuple[str, ...] = ()
    """Words in another clause of the sentence that undo it: "if it isn't here by Friday, …"."""


@dataclass(frozen=True, kw_only=True)
class FastWords:
    """What the phrases of the fast path share."""

    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Wordings that phrases name as `<name>`."""
    things: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Wordings told apart before phrases are searched for; in phrases `<name>` stands for each of them."""
    mended: tuple[str, ...] = ()
    """Words whose misspellings are understood."""
    not_misspelt: tuple[str, ...] = ()
    """Words that look like a misspelling and are right."""


@dataclass(frozen=True, kw_only=True)
class FastValue:
    """A message that is one value and nothing else, told by its form alone."""

    entity: str
    pattern: str
    """A regular expression that the whole message must match; its first group is the value."""
    alone: str | None = None
    """The intent that the value alone stands for, when nothing was asked."""


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """The numbers of the ladder (DESIGN, section 5); all come from `thresholds.yaml`."""

    sentiment_person: float
    risk_person: float
    drop_flagged: float
    drop_person_below: float
    confidence_clarify: float
    confidence_automate: float
    vip_confidence: float
    clarify_limit: int
    attempts_limit: int
    urgency_person: float
    urgency_read_only: float
    knowledge_confidence: float
    out_of_scope: float
    escalation_person: float = 0.70
    resolution_below: float = 0.50
    troubleshooting_limit: int = 3
    check_in_risk: float = 0.50
    frustration_other_approach: float = 0.60
    frustration_turns: int = 5
    voice_share: float = 0.3
    phase_opening: float = 0.9
    phase_closing: float = 1.1
    baseline_share: float = 0.2
    baseline_messages: int = 10
    foreign_language: float = 0.70
    foreign_language_words: int = 3
    person_asked: float = 0.08
    person_named: float = 0.5
    person_denied: float = 0.7
    repeat_after_minutes: int = 60


@dataclass(frozen=True, kw_only=True)
class Routing:
    """Which skills an intent needs, who counts as a VIP, and how long a first answer may take."""

    skills: Mapping[str, tuple[str, ...]]
    default_skills: tuple[str, ...]
    vip_tiers: frozenset[str]
    safety_words: tuple[str, ...]
    first_reply_minutes: Mapping[str, int]
    """Minutes by priority: urgent, high, normal."""
    languages: tuple[str, ...]
    complex_intents: frozenset[str] = frozenset()
    while_waiting: Mapping[str, str] = field(default_factory=dict)
    """Flows that a customer may choose instead of only waiting for a person: `callback`, `ticket`."""
    hours: Hours | None = None
    """When people work; None: at any time."""
    handoff_triggers: tuple[HandoffTrigger, ...] = ()
    """What else brings a person, beside the ladder."""


@dataclass(frozen=True, kw_only=True)
class ChannelRails:
    """What the rails do differently on one channel."""

    off: frozenset[str] = frozenset()
    max_input_chars: int | None = None
    max_output_chars: int | None = None
    private: bool = True
    """Whether only the customer reads what is written there."""


@dataclass(frozen=True, kw_only=True)
class RailSettings:
    """What the rails look for; the book switches and tunes them."""

    forbidden_promises: tuple[str, ...]
    banned_topics: tuple[str, ...]
    injection_patterns: tuple[str, ...]
    max_input_chars: int
    max_output_chars: int
    company_contacts: tuple[str, ...] = ()
    """The company's own email addresses, numbers and accounts, which every reply may name."""
    off: frozenset[str] = frozenset()
    """Rails that do not run."""
    attack_from: float | None = None
    """From this likelihood on a message counts as an attack; None: as the rails come."""
    competitors: tuple[str, ...] = ()
    link_domains: tuple[str, ...] = ()
    channels: Mapping[str, ChannelRails] = field(default_factory=dict)
    model_rails: frozenset[str] = frozenset()
    """Rails that a language model runs, where one is set."""

    def run(self, rail: str, channel: str) -> bool:
        """Say whether a rail runs on a channel."""
        own = self.channels.get(channel)
        return rail not in self.off and (own is None or rail not in own.off)


@dataclass(frozen=True, kw_only=True)
class Persons:
    """What teaches understanding who wants a person; without any, words and intents alone decide."""

    asks: tuple[str, ...] = ()
    """Messages that ask for a person."""
    look_alikes: tuple[str, ...] = ()
    """Messages that speak of persons, agents or machines and do not ask for one."""


@dataclass(frozen=True, kw_only=True)
class Book:
    """All policies of a tenant at one version."""

    version: BookVersion
    thresholds: Thresholds
    intents: Mapping[str, Intent]
    flows: Mapping[str, Flow]
    actions: Mapping[str, ActionSpec]
    conflicts: Mapping[tuple[str, str], ConflictVerdict]
    templates: Mapping[str, "TemplateSet"]
    fast_path: tuple[FastPattern, ...]
    fast_words: FastWords
    routing: Routing
    rails: RailSettings
    assistant_name: str
    company_name: str
    flow_of_intent: Mapping[str, str] = field(default_factory=dict)
    contradictions: frozenset[frozenset[str]] = frozenset()
    """Pairs of intents that cannot both be meant about the same thing in one message."""
    fast_values: tuple[FastValue, ...] = ()
    persons: Persons = Persons()
    currency: str = "EUR"
    products: tuple[str, ...] = ()
    """The catalogue's full names, by which understanding recognises what customers write."""
    product_names: tuple[str, ...] = ()
    """Words that are a product's own name and need no other word beside them."""
    desk: DeskRules = field(default_factory=DeskRules)
    limits: DoorLimits = field(default_factory=DoorLimits)
    delivery: DeliveryRules = field(default_factory=DeliveryRules)
    """How much the front door takes."""
    files: FileRules = field(default_factory=FileRules)
    """Which files may come with a message."""


class TemplateSet(Protocol):
    """All variants of one reply: by tone, channel and language."""

    @property
    def place(self) -> Place:
        """Where the reply stands in the book."""

    def render(
        self, values: Facts, *, tone: str = "neutral", channel: str = "web", language: str = "en"
    ) -> str:
        """Fill the best variant; a missing value raises `TemplateFailed` naming it."""

    @property
    def own_words(self) -> tuple[str, ...]:
        """What stands in the book itself, in any variant."""

    @property
    def buttons(self) -> tuple[tuple[str, str], ...]:
        """Buttons offered with the reply: (title, payload)."""
