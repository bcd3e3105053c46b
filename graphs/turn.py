"""One turn at work: what it was given, and what it has decided so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from graphs.assess.contacts import Contacts
from graphs.assess.mood import UNKNOWN, Baseline, Mood
from graphs.draft import Draft, HandOff, Notice, Reply
from graphs.events import Event
from graphs.planner.commands import PlanCommand
from graphs.planner.llm_port import Aloud
from graphs.ports import Desk, Hints, Rulebook, Understood
from graphs.state import ConversationState
from graphs.trace import Trace
from policies.ladder import Route
from policies.model import Facts, TemplateSet
from tools.spec import Caller

Walked = tuple[str, dict[str, Any]]
"""Where a walk from place to place ended, and what it changed in the thread's memory."""


class TurnFailed(Exception):
    """A system did not answer in time and nothing was done: try the same event again later."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Customer:
    """Who is asking, as far as known."""

    name: str
    tier: str
    vip: bool
    language: str
    verified: bool
    email: str | None
    own_identifiers: frozenset[str]
    baseline: Baseline = UNKNOWN
    """How they usually feel in writing."""
    contacts: Contacts = field(default_factory=dict)
    """Issues they came with lately."""


@dataclass(frozen=True, kw_only=True)
class OpenAction:
    """An action of this customer that is not finished."""

    action_id: str
    action: str
    state: str
    subject: str
    label: str
    args: Mapping[str, Any] = field(default_factory=dict)
    here: bool = True
    """False: another conversation of the customer asked for it."""
    began: bool = False
    """True: it has begun before, so an open question about it is its own."""


@dataclass(kw_only=True)
class Turn:
    """The runtime context of both graphs: inputs are fixed, `draft` and `trace` are written."""

    event: Event
    rules: Rulebook
    """The version that speaks now: that of the open flow, or the newest."""
    desk: Desk
    caller: Caller
    customer: Customer
    now: datetime
    conversation_id: str
    thread_id: str
    channel: str
    minutes: float
    open_actions: tuple[OpenAction, ...] = ()
    failed_actions: int = 0
    """Actions of this conversation that came to nothing."""
    last_try: bool = False
    """True: nobody tries this event again, so what fails now has failed for good."""
    draft: Draft = field(default_factory=Draft)
    trace: Trace
    newest: Rulebook = field(init=False)
    """The version in force when the turn began."""
    older: Mapping[str, Rulebook] = field(default_factory=dict)
    """Versions that open flows began on, by their name."""
    denied: frozenset[str] = frozenset()
    """Intents that the customer's words name only to say that they are not meant."""
    meant: str = ""
    """The customer's words without the clauses that only deny something, or the first of several wishes."""
    wishes: bool = False
    """This message holds several wishes."""
    understood: Understood | None = None
    option: Literal["wait", "callback", "ticket", "assistant"] | None = None
    """What a customer in the queue chose, or is arranging, instead of only waiting."""
    mood: Mood | None = None
    route: Route | None = None
    proposed: PlanCommand | None = None
    """What a model proposed where the rules were unsure."""
    aloud: Aloud | None = None
    """Where sentences of a reply are shown while it is being written."""
    walked: Walked | None = None
    """A walk that came to a place which waits: LangGraph's first step passes it on."""

    def __post_init__(self) -> None:
        self.newest = self.rules
        self.let_speak(self.rules)

    def let_speak(self, rules: Rulebook) -> None:
        """Let a version of the book speak from here on, and its tools be called."""
        self.rules = rules
        if self.caller.book != rules.book.version:
            self.caller = replace(self.caller, book=rules.book.version)

    @property
    def company(self) -> dict[str, Any]:
        """Facts about the company and the customer that every template may use."""
        book = self.rules.book
        first = self.customer.name.split()[0] if self.customer.name else ""
        return {
            "company": book.company_name,
            "assistant": book.assistant_name,
            "customer": {
                "name": self.customer.name,
                "first_name": first,
                "tier": self.customer.tier,
                "verified": self.customer.verified,
            },
        }

    def hints(self, memory: ConversationState | None = None) -> Hints:
        """Tell the interpreter what is known already; without a memory only who writes, and where."""
        memory = memory or {}
        return Hints(
            last_intents=tuple(memory.get("intents", [])),
            entities={name: str(value) for name, value in memory.get("slots", {}).items()},
            tier=self.customer.tier,
            channel=self.channel,
            minutes=self.minutes,
            language=memory.get("language"),
        )

    def _reply(self, template: str) -> TemplateSet:
        """Take a reply from the version that speaks, or else from the newest, whose rules may name it."""
        return self.rules.book.templates.get(template) or self.newest.book.templates[template]

    def render(
        self, template: str, values: Facts, *, tone: str = "neutral", language: str | None = None
    ) -> str:
        """Fill a template of the book for this channel and the customer's language, or another one."""
        chosen = self._reply(template)
        return chosen.render(
            {**self.company, **values},
            tone=tone,
            channel=self.channel,
            language=language or self.customer.language,
        )

    def say(
        self,
        template: str,
        values: Facts | None = None,
        *,
        tone: str = "neutral",
        buttons: tuple[tuple[str, str], ...] | None = None,
    ) -> None:
        """Add a reply of the assistant made from a template, with its own buttons unless others are given."""
        values = values or {}
        chosen = self._reply(template)
        self.draft.replies.append(
            Reply(
                text=self.render(template, values, tone=tone),
                template=template,
                buttons=chosen.buttons if buttons is None else buttons,
                supported=(*supported_texts(values), *chosen.own_words),
            )
        )

    def notify(
        self,
        template: str,
        values: Facts | None = None,
        *,
        hold: bool = False,
        language: str | None = None,
    ) -> None:
        """Add a notice of the system made from a template."""
        values = values or {}
        self.draft.notices.append(
            Notice(
                text=self.render(template, values, language=language),
                template=template,
                buttons=self.rules.book.templates[template].buttons,
                hold=hold,
                supported=(*supported_texts(values), *self._reply(template).own_words),
            )
        )

    def hand_over(
        self, kind: str, text: str, *, rule: int, priority: str = "normal", skills: tuple[str, ...] = ()
    ) -> None:
        """Ask for a person with the given skills or the intent's; the first reason in a turn counts."""
        if self.draft.hand_off is None:
            routing = self.rules.book.routing
            intent = self.understood.intent if self.understood else None
            self.draft.hand_off = HandOff(
                kind=kind,
                text=text,
                rule=rule,
                priority=priority,  # type: ignore[arg-type]
                skills=skills or routing.skills.get(intent or "", routing.default_skills),
            )


def supported_texts(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Flatten values into the texts that a reply made from them may repeat."""
    texts: list[str] = []
    stack: list[Any] = list(values.values())
    while stack:
        value = stack.pop()
        if isinstance(value, Mapping):
            stack.extend(value.values())
        elif isinstance(value, list | tuple):
            stack.extend(value)
        elif value is not None and not isinstance(value, bool):
            texts.append(f"{value:.2f}" if isinstance(value, float) else str(value))
    return tuple(texts)
