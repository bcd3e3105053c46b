"""At the front door: messages that are codes prove something, and need no turn. All others pass by."""

import hashlib
from dataclasses import dataclass

from app.conversations.repository import NewEntry, append_entry, entry_by_id
from app.customers.repository import one as customer_by_id
from app.gateway.message import Inbound
from app.gateway.ports import Accept, Accepted
from app.identity import repository as sql
from app.identity.codes import code_in, link_code_in
from app.identity.deps import IdentityDeps
from app.identity.links import Links
from app.identity.outcomes import NoCode, Proved, WrongCode
from app.identity.proving import Proving
from policies.template_values import CODE_WRONG, CONTACT_PROVED
from policies.values import Facts


@dataclass(frozen=True, kw_only=True)
class Identities:
    """What proves who somebody is, and what leads from one channel to another."""

    deps: IdentityDeps
    proving: Proving
    links: Links


class Joining:
    """Takes messages in: a code from another channel goes on in its conversation, one by mail is checked."""

    def __init__(self, accept: Accept, identities: Identities) -> None:
        self._accept = accept
        self._identities = identities

    async def __call__(self, inbound: Inbound) -> Accepted:
        """See `Accept`; what proves nothing is a message like any other."""
        taken = None
        if inbound.conversation_id is None:
            if code := link_code_in(inbound.text):
                taken = await self._goes_on(inbound, code)
        elif code := code_in(inbound.text):
            taken = await self._proves(inbound, inbound.conversation_id, code)
        return taken or await self._accept(inbound)

    async def _goes_on(self, inbound: Inbound, code: str) -> Accepted | None:
        joined = await self._identities.links.follow(inbound, code, "code")
        return _taken(joined.conversation_id, again=joined.again) if joined else None

    async def _proves(self, inbound: Inbound, conversation_id: str, code: str) -> Accepted | None:
        """Check a code that is written into the conversation which waits for one."""
        deps, tenant_id = self._identities.deps, inbound.tenant_id
        if not _has_words(deps, tenant_id):
            return None
        entry_id = _entry_id(inbound)
        async with deps.tenants.tenant(tenant_id) as conn:
            if await entry_by_id(conn, deps.vault, tenant_id, entry_id) is not None:
                return _taken(conversation_id, again=True)
            if await sql.newest_code(conn, tenant_id, conversation_id) is None:
                return None
        match await self._identities.proving.check(tenant_id, conversation_id, code):
            case Proved():
                await self._answer(inbound, conversation_id, CONTACT_PROVED, {})
            case WrongCode(tries_left=left):
                await self._answer(inbound, conversation_id, CODE_WRONG, {"tries": left})
            case NoCode():
                return None
        return _taken(conversation_id, again=False)

    async def _answer(self, inbound: Inbound, conversation_id: str, template: str, values: Facts) -> None:
        """Write down that a code was given, not which, and what came of it."""
        deps, tenant_id, now = self._identities.deps, inbound.tenant_id, self._identities.deps.clock()
        said = NewEntry(
            kind="message",
            direction="inbound",
            sender="customer",
            text="••••••",
            channel=inbound.channel,
            entry_id=_entry_id(inbound),
        )
        async with deps.tenants.tenant(tenant_id) as conn:
            owner = await sql.owner(conn, tenant_id, conversation_id)
            customer = await customer_by_id(conn, tenant_id, owner.customer_id) if owner else None
            reply = deps.books.current(tenant_id).book.templates[template]
            language = customer.language if customer else "en"
            notice = NewEntry(
                kind="notice",
                direction="outbound",
                sender="system",
                text=reply.render(values, channel=inbound.channel, language=language),
                channel=inbound.channel,
            )
            for line in (said, notice):
                await append_entry(conn, deps.vault, tenant_id, conversation_id, line, now)
        deps.hub.changed(tenant_id, conversation_id)


def _has_words(deps: IdentityDeps, tenant_id: str) -> bool:
    return deps.books.current(tenant_id).book.templates.keys() >= {CONTACT_PROVED, CODE_WRONG}


def _entry_id(inbound: Inbound) -> str:
    """Name the line of a message by the message: the same one again finds it."""
    told = f"{inbound.tenant_id}:{inbound.channel}:{inbound.address}:{inbound.message_id}"
    return f"ent_{hashlib.sha256(told.encode()).hexdigest()[:26]}"


def _taken(conversation_id: str, *, again: bool) -> Accepted:
    return Accepted(conversation_id=conversation_id, seq=0, duplicate=again, begun=not again)
