"""What a reply must not do: betray the machinery, lead elsewhere, advise, be rude, carry live markup."""

import re
from collections.abc import Iterable, Iterator

from guardrails.folding import fold
from guardrails.input_checks import first_found
from guardrails.personal import details
from guardrails.rules import CompiledRules
from guardrails.verdict import Audience, RailHit, Severity

Hits = tuple[RailHit, ...]

_TOP = (
    "com|net|org|io|co|info|biz|shop|store|online|site|app|dev|xyz|top|link|click|live|me|ly|gg|ru|cn|de|fr|es|it|"
    "nl|se|pl|uk|eu|example|test|onion"
)
_LINK = re.compile(
    r"(?P<scheme>\b[a-z][a-z0-9+.-]*:)?//(?P<host>[^\s/)\]>\"'<]+)|"
    r"(?P<bad>\b(?:javascript|data|vbscript|file|blob)\s*:\s*\S)|"
    rf"(?<![@\w./-])(?P<bare>(?-i:(?:[\w-]+\.)+(?:{_TOP})))\b(?!@)",
    re.IGNORECASE,
)
_MAY_LEAD = re.compile(r"//|[\w-]\.[a-z]{2}|[A-Za-z]\s?:\s?\S")
_WEB = frozenset({"", "http:", "https:"})
_TAG = re.compile(r"</?[a-zA-Z!?][^>]*>?")
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_NAME = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")
_SHOUTED = re.compile(r"(?:\b[A-ZÄÖÜÉ]{3,}\b[ ,!]*){4,}")
_EXCITED = re.compile(r"[!?]{3,}")


def check_links(text: str, rules: CompiledRules, audience: Audience) -> Hits:
    """Hold back a link that leads neither to the company nor to where a source leads."""
    if not _MAY_LEAD.search(text):
        return ()
    said = set(_hosts(text))
    if not said:
        return ()
    known = set(rules.link_domains) | {host for one in audience.supported for host in _hosts(one)}
    known |= {contact.rpartition("@")[2].lower() for contact in rules.company_contacts if "@" in contact}
    strange = any(not _leads_to(host, known) for host in said)
    return (_hit("links", "a link to a place the company did not allow", "block", "link"),) if strange else ()


def check_leakage(text: str, rules: CompiledRules, audience: Audience) -> Hits:
    """Hold back what shows instructions, tools or faults behind the reply."""
    if found := first_found(rules.leakage, fold(text)):
        return (_hit("leakage", "something of the machinery", "block", found),)
    if "_" in text and not rules.internal_names.isdisjoint(_NAME.findall(text)):
        return (_hit("leakage", "the name of a tool or an action", "block", "internal name"),)
    return ()


def check_tone(text: str, rules: CompiledRules, audience: Audience) -> Hits:
    """Hold back a reply that insults, blames, swears or shouts."""
    found = first_found(rules.tone, fold(text))
    if found is None and _SHOUTED.search(text):
        found = "shouting"
    if found is None and _EXCITED.search(text):
        found = "exclamation marks"
    return (_hit("tone", "not how the assistant speaks", "block", found),) if found else ()


def check_advice(text: str, rules: CompiledRules, audience: Audience) -> Hits:
    """Hold back legal, medical and financial advice, and talk about competitors that no source holds."""
    folded = fold(text)
    if found := first_found(rules.advice, folded):
        return (_hit("advice", f"{found} advice", "block", found),)
    if rules.competitors and (found := first_found(rules.competitors, folded)):
        return (_hit("advice", "a competitor is named", "block", found),)
    return ()


def check_markup(text: str, rules: CompiledRules, audience: Audience) -> Hits:
    """Note markup that a page would run or load; it is taken out of the reply."""
    if "<" not in text and "![" not in text:
        return ()
    found = _TAG.search(text) or _IMAGE.search(text)
    return (_hit("markup", "markup taken out of the reply", "note", "markup"),) if found else ()


def plain_markup(text: str, rules: CompiledRules, audience: Audience) -> str:
    """Take tags out, whatever remains when one is gone, and leave of pictures their words."""
    while (without := _TAG.sub("", text)) != text:
        text = without
    return _IMAGE.sub(r"\1", text)


def check_own_details(text: str, rules: CompiledRules, audience: Audience) -> Hits:
    """Note the customer's own details where others may read along; they are covered."""
    if rules.private:
        return ()
    kinds = sorted({detail.kind for detail in details(text) if detail.kind != "order"})
    reason = "own details on a channel that others may read; they were covered"
    return tuple(_hit("own_details", reason, "note", kind) for kind in kinds)


def cover_own_details(text: str, rules: CompiledRules, audience: Audience) -> str:
    """Cover details but for their end, by which their owner knows them."""
    for detail in sorted(details(text), key=lambda each: -each.start):
        if detail.kind != "order":
            text = f"{text[: detail.start]}{_covered(text[detail.start : detail.end])}{text[detail.end :]}"
    return text


def _covered(value: str) -> str:
    """Keep an address's first letter and domain, or a number's last two signs."""
    name, at, domain = value.partition("@")
    return f"{name[:1]}•••{at}{domain}" if at else f"•••{value[-2:]}"


def _hosts(text: str) -> Iterator[str]:
    """Name where each link leads; what is no link of the web is named by its scheme."""
    for found in _LINK.finditer(text):
        scheme, host = (found["scheme"] or "").lower(), found["host"] or found["bare"]
        if found["bad"] or scheme not in _WEB:
            yield f"{(found['bad'] or scheme).partition(':')[0].lower()}:"
        elif host:
            yield _plain_host(host)


def _plain_host(host: str) -> str:
    """Leave user name, port and the dot at the end out of a host."""
    return host.rpartition("@")[2].partition(":")[0].rstrip(".,;!?").lower()


def _leads_to(host: str, known: Iterable[str]) -> bool:
    """Tell whether a host is a known one or stands below it."""
    return any(host == one or host.endswith(f".{one}") for one in known)


def _hit(rail: str, reason: str, severity: Severity, evidence: str) -> RailHit:
    """Name the objection of a rail."""
    return RailHit(rail=rail, reason=reason, severity=severity, evidence=evidence)
