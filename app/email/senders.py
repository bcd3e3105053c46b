"""Who vouches for a sender: SPF, DKIM and DMARC as a trusted host found them (RFC 8601)."""

import re
from collections.abc import Iterable, Iterator
from email.message import Message

from app.email.headers import LONGEST_HEADER
from app.email.mail import Checks, Verdict

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(
    r"\b(smtp\.mailfrom|header\.d|header\.i|header\.from)\s*=\s*\"?<?([^\s\";>]+)", re.IGNORECASE
)
_HOST = re.compile(r"\s*([^\s;]+)")


def checks_of(mail: Message, author: str, trusted: frozenset[str]) -> Checks:
    """Read what a trusted host wrote above everything the sender could have written.

    Without a trusted host nothing is believed: anybody can write these headers.
    """
    found: dict[str, Verdict] = {}
    domain, vouched = author.rpartition("@")[2], False
    for method, verdict, properties in _results(_believed(mail, trusted)):
        found[method] = "pass" if "pass" in (verdict, found.get(method)) else _verdict(verdict)
        vouched |= verdict == "pass" and any(_speaks_for(one, domain) for one in properties)
    one_author = len(mail.get_all("from") or ()) == 1
    return Checks(
        spf=found.get("spf", "none"),
        dkim=found.get("dkim", "none"),
        dmarc=found.get("dmarc", "none"),
        aligned=vouched and one_author and found.get("dmarc") != "fail",
    )


def _believed(mail: Message, trusted: frozenset[str]) -> list[str]:
    """Return the results of the trusted host that is nearest, up to the next hop below it."""
    believed: list[str] = []
    for name, value in mail.items():
        if name.lower() == "received" and believed:
            break
        if name.lower() != "authentication-results":
            continue
        text = str(value)[:LONGEST_HEADER]
        host = _HOST.match(text)
        if host and host[1].lower() in trusted:
            believed.append(text)
    return believed


def _results(believed: Iterable[str]) -> Iterator[tuple[str, str, list[str]]]:
    for text in believed:
        plain = text
        while (less := _COMMENT.sub(" ", plain)) != plain:
            plain = less
        for part in plain.split(";")[1:]:
            if result := _RESULT.match(part):
                properties = [
                    domain.rpartition("@")[2].lower().rstrip(".") for _, domain in _PROPERTY.findall(part)
                ]
                yield result[1].lower(), result[2].lower(), properties


def _verdict(word: str) -> Verdict:
    return "fail" if word in ("fail", "softfail", "permerror", "policy") else "none"


def _speaks_for(signer: str, domain: str) -> bool:
    """Say whether a domain vouches for an author's: the same, or one above it."""
    return "." in signer and (domain == signer or domain.endswith(f".{signer}"))
