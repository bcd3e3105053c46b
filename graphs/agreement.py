"""What the customer agreed to, held against what is true now."""

from collections.abc import Mapping
from typing import Any

from graphs.events import ActionStarts
from graphs.reads import read_fact
from graphs.state import ActionThread
from graphs.turn import Turn
from graphs.walking import customer_facts
from policies.model import ActionSpec
from tools.spec import ActionKey


def opening(turn: Turn, state: ActionThread) -> ActionThread:
    """Return the memory that an action begins with; nothing for one that has begun."""
    if not isinstance(turn.event, ActionStarts) or "action" in state:
        return {}
    start = turn.event
    return {
        "action_id": start.action_id,
        "action": start.action,
        "args": dict(start.args),
        "reads": [{"tool": read.tool, "args": dict(read.args), "save": read.save} for read in start.reads],
        "follows": dict(start.follows),
        "agreed": {"args": dict(start.args), "facts": dict(start.facts)},
        "confirmed": start.confirmed,
        "book": turn.rules.book.version,
    }


async def fresh_facts(turn: Turn, memory: ActionThread) -> dict[str, Any] | None:
    """Repeat the reads behind the rules; None when what they name is gone."""
    facts: dict[str, Any] = {}
    for read in memory.get("reads", []):
        found = await read_fact(turn, read["tool"], read["args"])
        if found is None:
            return None
        facts[read["save"]] = found
    return facts


def all_facts(turn: Turn, memory: ActionThread) -> dict[str, Any]:
    """The variables that rules and templates may name."""
    return facts_with(turn, memory.get("facts", {}), memory["args"])


def facts_with(turn: Turn, facts: Mapping[str, Any], args: Mapping[str, Any]) -> dict[str, Any]:
    """Put together what rules and templates may name from these facts and arguments."""
    return {
        **facts,
        "args": args,
        "slots": {},
        "customer": customer_facts(turn),
        "conversation": {"id": turn.conversation_id, "channel": turn.channel},
    }


def amount_of(turn: Turn, memory: ActionThread, spec: ActionSpec) -> float | None:
    """Return what the action is about in money, if anything."""
    amount = spec.amount.evaluate(all_facts(turn, memory)) if spec.amount else None
    return float(amount) if isinstance(amount, int | float) else None


def followed(memory: ActionThread, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments with those renewed that are nothing but a field of what was read."""
    args = dict(memory["args"])
    for name, source in memory.get("follows", {}).items():
        save, _, field = source.partition(".")
        if field in facts.get(save, {}):
            args[name] = facts[save][field]
    return args


def refreshed(turn: Turn, memory: ActionThread, spec: ActionSpec, fresh: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of an effect that may have happened: only what says what was read is renewed."""
    read = turn.desk.tools.preconditions(spec.tool)
    return {**memory["args"], **{name: value for name, value in fresh.items() if name in read}}


def differs(turn: Turn, memory: ActionThread, spec: ActionSpec) -> bool:
    """Say whether the question would read otherwise now than when the customer said yes to it."""
    agreed = memory.get("agreed")
    if not agreed or not agreed["facts"].keys() >= {read["save"] for read in memory.get("reads", [])}:
        return False
    before = turn.render(spec.ask, facts_with(turn, agreed["facts"], agreed["args"]))
    return turn.render(spec.ask, all_facts(turn, memory)) != before


def run_key(memory: ActionThread, step: int = 0) -> ActionKey:
    """Name the effect of one step of the action, for ever."""
    return ActionKey(f"{memory['action_id']}:run" if step == 0 else f"{memory['action_id']}:step{step}")


def undo_key(memory: ActionThread, step: int) -> ActionKey:
    """Name the taking back of one step, for ever."""
    return ActionKey(f"{memory['action_id']}:undo{step}")
