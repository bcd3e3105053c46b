"""A desk of people beside a counter: who may take conversations, and what its tables must say at any time."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.auth.repository import store_person
from app.db import Database
from app.desk.giving import DeskDeps, Giving
from app.desk.round import DeskRound
from app.handoff.context_package import ContextPackage
from app.handoff.outcomes import AgentName
from app.handoff.packages.complete import gaps_in
from app.handoff.packages.store import read
from app.handoff.status import OWNED, TRANSITIONS
from policies.desk import DeskRules, Group
from tests.chaos.counter import Counter
from tests.chaos.inbox import TENANT
from tests.talk import shelf

PEOPLE = {"runa": "agent", "nils": "agent", "tove": "supervisor"}
GRACE = timedelta(seconds=2)
RULES = DeskRules(groups=(Group(name="everyone", gives="assign"),))

CONVERSATIONS = """select conversation_id, status, owner_id, waiting_since from conversations
  where conversation_id like %s"""
HANDOFFS = """select handoff_id, conversation_id, status, agent_id from handoffs where conversation_id like %s
  order by requested_at"""
CHANGES = """select conversation_id, from_status, to_status, from_owner, to_owner, actor, cause, at
  from conversation_transitions where conversation_id like %s order by transition_id"""
SAID = """select conversation_id, entry_id, sender, kind, direction, created_at from entries
  where conversation_id like %s order by entry_no"""
OFFERS = (
    "select conversation_id, from_agent from transfers where conversation_id like %s and state = 'offered'"
)
PACKAGES = "select handoff_id, version from handoff_packages where conversation_id like %s"
OWED = "select count(*) from inbox where conversation_id like %s and why = 'message'"
LEAVES = """update conversations set status = 'archived', owner_id = null where conversation_id like %s
  returning 1"""
DEAD = "select thread_id, seq, error from inbox where conversation_id like %s and state = 'dead'"


@dataclass
class Handing:
    """One customer's conversations and everybody who has a part in them."""

    counter: Counter

    @property
    def own(self) -> str:
        """The pattern of the customer's conversations."""
        return self.counter.conversation("") + "%"

    def round(self) -> DeskRound:
        """The desk's own round, which gives conversations to whoever is there."""

        def say(tenant: str, template: str, values: Any, language: str) -> str:
            return shelf().book.templates[template].render(values, language=language)

        deps = DeskDeps(handoff=self.counter.inbox.handoff, rules=lambda _: RULES, say=say)
        return DeskRound(deps, Giving(deps))

    async def is_there(self, person: str, *, seen: bool = True) -> None:
        """Let a person's console be heard, or not for an hour."""
        at = self.counter.inbox.clock() - (timedelta() if seen else timedelta(hours=1))
        statement = "update users set status = 'online', seen_at = %s where user_id = %s returning user_id"
        await self.counter.rows(statement, at, person)

    async def breaches(self) -> list[str]:
        """Say everything that must not be, in words."""
        found = await self._owners()
        found += await self._voices()
        found += await self._written_down()
        found += await self._packages()
        return found

    async def _owners(self) -> list[str]:
        """One owner or a place in the queue, and the handoff says the same."""
        breaches: list[str] = []
        open_ones: dict[str, tuple[str, str | None]] = {}
        for _, conversation, status, agent in await self.counter.rows(HANDOFFS, self.own):
            if status in ("queued", "assigned"):
                if conversation in open_ones:
                    breaches.append(f"{conversation} has two open handoffs")
                open_ones[conversation] = (status, agent)
        for conversation, status, owner, since in await self.counter.rows(CONVERSATIONS, self.own):
            if (owner is not None) != (status in OWNED):
                breaches.append(f"{conversation} is {status} and owned by {owner}")
            wanted = ("assigned", owner) if status in OWNED else ("queued", None)
            if (status in OWNED or status == "escalating") and open_ones.get(conversation) != wanted:
                breaches.append(f"{conversation} is {status}, its handoff {open_ones.get(conversation)}")
            if status in ("active", "resolved") and conversation in open_ones:
                breaches.append(f"{conversation} is {status} with an open handoff")
            if status == "escalating" and since is None:
                breaches.append(f"{conversation} waits since nobody knows when")
        owners = {row[0]: row[2] for row in await self.counter.rows(CONVERSATIONS, self.own)}
        offers = await self.counter.rows(OFFERS, self.own)
        breaches += [f"{one} is offered by {by}" for one, by in offers if owners[one] != by]
        return breaches

    async def _voices(self) -> list[str]:
        """The assistant is silent while a person owns the conversation, and in the queue after the grace."""
        changes = await self.counter.rows(CHANGES, self.own)
        breaches: list[str] = []
        for conversation, entry, sender, kind, _, at in await self.counter.rows(SAID, self.own):
            if sender != "assistant" or kind != "message":
                continue
            since, status = None, "active"
            ends = [row[7] for row in changes if row[0] == conversation and row[7] >= at]
            for row in changes:
                if row[0] == conversation and row[7] < at:
                    since, status = row[7], row[2]
            silent = status in OWNED or (status == "escalating" and at > since + GRACE)
            if silent and at not in ends:
                breaches.append(f"the assistant spoke in {conversation} ({entry}) while it was {status}")
        return breaches

    async def _written_down(self) -> list[str]:
        """Every change of hands is there, legal, and follows the one before."""
        breaches: list[str] = []
        last: dict[str, tuple[str, str | None]] = {}
        for conversation, was, is_, before, owner, actor, cause, _ in await self.counter.rows(
            CHANGES, self.own
        ):
            if (was, before) != last.get(conversation, ("active", None)):
                breaches.append(f"{conversation}: {was}/{before} does not follow {last.get(conversation)}")
            if TRANSITIONS[was].get(cause) != is_:
                breaches.append(f"{conversation}: {cause} leads from {was} to {is_}")
            if not actor:
                breaches.append(f"{conversation}: nobody did {cause}")
            last[conversation] = (is_, owner)
        for conversation, status, owner, _ in await self.counter.rows(CONVERSATIONS, self.own):
            if last.get(conversation, ("active", None)) != (status, owner):
                breaches.append(f"{conversation}: the last change was not written down")
        return breaches

    async def _packages(self) -> list[str]:
        """Every version of every package opens and is complete by itself."""
        inbox, breaches = self.counter.inbox, []
        known: dict[str, int] = {}
        for handoff, version in await self.counter.rows(PACKAGES, self.own):
            known[handoff] = max(known.get(handoff, 0), version)
        for handoff, *_ in await self.counter.rows(HANDOFFS, self.own):
            if handoff not in known:
                breaches.append(f"{handoff} has no package")
        async with inbox.database.tenant(TENANT) as conn:
            for handoff, newest in known.items():
                kept = await read(conn, inbox.vault, TENANT, handoff)
                if kept is None or kept.version != newest:
                    breaches.append(f"the package of {handoff} cannot be read")
                else:
                    breaches += _gaps(handoff, kept.package)
        return breaches

    async def causes(self) -> set[str]:
        """In which ways the customer's conversations changed hands."""
        return {str(row[6]) for row in await self.counter.rows(CHANGES, self.own)}

    async def had_last(self, conversation: str) -> str | None:
        """Say who owned a conversation last, if anybody did."""
        changes = await self.counter.rows(CHANGES, conversation)
        return next((row[4] or row[3] for row in reversed(changes) if row[4] or row[3]), None)

    async def leaves(self) -> None:
        """Take the customer's conversations off everybody's desk, for the next round."""
        await self.counter.rows(LEAVES, self.own)

    async def lost(self) -> list[str]:
        """Once everything is answered: messages that stand in no timeline, and events given up."""
        (owed,) = (await self.counter.rows(OWED, self.own))[0]
        inbound = [row for row in await self.counter.rows(SAID, self.own) if row[4] == "inbound"]
        dead = await self.counter.rows(DEAD, self.own)
        missing = [] if owed == len(inbound) else [f"{owed} messages came, {len(inbound)} stand there"]
        return [*missing, *(f"given up: {row}" for row in dead)]


def _gaps(handoff: str, package: ContextPackage) -> list[str]:
    return [f"{handoff} lacks {gap}" for gap in gaps_in(package, len(package.conversation.messages))]


def named(person: str) -> AgentName:
    """An agent as the services want it."""
    return AgentName(agent_id=person, name=person.title())


async def open_desk(database: Database) -> None:
    """Store the people and a group, once."""
    async with database.tenant(TENANT) as conn:
        for person, role in PEOPLE.items():
            await store_person(
                conn,
                TENANT,
                person,
                email_index=person.encode(),
                email=b"-",
                name=person.title(),
                password_hash="-",
                role=role,  # type: ignore[arg-type]
                skills=("general",),
            )
        await conn.execute(
            "insert into agent_groups (tenant_id, group_id, name, created_at)"
            " values (%s, 'g', 'returns', now()) on conflict do nothing",
            [TENANT],
        )
