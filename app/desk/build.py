"""Puts the desk together from the services of handing over and the rule books."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.db import Database
from app.desk.asking import AskedAgain
from app.desk.giving import DeskDeps, Giving
from app.desk.presence import Presence
from app.desk.round import EVERY_S, TELL_EVERY_S, DeskRound, TellingRound
from app.handoff.deps import HandoffDeps
from app.rounds import Rounds
from graphs.ports import Rulebook
from policies.desk import DeskRules
from policies.values import Facts


class Books(Protocol):
    """The rule books in force."""

    def current(self, tenant_id: str) -> Rulebook:
        """Return a tenant's."""


@dataclass(frozen=True, kw_only=True)
class DeskHouse:
    """What runs for the people who answer, and what their console asks."""

    rounds: tuple[Rounds, Rounds]
    presence: Presence
    giving: Giving
    rules: Callable[[str], DeskRules]
    asked_again: AskedAgain
    """Answers who asks for a person while one is on the way."""


def build_desk(database: Database, handoff: HandoffDeps, books: Books) -> DeskHouse:
    """Let the desk follow the book in force, whichever that is when it looks."""

    def rules(tenant_id: str) -> DeskRules:
        return books.current(tenant_id).book.desk

    def say(tenant_id: str, template: str, values: Facts, language: str) -> str:
        return books.current(tenant_id).book.templates[template].render(values, language=language)

    def has(tenant_id: str, template: str) -> bool:
        return template in books.current(tenant_id).book.templates

    deps = DeskDeps(handoff=handoff, rules=rules, say=say)
    giving = Giving(deps)
    missed = "the queue waits for the database"
    gives, tells = DeskRound(deps, giving).visit, TellingRound(deps, giving).visit
    rounds = (
        Rounds(database, gives, every_s=EVERY_S, first_in_s=EVERY_S, missed=missed),
        Rounds(database, tells, every_s=TELL_EVERY_S, first_in_s=TELL_EVERY_S, missed=missed),
    )
    presence = Presence(handoff.tenants, handoff.clock)
    asked_again = AskedAgain(deps, giving, has)
    return DeskHouse(rounds=rounds, presence=presence, giving=giving, rules=rules, asked_again=asked_again)
