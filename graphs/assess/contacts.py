"""Who comes again with the same issue (seed 002, repeat contact), from what the profile remembers."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache

Contacts = Mapping[str, tuple[str, str]]
"""By issue: when the customer last came with it, and in which conversation."""

MOST = 20
"""Issues a profile remembers; the oldest fade."""
KEPT = timedelta(days=30)


def issue_name(matter: str, number: str | None) -> str:
    """Name an issue: what it is about, and the order that it concerns, once that is known."""
    return f"{matter}:{number}" if number else matter


def last_contact(contacts: Contacts, issue: str, conversation_id: str, now: datetime) -> datetime | None:
    """Return when the customer last came with an issue in another conversation."""
    oldest = now - KEPT
    times = [
        _moment(at)
        for known, (at, conversation) in contacts.items()
        if conversation != conversation_id and _same(known, issue)
    ]
    return max([at for at in times if at >= oldest], default=None)


def with_contact(
    contacts: Contacts, issue: str, conversation_id: str, now: datetime, apart: timedelta
) -> Contacts | None:
    """Remember a contact; None when the profile need not be written: it knows of one just before."""
    known = contacts.get(issue)
    if known is not None and now - _moment(known[0]) < apart:
        return None
    oldest = now - KEPT
    fresh = {name: told for name, told in contacts.items() if _moment(told[0]) >= oldest}
    fresh[issue] = now.isoformat(timespec="seconds"), conversation_id
    newest = sorted(fresh, key=lambda name: fresh[name][0])[-MOST:]
    return {name: fresh[name] for name in newest}


def days_since(last: datetime | None, now: datetime, apart: timedelta) -> float | None:
    """Return how many days ago a contact was; one that goes on from a moment ago is none of its own."""
    if last is None or now - last < apart:
        return None
    return (now - last) / timedelta(days=1)


@lru_cache(maxsize=1024)
def _moment(written: str) -> datetime:
    """Read a moment as it is kept; the same few are read with each message of a conversation."""
    return datetime.fromisoformat(written)


def _same(one: str, other: str) -> bool:
    """Say whether two names mean one issue; a number that only one of them has makes no difference."""
    (matter, _, number), (other_matter, _, other_number) = one.partition(":"), other.partition(":")
    return matter == other_matter and (not number or not other_number or number == other_number)
