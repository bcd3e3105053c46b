"""Judges one proposed action by the book's rules. Pure: what it needs to know are its arguments."""

from collections.abc import Sequence

from policies.expressions import ExpressionFailed
from policies.model import ActionRule, ActionSpec, ApprovalNeed, Decision, Facts

_RANK = {"agent": 1, "supervisor": 2}
HIGHEST = "supervisor"
"""The role whose word every approval accepts."""


def judge(action: ActionSpec, facts: Facts) -> Decision:
    """Let the strictest rule that holds decide; without one the action may go on.

    A refusal beats an approval, an approval beats a confirmation. A condition without a value for these
    facts raises `ExpressionFailed`, unless another rule refuses anyway: what cannot be judged must not run.
    """
    holding, failure = _holding(action, facts)
    if failure is not None and all(rule.refuse is None for rule in holding):
        raise failure
    return decided(action, holding)


def decided(action: ActionSpec, holding: Sequence[ActionRule]) -> Decision:
    """Say what those rules of an action come to that hold."""
    refusing = [rule for rule in holding if rule.refuse is not None]
    if refusing:
        return _decision(refusing, refused=refusing[0].refuse, confirm=False, approval=None)
    confirm = action.always_confirm or any(rule.confirm for rule in holding)
    return _decision(holding, refused=None, confirm=confirm, approval=_strictest(_needs(holding)))


def _holding(action: ActionSpec, facts: Facts) -> tuple[list[ActionRule], ExpressionFailed | None]:
    """List the rules that hold, and the first failure among those that cannot be evaluated."""
    holding: list[ActionRule] = []
    failure: ExpressionFailed | None = None
    for rule in action.rules:
        try:
            if rule.condition.evaluate(facts) is True:
                holding.append(rule)
        except ExpressionFailed as error:
            failure = failure or error
    return holding, failure


def _needs(rules: Sequence[ActionRule]) -> list[ApprovalNeed]:
    """List what the rules ask of persons."""
    return [rule.approval for rule in rules if rule.approval is not None]


def _decision(
    rules: Sequence[ActionRule], *, refused: str | None, confirm: bool, approval: ApprovalNeed | None
) -> Decision:
    """Put a decision together with the rules that made it."""
    return Decision(
        refused=refused,
        confirm=confirm,
        approval=approval,
        because=tuple([rule.id for rule in rules]),
        places=tuple([rule.place for rule in rules]),
    )


def stricter(one: Decision, other: Decision) -> Decision:
    """Join two decisions about one action so that whatever either demands is demanded."""
    refused = one.refused or other.refused
    needs = [decision.approval for decision in (one, other) if decision.approval is not None]
    return Decision(
        refused=refused,
        confirm=refused is None and (one.confirm or other.confirm),
        approval=_strictest(needs) if refused is None else None,
        because=tuple(dict.fromkeys((*one.because, *other.because))),
        places=tuple(dict.fromkeys((*one.places, *other.places))),
    )


def _strictest(needs: Sequence[ApprovalNeed]) -> ApprovalNeed | None:
    """Combine the approvals asked for: highest role, lowest limit among its own, earliest expiry."""
    if not needs:
        return None
    highest = max(needs, key=lambda need: _RANK.get(need.role, 0)).role
    limits = [need.up_to for need in needs if need.role == highest and need.up_to is not None]
    return ApprovalNeed(
        role=highest,
        up_to=min(limits) if limits else None,
        expires_minutes=min(need.expires_minutes for need in needs),
    )
