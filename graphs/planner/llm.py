"""The optional planner: a model proposes a command where the rules alone would ask back.

The rules decide whenever they are sure. A proposal is never consent, it never
overrules the ladder's call for a person, and every effect that follows from it
is confirmed by the customer first.
"""

from dataclasses import asdict, replace
from typing import Any

from graphs.events import CustomerSays
from graphs.planner.commands import Answer, PlanCommand, StartFlow
from graphs.planner.llm_answer import Asked, Unusable, as_command, read_proposal
from graphs.planner.llm_port import ModelHelp, Question, Size
from graphs.planner.llm_question import schema, task, told
from graphs.planner.llm_veil import Veil
from graphs.ports import Understood
from graphs.state import ConversationState
from graphs.turn import Turn
from policies.ladder import Route
from policies.model import Book

TURN_S = 1.4
"""What a turn has for tools and models together, less what its rails and commit need."""
SHORTEST_S = 0.1
"""With less time left than this no model is asked."""
MOST_TOKENS = 200
MANY_WORDS = 40
SEVERAL = 2


async def advise(turn: Turn, memory: ConversationState, decided: Route) -> PlanCommand | None:
    """Ask the models, the small one first, when the rules are unsure; None leaves everything to the rules."""
    help_, says, understood = turn.desk.models, turn.event, turn.understood
    if help_ is None or understood is None or not isinstance(says, CustomerSays):
        return None
    sizes = rungs(decided, help_, complex_message(says.text, understood))
    if not sizes:
        return None
    if why := _not_to_be_asked(memory, understood):
        turn.trace.planner = {"by": "rules", "because": why}
        return None
    command = await _climb(turn, memory, sizes, help_)
    if isinstance(command, Answer) and decided.kind != "clarify":
        turn.trace.planner |= {"by": "rules"}
        return None
    return command


def rungs(decided: Route, help_: ModelHelp, is_complex: bool) -> tuple[Size, ...]:
    """Say which models are asked, in order: none where the rules are sure, the large for what is complex."""
    unsure = decided.kind == "clarify" and help_.asks != "off"
    long = decided.kind == "confirm_first" and help_.asks == "complex" and is_complex
    wanted: tuple[Size, ...] = ("large",) if is_complex else ("small", "large")
    there = tuple(size for size in wanted if size in help_.models.sizes)
    return (there or tuple(help_.models.sizes)) if unsure or long else ()


def complex_message(text: str, understood: Understood) -> bool:
    """Say whether a message is long, holds several wishes, or names several values of a kind."""
    kinds = [one.name for one in understood.entities]
    repeated = len(kinds) - len(set(kinds)) >= SEVERAL
    return len(text.split()) > MANY_WORDS or len(understood.clauses) > SEVERAL or repeated


def _not_to_be_asked(memory: ConversationState, understood: Understood) -> str | None:
    """Say why no model may read this message: consent is awaited, or nothing at all was understood."""
    if memory.get("pending"):
        return "a yes or no is awaited, which no model reads"
    if understood.path == "away":
        return "understanding is away"
    return None


async def _climb(
    turn: Turn, memory: ConversationState, sizes: tuple[Size, ...], help_: ModelHelp
) -> PlanCommand | None:
    """Ask one model after the other until one is sure of something usable."""
    asked = Asked(memory=memory, book=turn.rules.book, message=_message(turn), denied=frozenset(turn.denied))
    veil = _veil(turn, memory)
    because: list[str] = []
    for size in sizes:
        try:
            command, sure = await _proposed(turn, asked, veil, size, help_)
        except Unusable as why:
            because.append(f"{size}: {why}")
            continue
        last = size == sizes[-1]
        if sure < help_.sure_at and not last:
            because.append(f"{size}: {sure} % sure")
            continue
        return _taken(turn, command, "; ".join([*because, f"{size}: {sure} % sure"]), size)
    turn.trace.planner = {"by": "rules", "because": "; ".join(because)}
    return None


async def _proposed(
    turn: Turn, asked: Asked, veil: Veil, size: Size, help_: ModelHelp
) -> tuple[PlanCommand | None, int]:
    """Ask one model; raises `Unusable` with the reason when nothing can be made of its answer."""
    left = time_left(turn, help_.within_s)
    if left < SHORTEST_S:
        raise Unusable("no time left")
    question = Question(
        purpose="plan",
        size=size,
        task=task(turn, asked.memory),
        text=told(turn, asked.memory, asked.message, veil),
        most_tokens=MOST_TOKENS,
        schema=schema(asked.memory, asked.book),
        tenant_id=turn.caller.tenant_id,
        conversation_id=turn.conversation_id,
        seq=asked.memory.get("seq", 0),
    )
    with turn.trace.stage("model plan"):
        answer = await help_.models.ask(question, within_s=left)
    turn.trace.models.append(asdict(answer.call))
    if answer.text is None:
        raise Unusable(answer.call.outcome)
    proposal = read_proposal(answer.text)
    return as_command(proposal, asked, veil), proposal.sure


def time_left(turn: Turn, within_s: float) -> float:
    """Return how many seconds a model may take: its own, within what the turn has left."""
    return min(within_s, TURN_S - (turn.trace.clock() - turn.trace.began))


def _taken(turn: Turn, command: PlanCommand | None, because: str, size: Size) -> PlanCommand | None:
    """Keep in the trace what was proposed; a model that would ask back leaves that to the rules."""
    if command is None:
        turn.trace.planner = {"by": "rules", "because": f"{because}, would ask back"}
        return None
    turn.trace.planner = {"by": size, "because": because, "command": _shown(command)}
    if isinstance(command, StartFlow) and turn.understood is not None:
        meant = _intent_of(command.flow, turn.understood, turn.rules.book)
        turn.understood = replace(turn.understood, intent=meant)
    return command


def _intent_of(flow: str, understood: Understood, book: Book) -> str:
    """Return the likeliest intent that leads into a flow."""
    ranked = [name for name, _ in understood.ranking if book.flow_of_intent.get(name) == flow]
    return ranked[0] if ranked else book.flows[flow].intents[0]


def _shown(command: PlanCommand) -> dict[str, Any]:
    return {"name": type(command).__name__, **asdict(command)}


def _message(turn: Turn) -> str:
    """Return the words that the proposal is about: the first wish's, where there are several."""
    return turn.meant or (turn.event.text if isinstance(turn.event, CustomerSays) else "")


def _veil(turn: Turn, memory: ConversationState) -> Veil:
    """Hide what identifies people: details of the message and of the last reply, names, known values."""
    veil, customer = Veil(), turn.customer
    known = [customer.name, customer.email or "", *customer.name.split()]
    known += [str(value) for value in (memory.get("slots") or {}).values() if isinstance(value, str)]
    if isinstance(turn.event, CustomerSays) and turn.understood is not None:
        veil.learn(turn.event.text, turn.understood.entities, known)
    for said in (memory.get("said") or [])[-1:]:
        veil.learn(said["text"])
    return veil
