"""What follows a failed turn: another try in 2^n seconds, five times, then a person."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from psycopg import AsyncConnection

from app.conversations.repository import NewEntry, append_entry
from app.privacy.vault import Vault
from app.turns.claim import RETRIES, Claim
from app.turns.follow_ups import FollowUps
from app.turns.run import Rulebooks
from app.turns.store import Retry, TurnStore
from graphs.draft import ActionChange, Draft, HandOff, Task
from graphs.events import ActionAsks, ApprovalExpires, CustomerSays, LooksAgain, PersonSettles
from graphs.turn import TurnFailed

UNHEARD = (LooksAgain, PersonSettles, ActionAsks, ApprovalExpires)
"""Events of which the customer knows nothing, and so waits for nothing."""

log = logging.getLogger(__name__)

Say = Callable[[AsyncConnection, datetime], Awaitable[None]]


class Escalate(Protocol):
    """Puts the conversation in the queue for a person, outside a turn."""

    async def __call__(self, conn: AsyncConnection, claim: Claim, draft: Draft, now: datetime) -> None:
        """Do it once; a conversation that waits or is owned already stays as it is."""


class Failures:
    """Schedules retries, tells the customer, and gives up into a person's hands."""

    def __init__(self, store: TurnStore, vault: Vault, rulebooks: Rulebooks, escalate: Escalate) -> None:
        self._store = store
        self._vault = vault
        self._rulebooks = rulebooks
        self._escalate = escalate

    async def record(self, claim: Claim, error: Exception) -> None:
        """Reschedule the event, or set it aside after the last try."""
        code = failure_code(error)
        attempt = claim.attempts + 1
        last = attempt > RETRIES
        log.log(
            logging.WARNING if isinstance(error, TurnFailed | TimeoutError) else logging.ERROR,
            "turn %s/%s failed (%s), attempt %s of %s",
            claim.thread_id,
            claim.seq,
            code,
            attempt,
            RETRIES + 1,
            exc_info=None if isinstance(error, TurnFailed | TimeoutError) else error,
        )
        await self._store.fail(
            claim,
            code,
            Retry(after_s=float(2**attempt), last=last, say=self._say(claim, attempt, last)),
        )

    def _say(self, claim: Claim, attempt: int, last: bool) -> Say | None:
        """The first failure tells of the delay, the last one of the person who takes over."""
        if not last:
            told = attempt == 1 and not isinstance(claim.event, UNHEARD)
            return self._notice(claim, "delay") if told else None

        async def give_up(conn: AsyncConnection, now: datetime) -> None:
            if isinstance(claim.event, CustomerSays):
                await self._show_message(conn, claim, claim.event.text, now)
            await self._notice(claim, "dead_letter")(conn, now)
            reason = HandOff(
                kind="failure",
                text=f"event {claim.seq} failed {RETRIES + 1} times",
                rule=8,
                priority="high",
                skills=self._rulebooks.current(claim.tenant_id).book.routing.default_skills,
            )
            await self._escalate(conn, claim, Draft(hand_off=reason), now)
            if claim.kind == "action":
                await self._leave_to_person(conn, claim, now)

        return give_up

    async def _leave_to_person(self, conn: AsyncConnection, claim: Claim, now: datetime) -> None:
        """What became of the action is not known here: it keeps its place until a person has looked."""
        known = next((one for one in claim.open_actions if one.action_id == claim.thread_id), None)
        task = Task(
            action_id=claim.thread_id,
            kind="unknown_outcome",
            label=known.label if known else "",
            subject=known.subject if known else "",
            args=known.args if known else {},
            reason=f"Its event failed {RETRIES + 1} times; see the dead letters.",
        )
        lost = Draft(tasks=[task], changes=[ActionChange(action_id=claim.thread_id, state="unknown")])
        await FollowUps(conn=conn, vault=self._vault, claim=claim, now=now).write(lost, None)

    async def _show_message(self, conn: AsyncConnection, claim: Claim, text: str, now: datetime) -> None:
        """The message was never answered, so no turn has shown it: the person must see it."""
        said = NewEntry(
            kind="message",
            direction="inbound",
            sender="customer",
            text=text,
            channel=claim.channel,
            entry_id=claim.event_id,
        )
        await append_entry(conn, self._vault, claim.tenant_id, claim.conversation_id, said, now)

    def _notice(self, claim: Claim, template: str) -> Say:
        book = self._rulebooks.current(claim.tenant_id).book
        text = book.templates[template].render(
            {"company": book.company_name, "assistant": book.assistant_name}, channel=claim.channel
        )

        async def say(conn: AsyncConnection, now: datetime) -> None:
            entry = NewEntry(
                kind="notice",
                direction="outbound",
                sender="system",
                text=text,
                channel=claim.channel,
                detail={"hold": template == "delay"},
            )
            await append_entry(conn, self._vault, claim.tenant_id, claim.conversation_id, entry, now)

        return say


def failure_code(error: Exception) -> str:
    """Name a failure without a word of the customer's: our own code, or the exception's class."""
    return error.code if isinstance(error, TurnFailed) else type(error).__name__
