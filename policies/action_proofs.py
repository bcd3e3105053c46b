"""Proves of each action that nothing happens without the yes it needs, whatever the facts are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from policies.actions import judge
from policies.expressions import ExpressionFailed, holds
from policies.flow_model import Act
from policies.model import ActionSpec, Book, Decision, Value
from policies.reach import roots
from policies.samples import Samples, facts, names, opaque
from policies.template_values import EXTRA, MADE
from policies.values import Place


@dataclass(frozen=True, kw_only=True)
class ActionFault:
    """What is wrong with an action, and the facts that show it."""

    action: str
    place: Place
    message: str
    hint: str
    shown: str = ""


def action_faults(book: Book, samples: Samples) -> Iterator[ActionFault]:
    """Yield what is wrong with the actions of a book."""
    used = {step.action for flow in book.flows.values() for step in flow.steps if isinstance(step, Act)}
    for action in book.actions.values():
        yield from _decisions(action, samples)
        yield from _rules(action, samples)
        yield from _replies(book, action)
        if action.risk == "money" and action.amount is None:
            message = f"'{action.name}' moves money but names no amount"
            shown = "the customer says yes, and nobody can say to how much"
            yield _fault(action, message, "Add `amount: args.amount`.", shown)
        if action.name not in used and action.begins_when_due is None:
            message = f"no flow uses the action '{action.name}'"
            yield _fault(action, message, "Use it or remove it.", "no conversation comes to it")
    yield from _begun_together(book)


def _begun_together(book: Book) -> Iterator[ActionFault]:
    """Note a second action that would begin when the same kind of follow-up is due."""
    first: dict[str, str] = {}
    for action in book.actions.values():
        kind = action.begins_when_due
        if kind is not None and first.setdefault(kind, action.name) != action.name:
            message = f"'{first[kind]}' begins when '{kind}' is due already"
            shown = f"'{kind}' is due, and two actions would begin"
            yield _fault(action, message, "Take `begins_when_due` from one of them.", shown)


def _fault(
    action: ActionSpec, message: str, hint: str, shown: str, place: Place | None = None
) -> ActionFault:
    """Put a fault together."""
    return ActionFault(
        action=action.name, place=place or action.place, message=message, hint=hint, shown=shown
    )


def _decisions(action: ActionSpec, samples: Samples) -> Iterator[ActionFault]:
    """Judge the action for all facts that matter to its rules, and look for a yes that nobody gives."""
    wanted = {name for rule in action.rules for name in names(rule.condition)}
    wanted |= {name for name in names(action.amount) if "." in name} if action.amount else set()
    computed = any(opaque(rule.condition) for rule in action.rules)
    combinations = None if computed else samples.combinations(wanted)
    if combinations is None:
        if not action.always_confirm and not any(rule.confirm or rule.approval for rule in action.rules):
            yield _unasked(action, {})
        return
    unasked = undecided = False
    for decided in combinations:
        decision = _judged(action, decided)
        if decision is None or decision.refused:
            continue
        if not unasked and not decision.confirm and decision.approval is None:
            unasked = True
            yield _unasked(action, decided)
        if not undecided and (amount := _beyond(action, decision, decided)) is not None:
            undecided = True
            message = f"nobody may decide on '{action.name}' of {amount:g}"
            hint = "Add a rule with a higher role for what is above `up_to`, or refuse it."
            yield _fault(action, message, hint, f"{_told(decided)}: it waits for a person who does not exist")


def _judged(action: ActionSpec, decided: Mapping[str, Value]) -> Decision | None:
    """Judge the action for some facts; None when its rules have no answer, so that it does not run."""
    known = {**{name: {} for name in ("args", "customer", "conversation")}, **facts(decided)}
    try:
        return judge(action, known)
    except ExpressionFailed:
        return None


def _unasked(action: ActionSpec, decided: Mapping[str, Value]) -> ActionFault:
    """Say that an effect would happen that nobody agreed to."""
    hint = "Set `always_confirm: true`, or add a rule with 'confirm' or 'approval'."
    told = f"{_told(decided)}: " if decided else ""
    return _fault(
        action, f"'{action.name}' would run without anybody's yes", hint, f"{told}it is done at once"
    )


def _beyond(action: ActionSpec, decision: Decision, decided: Mapping[str, Value]) -> float | None:
    """Return the amount where it is above what the person asked may decide."""
    need = decision.approval
    if need is None or need.up_to is None or action.amount is None:
        return None
    try:
        amount = action.amount.evaluate(facts(decided))
    except ExpressionFailed:
        return None
    too_much = isinstance(amount, int | float) and not isinstance(amount, bool) and amount > need.up_to
    return float(amount) if too_much and isinstance(amount, int | float) else None


def _rules(action: ActionSpec, samples: Samples) -> Iterator[ActionFault]:
    """Note rules whose condition nothing satisfies."""
    for rule in action.rules:
        combinations = None if opaque(rule.condition) else samples.combinations(names(rule.condition))
        if combinations is None:
            continue
        if any(holds(rule.condition, facts(one), failing=True) for one in combinations):
            continue
        message = f"the rule '{rule.id}' never decides: nothing satisfies `{rule.condition.source}`"
        hint = "Mend its condition or remove it."
        yield _fault(action, message, hint, f"whatever the facts are, '{rule.id}' does not hold", rule.place)


def _replies(book: Book, action: ActionSpec) -> Iterator[ActionFault]:
    """Check that an action's replies use only what an action knows: no slots, no other flow's reads."""
    known = {"args", "customer", "conversation", "company", "assistant", "currency", *action.needs, *EXTRA}
    refusals = [rule.refuse for rule in action.rules if rule.refuse]
    own = (action.ask, action.started, action.waiting, action.done, action.failed, action.rejected)
    for template in dict.fromkeys((*own, *refusals)):
        for root in sorted(roots(book, template) - known - ({MADE} if template == action.done else set())):
            place = book.templates[template].place
            message = f"'{root}' is not known to the action '{action.name}', which says '{template}'"
            hint = "Use args, or add the read to the action's 'needs'."
            yield _fault(action, message, hint, f"'{template}' cannot be said", place)


def _told(decided: Mapping[str, Value]) -> str:
    """Write facts as a sentence has them."""
    return ", ".join(f"{name} is {_written(value)}" for name, value in decided.items())


def _written(value: Value) -> str:
    """Write one value."""
    match value:
        case None:
            return "empty"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"{value:g}"
        case _:
            return f"'{value}'"
