"""Bytes to a `Mail`: never fails, never takes long, never needs more than a few times the mail's size."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32

from app.email.body import read_body
from app.email.headers import addresses, first, ids, readable, sent_at
from app.email.kinds import kind_of
from app.email.mail import Address, Attachment, Failure, Mail
from app.email.quotes import LONGEST_LINE
from app.email.senders import checks_of

LARGEST_MAIL = 35 * 1024 * 1024
MOST_LINES = 600_000
LARGEST_HEAD = 256 * 1024
RETURNED_HEAD = 1024 * 1024
"""Within so many bytes of a report the returned mail begins."""
MOST_BOUNDARIES = 4_000
KEPT = ("x-original-sender", "received", "date", "auto-submitted", "list-id", "x-forwarded-for")

_END_OF_HEAD = re.compile(rb"\r?\n\r?\n|\r\r")
_RETURNED = re.compile(rb"^message-id:\s{0,9}<([^<>\s]{1,900})>", re.IGNORECASE | re.MULTILINE)
_PLACEHOLDER = re.compile(
    r"\[(?:image|cid|inline|Bild|Imagen?|immagine)\s?: ?([^\[\]\n]{1,250})\]", re.IGNORECASE
)
_RECIPIENTS = (
    "x-original-to",
    "delivered-to",
    "envelope-to",
    "x-forwarded-to",
    "x-forwarded-for",
    "to",
    "cc",
)


@dataclass(frozen=True, kw_only=True)
class Ours:
    """What a reader must know of the company to judge a mail."""

    domains: frozenset[str] = frozenset()
    """Domains of its own mail addresses: their groups pass customers' mails on."""
    trusted: frozenset[str] = frozenset()
    """Hosts whose Authentication-Results are believed: its own mail servers or its provider's."""


def parse(raw: bytes, ours: Ours | None = None) -> Mail:
    """Read one mail; what is beyond a limit is left out and said in `shortened`."""
    known = ours or Ours()
    kept = _within_limits(raw)
    mail, whole = _message(kept)
    body = read_body(mail)
    author = _author(mail)
    verdict = kind_of(mail, author, known.domains, has_plain=body.has_plain)
    own_id = next(iter(ids(mail, "message-id")), "") or _bare_id(mail) or _made_id(raw)
    return Mail(
        kind=verdict.kind,
        why=verdict.why,
        sender=author,
        reply_to=_elsewhere(mail, author),
        recipients=_recipients(mail),
        subject=readable(first(mail, "subject"))[:500],
        text=_joined(body.new, body.attachments),
        whole_text=_joined(body.whole, body.attachments),
        message_id=own_id,
        sent_at=sent_at(mail),
        in_reply_to=[one for one in ids(mail, "in-reply-to") if one != own_id],
        references=[one for one in ids(mail, "references") if one != own_id],
        attachments=body.attachments,
        checks=checks_of(mail, author.address, known.trusted),
        failures=tuple(_failures(mail)) if verdict.kind == "bounce" else (),
        bounced=_bounced(kept, own_id) if verdict.kind == "bounce" else (),
        shortened=body.shortened or not whole or len(kept) < len(raw),
        headers={name: readable(first(mail, name))[:500] for name in KEPT if mail.get(name)},
    )


def _within_limits(raw: bytes) -> bytes:
    """Cut a mail at the size, the line and the length of head that no honest one has."""
    kept = raw[:LARGEST_MAIL]
    if kept.count(b"\n") + kept.count(b"\r") > 2 * MOST_LINES:
        kept = b"".join(
            line for _, line in zip(range(MOST_LINES), kept.splitlines(keepends=True), strict=False)
        )
    head = _END_OF_HEAD.search(kept, 0, LARGEST_HEAD)
    if head is None and len(kept) > LARGEST_HEAD:
        return kept[:LARGEST_HEAD]
    return kept


def _message(raw: bytes) -> tuple[Message, bool]:
    """Parse the parts; a mail that is made to be taken apart for ever is only read at its head."""
    head = BytesHeaderParser(policy=compat32).parsebytes(raw)
    if head.get_content_maintype() in ("multipart", "message") and raw.count(b"\n--") > MOST_BOUNDARIES:
        return head, False
    try:
        return BytesParser(policy=compat32).parsebytes(raw), True
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError, AssertionError):
        return head, False


def _author(mail: Message) -> Address:
    """Return who wrote: the author a group passes on, else From, else whoever sent it."""
    for name in ("x-original-sender", "from", "sender", "return-path"):
        if found := addresses(mail, name):
            return found[0]
    return Address(address="")


def _elsewhere(mail: Message, author: Address) -> Address | None:
    wanted = addresses(mail, "reply-to")
    return wanted[0] if wanted and wanted[0].address != author.address else None


def _recipients(mail: Message) -> list[str]:
    found = [one.address for name in _RECIPIENTS for one in addresses(mail, name)]
    return list(dict.fromkeys(found))


def _bare_id(mail: Message) -> str:
    """A message id that was written without its brackets."""
    written = first(mail, "message-id").strip("<> ")
    return written if written and " " not in written and len(written) <= 900 else ""


def _made_id(raw: bytes) -> str:
    """An id for a mail that has none: the same bytes have the same."""
    return f"{hashlib.sha256(raw).hexdigest()[:32]}@no-id.invalid"


def _joined(texts: list[str], attachments: list[Attachment]) -> str:
    """Join the parts' words; a stand-in for a picture that is attached says nothing."""
    names = {attachment.name for attachment in attachments} | {a.content_id for a in attachments}

    def stand_in(found: re.Match[str]) -> str:
        return "" if found[1].strip() in names else found[0]

    text = "\n\n".join(_PLACEHOLDER.sub(stand_in, one).strip() for one in texts)
    return text.strip()


def _failures(mail: Message) -> Iterator[Failure]:
    """Read who was not reached from a delivery report, or from the header that says it alone."""
    for part in _reports(mail):
        recipient = _address_in(part, "final-recipient") or _address_in(part, "original-recipient")
        if recipient and first(part, "action").lower() in ("failed", "delayed", ""):
            yield Failure(recipient=recipient, status=first(part, "status")[:20])
            return
    for one in addresses(mail, "x-failed-recipients")[:1]:
        yield Failure(recipient=one.address, status="")


def _bounced(raw: bytes, own_id: str) -> list[str]:
    """Return the ids of the mails that a report returns, whole or by their heads."""
    found = [one.decode("ascii", "replace") for one in _RETURNED.findall(raw[:RETURNED_HEAD])]
    return [one for one in dict.fromkeys(found) if one != own_id][:10]


def _reports(mail: Message) -> Iterator[Message]:
    if not mail.is_multipart():
        return
    for part in mail.get_payload():
        if isinstance(part, Message) and part.get_content_type() == "message/delivery-status":
            inner = part.get_payload()
            yield from (one for one in inner if isinstance(one, Message)) if isinstance(inner, list) else ()


def _address_in(part: Message, name: str) -> str:
    """Return the address of a report's field such as `rfc822; ann@example.com`."""
    value = first(part, name)[:LONGEST_LINE]
    written = value.partition(";")[2].strip().strip("<>").lower()
    return written if "@" in written and " " not in written else ""
