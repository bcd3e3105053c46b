"""Proves what must hold of a whole book: every way through a flow ends well, every effect has its yes."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import product

from policies.action_proofs import action_faults
from policies.draft import Draft
from policies.explore import Exploration, Fault, Line, explore
from policies.expressions import holds
from policies.fast_path import INFORM
from policies.fast_schema import FastPathFile
from policies.flow_model import Branch, Call, Collect, Flow, Jump, SetSlots, Slot
from policies.model import Book
from policies.phrases import readings
from policies.problems import Problem, did_you_mean
from policies.reach import chosen_by, links, rings
from policies.samples import Samples, gather
from policies.schema import TemplatesFile
from policies.showing import to_action
from policies.transcripts import transcript, wants
from policies.values import Place

_YES = Line(who="yes", what="")


def prove(draft: Draft, book: Book) -> Iterator[Problem]:
    """Yield everything for which a book must not be served, although each of its lines is right."""
    samples = gather(book)
    ring = next(rings(links(book)), None)
    found = Exploration() if ring else explore(book, samples)
    yield from _starts(draft, book, ring)
    if not ring:
        yield from _flows(draft, book, found)
    yield from _slots(draft, book, samples)
    for fault in action_faults(book, samples):
        shown = transcript(book, to_action(book, found, fault.action), fault.shown)
        yield point_at(draft, fault.place, fault.message, fault.hint, shown)
    yield from _conflicts(draft, book, found)
    yield from _phrases(draft, book)
    yield from _buttons(draft, book)


def point_at(
    draft: Draft, place: Place, message: str, hint: str = "", shown_by: tuple[str, ...] = ()
) -> Problem:
    """Point at the first value of a line."""
    column = draft.source(place.file).column(place.line)
    return Problem(
        file=place.file, line=place.line, column=column, message=message, hint=hint, shown_by=shown_by
    )


def _flows(draft: Draft, book: Book, found: Exploration) -> Iterator[Problem]:
    """Say what conversations came to, and which steps none of them came to."""
    for fault in found.faults.values():
        yield _fault(draft, book, fault)
    for flow in book.flows.values():
        if (flow.name, 0) in found.reached:
            yield from _dead(draft, book, flow, found)


def _fault(draft: Draft, book: Book, fault: Fault) -> Problem:
    """Word one fault of a conversation."""
    spot = fault.visit.spot
    flow = book.flows[spot.flow]
    place = flow.steps[spot.at].place if spot.at < len(flow.steps) else flow.place
    match fault.kind:
        case "silence":
            message = f"the flow '{flow.name}' can end without a reply and without a person"
            hint, last = "Add a 'say' or 'hand_over' to this way.", "here it ends, and nothing was said"
        case "nothing_found":
            message, last = "when this finds nothing, nobody is told", "nothing is said"
            hint = "Add `missing: <template>`."
        case "unknown":
            message, last = f"'{fault.what}' is not known here", f"'{fault.what}' was not read on this way"
            saves = {read.save for read in flow.reads}
            hint = "It is read on some ways only." if fault.what in saves else "Read it first in this flow."
        case "unfilled":
            message = f"'{fault.what}' may be empty here, and the reply cannot be said without it"
            hint = "Collect it first, or put the part that needs it in square brackets in the reply."
            last = f"'{fault.what}' was not given on this way"
        case "fails":
            message = f"`{fault.what}` has no value when something in it is empty"
            hint, last = "Compare with null first: `x != null && ...`.", "the condition cannot be decided"
    return point_at(draft, place, message, hint, transcript(book, fault.visit.conversation, last))


def _dead(draft: Draft, book: Book, flow: Flow, found: Exploration) -> Iterator[Problem]:
    """Note the first of each run of steps that no conversation reaches; jumps are the compiler's own."""
    reached = {at for name, at in found.reached if name == flow.name}
    fresh = True
    for at, step in enumerate(flow.steps):
        if at in reached:
            fresh = True
        elif fresh and not isinstance(step, Jump):
            fresh = False
            nearest = max(one for one in reached if one < at)
            hint, last = _why_dead(flow, nearest, step.place.line)
            lines = found.reached[flow.name, nearest].conversation
            shown = transcript(book, lines, last)
            yield point_at(draft, step.place, "no conversation reaches this step", hint, shown)


def _why_dead(flow: Flow, nearest: int, line: int) -> tuple[str, str]:
    """Say what stands before a dead step."""
    step = flow.steps[nearest]
    if isinstance(step, Branch):
        hint = f"`{step.condition.source}` is decided the same way every time it comes to this."
        return hint, f"line {step.place.line} never goes on to line {line}"
    hint = "A flow ends at an action, a link, 'hand_over' or 'end': remove what stands behind it."
    return hint, f"after line {step.place.line} nothing leads to line {line}"


def _starts(draft: Draft, book: Book, ring: tuple[str, ...] | None) -> Iterator[Problem]:
    """Note flows that nothing starts, and a ring of links and calls."""
    used = frozenset(target for targets in links(book).values() for target in targets)
    for name, flow in book.flows.items():
        if name in used:
            continue
        if not flow.intents and not chosen_by(book, name):
            hint, alone = "Give it intents, or link to it.", ("(no customer's words and no flow begin it)",)
            yield point_at(draft, flow.place, f"nothing starts the flow '{name}'", hint, alone)
        elif flow.intents and all(book.intents[one].complex for one in flow.intents if one in book.intents):
            intent = flow.intents[0]
            message = f"'{intent}' always goes to a person, so nothing starts the flow '{name}'"
            shown = (wants(book, intent), "(a person takes over before the flow begins)")
            yield point_at(draft, flow.place, message, "Take `complex: true` from the intent.", shown)
    if ring:
        message = f"these flows link in a ring: {' → '.join(ring)}"
        intents = [intent for name in ring for intent in book.flows[name].intents]
        way = (*(wants(book, intent) for intent in intents[:1]), f"({' → '.join((*ring, *ring[1:2]))} …)")
        yield point_at(draft, book.flows[ring[0]].place, message, "Let one of them end.", way)


def _slots(draft: Draft, book: Book, samples: Samples) -> Iterator[Problem]:
    """Note slots that nobody asks for, and those that take no value."""
    for flow in book.flows.values():
        asked = {step.slot for step in flow.steps if isinstance(step, Collect)} | _given(book, flow)
        heard = [name for name, slot in flow.slots.items() if slot.entities or slot.heard]
        noticed = {name for name in heard if _reads_slot(flow, name)}
        for name in sorted(flow.slots.keys() - asked - noticed):
            message = f"the flow '{flow.name}' never asks for its slot '{name}'"
            shown = (*(wants(book, one) for one in flow.intents[:1]), f"(no step asks for '{name}')")
            hint = f"Add a step `collect: {name}`, or remove the slot."
            yield point_at(draft, flow.place, message, hint, shown)
        for slot in flow.slots.values():
            if slot.name in asked and _takes_nothing(slot):
                last = "whatever is answered, it is asked again"
                shown = transcript(book, _question(book, flow, slot), last)
                message = f"no value of the slot '{slot.name}' is valid"
                yield point_at(draft, flow.place, message, "Mend `valid`.", shown)


def _given(book: Book, flow: Flow) -> set[str]:
    """Name the slots that a flow fills itself, gets from a caller, or shares with a flow it calls."""
    names: set[str] = {name for name, slot in flow.slots.items() if slot.prefill is not None}
    for step in flow.steps:
        if isinstance(step, SetSlots):
            names |= step.values.keys()
        elif isinstance(step, Call):
            names |= book.flows[step.flow].slots.keys()
    for other in book.flows.values():
        for step in other.steps:
            if isinstance(step, Call) and step.flow == flow.name:
                names |= step.values.keys()
    return names


def _takes_nothing(slot: Slot) -> bool:
    """Say whether the numbers beside which a slot's condition changes its mind all fail it."""
    if slot.valid is None or slot.type not in ("number", "amount"):
        return False
    found = {float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", slot.valid.source)}
    tried = {value for one in found for value in (one - 1, one - 0.5, one, one + 0.5, one + 1)}
    return bool(tried) and not any(holds(slot.valid, {"value": value}, failing=True) for value in tried)


def _question(book: Book, flow: Flow, slot: Slot) -> Sequence[Line]:
    """Begin a flow, and ask for a slot."""
    wanted = [Line(who="wants", what=intent) for intent in flow.intents[:1]]
    return (
        *wanted,
        Line(who="says", what=slot.ask),
        Line(who="answers", what=slot.name, flow=flow.name),
        Line(who="says", what=slot.invalid or slot.ask),
    )


def _reads_slot(flow: Flow, name: str) -> bool:
    """Tell whether any expression of the flow names the slot."""
    found = re.compile(rf"\bslots\.{name}\b")
    sources = [step.condition.source for step in flow.steps if isinstance(step, Branch)]
    for step in (*flow.steps, *flow.reads):
        given = {**getattr(step, "args", {}), **getattr(step, "values", {})}
        sources += [value.source for value in given.values()]
    return any(found.search(source) for source in sources)


def _conflicts(draft: Draft, book: Book, found: Exploration) -> Iterator[Problem]:
    """Check that the matrix says how any two actions meet, and says the same whichever came first."""
    source = draft.source("conflicts.yaml")
    for pending, new in product(sorted(book.actions), repeat=2):
        verdict, other = book.conflicts.get((pending, new)), book.conflicts.get((new, pending))
        if verdict is None:
            message = f"nothing says what follows {new} while {pending} is pending"
            hint, last = "Add block, queue or allow.", "nothing says whether it may begin"
        elif other is not None and other != verdict and pending < new:
            message = f"{new} after {pending} is '{verdict}', but {pending} after {new} is '{other}'"
            hint, last = "Give both the same verdict.", f"the other way round it is '{other}'"
        else:
            continue
        lines = (*to_action(book, found, pending), _YES, *to_action(book, found, new))
        problem = source.problem(("conflicts", pending, new), message, hint)
        yield problem.with_transcript(transcript(book, lines, last))


def _phrases(draft: Draft, book: Book) -> Iterator[Problem]:
    """Check that no words of the fast path mean two things."""
    reader, file = draft.one("fast_path.yaml", FastPathFile)
    owners: dict[str, str] = {}
    for index, pattern in enumerate(file.patterns):
        for at, phrase in enumerate(pattern.whole):
            for words in readings(phrase):
                owner = owners.setdefault(words, pattern.intent)
                if owner != pattern.intent:
                    shown = (f"customer: {words}", f"({owner}, or {pattern.intent}?)")
                    path = ("patterns", index, "whole", at)
                    message = f"'{phrase}' already means {owner}"
                    problem = reader.source.problem(path, message, "Keep one of them.")
                    yield problem.with_transcript(shown)
                    break


def _buttons(draft: Draft, book: Book) -> Iterator[Problem]:
    """Check that what a button sends fills a slot of some flow."""
    taken: Collection[str] = {
        name
        for flow in book.flows.values()
        for slot in flow.slots.values()
        for name in (*slot.entities, slot.name)
    }
    for reader, file in draft.many("templates", TemplatesFile):
        for name, template in file.templates.items():
            for index, button in enumerate(template.buttons):
                intent, _, values = button.payload[1:].partition("{")
                for entity in re.findall(r'"([a-z_0-9]+)"\s*:', values):
                    if entity not in taken and intent == INFORM:
                        path = ("templates", name, "buttons", index, "payload")
                        message = f"the button '{button.title}' fills '{entity}', which no flow asks for"
                        problem = reader.source.problem(path, message, did_you_mean(entity, taken))
                        yield problem.with_transcript(
                            (f"customer: [{button.title}]", "(nothing takes it up)")
                        )
