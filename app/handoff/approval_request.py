"""What is asked of a person before an action runs, and which decisions on it are sound. Pure."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from app.problems import Problem

DecisionType = Literal["accept", "edit", "response", "ignore"]
Decided = Literal["accepted", "edited", "responded", "ignored"]
STATUS_OF: Mapping[DecisionType, Decided] = {
    "accept": "accepted",
    "edit": "edited",
    "response": "responded",
    "ignore": "ignored",
}
LONGEST_RESPONSE = 4000


class StoredRequest(BaseModel):
    """The sealed column `approvals.request`: everything the console shows at the place of the decision."""

    model_config = ConfigDict(extra="ignore")

    action_id: str
    action: str
    label: str
    args: Mapping[str, Any]
    editable: Sequence[str] = ()
    amount: float | None = None
    effect: str = ""
    rule_id: str = ""
    rule_text: str = ""
    file: str = ""
    line: int = 0
    seq: int | None = None
    """The turn of the action's thread that asked."""


class DecisionBody(BaseModel):
    """A person's decision: `args` are the edits, or the response's text."""

    model_config = ConfigDict(extra="forbid")

    type: DecisionType
    args: dict[str, Any] | Annotated[str, StringConstraints(max_length=LONGEST_RESPONSE)] | None = None


def _unfit(field: str, reason: str) -> Problem:
    return Problem(
        422,
        "wrong-fields",
        "Some fields do not fit.",
        f"{field} {reason}.",
        errors=[{"field": field, "reason": reason}],
    )


def check_decision(request: StoredRequest, decision: DecisionBody) -> None:
    """Refuse an edit of what nobody may change, and a response without words."""
    if decision.type == "edit" and not request.editable:
        raise _unfit("type", "edit is not possible: nothing of this action may be changed")
    if decision.type == "response" and not (isinstance(decision.args, str) and decision.args.strip()):
        raise _unfit("args", "is the text that the customer gets")


def edits_of(request: StoredRequest, decision: DecisionBody) -> dict[str, Any]:
    """Return the arguments an edit changes: only those the book names, and an amount only downwards."""
    if decision.type != "edit":
        return {}
    if not isinstance(decision.args, dict):
        raise _unfit("args", 'is an object of the arguments to change, as {"amount": 120.0}')
    given = decision.args
    if "action" in given and isinstance(given.get("args"), dict):
        given = given["args"]
    proposed = request.args
    edits = {name: value for name, value in given.items() if name not in proposed or proposed[name] != value}
    if not edits:
        raise _unfit("args", "changes nothing: say what to change, or accept")
    for name, value in edits.items():
        _check_edit(request, name, value)
    return edits


def _check_edit(request: StoredRequest, name: str, value: object) -> None:
    if name not in request.editable:
        raise _unfit(f"args.{name}", f"cannot be changed; editable: {', '.join(request.editable)}")
    if name == "amount":
        _check_amount(request, value)
    elif type(value) is not type(request.args.get(name)):
        raise _unfit(f"args.{name}", "has another type than the proposed value")


def _check_amount(request: StoredRequest, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _unfit("args.amount", "is a number")
    if not value > 0 or round(value, 2) != value:
        raise _unfit("args.amount", "is more than nothing and has at most two decimals")
    most = amount_max(request)
    if most is not None and value > most:
        raise _unfit("args.amount", f"may only go down; at most {most:.2f}")


def amount_max(request: StoredRequest) -> float | None:
    """Return the amount that was proposed, above which nobody may go."""
    known = [request.amount, request.args.get("amount")]
    amounts = [float(amount) for amount in known if isinstance(amount, int | float)]
    return min(amounts) if amounts else None
