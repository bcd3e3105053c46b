"""The last replies, kept so that they can be said again."""

from graphs.draft import Reply
from graphs.state import ConversationState, Said
from graphs.turn import Turn
from knowledge.answer_types import Citation

MOST_REPLIES = 3
LONGEST = 2000


def said_now(turn: Turn) -> list[Said]:
    """Write this turn's replies down; a passage is looked up again by whoever wants to read it."""
    return [
        Said(
            text=reply.text[:LONGEST],
            buttons=[list(button) for button in reply.buttons],
            sources=[{**vars(citation), "passage": ""} for citation in reply.citations],
        )
        for reply in turn.draft.replies[-MOST_REPLIES:]
    ]


def say_again(turn: Turn, memory: ConversationState) -> None:
    """Add the last replies once more, with their buttons and sources: they were checked when first said."""
    for said in memory.get("said") or []:
        turn.draft.replies.append(
            Reply(
                text=said["text"],
                template="repeat",
                buttons=tuple((title, payload) for title, payload in said["buttons"]),
                citations=tuple(Citation(**source) for source in said["sources"]),
                supported=(said["text"],),
            )
        )
