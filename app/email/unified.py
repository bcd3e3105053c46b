"""A mail in the shape of every channel's messages: `UnifiedMessage`, with what only mails have beside it."""

import re
from typing import Any

from app.email.mail import Attachment, Mail
from app.gateway.message import LONGEST_TEXT

CHANNEL = "email"

_ANSWERS = re.compile(
    r"\s*(?:re|aw|sv|vs|antw?|odp|ynt|r|res|rép|fwd?|wg|tr|rv|enc|i|ha|回复|答复|回覆|답장)\s?(?:\[\d+\])?\s?[:：]\s*",
    re.IGNORECASE,
)


def unified(mail: Mail) -> dict[str, Any]:
    """Show everything that was read of a mail, but not the bytes of its files."""
    return {
        "channel": CHANNEL,
        "message_id": mail.message_id,
        "address": mail.sender.address,
        "sender": mail.sender.address,
        "sender_name": mail.sender.name,
        "text": mail.text,
        "timestamp": mail.sent_at.isoformat() if mail.sent_at else None,
        "thread": mail.thread,
        "kind": mail.kind,
        "why": mail.why,
        "answered": mail.kind == "message",
        "verified": mail.verified,
        "subject": mail.subject,
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        "recipients": list(mail.recipients),
        "reply_to": mail.reply_to.address if mail.reply_to else None,
        "checks": {"spf": mail.checks.spf, "dkim": mail.checks.dkim, "dmarc": mail.checks.dmarc},
        "attachments": [_file(attachment) for attachment in mail.attachments],
        "failures": [
            {"recipient": one.recipient, "status": one.status, "permanent": one.permanent}
            for one in mail.failures
        ],
        "shortened": mail.shortened,
    }


def bare_subject(subject: str) -> str:
    """Return a subject without the marks of answers and of mails passed on."""
    bare = subject
    for _ in range(10):
        cut = _ANSWERS.sub("", bare, count=1) if _ANSWERS.match(bare) else bare
        if cut == bare:
            break
        bare = cut
    return bare.strip()


def words_of(mail: Mail) -> str:
    """Return what a conversation takes in: the new words, and the subject of a mail that begins one."""
    begins = not mail.in_reply_to and not mail.references
    subject = bare_subject(mail.subject)
    needed = subject and (not mail.text or (begins and subject.casefold() not in mail.text.casefold()))
    text = "\n\n".join(part for part in (subject if needed else "", mail.text) if part)
    return text.encode()[:LONGEST_TEXT].decode(errors="ignore")


def _file(attachment: Attachment) -> dict[str, Any]:
    return {
        "name": attachment.name,
        "content_type": attachment.media_type,
        "size": len(attachment.content),
        "inline": attachment.inline,
    }
