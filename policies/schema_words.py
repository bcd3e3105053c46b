"""What the keys of a book mean, in a sentence each: editors show it beside the key."""

from collections.abc import Mapping
from typing import Any

KEYS: Mapping[str, str] = {
    "action": "The action to propose; its rules decide about confirmation and approval.",
    "always_confirm": "Whether the customer is asked each time before it is done.",
    "amount": "What it moves, in the company's currency: an expression over `args`.",
    "answer": "Who answers: a flow, the articles, a reply, or a person.",
    "approval": "The person who must decide when this rule holds.",
    "ask": "The reply that asks.",
    "at_most": "How often at most it goes round, or back.",
    "attempts": "How often it is asked before a person takes over, or an optional slot stays empty.",
    "begins_when_due": "The kind of follow-up whose time begins the action by itself.",
    "call": "The flow to go through before coming back; slots of the same name are shared.",
    "choices": "The values of a choice, each with the words that mean it; the first is on its button.",
    "collect": "The slot to ask for, unless it is filled.",
    "complex": "Whether it always goes to a person.",
    "confirm": "Whether the customer is asked when this rule holds.",
    "conflicts": "For each pending action what a new one on the same subject meets: block, queue or allow.",
    "description": "What the flow is about, in the words of a clarifying question.",
    "editable": "Arguments that the person who decides may change.",
    "else": "What follows when the condition does not hold, or after a no.",
    "end": "Ends the flow.",
    "entities": "What understanding may fill the slot with; without any, the whole next message does.",
    "examples": "Messages from which the intent is learnt, in as many ways of saying it as there are.",
    "expires_minutes": "How long the approval waits for a person.",
    "forget": "Slots that are asked for again when nothing is found.",
    "hand_over": "The reason for which a person takes over.",
    "heard": "Whether the words that begin the flow may make the choice, or name the address, already.",
    "handoff_triggers": "What else brings a person, beside the ladder; a company may change it for itself.",
    "id": "The name of this step, for `next`; of this rule, for the trace.",
    "if": "A condition over slots, reads, `customer` and `conversation`.",
    "intents": "The intents that begin the flow.",
    "invalid": "The reply said instead of the question when a value does not do.",
    "link": "The flow to go on in, without coming back.",
    "missing": "The reply said when nothing is found.",
    "needs": "Reads that the action's rules and replies name.",
    "next": "The step to go on at, `end`, or a list of ways.",
    "optional": "Whether a no leaves the slot empty.",
    "options": "Further values of a choice: an expression over what was read that gives a list of texts.",
    "prefill": "What the slot holds from the start: an expression over `customer` and `conversation`.",
    "read": "The tool to look something up with.",
    "reads": "Several reads, made at once.",
    "refuse": "The reply that tells the customer why not.",
    "repeat": "Steps to go round, at most so often; what they collect is asked for anew.",
    "risk": "What the action does: it changes something, or moves money.",
    "rules": "The conditions on an action; the strictest that holds decides.",
    "save": "The name under which the result is known from here on.",
    "say": "The reply to say.",
    "set_slots": "Slots to give a value; `null` empties one.",
    "skills": "Skills that the person needs.",
    "slots": "The values that the flow needs.",
    "steps": "What happens, in order.",
    "subject": "What the action acts on, for the conflict matrix: an expression over `args`.",
    "then": "What follows when the condition holds, or after a yes; of an action, the calls after its tool.",
    "tool": "The tool that does it.",
    "until": "The condition that ends the round.",
    "up_to": "The amount up to which this person may decide.",
    "valid": "A condition over `value`; a value that fails it is asked for again.",
    "while_waiting": "Flows that a customer may choose while waiting for a person, who stays called.",
    "when_named": "Intents that begin the flow only when the message names an order.",
    "with": "Arguments, each an expression.",
}


def explained(schema: Any) -> Any:
    """Add to every known key of a JSON Schema what it means."""
    if isinstance(schema, list):
        return [explained(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: explained(value) for key, value in schema.items()}
    keys = made.get("properties")
    if isinstance(keys, dict):
        made["properties"] = {name: _with_words(name, shape) for name, shape in keys.items()}
    return made


def _with_words(name: str, shape: Any) -> Any:
    """Add the sentence of one key, unless its schema brings one."""
    if not isinstance(shape, dict) or name not in KEYS:
        return shape
    return {"description": KEYS[name], **shape}
