"""Keeps conversations in step with another chat system: pushed whole, then line by line, and back."""

import logging
from datetime import datetime, timedelta

from psycopg import AsyncConnection

from app.conversations.reasons import read_reason
from app.conversations.repository import entries_after, standing_of
from app.handoff import repository as owners
from app.handoff import service
from app.handoff.context_package import ContextPackage
from app.handoff.deps import HandoffDeps
from app.handoff.external import repository as sql
from app.handoff.external.port import (
    ChatClosed,
    ChatEvent,
    ChatGone,
    ChatMissed,
    ChatUnreachable,
    LiveChat,
    OperatorJoined,
    OperatorSaid,
)
from app.handoff.outcomes import AgentName, Done
from app.handoff.passing import letting_go
from app.handoff.queueing import package_now
from app.handoff.telling import tell

EVERY_S = 1.0
AT_ONCE = 20
LEASE = timedelta(seconds=30)
TRIES = 6
TAKEN_HERE = "A colleague goes on with this conversation in our own desk."
log = logging.getLogger(__name__)


class Bridge:
    """One chat system and the conversations that people answer there."""

    def __init__(self, deps: HandoffDeps, chat: LiveChat) -> None:
        self._deps = deps
        self.chat = chat

    @property
    def owner_id(self) -> str:
        """Who owns a conversation while it is answered there."""
        return f"external:{self.chat.system}"

    def operator(self, name: str) -> AgentName:
        """Name somebody there as the owner."""
        return AgentName(agent_id=self.owner_id, name=name)

    async def visit(self, tenant_id: str) -> int:
        """Send whatever waits to be sent; returns how many chats were looked at."""
        now = self._deps.clock()
        async with self._deps.tenants.tenant(tenant_id) as conn:
            due = await sql.take_due(conn, tenant_id, now, now + LEASE, AT_ONCE)
        for chat in due:
            await self._bring_up_to_date(tenant_id, chat)
        return len(due)

    async def _bring_up_to_date(self, tenant_id: str, chat: sql.Chat) -> None:
        try:
            if chat.external_id is None:
                await self._push(tenant_id, chat)
            else:
                await self._pass_on(tenant_id, chat, chat.external_id)
        except ChatGone:
            await self._take_back(tenant_id, chat)
        except ChatUnreachable as error:
            log.warning("%s is not reached: %s", self.chat.name, error)
            await self._put_off(tenant_id, chat, str(error))

    async def _push(self, tenant_id: str, chat: sql.Chat) -> None:
        """Begin the chat there, then make the other system the owner; who was faster here keeps it."""
        async with self._deps.tenants.tenant(tenant_id) as conn:
            package, last_no = await self._package(conn, tenant_id, chat)
            if package is None:
                await sql.close(conn, tenant_id, chat.conversation_id, self._deps.clock())
                return
        external_id = await self.chat.open(package)
        async with self._deps.tenants.tenant(tenant_id) as conn:
            await sql.opened(conn, tenant_id, chat.chat_no, external_id, last_no, self._deps.clock())
        taken = await service.claim(
            self._deps, tenant_id, chat.conversation_id, self.operator(self.chat.name)
        )
        if not isinstance(taken, Done):
            await self._leave(tenant_id, chat.conversation_id, external_id)

    async def _package(
        self, conn: AsyncConnection, tenant_id: str, chat: sql.Chat
    ) -> tuple[ContextPackage | None, int]:
        """Put the package together as things are now; None when nobody is needed any more."""
        standing = await standing_of(conn, tenant_id, chat.conversation_id)
        open_one = await owners.open_handoff(conn, tenant_id, chat.conversation_id)
        if standing is None or standing.status != "escalating" or open_one is None:
            return None, 0
        reason, now = read_reason(open_one.reason), self._deps.clock()
        package = await package_now(
            conn,
            self._deps,
            tenant_id,
            chat.conversation_id,
            open_one.handoff_id,
            reason,
            open_one.skills,
            now,
        )
        return package, standing.last_entry_no

    async def _pass_on(self, tenant_id: str, chat: sql.Chat, external_id: str) -> None:
        """Send what the customer wrote since, or say that somebody here took over."""
        async with self._deps.tenants.tenant(tenant_id) as conn:
            standing = await standing_of(conn, tenant_id, chat.conversation_id)
            new = await entries_after(conn, self._deps.vault, tenant_id, chat.conversation_id, chat.sent_no)
        if standing is None or standing.owner_id != self.owner_id:
            await self._leave(tenant_id, chat.conversation_id, external_id)
            return
        for entry in new:
            if entry.kind == "message" and entry.direction == "inbound":
                await self.chat.say(external_id, entry.text)
            async with self._deps.tenants.tenant(tenant_id) as conn:
                await sql.sent(conn, tenant_id, chat.chat_no, entry.entry_no, self._deps.clock())

    async def _leave(self, tenant_id: str, conversation_id: str, external_id: str) -> None:
        async with self._deps.tenants.tenant(tenant_id) as conn:
            await sql.close(conn, tenant_id, conversation_id, self._deps.clock())
        try:
            await self.chat.say(external_id, TAKEN_HERE)
        except (ChatGone, ChatUnreachable) as error:
            log.info("%s was not told that a conversation was taken here: %s", self.chat.name, error)

    async def _put_off(self, tenant_id: str, chat: sql.Chat, error: str) -> None:
        """Try later, twice as late each time; after the last try our own queue has the conversation."""
        last, now = chat.attempts + 1 >= TRIES, self._deps.clock()
        due = now + timedelta(seconds=2.0**chat.attempts)
        async with self._deps.tenants.tenant(tenant_id) as conn:
            await sql.failed(conn, tenant_id, chat.chat_no, due, error[:200], last=last)
        if last and chat.external_id is not None:
            await self._take_back(tenant_id, chat)

    async def _take_back(self, tenant_id: str, chat: sql.Chat) -> None:
        """Put a conversation that is nobody's there any more into our own queue."""
        owner = self.operator(self.chat.name)
        note = f"{self.chat.name} does not have the conversation any more"
        await letting_go.requeue(self._deps, tenant_id, chat.conversation_id, owner, note)

    async def hear(self, tenant_id: str, call_id: str, event: ChatEvent) -> bool:
        """Do what an event says, once; False when no conversation belongs to it."""
        now = self._deps.clock()
        async with self._deps.tenants.tenant(tenant_id) as conn:
            chat = await sql.by_external_id(conn, tenant_id, self.chat.system, event.chat_id)
            if chat is None:
                return False
            if chat.state != "open" or not await sql.first_call(
                conn, tenant_id, self.chat.system, call_id, now
            ):
                return True
        await self._act(tenant_id, chat.conversation_id, call_id, event, now)
        return True

    async def _act(
        self, tenant_id: str, conversation_id: str, call_id: str, event: ChatEvent, now: datetime
    ) -> None:
        deps = self._deps
        match event:
            case OperatorSaid():
                said_by = self.operator(event.operator)
                message_id = event.message_id or call_id
                await service.speak(deps, tenant_id, conversation_id, said_by, message_id, event.text)
            case OperatorJoined():
                async with deps.tenants.tenant(tenant_id) as conn:
                    told = f"{event.operator} joined in {self.chat.name}."
                    await tell(conn, deps, tenant_id, conversation_id, told, now)
                deps.hub.changed(tenant_id, conversation_id)
            case ChatClosed():
                closed_by = self.operator(event.operator)
                note = f"closed in {self.chat.name}"
                await letting_go.resolve(
                    deps, tenant_id, conversation_id, closed_by, note, leave_approvals=True
                )
            case ChatMissed():
                missed = self.operator(self.chat.name)
                await letting_go.requeue(deps, tenant_id, conversation_id, missed, "nobody took it there")
