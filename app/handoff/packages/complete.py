"""Whether a context package holds everything that its reader needs: pure."""

from collections.abc import Iterator
from itertools import pairwise

from app.handoff.context_package import ContextPackage


class PackageIncomplete(Exception):
    """A handoff would have been queued without its whole context: the parts that are missing are named."""

    def __init__(self, gaps: tuple[str, ...]) -> None:
        super().__init__(", ".join(gaps))
        self.gaps = gaps


def gaps_in(package: ContextPackage, said: int) -> tuple[str, ...]:
    """Name what a package lacks; `said` is how many messages the conversation really holds."""
    return tuple(_gaps(package, said))


def _gaps(package: ContextPackage, said: int) -> Iterator[str]:
    talk, mood = package.conversation, package.sentiment
    if len(talk.messages) != said:
        yield f"conversation.messages ({len(talk.messages)} of {said})"
    if talk.message_count != said:
        yield "conversation.message_count"
    scored = [message.sentiment for message in talk.messages if message.sentiment is not None]
    if [point.score for point in mood.timeline] != scored:
        yield "sentiment.timeline"
    if scored and mood.current != scored[-1]:
        yield "sentiment.current"
    if not package.routing.required_skills:
        yield "routing.required_skills"
    if not package.ai_suggestions:
        yield "ai_suggestions"
    if not package.trigger.ai_recommendation:
        yield "trigger.ai_recommendation"
    if any(later.timestamp < earlier.timestamp for earlier, later in pairwise(talk.messages)):
        yield "conversation.messages (out of order)"
    if package.timestamp < talk.started_at:
        yield "timestamp"
