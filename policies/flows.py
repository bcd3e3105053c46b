"""Compiles the nested steps of a flow into the flat program that `model.py` describes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from policies.expressions import CelExpression
from policies.facts import EVERYWHERE, Fact, Known, Tools, slot_facts
from policies.model import Act, Branch, Collect, Flow, HandOver, Jump, Link, Read, Say, Slot, Step
from policies.reading import Reader
from policies.schema import (
    ActionStepYaml,
    CollectYaml,
    EndYaml,
    FlowYaml,
    HandOverYaml,
    IfYaml,
    LinkYaml,
    ReadYaml,
    SayYaml,
    StepYaml,
)
from policies.source import YamlPath

END = -1
"""Stands for the flow's end until its length is known."""


def compile_flow(name: str, flow: FlowYaml, reader: Reader, path: YamlPath, tools: Tools | None) -> Flow:
    """Flatten one flow; mistakes in its expressions are noted by the reader."""
    known = {**EVERYWHERE, "slots": slot_facts({slot: shape.type for slot, shape in flow.slots.items()})}
    program = _Program(reader=reader, known=known, tools=tools)
    program.add_all(flow.steps, (*path, "steps"))
    steps = tuple(_with_end(step, len(program.steps)) for step in program.steps)
    return Flow(
        name=name,
        description=flow.description,
        intents=flow.intents,
        slots=_slots(flow, reader, path),
        steps=steps,
        side_effect=any(isinstance(step, Act) for step in steps),
        place=reader.source.place(path),
    )


def _with_end(step: Step, length: int) -> Step:
    """Aim jumps to the end at the place behind the last step."""
    return replace(step, target=length) if isinstance(step, Jump) and step.target == END else step


def _slots(flow: FlowYaml, reader: Reader, path: YamlPath) -> Mapping[str, Slot]:
    """Build the slots, each with its condition over `value`."""
    return {
        name: Slot(
            name=name,
            type=shape.type,
            entities=shape.entities,
            ask=shape.ask,
            attempts=shape.attempts,
            valid=_valid(name, flow, reader, (*path, "slots", name, "valid")),
        )
        for name, shape in flow.slots.items()
    }


def _valid(name: str, flow: FlowYaml, reader: Reader, path: YamlPath) -> CelExpression | None:
    """Compile a slot's condition; it sees the value alone."""
    source = flow.slots[name].valid
    kinds = slot_facts({name: flow.slots[name].type}).fields or {}
    known = {**EVERYWHERE, "value": Fact(whole=kinds[name], fields={})}
    return reader.expression(source, known, path, condition=True) if source else None


@dataclass(kw_only=True)
class _Program:
    """The steps so far, and the facts known at this point."""

    reader: Reader
    known: Known
    tools: Tools | None
    steps: list[Step] = field(default_factory=list)

    def add_all(self, steps: tuple[StepYaml, ...], path: YamlPath) -> None:
        """Append a list of steps; what they read stays known behind them."""
        for index, step in enumerate(steps):
            self.add(step, (*path, index))

    def add(self, step: StepYaml, path: YamlPath) -> None:
        """Append one step."""
        place = self.reader.source.place(path)
        match step:
            case CollectYaml():
                self.steps.append(Collect(slot=step.collect, place=place))
            case ReadYaml():
                self.add_read(step, path)
            case IfYaml():
                self.add_if(step, path)
            case ActionStepYaml():
                args = self.args(step.with_, (*path, "with"))
                self.steps.append(Act(action=step.action, args=args, place=place))
            case SayYaml():
                self.steps.append(Say(template=step.say, place=place))
            case HandOverYaml():
                self.steps.append(HandOver(reason=step.hand_over, place=place))
            case LinkYaml():
                self.steps.append(Link(flow=step.link, place=place))
            case EndYaml():
                self.steps.append(Jump(target=END, place=place))

    def add_read(self, step: ReadYaml, path: YamlPath) -> None:
        """Append a read; from here on its result is a fact."""
        args = self.args(step.with_, (*path, "with"))
        read = Read(
            tool=step.read,
            args=args,
            save=step.save,
            missing=step.missing,
            forget=step.forget,
            place=self.reader.source.place(path),
        )
        self.steps.append(read)
        shape = (self.tools or {}).get(step.read)
        self.known = {**self.known, step.save: Fact(whole="any", fields=shape.result if shape else None)}

    def add_if(self, step: IfYaml, path: YamlPath) -> None:
        """Append a branch: condition, its steps, a jump over the others, the others."""
        place = self.reader.source.place(path)
        condition = self.reader.expression(step.if_, self.known, (*path, "if"), condition=True)
        at = len(self.steps)
        self.steps.append(Branch(condition=condition, otherwise=0, place=place))
        before = self.known
        self.add_all(step.then, (*path, "then"))
        after_then, self.known = self.known, before
        if step.else_:
            jump = len(self.steps)
            self.steps.append(Jump(target=0, place=place))
        self.steps[at] = Branch(condition=condition, otherwise=len(self.steps), place=place)
        if step.else_:
            self.add_all(step.else_, (*path, "else"))
            self.steps[jump] = Jump(target=len(self.steps), place=place)
        self.known = {**after_then, **self.known}

    def args(self, given: Mapping[str, str], path: YamlPath) -> Mapping[str, CelExpression]:
        """Compile the arguments of a tool or action."""
        return {
            name: self.reader.expression(source, self.known, (*path, name)) for name, source in given.items()
        }
