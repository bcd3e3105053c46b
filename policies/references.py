"""Checks that every name in the book means something: templates, slots, tools, flows, intents, actions."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from policies.draft import Draft
from policies.facts import CONVERSATION, CUSTOMER, Kind, Tools
from policies.fast_path import INFORM, OPTION
from policies.fast_schema import FastPathFile
from policies.flow_schema import (
    ActionStepYaml,
    CallYaml,
    CollectYaml,
    FlowsFile,
    FlowYaml,
    HandOverYaml,
    LinkYaml,
    ReadsYaml,
    ReadYaml,
    SayYaml,
    SetSlotsYaml,
    SlotYaml,
    StepYaml,
    parts,
)
from policies.model import Book
from policies.problems import did_you_mean
from policies.rails_schema import RailsFile
from policies.reading import Reader
from policies.schema import (
    OTHERS,
    ActionsFile,
    ActionYaml,
    ConflictsFile,
    IntentsFile,
    RoutingFile,
    TemplatesFile,
    ThenYaml,
)
from policies.source import YamlPath
from policies.template_values import ENGINE, GIVEN, MADE, may_lack, placeholder_known
from policies.templates import Reply
from policies.word_references import check_fast_path, check_patterns, check_routing


@dataclass(frozen=True, kw_only=True)
class _Names:
    """Everything that may be referred to."""

    book: Book
    tools: Tools | None
    actions: Mapping[str, ActionYaml]


def check_references(draft: Draft, book: Book, tools: Tools | None) -> None:
    """Note every reference that leads nowhere, at its place."""
    files = draft.spread("actions", ActionsFile)
    actions = {name: action for _, file in files for name, action in file.actions.items()}
    names = _Names(book=book, tools=tools, actions=actions)
    for reader, flows in draft.many("flows", FlowsFile):
        for name, flow in flows.flows.items():
            _flow(reader, flow, ("flows", name), names)
    for reader, file in files:
        for name, action in file.actions.items():
            _action(reader, action, ("actions", name), names)
    for reader, intents in draft.many("intents", IntentsFile):
        _intents(reader, intents, book)
    _one_flow_each(draft)
    _conflicts(*draft.one("conflicts.yaml", ConflictsFile), book)
    check_fast_path(*draft.one("fast_path.yaml", FastPathFile), book)
    check_routing(*draft.one("routing.yaml", RoutingFile), book)
    check_patterns(*draft.one("rails.yaml", RailsFile))
    _templates(draft, book, _made_by(book, tools))


def walk(steps: Iterable[StepYaml], path: YamlPath) -> Iterator[tuple[StepYaml, YamlPath]]:
    """Yield every step with its way through the file, branches included."""
    for index, step in enumerate(steps):
        here = (*path, index)
        yield step, here
        for inside, inner in parts(step):
            yield from walk(inner, (*here, *inside))


def _flow(reader: Reader, flow: FlowYaml, path: YamlPath, names: _Names) -> None:
    """Check one flow's slots and steps."""
    for key, intents in (("intents", flow.intents), ("when_named", flow.when_named)):
        for index, intent in enumerate(intents):
            reader.known_name(intent, names.book.intents, "intent", (*path, key, index))
    for name, slot in flow.slots.items():
        _slot(reader, slot, (*path, "slots", name), names)
    for step, here in walk(flow.steps, (*path, "steps")):
        _step(reader, flow, step, here, names)


def _slot(reader: Reader, slot: SlotYaml, path: YamlPath, names: _Names) -> None:
    """Check the replies that ask for a slot."""
    for key, template in (("ask", slot.ask), ("invalid", slot.invalid)):
        if template:
            reader.known_name(template, names.book.templates, "template", (*path, key))


def _collect(reader: Reader, flow: FlowYaml, step: CollectYaml, path: YamlPath, names: _Names) -> None:
    """Check that a question is about a slot, and that there are words for it."""
    if step.ask:
        reader.known_name(step.ask, names.book.templates, "template", (*path, "ask"))
    known = reader.known_name(step.collect, flow.slots, "slot", (*path, "collect"))
    if known and step.ask is None and flow.slots[step.collect].ask is None:
        hint = "Add `ask: <template>` to the slot or to this step."
        reader.note((*path, "collect"), f"nothing asks for '{step.collect}'", hint)


def _known_skills(book: Book) -> set[str]:
    """List the skills that the routing names."""
    return {skill for skills in book.routing.skills.values() for skill in skills} | {
        *book.routing.default_skills
    }


def _step(reader: Reader, flow: FlowYaml, step: StepYaml, path: YamlPath, names: _Names) -> None:
    """Check the names one step uses."""
    match step:
        case CollectYaml():
            _collect(reader, flow, step, path, names)
        case SetSlotsYaml():
            for slot in step.set_slots:
                reader.known_name(slot, flow.slots, "slot", (*path, "set_slots", slot))
        case HandOverYaml():
            for index, skill in enumerate(step.skills):
                reader.known_name(skill, _known_skills(names.book), "skill", (*path, "skills", index))
        case CallYaml():
            if reader.known_name(step.call, names.book.flows, "flow", (*path, "call")):
                for slot in step.with_:
                    called = names.book.flows[step.call]
                    reader.known_name(slot, called.slots, "slot of that flow", (*path, "with", slot))
        case ReadsYaml():
            _at_once(reader, step, path)
        case SayYaml():
            reader.known_name(step.say, names.book.templates, "template", (*path, "say"))
        case LinkYaml():
            reader.known_name(step.link, names.book.flows, "flow", (*path, "link"))
        case ReadYaml():
            _read(reader, flow, step, path, names)
        case ActionStepYaml():
            if reader.known_name(step.action, names.actions, "action", (*path, "action")):
                _act(reader, step, path, names.actions[step.action])
        case _:
            return


def _read(reader: Reader, flow: FlowYaml, step: ReadYaml, path: YamlPath, names: _Names) -> None:
    """Check a read: its template, the slots it forgets, its tool and arguments."""
    if step.missing:
        reader.known_name(step.missing, names.book.templates, "template", (*path, "missing"))
    for index, slot in enumerate(step.forget):
        reader.known_name(slot, flow.slots, "slot", (*path, "forget", index))
    if step.save in ("slots", "args", "customer", "conversation", "value"):
        reader.note((*path, "save"), f"'{step.save}' is a name of the engine", "Save it under another name.")
    if names.tools is None or not reader.known_name(step.read, names.tools, "tool", (*path, "read")):
        return
    tool = names.tools[step.read]
    if tool.effect:
        hint = "Make it an action in actions.yaml, so that its rules are asked."
        reader.note((*path, "read"), f"'{step.read}' changes something and cannot be read", hint)
    _arguments(reader, step.with_, tool.args, tool.required, path)


def _at_once(reader: Reader, step: ReadsYaml, path: YamlPath) -> None:
    """Check that reads made at once do not save under one name."""
    saves: set[str] = set()
    for index, read in enumerate(step.reads):
        if read.save in saves:
            message = f"two reads made at once save '{read.save}'"
            reader.note((*path, "reads", index, "save"), message, "Give each its own name.")
        if read.next is not None or read.id:
            reader.note(
                (*path, "reads", index), "a read among others has no 'id' and no 'next'", "Remove it."
            )
        saves.add(read.save)


def _act(reader: Reader, step: ActionStepYaml, path: YamlPath, action: ActionYaml) -> None:
    """Check that an action is given the arguments it declares, all of them."""
    _arguments(reader, step.with_, action.args, frozenset(action.args), path)


def _arguments(
    reader: Reader,
    given: Mapping[str, str],
    taken: Mapping[str, Kind],
    required: Collection[str],
    path: YamlPath,
) -> None:
    """Note arguments that are unknown or missing."""
    for name in given:
        reader.known_name(name, taken, "argument", (*path, "with", name))
    for name in sorted(set(required) - set(given)):
        reader.note(path, f"the argument '{name}' is missing", "Add it under 'with'.")


def _action(reader: Reader, action: ActionYaml, path: YamlPath, names: _Names) -> None:
    """Check the names an action uses."""
    for key in ("ask", "started", "waiting", "done", "failed", "rejected"):
        reader.known_name(getattr(action, key), names.book.templates, "template", (*path, key))
    for key in ("effect", "checking"):
        if name := getattr(action, key):
            reader.known_name(name, names.book.templates, "template", (*path, key))
    for index, rule in enumerate(action.rules):
        if rule.refuse:
            here = (*path, "rules", index, "refuse")
            reader.known_name(rule.refuse, names.book.templates, "template", here)
    for index, argument in enumerate(action.editable):
        reader.known_name(argument, action.args, "argument", (*path, "editable", index))
    saves = _saves(names.book)
    for index, need in enumerate(action.needs):
        reader.known_name(need, saves, "saved read", (*path, "needs", index))
    _action_tool(reader, action, path, names.tools)


def _then(reader: Reader, call: ThenYaml, path: YamlPath, tools: Tools) -> None:
    """Check a further call of an action against its tool."""
    if not reader.known_name(call.tool, tools, "tool", (*path, "tool")):
        return
    tool = tools[call.tool]
    if not tool.effect:
        reader.note((*path, "tool"), f"'{call.tool}' changes nothing", "Use it in a flow's 'read' step.")
    _arguments(reader, call.with_, tool.args, tool.required, path)


def _action_tool(reader: Reader, action: ActionYaml, path: YamlPath, tools: Tools | None) -> None:
    """Check an action against the tools it uses."""
    for index, call in enumerate(action.then if tools is not None else ()):
        _then(reader, call, (*path, "then", index), tools or {})
    if tools is None or not reader.known_name(action.tool, tools, "tool", (*path, "tool")):
        return
    tool = tools[action.tool]
    if not tool.effect:
        reader.note((*path, "tool"), f"'{action.tool}' changes nothing", "Use it in a flow's 'read' step.")
    for name in action.args:
        reader.known_name(name, tool.args, f"argument of {action.tool}", (*path, "args", name))
    for name in sorted(tool.required - set(action.args)):
        reader.note((*path, "args"), f"{action.tool} needs the argument '{name}'", "Add it under 'args'.")


def _saves(book: Book) -> set[str]:
    """List the names under which flows save what they read."""
    return {read.save for flow in book.flows.values() for read in flow.reads}


def _intents(reader: Reader, file: IntentsFile, book: Book) -> None:
    """Check that each intent is answered by something."""
    for name, intent in file.intents.items():
        path: YamlPath = ("intents", name)
        if intent.template:
            reader.known_name(intent.template, book.templates, "template", (*path, "template"))
        if intent.answer == "template" and not intent.template:
            reader.note((*path, "answer"), "this intent names no template", "Add `template: …`.")
        if intent.answer == "flow" and name not in book.flow_of_intent:
            hint = "Add it to the 'intents' of a flow, or answer it another way."
            reader.note((*path, "answer"), f"no flow handles '{name}'", hint)
        if not intent.examples and all(pattern.intent != name for pattern in book.fast_path):
            hint = "Give it examples, or words of its own in fast_path.yaml."
            reader.note(path, f"nothing tells that a customer means '{name}'", hint)


def _one_flow_each(draft: Draft) -> None:
    """Note an intent that two flows claim."""
    owners: dict[str, str] = {}
    for reader, file in draft.many("flows", FlowsFile):
        for name, flow in file.flows.items():
            claims = [("intents", at, one) for at, one in enumerate(flow.intents)]
            claims += [("when_named", at, one) for at, one in enumerate(flow.when_named)]
            for key, index, intent in claims:
                owner = owners.setdefault(intent, name)
                if owner != name:
                    message = f"the flow '{owner}' handles '{intent}' already"
                    reader.note(("flows", name, key, index), message, "Remove it from one of them.")


def _conflicts(reader: Reader, file: ConflictsFile, book: Book) -> None:
    """Check that the matrix names every action, in both directions."""
    for pending, row in file.conflicts.items():
        reader.known_name(pending, book.actions, "action", ("conflicts", pending))
        for new in row:
            reader.known_name(new, {*book.actions, OTHERS}, "action", ("conflicts", pending, new))
    for index, pair in enumerate(file.contradictions):
        for intent in pair:
            reader.known_name(intent, book.intents, "intent", ("contradictions", index))


def _templates(draft: Draft, book: Book, made_by: "_Made") -> None:
    """Check the engine's own replies and every placeholder."""
    readers = {reader.source.file: reader for reader, _ in draft.folders["templates"]}
    for name, reply in book.templates.items():
        if isinstance(reply, Reply):
            _placeholders(readers[reply.place.file], name, reply, book, made_by)
    for reader, file in draft.many("templates", TemplatesFile):
        for name, template in file.templates.items():
            for index, button in enumerate(template.buttons):
                intent = button.payload[1:].partition("{")[0]
                path = ("templates", name, "buttons", index, "payload")
                reader.known_name(intent, {*book.intents, INFORM, OPTION}, "intent", path)
    missing = sorted(ENGINE.keys() - book.templates.keys())
    if missing:
        reader = next(iter(readers.values()), draft.one("actions.yaml", ActionsFile)[0])
        hint = "Add them to a file in templates/."
        reader.note((), f"the engine says these replies, which are missing: {', '.join(missing)}", hint)


_Made = Mapping[str, Mapping[str, Kind] | None]
"""For each reply about a finished action what its tool gives back; None where that is not known."""


def _made_by(book: Book, tools: Tools | None) -> _Made:
    """Say what the replies about finished actions may name."""
    shapes = {action.done: (tools or {}).get(action.tool) for action in book.actions.values()}
    return {done: shape.result if shape else None for done, shape in shapes.items()}


def _placeholders(reader: Reader, name: str, reply: Reply, book: Book, made_by: _Made) -> None:
    """Note a placeholder that nothing can fill."""
    roots = {*_saves(book), "slots", "args", "customer", "conversation"}
    fields = {"customer": CUSTOMER.fields or {}, "conversation": CONVERSATION.fields or {}}
    made = made_by.get(name)
    if made is not None:
        fields[MADE] = made
    elif name in made_by:
        roots.add(MADE)
    given = GIVEN.get(name, frozenset())
    for wording in reply.wordings:
        for needed in sorted({one.name for one in wording.required if may_lack(one.name, name)}):
            hint = "Put the part that needs it in square brackets: `Hello[ {name}].`"
            reader.note(("templates", name), f"'{needed}' is not there each time '{name}' is said", hint)
        for placeholder in wording.placeholders:
            if not placeholder_known(placeholder.path, roots, fields, given):
                known = {*roots, *given, "company", "assistant", "currency"}
                known |= {f"{root}.{field}" for root, names in fields.items() for field in names}
                message = f"nothing fills '{placeholder.name}'"
                reader.note(("templates", name), message, did_you_mean(placeholder.name, known))
