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
    """What a text says, whatever the conversation around it is."""

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
    return answer | {"embedding": understood.embedding} if embedding else answer
