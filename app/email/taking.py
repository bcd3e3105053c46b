"""A mail that came in becomes a message of a conversation, or is set aside and never answered."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.channels.inbound import described
from app.conversations.seal import seal_json
from app.email import repository as sql
from app.email.deps import MailDeps
from app.email.mail import Attachment, Mail
from app.email.parse import parse
from app.email.recognising import recognise
from app.email.threads import bare_address, identity_of, index_of, marked_conversation, party_of, sealed_place
from app.email.unified import CHANNEL, words_of
from app.gateway.answer import accept
from app.gateway.message import Inbound
from app.identity.codes import CODE
from app.problems import Problem
from graphs.events import Attached

log = logging.getLogger(__name__)

MOST_FILES = 10
KEPT_CHARS = 10_000
"""Of a mail that nobody answers."""
PARSED_AT_ONCE = asyncio.Semaphore(2)
"""A large mail takes a thread and some memory while it is read."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a mail."""

    outcome: Literal["stored", "known", "aside"]
    conversation_id: str | None = None
    why: str = ""


async def take_mail(
    deps: MailDeps, raw: bytes, recipients: Sequence[str] = (), *, from_loopback: bool = False
) -> Taken:
    """Store a mail; when this returns nothing of it can be lost any more.

    Raises the front door's problem when it is refused, and the database's error when nothing was stored.
    """
    async with PARSED_AT_ONCE:
        mail = await asyncio.to_thread(parse, raw, deps.mailbox.ours)
    tenant_id = deps.gateway.tenant_id
    index = index_of(deps.gateway.vault, tenant_id, mail.message_id, mail.sender.address)
    async with deps.gateway.tenants.tenant(tenant_id) as conn:
        if await sql.is_known(conn, tenant_id, index):
            return Taken(outcome="known")
    if (why := _not_to_be_answered(deps, mail)) is not None:
        await _set_aside(deps, mail, index, why)
        return Taken(outcome="aside", why=why)
    return await _converse(deps, mail, index, (*recipients, *mail.recipients), from_loopback=from_loopback)


def _not_to_be_answered(deps: MailDeps, mail: Mail) -> str | None:
    """Say why a mail is not taken as a message: an answer to it could be answered by a machine for ever."""
    if mail.kind != "message":
        return mail.why
    if bare_address(mail.sender.address) in deps.mailbox.addresses:
        return "it comes from the company's own address"
    return None if mail.sender.address else "nobody is named as its sender"


async def _set_aside(deps: MailDeps, mail: Mail, index: bytes, why: str) -> None:
    """Keep what nobody answers for people to look at; a bounce is told to the message that bounced."""
    told = {
        "sender": mail.sender.address,
        "subject": mail.subject,
        "why": why,
        "text": mail.whole_text[:KEPT_CHARS],
    }
    if mail.kind == "bounce":
        await _report(deps, mail)
    await _remember(deps, mail, index, told, None)


async def _remember(
    deps: MailDeps, mail: Mail, index: bytes, told: Mapping[str, Any], conversation_id: str | None
) -> None:
    gateway = deps.gateway
    row = sql.NewMail(
        mail_index=index,
        kind=mail.kind,
        conversation_id=conversation_id,
        party_index=party_of(gateway.vault, gateway.tenant_id, mail.sender.address),
        entry_id=None,
        sealed=seal_json(gateway.vault, gateway.tenant_id, told, sealed_place(index)),
        created_at=gateway.clock(),
    )
    async with gateway.tenants.tenant(gateway.tenant_id) as conn:
        await sql.store(conn, gateway.tenant_id, row)


async def _report(deps: MailDeps, mail: Mail) -> None:
    """Say of the mails of ours that a bounce names that they did not arrive; their ids cannot be guessed."""
    failure = next((one for one in mail.failures if one.permanent), None)
    if failure is None:
        return
    gateway = deps.gateway
    named = {
        index_of(gateway.vault, gateway.tenant_id, one): one
        for one in (*mail.bounced, *mail.in_reply_to, *mail.references)
    }
    async with gateway.tenants.tenant(gateway.tenant_id) as conn:
        rows = await sql.sent(conn, gateway.tenant_id, list(named))
    why = f"the mail came back ({failure.status or 'no reason given'})"
    for row in rows:
        await deps.delivery_changed(gateway.tenant_id, CHANNEL, named[row.mail_index], "failed", why)


async def _converse(
    deps: MailDeps, mail: Mail, index: bytes, recipients: Sequence[str], *, from_loopback: bool
) -> Taken:
    gateway = deps.gateway
    standing = await _standing(deps, mail, recipients, from_loopback=from_loopback)
    files, left_out = await _files(deps, mail)
    inbound = Inbound(
        tenant_id=gateway.tenant_id,
        channel=CHANNEL,
        message_id=mail.message_id,
        address=identity_of(mail.sender.address, proven=standing.verified),
        text=_text(mail, files, left_out),
        attachments=files,
        conversation_id=standing.conversation_id,
        begins=standing.begins,
        verified=standing.verified,
        customer_id=standing.customer_id,
        metadata={
            "subject": mail.subject,
            "thread": mail.thread,
            **({"sent_at": mail.sent_at.timestamp()} if mail.sent_at else {}),
        },
        received_at=gateway.clock(),
    )
    try:
        accepted = await accept(gateway, inbound)
    except Problem as problem:
        if problem.slug == "other-message":
            return Taken(outcome="known")
        raise
    told = {
        "message_id": mail.message_id,
        "subject": mail.subject,
        "references": [*mail.references[-20:], mail.message_id],
        # Where somebody is known, an answer goes to their own address and nowhere else.
        "reply_to": mail.reply_to.address if mail.reply_to and standing.begins else None,
    }
    await _remember(deps, mail, index, told, accepted.conversation_id)
    return Taken(outcome="stored", conversation_id=accepted.conversation_id)


@dataclass(frozen=True, kw_only=True)
class _Standing:
    """Whose word a mail is, and where it belongs."""

    conversation_id: str | None
    begins: bool
    verified: bool
    customer_id: str | None = None


async def _standing(
    deps: MailDeps, mail: Mail, recipients: Sequence[str], *, from_loopback: bool
) -> _Standing:
    """Let a mail into a conversation only when its sender is proven: by their domain, or by holding our mail.

    Anybody can write somebody's address into From. Such a mail has a conversation of its own, in which
    nothing can be set in motion; its answer goes to the address, whose owner proves themselves by replying.
    """
    gateway, sender = deps.gateway, mail.sender.address
    # What another mail server passed on was not written on this machine.
    handed_in = from_loopback and "received" not in mail.headers and mail.reply_to is None
    believed = deps.mailbox.believes_loopback and handed_in
    verified = mail.verified or believed
    held = await _conversation_held(deps, mail, recipients)
    if held is not None and held.startswith(CODE):
        # A code belongs to no conversation; who answers it holds our mail, and is who it went to.
        verified = True
    elif held is not None:
        return _Standing(conversation_id=held, begins=False, verified=verified)
    if verified:
        known = deps.mailbox.customer_of(sender) if believed else None
        if known is None:
            await recognise(gateway, sender)
        return _Standing(conversation_id=None, begins=False, verified=True, customer_id=known)
    own = gateway.vault.blind_index(gateway.tenant_id, f"email-thread:{sender}:{mail.thread}").hex()[:26]
    return _Standing(conversation_id=f"cnv_{own}", begins=True, verified=False)


async def _conversation_held(deps: MailDeps, mail: Mail, recipients: Sequence[str]) -> str | None:
    """Return the conversation of which the sender holds a mail that went to this same address."""
    gateway, tenant_id = deps.gateway, deps.gateway.tenant_id
    party = party_of(gateway.vault, tenant_id, mail.sender.address)
    ours = frozenset(deps.mailbox.addresses)
    marked = marked_conversation(gateway.vault, tenant_id, recipients, ours)
    answered = [
        index_of(gateway.vault, gateway.tenant_id, one) for one in (*mail.references, *mail.in_reply_to)
    ]
    async with gateway.tenants.tenant(tenant_id) as conn:
        if marked is not None and await sql.was_sent_to(conn, tenant_id, marked, party):
            return marked
        rows = await sql.sent(conn, tenant_id, answered) if answered else []
    held = {row.mail_index: row.conversation_id for row in rows if row.party_index == party}
    return next((held[one] for one in reversed(answered) if one in held), None)


async def _files(deps: MailDeps, mail: Mail) -> tuple[tuple[Attached, ...], list[Attachment]]:
    """Keep the files that are taken; the others are named in the text, so that people know of them."""
    kept: list[Attached] = []
    left_out = list(mail.attachments[MOST_FILES:])
    for one in mail.attachments[:MOST_FILES]:
        try:
            uploader = f"{CHANNEL}:{mail.sender.address}"
            kept.append(await deps.files.take(deps.gateway.tenant_id, uploader, one.name, one.content))
        except Problem as problem:
            if problem.status >= 500:
                raise
            left_out.append(one)
    return tuple(kept), left_out


def _text(mail: Mail, files: Sequence[Attached], left_out: Sequence[Attachment]) -> str:
    """Return the mail's words; where there are none, what came instead."""
    words = words_of(mail) or described([{"name": file.name} for file in files])
    missing = described([{"kind": "file not taken", "name": file.name} for file in left_out[:MOST_FILES]])
    return "\n\n".join(part for part in (words, missing) if part) or "[empty]"
