"""Card numbers and passwords that a customer wrote by mistake, covered before anything reads them."""

import re
from collections.abc import Iterator

from guardrails.personal import details
from guardrails.rules import CompiledRules
from guardrails.verdict import RailHit

_MANY_DIGITS = re.compile(r"(?:\d[ -]?){13}")
_NAMED = re.compile(
    r"\b(?:password|passwort|kennwort|passcode|mot de passe|contraseña|wachtwoord|lösenord|senha|"
    r"pin(?: code)?|cvv2?|cvc2?|security code)\b\s*(?:is|ist|est|es|:|=)\s*[\"'`]?"
    r"(?=\S*[\d!@#$%^&*])([^\s\"'`,;]{3,})",
    re.IGNORECASE,
)
_NAMES = ("pass", "kenn", "contra", "wacht", "löse", "senha", "pin", "cvv", "cvc", "security code")
_KEY = re.compile(
    r"\b(?:sk_(?:live|test)_\w{12,}|AKIA[A-Z0-9]{12,}|gh[pousr]_\w{20,}|xox[bap]-[\w-]{12,}|"
    r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,})"
)
_KEYS = ("sk_", "AKIA", "gh", "xox", "eyJ")
LAST = 4
COVER = "•"


def check_secrets(text: str, rules: CompiledRules) -> tuple[RailHit, ...]:
    """Note that a card number or a password stands in a message."""
    kinds = sorted({kind for kind, _, _ in _secrets(text)})
    return tuple(
        RailHit(rail="secrets", reason=f"{kind} in a message; it was covered", severity="note", evidence=kind)
        for kind in kinds
    )


def cover_secrets(text: str) -> str:
    """Cover secrets, each letter by one sign, so that every place in the text stays what it was."""
    letters = list(text)
    for kind, start, end in _secrets(text):
        digits = [at for at in range(start, end) if text[at].isalnum()]
        for at in digits[:-LAST] if kind == "a card number" else digits:
            letters[at] = COVER
    return "".join(letters)


def _secrets(text: str) -> Iterator[tuple[str, int, int]]:
    """Find each secret: what it is, and where."""
    if _MANY_DIGITS.search(text):
        for detail in details(text):
            if detail.kind == "card":
                yield "a card number", detail.start, detail.end
    lowered = text.lower()
    if any(name in lowered for name in _NAMES):
        for found in _NAMED.finditer(text):
            yield "a password", *found.span(1)
    if any(name in text for name in _KEYS):
        for found in _KEY.finditer(text):
            yield "a key", *found.span()
