"""Declarations become tools: checked as far as their documents go, and callable like any other."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import aiohttp
from pydantic import BaseModel

from tools.declared.admission import Secrets
from tools.declared.declaration import (
    Connection,
    DeclarationFault,
    Declarations,
    DeclaredTool,
    LookUp,
    Mistake,
    nearest,
)
from tools.declared.graphql import GraphQlSystem
from tools.declared.keeping import Keeper
from tools.declared.openapi import OpenApiSystem
from tools.declared.sending import Ask, Unreadable, filled, nested, targets
from tools.declared.shapes import arguments_model, read_answer, result_model
from tools.errors import NoSuchThing, OutcomeUnknown
from tools.registry import AnyTool
from tools.spec import ActionKey, Caller, ToolSpec

OF_CONNECTION = frozenset({"document", "url", "auth", "command", "env", "port"})
"""Keys that stand at the connection, whichever tool was being made."""


Settle = Callable[[Caller, Any, ActionKey], Awaitable[Any]]
"""Looks up what became of an effect under a key."""


class System(Protocol):
    """A system that tools are declared over."""

    def ask(self, tool: DeclaredTool) -> Ask:
        """Make the call of one tool; raises `DeclarationFault` when it cannot work."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What systems are made of."""

    session: aiohttp.ClientSession
    secrets: Secrets
    keeper: Keeper
    """Begins and closes what systems keep open."""


@dataclass(frozen=True, kw_only=True)
class Built:
    """The tools that can work, and what is wrong with the others."""

    tools: tuple[AnyTool, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


@dataclass
class _Builder:
    """Builds one tool after the other and notes each mistake."""

    declared: Declarations
    around: Surroundings
    systems: dict[str, System] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    mistakes: list[Mistake] = field(default_factory=list)
    made: dict[str, AnyTool] = field(default_factory=dict)

    def build(self, name: str, tool: DeclaredTool) -> None:
        """Make one tool."""
        try:
            system = self.system(tool.connection)
            if system is not None:
                self.made[name] = spec_of(name, tool, system)
        except DeclarationFault as fault:
            self.note(name, tool.connection, fault)

    def system(self, name: str) -> System | None:
        """Make a system when it is first needed; a broken one is told once."""
        if name not in self.declared.connections:
            hint = nearest(name, self.declared.connections)
            raise DeclarationFault(("connection",), f"there is no connection '{name}'", hint)
        if name not in self.systems and name not in self.broken:
            try:
                self.systems[name] = make_system(self.declared.connections[name], self.around)
            except DeclarationFault:
                self.broken.add(name)
                raise
        return self.systems.get(name)

    def note(self, name: str, connection: str, fault: DeclarationFault) -> None:
        """Note a mistake where it stands: at the connection, or at the tool."""
        at_connection = fault.at[:1] and fault.at[0] in OF_CONNECTION
        place = ("connections", connection) if at_connection else ("tools", name)
        self.mistakes.append(Mistake((*place, *fault.at), fault.message, fault.hint))

    def settle(self, name: str, tool: DeclaredTool) -> None:
        """Add the look-up of an effect, once all tools are there."""
        if name not in self.made or tool.settle is None:
            return
        try:
            settle = repeat if tool.settle == "repeat" else self.look_up(self.made[name], tool.settle)
            self.made[name] = settling(self.made[name], settle)
        except DeclarationFault as fault:
            self.note(name, tool.connection, fault)

    def look_up(self, spec: AnyTool, wanted: LookUp) -> "Settle":
        """Make the look-up of an effect from a tool that reads."""
        at = ("settle", "tool")
        if wanted.tool not in self.declared.tools:
            hint = nearest(wanted.tool, self.declared.tools)
            raise DeclarationFault(at, f"no tool '{wanted.tool}' is declared", hint)
        if self.declared.tools[wanted.tool].risk != "read":
            raise DeclarationFault(at, f"'{wanted.tool}' has an effect", "Name a tool that reads.")
        if wanted.tool not in self.made:
            raise DeclarationFault(at, f"'{wanted.tool}' is itself at fault")
        check_look_up(spec, self.made[wanted.tool], wanted)
        return looking_up(spec, self.made[wanted.tool], wanted)


def build_tools(declared: Declarations, around: Surroundings) -> Built:
    """Make every tool that can work, and say of each other one why not."""
    builder = _Builder(declared, around)
    for name, tool in declared.tools.items():
        builder.build(name, tool)
    for name, tool in declared.tools.items():
        builder.settle(name, tool)
    unused = declared.connections.keys() - {tool.connection for tool in declared.tools.values()}
    for name in sorted(unused):
        try:
            builder.system(name)
        except DeclarationFault as fault:
            builder.note("", name, fault)
    return Built(tools=tuple(builder.made.values()), mistakes=tuple(builder.mistakes))


def make_system(connection: Connection, around: Surroundings) -> System:
    """Make what speaks a system's protocol; libraries for the rarer ones are loaded when they are needed."""
    match connection.kind:
        case "openapi":
            return OpenApiSystem(connection, around.secrets, around.session)
        case "graphql":
            return GraphQlSystem(connection, around.secrets, around.session)
        case "soap":
            from tools.declared.soap import SoapSystem

            return SoapSystem(connection, around.secrets, around.session)
        case "mcp":
            from tools.declared.mcp import McpSystem

            return McpSystem(connection, around.secrets, around.session, around.keeper)


def spec_of(name: str, tool: DeclaredTool, system: System) -> AnyTool:
    """Make the tool itself."""
    check_places(tool)
    args, result = arguments_model(name, tool.args), result_model(name, tool.result)
    ask = system.ask(tool)

    async def run(caller: Caller, asked: BaseModel, key: ActionKey | None) -> BaseModel:
        try:
            answer = await ask(filled(tool, caller, asked, key))
            return answer_of(tool, result, answer, caller.customer_id)
        except (OutcomeUnknown, Unreadable) as error:
            if tool.risk == "read":
                raise
            raise in_doubt(tool, error) from error

    return ToolSpec(
        name=name,
        description=tool.description,
        args=args,
        result=result,
        risk=tool.risk,
        run=run,
        timeout_s=tool.timeout_s,
        cache_s=tool.cache_s,
        needs_verified=tool.needs_verified,
    )


def answer_of(tool: DeclaredTool, result: type[BaseModel], answer: Any, customer_id: str | None) -> BaseModel:
    """Read an answer; an effect that was answered with nothing is not an effect that did not happen."""
    try:
        return read_answer(tool, result, answer, customer_id)
    except NoSuchThing as error:
        if tool.risk == "read":
            raise
        raise Unreadable("bad_answer", "the answer does not hold what was done") from error


def in_doubt(tool: DeclaredTool, error: OutcomeUnknown | Unreadable) -> OutcomeUnknown:
    """Say whether a look-up can prove that nothing was done; a repetition proves nothing until it answers."""
    answered = (not isinstance(error, OutcomeUnknown) or error.answered) and tool.settle != "repeat"
    return OutcomeUnknown(error.code, error.detail, answered=answered)


def check_places(tool: DeclaredTool) -> None:
    """Refuse two values for one place, and pointers that cannot be followed together."""
    places = [argument.to for argument in tool.args.values()] + [tool.key.to if tool.key else None]
    named = [place for place in places if place]
    for place in named:
        if named.count(place) > 1:
            raise DeclarationFault(("args",), f"two values go to '{place}'", "Send one of them elsewhere.")
    try:
        nested(dict.fromkeys(targets(tool), ""))
    except (IndexError, ValueError, TypeError, AttributeError):
        hint = "Count lists from 0, one after the other."
        raise DeclarationFault(("args",), "these places do not fit together", hint) from None


async def repeat(caller: Caller, asked: BaseModel, key: ActionKey) -> None:
    """Know nothing: the system gives its first answer again when it is asked again under the same key."""


def check_look_up(effect: AnyTool, reading: AnyTool, wanted: LookUp) -> None:
    """Compare what a look-up is given and gives back with what the effect has and promises."""
    for name, source in wanted.with_.items():
        if name not in reading.args.model_fields:
            hint = nearest(name, dict(reading.args.model_fields))
            raise DeclarationFault(("settle", "with", name), f"'{wanted.tool}' takes no '{name}'", hint)
        given = source.removeprefix("args.")
        if source != "key" and given not in effect.args.model_fields:
            hint = nearest(given, dict(effect.args.model_fields))
            raise DeclarationFault(("settle", "with", name), f"there is no argument '{given}'", hint)
    for name, field_ in effect.result.model_fields.items():
        if name not in reading.result.model_fields and field_.is_required():
            message = f"'{wanted.tool}' does not give back '{name}', which this tool promises"
            raise DeclarationFault(("settle", "tool"), message)


def looking_up(effect: AnyTool, reading: AnyTool, wanted: LookUp) -> Settle:
    """Ask the reading tool what became of an effect; nothing there means that nothing was done."""

    async def settle(caller: Caller, asked: BaseModel, key: ActionKey) -> BaseModel | None:
        given = asked.model_dump(mode="json")
        args = {
            name: key if source == "key" else given[source.removeprefix("args.")]
            for name, source in wanted.with_.items()
        }
        try:
            found = await reading.run(caller, reading.args.model_validate(args), None)
        except NoSuchThing:
            return None
        known = found.model_dump(include=set(effect.result.model_fields))
        model: BaseModel = effect.result.model_validate(known)
        return model

    return settle


def settling(spec: AnyTool, settle: Settle) -> AnyTool:
    """The same tool with a look-up."""
    return replace(spec, settle=settle)
