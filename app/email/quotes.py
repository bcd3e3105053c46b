"""What of a mail is new: quotes and signatures taken away, as mail programs in many languages write them."""

import re
from collections.abc import Sequence

from app.email import phrases

LONGEST_LINE = 2_000
"""Characters of a line that are looked at for a mark."""
MOST_LINES = 20_000
LONGEST_MARK = 600
"""Characters of an introduction such as `On … wrote:`, over all its lines."""
SIGNATURE_LINES = 20
SIGN_OFF_LINES = 5
SIGN_OFF_CHARS = 60

_QUOTED = re.compile(r"\s{0,3}[>|»]")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DATED = re.compile(r"@|\d{1,2}[:.h]\d{2}|\d{1,2}時")
_LABEL = re.compile(r"\s*[*_]{0,2}([^\W\d_][^:：\n]{0,24}?)\s{0,2}[*_]{0,2}\s?[:：]")
_SIGNATURE = re.compile(r"\s{0,2}(?:--|—|–|__)\s{0,2}")
_RULE = re.compile(r"\s*[_=*-]{10,}\s*")


def tidy(text: str) -> str:
    """Return a text with plain spaces and line ends, no runs of them, and nothing invisible."""
    plain = _CONTROL.sub("", _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    lines = [_SPACES.sub(" ", line).strip() for line in plain.split("\n")]
    return "\n".join(_without_runs(lines)).strip()


def new_text(text: str) -> str:
    """Return the words that stand in no quote and no signature.

    What was passed on from somebody else is kept: it is what the sender has to say. A text that is all
    quote comes back empty.
    """
    lines = tidy(text).split("\n")[:MOST_LINES]
    if any(phrases.FORWARDED.fullmatch(line[:LONGEST_LINE]) for line in lines):
        return "\n".join(lines)
    kept = _without_signature(_without_quotes(lines))
    return "\n".join(_without_runs(kept)).strip()


def is_forward(text: str) -> bool:
    """Say whether a text passes on somebody else's mail."""
    return any(phrases.FORWARDED.fullmatch(line.strip()[:LONGEST_LINE]) for line in text.split("\n"))


def _without_runs(lines: Sequence[str]) -> list[str]:
    """Leave one empty line where there are several."""
    return [line for n, line in enumerate(lines) if line or (n and lines[n - 1])]


def _without_quotes(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if _QUOTED.match(line):
            at += 1
        elif _begins_original(lines, at):
            break
        elif span := _introduction(lines, at):
            at += span
            if not _quote_follows(lines, at):
                break
        else:
            kept.append(line)
            at += 1
    return kept


def _introduction(lines: Sequence[str], at: int) -> int:
    """Return how many lines from here are an introduction such as `On … wrote:`; 0 when it is none."""
    joined = ""
    for span, line in enumerate(lines[at : at + 4], start=1):
        if not line or _QUOTED.match(line):
            return 0
        joined = f"{joined} {line[:LONGEST_LINE]}".strip()
        if len(joined) > LONGEST_MARK:
            return 0
        if phrases.WROTE.search(joined):
            certain = _DATED.search(joined) is not None
            return span if certain or _quote_follows(lines, at + span) else 0
    return 0


def _quote_follows(lines: Sequence[str], at: int) -> bool:
    return any(_QUOTED.match(line) for line in [line for line in lines[at : at + 3] if line][:1])


def _begins_original(lines: Sequence[str], at: int) -> bool:
    """Say whether everything from here on is the mail that is answered."""
    line = lines[at][:LONGEST_LINE]
    if phrases.ORIGINAL.fullmatch(line):
        return True
    return (
        bool(line)
        and (_RULE.fullmatch(line) is not None or _label(line) in phrases.FROM)
        and _is_head(lines, at)
    )


def _is_head(lines: Sequence[str], at: int) -> bool:
    """Say whether a block of `From:`, `Sent:`, `To:`, `Subject:` begins within two lines."""
    labels = [_label(line[:LONGEST_LINE]) for line in lines[at : at + 9] if line]
    begins = any(label in phrases.FROM for label in labels[:2])
    return begins and sum(label in phrases.HEAD for label in labels) >= 3


def _label(line: str) -> str:
    found = _LABEL.match(line)
    return found[1].strip("*_ ").lower() if found else ""


def _without_signature(lines: Sequence[str]) -> list[str]:
    """Cut at the first mark with no more than a signature's length below it."""
    end = len(lines)
    while end and not lines[end - 1]:
        end -= 1
    for at in range(max(0, end - SIGNATURE_LINES - 1), end):
        line = lines[at][:LONGEST_LINE]
        if _SIGNATURE.fullmatch(line) or phrases.SENT_FROM.match(line) or _is_sign_off(lines[at:end]):
            return list(lines[:at])
    return list(lines[:end])


def _is_sign_off(rest: Sequence[str]) -> bool:
    """Say whether a greeting and a name end the mail: short lines that ask and tell nothing."""
    greeting = rest[0][:LONGEST_LINE].rstrip(" ,.!،、，").lower()
    below = [line for line in rest[1:] if line]
    if greeting not in phrases.SIGN_OFFS or not below or len(below) > SIGN_OFF_LINES:
        return False
    return not any(len(line) > SIGN_OFF_CHARS or phrases.TELLS.search(line) for line in below)
