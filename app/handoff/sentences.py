"""The plain sentences of the timeline and the summary: pure, no markup."""

from collections.abc import Mapping, Sequence

SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}
EXCERPT = 160


def money(amount: float, currency: str | None) -> str:
    """Write an amount with its currency, as €149.99."""
    symbol = SYMBOLS.get(currency or "")
    return f"{symbol}{amount:,.2f}" if symbol else f"{amount:,.2f} {currency or ''}".rstrip()


def took_over(name: str) -> str:
    """Tell that a person owns the conversation now."""
    return f"{name} took over. The assistant is silent."


def gave_back(name: str, note: str | None) -> str:
    """Tell that the assistant goes on, and what it should know."""
    return f"{name} released the conversation. The assistant goes on." + (f" Note: {note}" if note else "")


def asked_for_person(details: str) -> str:
    """Tell that the conversation waits for a person."""
    return f"Handed to a person: {details}."


def decided(
    who: str,
    kind: str,
    label: str,
    args: Mapping[str, object],
    edits: Mapping[str, object],
    currency: str | None,
) -> str:
    """Tell who decided what on an action."""
    amount = edits.get("amount", args.get("amount"))
    what = f"{label} {money(float(amount), currency)}" if isinstance(amount, int | float) else label
    match kind:
        case "accepted":
            return f"{who} accepted: {what}."
        case "edited":
            changed = ", ".join(sorted(edits)) or "nothing"
            return f"{who} changed {changed} and accepted: {what}."
        case "responded":
            return f"{who} declined with a message: {what}."
        case _:
            return f"{who} declined: {what}."


def excerpt(text: str) -> str:
    """Return the beginning of a text, cut at a word."""
    flat = " ".join(text.split())
    return flat if len(flat) <= EXCERPT else flat[:EXCERPT].rsplit(" ", 1)[0] + "…"


def summary(
    said_by_customer: Sequence[str], intents: Sequence[str], actions: Sequence[tuple[str, str]]
) -> str:
    """Tell a conversation in a few lines: how it began, its topics, what was done, what was said last."""
    lines = [f"Began with: “{excerpt(said_by_customer[0])}”."] if said_by_customer else []
    topics = list(dict.fromkeys(intents))
    if topics:
        lines.append(f"About: {', '.join(topic.replace('_', ' ') for topic in topics)}.")
    lines += [f"{label}: {status}." for label, status in actions]
    if len(said_by_customer) > 1:
        lines.append(f"Last: “{excerpt(said_by_customer[-1])}”.")
    return " ".join(lines)
