"""What a text says, and how it is told in the light of a conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from frontdesk_nlu.intents.context import NOTHING_KNOWN, Context, with_context
from frontdesk_nlu.reading.language import Language
from frontdesk_nlu.reading.text import readable

SHOWN_INTENTS = 10


@dataclass(frozen=True, slots=True)
class Understood:
    """What a text says, whatever the conversation around it is; clauses come with their vectors."""

    answer: dict[str, Any]
    ranking: Sequence[tuple[str, float]]
    language: Language
    embedding: str


def tell(
    understood: Understood,
    text: str,
    context: Context = NOTHING_KNOWN,
    embedding: bool = False,
    language: str | None = None,
) -> dict[str, Any]:
    """Answer in Rasa's shape, leaning towards what the conversation was about; the whole text is echoed."""
    leant = with_context(understood.ranking, context)[:SHOWN_INTENTS]
    ranking = [{"name": name, "confidence": round(share, 6)} for name, share in leant]
    answer = {
        "text": readable(text),
        "intent": ranking[0],
        "intent_ranking": ranking,
        **understood.answer,
        "language": understood.language.told(language),
    }
    if embedding:
        return answer | {"embedding": understood.embedding}
    return answer | {"clauses": [without_vector(clause) for clause in answer["clauses"]]}


def without_vector(clause: dict[str, Any]) -> dict[str, Any]:
    """Leave out what was not asked for."""
    return {key: value for key, value in clause.items() if key != "embedding"}
