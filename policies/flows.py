"""Compiles the nested steps of a flow into the flat program that `flow_model.py` describes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from policies.expressions import CelExpression
from policies.facts import EVERYWHERE, Fact, Known, Tools, slot_facts
from policies.flow_model import (
    Act,
    Again,
    Branch,
    Call,
    Collect,
    Flow,
    HandOver,
    Jump,
    Link,
    Read,
    ReadAll,
    Say,
    SetSlots,
    Slot,
    Step,
)
from policies.flow_schema import (
    ActionStepYaml,
    CallYaml,
    CollectYaml,
    EndYaml,
    FlowYaml,
    Followed,
    HandOverYaml,
    IfYaml,
    LinkYaml,
    ReadsYaml,
    ReadYaml,
    RepeatYaml,
    SayYaml,
    SetSlotsYaml,
    StepYaml,
    WayYaml,
    parts,
)
from policies.problems import did_you_mean
from policies.reading import Reader
from policies.source import YamlPath
from policies.values import Place

END = "end"
"""The name of what comes behind the last step."""
Flows = Mapping[str, FlowYaml]


def compile_flow(
    name: str, flow: FlowYaml, reader: Reader, path: YamlPath, tools: Tools | None, flows: Flows
) -> Flow:
    """Flatten one flow; mistakes in its expressions are noted by the reader."""
    known = {**EVERYWHERE, "slots": slot_facts({slot: shape.type for slot, shape in flow.slots.items()})}
    program = _Program(reader=reader, known=known, tools=tools, flows=flows)
    program.add_all(flow.steps, (*path, "steps"))
    steps = program.finished()
    return Flow(
        name=name,
        description=flow.description,
        intents=flow.intents,
        when_named=flow.when_named,
        slots=_slots(flow, reader, path, program.learnt),
        steps=steps,
        side_effect=any(isinstance(step, Act) for step in steps),
        place=reader.source.place(path),
    )


def _slots(flow: FlowYaml, reader: Reader, path: YamlPath, known: Known) -> Mapping[str, Slot]:
    """Build the slots, each with its condition over `value`."""
    return {
        name: Slot(
            name=name,
            type=shape.type,
            entities=shape.entities,
            ask=shape.ask or "",
            attempts=shape.attempts,
            valid=_valid(name, flow, reader, (*path, "slots", name, "valid")),
            invalid=shape.invalid,
            optional=shape.optional,
            prefill=reader.expression(shape.prefill, EVERYWHERE, (*path, "slots", name, "prefill"))
            if shape.prefill
            else None,
            choices={choice: words or (choice,) for choice, words in shape.choices.items()},
            options=_options(shape.options, known, reader, (*path, "slots", name, "options")),
            heard=shape.heard,
        )
        for name, shape in flow.slots.items()
    }


def _options(source: str | None, known: Known, reader: Reader, path: YamlPath) -> CelExpression | None:
    """Compile where a choice takes its options from: anything that the flow reads."""
    return reader.expression(source, known, path) if source else None


def _valid(name: str, flow: FlowYaml, reader: Reader, path: YamlPath) -> CelExpression | None:
    """Compile a slot's condition; it sees the value alone."""
    source = flow.slots[name].valid
    kinds = slot_facts({name: flow.slots[name].type}).fields or {}
    known = {**EVERYWHERE, "value": Fact(whole=kinds[name], fields={})}
    return reader.expression(source, known, path, condition=True) if source else None


@dataclass(kw_only=True)
class _Goal:
    """A jump whose step is not known by its number yet."""

    at: int
    step: str
    at_most: int | None
    path: YamlPath


@dataclass(kw_only=True)
class _Program:
    """The steps so far, and the facts known at this point."""

    reader: Reader
    known: Known
    tools: Tools | None
    flows: Flows
    steps: list[Step] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    goals: list[_Goal] = field(default_factory=list)
    learnt: Known = field(default_factory=dict)
    """Everything that the flow reads anywhere."""

    def add_all(self, steps: tuple[StepYaml, ...], path: YamlPath) -> None:
        """Append a list of steps; what they read stays known behind them."""
        for index, step in enumerate(steps):
            here = (*path, index)
            if step.id:
                self._name(step.id, here)
            self.add(step, here)
            if isinstance(step, Followed) and step.next is not None:
                self.add_next(step, here)

    def _name(self, name: str, path: YamlPath) -> None:
        """Remember where a step begins that has a name."""
        if name in self.names or name == END:
            self.reader.note((*path, "id"), f"the step '{name}' is there already", "Give it another name.")
        self.names[name] = len(self.steps)

    def add(self, step: StepYaml, path: YamlPath) -> None:
        """Append one step."""
        place = self.reader.source.place(path)
        match step:
            case CollectYaml():
                self.steps.append(Collect(slot=step.collect, ask=step.ask, place=place))
            case ReadYaml():
                self.steps.append(self.read(step, path))
                self.learn(step)
            case ReadsYaml():
                self.add_reads(step, path)
            case IfYaml():
                condition = self.condition(step.if_, (*path, "if"))
                at = self.hold(place)
                self.fork(
                    lambda otherwise: self._aim(
                        at, Branch(condition=condition, otherwise=otherwise, place=place)
                    ),
                    (step.then, (*path, "then")),
                    (step.else_, (*path, "else")),
                    place,
                )
            case RepeatYaml():
                self.add_repeat(step, path)
            case ActionStepYaml():
                self.add_action(step, path)
            case _:
                self.add_plain(step, path)

    def add_plain(self, step: StepYaml, path: YamlPath) -> None:
        """Append a step that holds no others and reads nothing."""
        place = self.reader.source.place(path)
        match step:
            case SayYaml():
                self.steps.append(Say(template=step.say, place=place))
            case SetSlotsYaml():
                values = self.args(step.set_slots, (*path, "set_slots"))
                self.steps.append(SetSlots(values=values, place=place))
            case HandOverYaml():
                self.steps.append(HandOver(reason=step.hand_over, skills=step.skills, place=place))
            case LinkYaml():
                self.steps.append(Link(flow=step.link, place=place))
            case CallYaml():
                values = self.args(step.with_, (*path, "with"))
                self.steps.append(Call(flow=step.call, values=values, place=place))
                for read in _reads(self.flows, step.call, ()):
                    self.learn(read)
            case EndYaml():
                self.go_to(END, None, path)

    def hold(self, place: Place) -> int:
        """Keep a place for a step that is known only when what follows is; return where."""
        self.steps.append(Jump(target=0, place=place))
        return len(self.steps) - 1

    def _aim(self, at: int, step: Step) -> None:
        """Put the step into the place that was kept for it."""
        self.steps[at] = step

    def fork(
        self,
        aim: Callable[[int], None],
        then: tuple[tuple[StepYaml, ...], YamlPath],
        other: tuple[tuple[StepYaml, ...], YamlPath],
        place: Place,
    ) -> None:
        """Append two ways that meet again behind both; `aim` is told where the other one begins."""
        before = self.known
        self.add_all(*then)
        after_then, self.known = self.known, before
        jump = self.hold(place) if other[0] else None
        aim(len(self.steps))
        if jump is not None:
            self.add_all(*other)
            self.steps[jump] = Jump(target=len(self.steps), place=place)
        self.known = {**after_then, **self.known}

    def add_reads(self, step: ReadsYaml, path: YamlPath) -> None:
        """Append reads made at once; none of them can use another's result."""
        reads = tuple(self.read(one, (*path, "reads", index)) for index, one in enumerate(step.reads))
        self.steps.append(ReadAll(reads=reads, place=self.reader.source.place(path)))
        for one in step.reads:
            self.learn(one)

    def read(self, step: ReadYaml, path: YamlPath) -> Read:
        """Compile one read."""
        return Read(
            tool=step.read,
            args=self.args(step.with_, (*path, "with")),
            save=step.save,
            missing=step.missing,
            forget=step.forget,
            place=self.reader.source.place(path),
        )

    def learn(self, step: ReadYaml) -> None:
        """Make a read's result a fact from here on."""
        shape = (self.tools or {}).get(step.read)
        fact = Fact(whole="any", fields=shape.result if shape else None)
        self.known = {**self.known, step.save: fact}
        self.learnt = {**self.learnt, step.save: fact}

    def add_repeat(self, step: RepeatYaml, path: YamlPath) -> None:
        """Append the steps, then the way back."""
        first = len(self.steps)
        self.add_all(step.repeat, (*path, "repeat"))
        until = self.condition(step.until, (*path, "until")) if step.until else None
        self.steps.append(self.again(first, step.at_most - 1, until, self.reader.source.place(path)))

    def again(self, target: int, at_most: int, until: CelExpression | None, place: Place) -> Again:
        """Make the way back to a step; what is asked for in between is forgotten."""
        asked = [one.slot for one in self.steps[target:] if isinstance(one, Collect)]
        forget = tuple(dict.fromkeys(asked))
        return Again(target=target, at_most=at_most, until=until, forget=forget, place=place)

    def add_action(self, step: ActionStepYaml, path: YamlPath) -> None:
        """Append an action, and what follows a yes and a no."""
        place = self.reader.source.place(path)
        args = self.args(step.with_, (*path, "with"))
        act = Act(action=step.action, args=args, place=place)
        at = self.hold(place)
        self.steps[at] = act
        if not step.then and not step.else_:
            return
        if not step.then:
            self.add_all(step.else_, (*path, "else"))
            self.steps[at] = replace(act, declined=at + 1)
            return
        other = (step.else_, (*path, "else"))

        def aim(declined: int) -> None:
            """Let a no go to the other way, where there is one."""
            self.steps[at] = replace(act, agreed=at + 1, declined=declined if step.else_ else None)

        self.fork(aim, (step.then, (*path, "then")), other, place)

    def add_next(self, step: Followed, path: YamlPath) -> None:
        """Append where a step says to go on."""
        if not isinstance(step.next, tuple):
            self.go_to(step.next or END, step.at_most, (*path, "next"))
            return
        outs: list[int] = []
        for index, way in enumerate(step.next):
            self.add_way(way, step.at_most, (*path, "next", index), outs)
        for at in outs:
            self.steps[at] = Jump(target=len(self.steps), place=self.steps[at].place)

    def add_way(self, way: WayYaml, at_most: int | None, path: YamlPath, outs: list[int]) -> None:
        """Append one way of a `next` that branches; `outs` are jumps behind all of them."""
        place = self.reader.source.place(path)
        if way.if_ is None:
            self.add_target(way.else_, at_most, (*path, "else"))
            return
        condition = self.condition(way.if_, (*path, "if"))
        at, before = self.hold(place), self.known
        self.add_target(way.then, at_most, (*path, "then"))
        if isinstance(way.then, tuple):
            outs.append(self.hold(place))
        self.steps[at] = Branch(condition=condition, otherwise=len(self.steps), place=place)
        self.known = {**self.known, **before}

    def add_target(self, target: str | tuple[StepYaml, ...], at_most: int | None, path: YamlPath) -> None:
        """Append the steps that follow, or the jump to the one that is named."""
        if isinstance(target, tuple):
            self.add_all(target, path)
        else:
            self.go_to(target, at_most, path)

    def go_to(self, name: str, at_most: int | None, path: YamlPath) -> None:
        """Append a jump to a named step."""
        at = self.hold(self.reader.source.place(path))
        self.goals.append(_Goal(at=at, step=name.lower(), at_most=at_most, path=path))

    def finished(self) -> tuple[Step, ...]:
        """Return the program, with every jump aimed; one that leads nowhere or back for ever is noted."""
        self.names[END] = len(self.steps)
        for goal in self.goals:
            target, place = self.names.get(goal.step), self.steps[goal.at].place
            if target is None:
                hint = did_you_mean(goal.step, self.names)
                self.reader.note(goal.path, f"there is no step '{goal.step}' in this flow", hint)
                target = self.names[END]
            if target > goal.at:
                self.steps[goal.at] = Jump(target=target, place=place)
                continue
            if goal.at_most is None:
                message = f"this goes back to '{goal.step}' without a bound"
                self.reader.note(goal.path, message, "Add `at_most: 3` beside it.")
            asked = [one.slot for one in self.steps[target : goal.at] if isinstance(one, Collect)]
            self.steps[goal.at] = Again(
                target=target,
                at_most=goal.at_most or 1,
                until=None,
                forget=tuple(dict.fromkeys(asked)),
                place=place,
            )
        return tuple(self.steps)

    def condition(self, source: str, path: YamlPath) -> CelExpression:
        """Compile a condition over what is known here."""
        return self.reader.expression(source, self.known, path, condition=True)

    def args(self, given: Mapping[str, str], path: YamlPath) -> Mapping[str, CelExpression]:
        """Compile the arguments of a tool, an action or a flow."""
        return {
            name: self.reader.expression(source, self.known, (*path, name)) for name, source in given.items()
        }


def _reads(flows: Flows, name: str, above: tuple[str, ...]) -> list[ReadYaml]:
    """List the reads of a flow and of those it calls."""
    if name not in flows or name in above:
        return []
    found: list[ReadYaml] = []
    waiting = list(flows[name].steps)
    while waiting:
        step = waiting.pop(0)
        if isinstance(step, ReadYaml):
            found.append(step)
        if isinstance(step, CallYaml):
            found += _reads(flows, step.call, (*above, name))
        waiting += [inner for _, steps in parts(step) for inner in steps]
    return found
