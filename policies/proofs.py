"""Proves what must hold of a whole book: every way through a flow ends well, every effect has its yes."""

import re
from collections.abc import Iterator

from policies.draft import Draft
from policies.explore import reads_known, rings, silence, unreached
from policies.fast_schema import FastPathFile
from policies.model import Act, ActionSpec, Book, Branch, Collect, Flow, Link, Place, Say, Step
from policies.phrases import readings
from policies.problems import Problem
from policies.template_values import EXTRA
from policies.templates import Reply


def prove(draft: Draft, book: Book) -> Iterator[Problem]:
    """Yield everything for which a book must not be served, although each of its lines is right."""
    yield from _flows(draft, book)
    yield from _actions(draft, book)
    yield from _conflicts(draft, book)
    yield from _phrases(draft)


def point_at(draft: Draft, place: Place, message: str, hint: str = "") -> Problem:
    """Point at the first value of a line."""
    column = draft.source(place.file).column(place.line)
    return Problem(file=place.file, line=place.line, column=column, message=message, hint=hint)


def _flows(draft: Draft, book: Book) -> Iterator[Problem]:
    """Check each flow by itself, then how they start one another."""
    for flow in book.flows.values():
        for step in unreached(flow):
            hint = "A flow ends at an action, a link, 'hand_over' or 'end': remove what stands behind it."
            yield point_at(draft, step.place, "no conversation reaches this step", hint)
        yield from _silence(draft, flow)
        yield from _slots(draft, flow)
        yield from _known_at_each_step(draft, book, flow)
    yield from _starts(draft, book)


def _silence(draft: Draft, flow: Flow) -> Iterator[Problem]:
    """Note a way through a flow on which the customer hears nothing."""
    found = silence(flow)
    if found is None:
        return
    if found.nothing_found:
        hint = "Add `missing: <template>`."
        yield point_at(draft, flow.steps[found.at].place, "when this finds nothing, nobody is told", hint)
        return
    way = ", ".join(_told(flow, found.steps, index) for index in range(len(found.steps)))
    message = f"the flow '{flow.name}' can end without a reply and without a person"
    yield point_at(draft, flow.place, message, f"The shortest way: {way}. Add a 'say' or 'hand_over' to it.")


def _told(flow: Flow, way: tuple[int, ...], index: int) -> str:
    """Say one step of a way in words."""
    at, step = way[index], flow.steps[way[index]]
    line = f"line {step.place.line}"
    if isinstance(step, Branch):
        after = way[index + 1] if index + 1 < len(way) else len(flow.steps)
        held = "holds" if after == at + 1 else "does not hold"
        return f"{line} `{step.condition.source}` {held}"
    return f"{line} {type(step).__name__.lower()}"


def _slots(draft: Draft, flow: Flow) -> Iterator[Problem]:
    """Note slots that nobody asks for."""
    asked = {step.slot for step in flow.steps if isinstance(step, Collect)}
    noticed = {name for name, slot in flow.slots.items() if slot.entities and _reads_slot(flow, name)}
    for name in sorted(flow.slots.keys() - asked - noticed):
        message = f"the flow '{flow.name}' never asks for its slot '{name}'"
        yield point_at(draft, flow.place, message, f"Add a step `collect: {name}`, or remove the slot.")


def _reads_slot(flow: Flow, name: str) -> bool:
    """Tell whether any expression of the flow names the slot."""
    found = re.compile(rf"\bslots\.{name}\b")
    sources = [step.condition.source for step in flow.steps if isinstance(step, Branch)]
    for step in flow.steps:
        sources += [value.source for value in getattr(step, "args", {}).values()]
    return any(found.search(source) for source in sources)


def _known_at_each_step(draft: Draft, book: Book, flow: Flow) -> Iterator[Problem]:
    """Note conditions, replies and actions that use a read before it was certainly made."""
    saves = set(_saves(flow))
    everywhere = {save for other in book.flows.values() for save in _saves(other)}
    for at, known in sorted(reads_known(flow).items()):
        if at >= len(flow.steps):
            continue
        step = flow.steps[at]
        for save in sorted(_used(book, step, everywhere) - known):
            hint = "It is read on some ways only." if save in saves else "Read it first in this flow."
            yield point_at(draft, step.place, f"'{save}' is not known here", hint)


def _saves(flow: Flow) -> Iterator[str]:
    """Yield the names under which a flow saves what it reads."""
    return (read.save for read in flow.reads)


def _used(book: Book, step: Step, saves: set[str]) -> set[str]:
    """List the reads that a step needs: in its reply, or for the rules of its action."""
    if isinstance(step, Say):
        return _roots(book, step.template) & saves
    if isinstance(step, Act):
        action = book.actions[step.action]
        return {*action.needs, *(_roots(book, action.ask) & saves)}
    return set()


def _roots(book: Book, template: str) -> set[str]:
    """List the facts that a reply names."""
    reply = book.templates[template]
    if not isinstance(reply, Reply):
        return set()
    return {placeholder.path[0] for wording in reply.wordings for placeholder in wording.placeholders}


def _starts(draft: Draft, book: Book) -> Iterator[Problem]:
    """Note flows that nothing starts, and rings of links."""
    links = {
        name: frozenset(step.flow for step in flow.steps if isinstance(step, Link))
        for name, flow in book.flows.items()
    }
    linked = frozenset(target for targets in links.values() for target in targets)
    for name, flow in book.flows.items():
        if not flow.intents and name not in linked:
            yield point_at(
                draft, flow.place, f"nothing starts the flow '{name}'", "Give it intents, or link to it."
            )
    for ring in rings(links):
        message = f"these flows link in a ring: {' → '.join(ring)}"
        yield point_at(draft, book.flows[ring[0]].place, message, "Let one of them end.")


def _actions(draft: Draft, book: Book) -> Iterator[Problem]:
    """Check that every effect waits for somebody's yes, and that its replies can be said."""
    for action in book.actions.values():
        if not action.always_confirm and not any(rule.confirm or rule.approval for rule in action.rules):
            hint = "Set `always_confirm: true`, or add a rule with 'confirm' or 'approval'."
            yield point_at(draft, action.place, f"'{action.name}' would run without anybody's yes", hint)
        if action.risk == "money" and action.amount is None:
            hint = "Add `amount: args.amount`."
            yield point_at(draft, action.place, f"'{action.name}' moves money but names no amount", hint)
        yield from _action_replies(draft, book, action)
    acted = {step.action for flow in book.flows.values() for step in flow.steps if isinstance(step, Act)}
    for name in sorted(book.actions.keys() - acted):
        yield point_at(
            draft, book.actions[name].place, f"no flow uses the action '{name}'", "Use it or remove it."
        )


def _action_replies(draft: Draft, book: Book, action: ActionSpec) -> Iterator[Problem]:
    """Check that an action's replies use only what an action knows: no slots, no other flow's reads."""
    known = {"args", "customer", "conversation", "company", "assistant", "currency", *action.needs, *EXTRA}
    refusals = [rule.refuse for rule in action.rules if rule.refuse]
    own = (action.ask, action.started, action.waiting, action.done, action.failed, action.rejected)
    for template in dict.fromkeys((*own, *refusals)):
        for root in sorted(_roots(book, template) - known):
            place = book.templates[template].place
            message = f"'{root}' is not known to the action '{action.name}', which says '{template}'"
            yield point_at(draft, place, message, "Use args, or add the read to the action's 'needs'.")


def _conflicts(draft: Draft, book: Book) -> Iterator[Problem]:
    """Check that two actions meet in the same way whichever came first."""
    source = draft.source("conflicts.yaml")
    for (first, second), verdict in book.conflicts.items():
        other = book.conflicts.get((second, first))
        if other is not None and other != verdict and first < second:
            message = f"{second} after {first} is '{verdict}', but {first} after {second} is '{other}'"
            yield source.problem(("conflicts", first, second), message, "Give both the same verdict.")


def _phrases(draft: Draft) -> Iterator[Problem]:
    """Check that no words of the fast path mean two things."""
    reader, file = draft.one("fast_path.yaml", FastPathFile)
    owners: dict[str, str] = {}
    for index, pattern in enumerate(file.patterns):
        for at, phrase in enumerate(pattern.whole):
            others = {owners.setdefault(words, pattern.intent) for words in readings(phrase)}
            for owner in sorted(others - {pattern.intent}):
                message = f"'{phrase}' already means {owner}"
                yield reader.source.problem(("patterns", index, "whole", at), message, "Keep one of them.")
