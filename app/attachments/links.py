"""Links to a file that end by themselves: signed, so that whoever has one needs nothing else. Pure."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.auth.signed import Derive, decode, encode, mac

LIFETIME = timedelta(minutes=15)
PURPOSE = "file-link"


@dataclass(frozen=True, kw_only=True)
class Linked:
    """What a link opens."""

    tenant_id: str
    attachment_id: str


def write_link(keys: Derive, linked: Linked, now: datetime, lifetime: timedelta = LIFETIME) -> str:
    """Sign a link to one file."""
    ends = int((now + lifetime).timestamp())
    said = f"{linked.tenant_id}\n{linked.attachment_id}\n{ends}".encode()
    return f"{encode(said)}.{encode(mac(keys, linked.tenant_id, PURPOSE, said))}"


def read_link(keys: Derive, text: str, now: datetime) -> Linked | None:
    """Read a link; None when it is forged, damaged or over."""
    said, _, signature = text.partition(".")
    try:
        plain, given = decode(said), decode(signature)
        tenant_id, attachment_id, ends = plain.decode().split("\n")
        over = int(ends) <= now.timestamp()
    except ValueError:
        return None
    signed = hmac.compare_digest(given, mac(keys, tenant_id, PURPOSE, plain))
    return Linked(tenant_id=tenant_id, attachment_id=attachment_id) if signed and not over else None
