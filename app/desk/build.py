"""Puts the desk together from the services of handing over and the rule books."""

from typing import Protocol

from app.db import Database
from app.desk.giving import DeskDeps
from app.desk.presence import Presence
from app.desk.round import EVERY_S, DeskRound
from app.handoff.deps import HandoffDeps
from app.rounds import Rounds
from graphs.ports import Rulebook
from policies.desk import DeskRules
from policies.values import Facts


class Books(Protocol):
    """The rule books in force."""

    def current(self, tenant_id: str) -> Rulebook:
        """Return a tenant's."""


def desk_deps(handoff: HandoffDeps, books: Books) -> DeskDeps:
    """Let the desk follow the book in force, whichever that is when it looks."""

    def rules(tenant_id: str) -> DeskRules:
        return books.current(tenant_id).book.desk

    def say(tenant_id: str, template: str, values: Facts, language: str) -> str:
        return books.current(tenant_id).book.templates[template].render(values, language=language)

    return DeskDeps(handoff=handoff, rules=rules, say=say)


def presence(handoff: HandoffDeps) -> Presence:
    """Make what gathers heartbeats."""
    return Presence(handoff.tenants, handoff.clock)


def desk_rounds(database: Database, deps: DeskDeps) -> Rounds:
    """Make the regular work that gives conversations out."""
    visit = DeskRound(deps).visit
    return Rounds(
        database, visit, every_s=EVERY_S, first_in_s=EVERY_S, missed="the queue waits for the database"
    )
