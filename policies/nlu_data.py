"""Compiles the book's intents into the training file that Rasa reads."""

import re
from collections.abc import Mapping, Sequence

from policies.model import Book, Intent

RASA_FORMAT = "3.1"
_MARK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


PRODUCT = "product"
PRODUCT_NAME = "product_name"
ASKS_FOR_PERSON = "asks_for_person"
SEEMS_TO_ASK_FOR_PERSON = "seems_to_ask_for_person"


def compile_book(book: Book) -> str:
    """Write what a book teaches: its intents, its catalogue, and who wants a person."""
    lookups = {
        PRODUCT: book.products,
        PRODUCT_NAME: book.product_names,
        ASKS_FOR_PERSON: book.persons.asks,
        SEEMS_TO_ASK_FOR_PERSON: book.persons.look_alikes,
    }
    return compile_training(book.intents, lookups)


def compile_training(
    intents: Mapping[str, Intent], lookups: Mapping[str, Sequence[str]] | None = None
) -> str:
    """Write intents and lookup tables as Rasa's `nlu.yml`; the same content gives the same bytes."""
    blocks = [_intent_block(intents[name]) for name in sorted(intents) if intents[name].examples]
    blocks += [_block("lookup", name, sorted(words)) for name, words in (lookups or {}).items() if words]
    return f'version: "{RASA_FORMAT}"\nnlu:\n' + "".join(blocks)


def _intent_block(intent: Intent) -> str:
    """Write one intent; the block style keeps marks such as `#` and quotes as they are."""
    return _block("intent", intent.name, intent.examples)


def _block(kind: str, name: str, lines: Sequence[str]) -> str:
    """Write lines under a name."""
    listed = "".join(f"      - {_one_line(line)}\n" for line in lines)
    return f"  - {kind}: {name}\n    examples: |\n{listed}"


def plain_text(example: str) -> str:
    """Write an example as a customer would: without the marks of what it names."""
    return _MARK.sub(r"\1", example)


def _one_line(example: str) -> str:
    """Put an example on one line, because each line of the block is one example."""
    return " ".join(example.split())
