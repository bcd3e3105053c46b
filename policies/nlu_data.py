"""Compiles the book's intents into the training file that Rasa reads."""

from collections.abc import Mapping

from policies.model import Intent

RASA_FORMAT = "3.1"


def compile_training(intents: Mapping[str, Intent]) -> str:
    """Write every intent with its examples as Rasa's `nlu.yml`; the same intents give the same bytes."""
    blocks = [_intent_block(intents[name]) for name in sorted(intents)]
    return f'version: "{RASA_FORMAT}"\nnlu:\n' + "".join(blocks)


def _intent_block(intent: Intent) -> str:
    """Write one intent; the block style keeps marks such as `#` and quotes as they are."""
    lines = "".join(f"      - {_one_line(example)}\n" for example in intent.examples)
    return f"  - intent: {intent.name}\n    examples: |\n{lines}"


def _one_line(example: str) -> str:
    """Put an example on one line, because each line of the block is one example."""
    return " ".join(example.split())
