"""From an inbox's answer to a decision, and from a request to what an inbox shows. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from app.console.shapes import ActionRequest, HumanRequest, RequestConfig
from app.gateway.body import fit
from app.handoff.approval_request import LONGEST_RESPONSE, DecisionBody, StoredRequest, amount_max
from app.problems import Problem


def unfit(field: str, reason: str) -> Problem:
    """Say which field of a request does not fit, and why."""
    errors = [{"field": field, "reason": reason}]
    return Problem(422, "wrong-fields", "Some fields do not fit.", f"{field} {reason}.", errors=errors)


def answer_in(resume: object, interrupt_id: str) -> object:
    """Return the one answer in a `command.resume`: alone, in a list, or under its interrupt's id.

    An answer under the id of an interrupt that does not wait is refused: nothing is decided unseen.
    """
    if isinstance(resume, dict) and "type" not in resume:
        if list(resume) != [interrupt_id]:
            raise Problem(
                409,
                "interrupt-not-waiting",
                "This interrupt does not wait for an answer.",
                "Read the thread again: it was answered, or asks for something else now.",
            )
        resume = resume[interrupt_id]
    if isinstance(resume, list):
        if len(resume) != 1:
            raise unfit("command.resume", "holds exactly one answer")
        resume = resume[0]
    if not isinstance(resume, dict):
        raise unfit("command.resume", 'is an answer, as [{"type": "accept", "args": null}]')
    return resume


def decision_from(answer: object, request: StoredRequest) -> DecisionBody:
    """Read an answer in the shape of `HumanResponse` as a decision on the request."""
    decision = fit(DecisionBody, answer)
    if decision.type != "edit":
        words = decision.args if decision.type == "response" else None
        return decision.model_copy(update={"args": words})
    if not isinstance(decision.args, dict):
        raise unfit("args", 'is the action with its arguments, as {"action": "…", "args": {"amount": 120.0}}')
    named, edits = decision.args.get("action"), decision.args.get("args")
    if named is None or not isinstance(edits, dict):
        named, edits = request.action, decision.args
    if named != request.action:
        raise unfit("args.action", f"cannot be changed; it is {request.action}")
    kept = {name: _as_proposed(value, request.args.get(name)) for name, value in edits.items()}
    return decision.model_copy(update={"args": kept})


def _as_proposed(value: object, proposed: object) -> object:
    """Read a text from an inbox's form as what was proposed: a number, a list, an object."""
    if not isinstance(value, str) or isinstance(proposed, str | None):
        return value
    try:
        read: object = orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
    return read if isinstance(read, bool) == isinstance(proposed, bool) else value


def request_to_person(request: StoredRequest) -> HumanRequest:
    """Return a request in the shape of `HumanInterrupt`."""
    return HumanRequest(
        action_request=ActionRequest(action=request.action, args=request.args),
        config=RequestConfig(allow_edit=bool(request.editable)),
        description=_description(request),
    )


def _description(request: StoredRequest) -> str:
    """Say what the action does and why a person is asked."""
    why = f"Asked because: {request.rule_text} ({request.file}:{request.line})." if request.rule_text else ""
    most = amount_max(request)
    limit = f"The amount may only go down; at most {most:.2f}." if most and request.editable else ""
    return "\n\n".join(part for part in (request.effect, why, limit) if part)


def response_schema(request: StoredRequest) -> dict[str, Any]:
    """Describe in JSON Schema the answers that are possible, so that a form can be made of it."""
    plain = [_answer("accept", {"type": "null"}), _answer("ignore", {"type": "null"})]
    words = _answer("response", {"type": "string", "minLength": 1, "maxLength": LONGEST_RESPONSE})
    edits = [_answer("edit", _edit(request))] if request.editable else []
    return {"type": "array", "minItems": 1, "maxItems": 1, "items": {"oneOf": [*plain, words, *edits]}}


def _answer(kind: str, args: Mapping[str, Any]) -> dict[str, Any]:
    needed = ["type"] if args == {"type": "null"} else ["type", "args"]
    return {"type": "object", "properties": {"type": {"const": kind}, "args": args}, "required": needed}


def _edit(request: StoredRequest) -> dict[str, Any]:
    """Describe the action with its arguments, of which only those that the book names may differ."""
    args = {name: {"const": value} for name, value in request.args.items() if name not in request.editable}
    changeable = {name: _changeable(request, name) for name in request.editable}
    return {
        "type": "object",
        "properties": {
            "action": {"const": request.action},
            "args": {
                "type": "object",
                "properties": {**args, **changeable},
                "additionalProperties": False,
            },
        },
        "required": ["action", "args"],
    }


def _changeable(request: StoredRequest, name: str) -> dict[str, Any]:
    proposed = request.args.get(name)
    if name == "amount":
        most = amount_max(request)
        limits = {"maximum": most} if most is not None else {}
        return {"type": "number", "exclusiveMinimum": 0, **limits, "multipleOf": 0.01}
    return {"type": _KINDS[type(proposed)]} if type(proposed) in _KINDS else {}


_KINDS: Mapping[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


def selected(row: Mapping[str, Any], fields: Sequence[str] | None) -> dict[str, Any]:
    """Keep the fields that a client asked for; all when it named none."""
    return {name: value for name, value in row.items() if fields is None or name in fields}
