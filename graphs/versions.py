"""Which version of the book speaks: what was begun stays on its own, what begins takes the newest.

Words that decide, the ladder and the rails judge a message, not a flow: they
are the newest book's at once. A flow with its replies, and an action with its
rules, stay on the version they began on.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from graphs.draft import ActionChange
from graphs.events import ActionStarts, Event
from graphs.state import ActionThread, ConversationState
from graphs.turn import Turn
from policies.actions import HIGHEST, judge, stricter
from policies.expressions import ExpressionFailed
from policies.model import ActionRule, ActionSpec, ApprovalNeed, Decision


def versions_in(memory: Mapping[str, Any], event: Event) -> frozenset[str]:
    """Name the versions that a thread still needs: its own, and those of flows that wait."""
    frames = [memory, *(memory.get("paused") or [])]
    named = [frame.get("book") for frame in frames if _open(frame) or "action_id" in frame]
    if isinstance(event, ActionStarts):
        named.append(event.book)
    return frozenset(version for version in named if version)


def _open(memory: Mapping[str, Any]) -> bool:
    """Say whether a flow runs or an action waits for its yes."""
    return bool(memory.get("flow") or memory.get("pending"))


def go_on_with(turn: Turn, memory: ConversationState) -> ConversationState:
    """Let the version speak that the open flow began on; a flow whose version is lost is left."""
    version = memory.get("book")
    if not _open(memory) or not version or speak(turn, version):
        return {}
    if pending := memory.get("pending"):
        turn.draft.changes.append(ActionChange(action_id=pending["action_id"], state="cancelled"))
    left: ConversationState = {"flow": None, "step": 0, "asked": None, "asks": {}, "pending": None}
    return {**left, "reads": [], "suggested": [], "callers": [], "rounds": {}, "skipped": []}


def speak(turn: Turn, version: str) -> bool:
    """Let a version speak from here on; False when it is lost."""
    if version == turn.newest.book.version:
        turn.let_speak(turn.newest)
        return True
    if version not in turn.older:
        return False
    turn.let_speak(turn.older[version])
    return True


def begin_anew(turn: Turn, flow: str, intent: str | None) -> str | None:
    """Let the newest version speak, for a flow that begins; name the flow there, None when it has none."""
    turn.let_speak(turn.newest)
    book = turn.rules.book
    return flow if flow in book.flows else book.flow_of_intent.get(intent or "")


def judge_in_both(turn: Turn, spec: ActionSpec, facts: Mapping[str, Any]) -> Decision:
    """Judge an action by the version it was proposed under and by the newest: the stricter word holds."""
    decision = judge(spec, facts)
    return decision if turn.rules is turn.newest else stricter(decision, _judge_newest(turn, spec, facts))


def _judge_newest(turn: Turn, spec: ActionSpec, facts: Mapping[str, Any]) -> Decision:
    """Ask the newest version; an action that it lacks, or cannot judge on what was read, may not be."""
    newest = turn.newest.book.actions.get(spec.name)
    try:
        if newest is not None:
            return judge(newest, facts)
    except ExpressionFailed:
        pass
    return Decision(refused=spec.failed, confirm=False, approval=None, because=(), places=(spec.place,))


def rules_asking(turn: Turn, spec: ActionSpec, facts: Mapping[str, Any]) -> Sequence[ActionRule]:
    """List the rules that ask for a person: the newest version's, or those the action was proposed under."""
    newest = turn.newest.book.actions.get(spec.name, spec)
    for one, decision in ((newest, _judge_newest(turn, spec, facts)), (spec, judge(spec, facts))):
        asking = [rule for rule in one.rules if rule.id in decision.because and rule.approval is not None]
        if asking:
            return asking
    return ()


def approved(memory: ActionThread, need: ApprovalNeed | None, amount: float | None) -> bool:
    """Say whether no person is asked for, or one has decided and that word, perhaps older, suffices."""
    if need is None:
        return True
    given, limit = memory.get("approval"), need.up_to
    if given is None or not memory.get("approved_by"):
        return bool(memory.get("approved_by"))
    before = given.get("up_to")
    within = limit is None or (before is not None and before <= limit) or (amount or 0.0) <= limit
    return within and given.get("role") in (need.role, HIGHEST)
