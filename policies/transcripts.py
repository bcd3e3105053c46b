"""Writes a conversation that shows a fault, as the customer and the assistant would have it."""

from collections.abc import Iterator, Sequence

from policies.explore import Line
from policies.expressions import holds
from policies.flow_model import Slot
from policies.model import Book
from policies.templates import OptionalPart, Placeholder, Reply

ANSWERS = {
    "text": ("a few words", "A001"),
    "number": ("3", "30"),
    "amount": ("20", "200"),
    "order_number": ("1234",),
    "email": ("someone@example.com",),
    "phone": ("+49 30 5550123",),
    "date": ("tomorrow",),
    "address": ("1 Long Street, 12345 Town",),
    "truth": ("yes",),
}
"""What a customer may answer to a question of each kind."""


def transcript(book: Book, lines: Sequence[Line], last: str = "") -> tuple[str, ...]:
    """Write the lines of a conversation, and at the end what is wrong with it."""
    written = [text for line in lines for text in _line(book, line)]
    return (*written, *([f"({last})"] if last else []))


def wants(book: Book, intent: str) -> str:
    """Write what a customer says who wants something: the first example of it."""
    known = book.intents.get(intent)
    said = known.examples if known else ()
    words = [one.whole[0] for one in book.fast_path if one.intent == intent and one.whole]
    return f"customer: {next(iter([*said, *words]), intent)}"


def says(book: Book, template: str) -> str:
    """Write a reply with its placeholders as they stand in the book."""
    reply = book.templates.get(template)
    if not isinstance(reply, Reply):
        return f"assistant: {{{template}}}"
    plain = [one for one in reply.wordings if one.tone is None and one.channel is None]
    wording = (plain or list(reply.wordings))[0]
    return "assistant: " + " ".join("".join(_part(part) for part in wording.parts).split())


def _part(part: str | Placeholder | OptionalPart) -> str:
    """Write one part of a reply; what may be left out is left out."""
    match part:
        case str():
            return part
        case Placeholder():
            return f"{{{part.name}}}"
        case _:
            return ""


def _line(book: Book, line: Line) -> Iterator[str]:
    """Write one line."""
    match line.who:
        case "wants":
            yield wants(book, line.what)
        case "says":
            yield says(book, line.what)
        case "answers":
            yield f"customer: {_answer(book.flows[line.flow].slots[line.what])}"
        case "yes" | "no":
            yield f"customer: {line.who}"
        case "note":
            yield f"({line.what})"


def _answer(slot: Slot) -> str:
    """Choose an answer that the slot takes."""
    if slot.choices:
        return next(iter(slot.choices.values()))[0]
    for answer in ANSWERS[slot.type]:
        value = float(answer) if slot.type in ("number", "amount") else answer
        if slot.valid is None or holds(slot.valid, {"value": value}):
            return answer
    return f"<{slot.name}>"
