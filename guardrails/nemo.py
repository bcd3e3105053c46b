"""NeMo Guardrails behind one door: our checks as manifest rails, compiled once and run directly.

Only this module knows NeMo's names; importing it takes about two seconds, so
`guardrails.build` does it late. Nothing here reads a folder of the user's.
"""

import logging
from collections import OrderedDict
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from time import perf_counter

from nemoguardrails.actions.rail_outcome import RailOutcome, TransformTarget
from nemoguardrails.guardrails.compiled_rail import (
    CompiledRail,
    RailCompilationError,
    RailDependencies,
    compile_rail,
)
from nemoguardrails.manifests import (
    ActionRef,
    Binding,
    RailActions,
    RailCatalog,
    RailDirection,
    RailManifest,
    RailManifestRecord,
    RailSpec,
    RailSurface,
)

from guardrails.configuration import Configuration
from guardrails.errors import RailsMisconfigured
from guardrails.lanes import FAILED, Hits, Lane, build_lanes
from guardrails.rules import RailRules
from guardrails.verdict import Audience, RailHit, RailReport

Messages = list[dict[str, str]]

# NeMo writes the text of an exception to its log, and that text may hold a customer's words.
logging.getLogger("nemoguardrails.guardrails.rail_guard").setLevel(logging.CRITICAL)

CUSTOMER_TEXT, MEANING, REPLY, MATERIAL = "customer_text", "meaning", "reply", "material"
"""NeMo's rails: one a place where a text passes, because each costs more than the checks that run in it."""
REMEMBERED = 2048
"""Passages and arguments come again and again; so many verdicts are kept."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a rail is asked beside the text."""

    lane: Lane
    audience: Audience | None = None
    vector: Sequence[float] = ()


_TASK: ContextVar[Task] = ContextVar("task")


def customer_text(text: str) -> RailOutcome:
    """Run every check of what a customer wrote."""
    lane = _TASK.get().lane
    hits = lane.input_hits(text)
    return _outcome(hits, TransformTarget.USER_MESSAGE, lane.mended_input(text, hits))


def meaning(text: str) -> RailOutcome:
    """Run every check that reads what understanding made of the text."""
    task = _TASK.get()
    return _outcome(task.lane.meaning_hits(text, task.vector), TransformTarget.USER_MESSAGE)


def reply(text: str) -> RailOutcome:
    """Run every check of a reply; its reader comes with the task, not with the text."""
    task = _TASK.get()
    if task.audience is None:
        raise ValueError("a reply is checked for somebody")
    hits = task.lane.output_hits(text, task.audience)
    return _outcome(hits, TransformTarget.BOT_MESSAGE, task.lane.mended_output(text, hits, task.audience))


def material(text: str) -> RailOutcome:
    """Run every check of a passage or an argument."""
    return _outcome(_TASK.get().lane.material_hits(text), TransformTarget.RELEVANT_CHUNKS)


def _outcome(hits: Hits, target: TransformTarget, mended: str | None = None) -> RailOutcome:
    """Block unless every hit is a note; the hits travel as neutral evidence."""
    if any(hit.severity != "note" for hit in hits):
        return RailOutcome.block(metadata={"hits": hits})
    if mended is None:
        return RailOutcome.allow(metadata={"hits": hits})
    return RailOutcome.transform([(target, mended)], metadata={"hits": hits})


def manifest() -> RailManifest:
    """Declare our rails as NeMo's manifests do."""
    surfaces = (
        _surface(RailDirection.INPUT, CUSTOMER_TEXT, "user_message"),
        _surface(RailDirection.INPUT, MEANING, "user_message"),
        _surface(RailDirection.OUTPUT, REPLY, "bot_message"),
        _surface(RailDirection.INPUT, MATERIAL, "user_message"),
    )
    actions = RailActions(refs=tuple(surface.action for surface in surfaces))
    return RailManifest(name="frontdesk", spec=RailSpec(actions=actions, surfaces=surfaces))


def _surface(direction: RailDirection, name: str, text: str) -> RailSurface:
    """Declare one rail: which text it reads and which function of this module it runs."""
    return RailSurface(
        name=name,
        direction=direction,
        action=ActionRef(name=name, target=f"{__name__}:{name}"),
        bindings=(Binding.context("text", text),),
    )


class NemoRails:
    """The rails of a tenant; safe to use from many turns at once."""

    def __init__(
        self, rules: RailRules, configuration: Configuration, catalog: RailCatalog | None = None
    ) -> None:
        self._lanes = build_lanes(rules, configuration)
        self._general = self._lanes[""]
        deps = RailDependencies(llms={}, llm_task_manager=None, config=None)
        own = catalog or RailCatalog([RailManifestRecord(manifest=manifest(), source=__name__)])
        self._input = _compiled(CUSTOMER_TEXT, RailDirection.INPUT, deps, own)
        self._meaning = _compiled(MEANING, RailDirection.INPUT, deps, own)
        self._output = _compiled(REPLY, RailDirection.OUTPUT, deps, own)
        self._material = _compiled(MATERIAL, RailDirection.INPUT, deps, own)
        self._known: OrderedDict[str, RailReport] = OrderedDict()

    async def check_input(self, text: str, channel: str = "") -> RailReport:
        """See `Rails`."""
        lane = self._lanes.get(channel, self._general)
        return await _run(self._input, tuple(lane.input), Task(lane), text)

    async def check_meaning(self, text: str, vector: Sequence[float], channel: str = "") -> RailReport:
        """See `Rails`."""
        lane = self._lanes.get(channel, self._general)
        return await _run(self._meaning, tuple(lane.meaning), Task(lane, vector=vector), text)

    async def check_output(self, text: str, audience: Audience) -> RailReport:
        """See `Rails`."""
        lane = self._lanes.get(audience.channel, self._general)
        return await _run(self._output, tuple(lane.output), Task(lane, audience), text)

    async def check_material(self, text: str) -> RailReport:
        """See `Rails`; a text that was seen before is answered from memory."""
        if (known := self._known.get(text)) is not None:
            self._known.move_to_end(text)
            return known
        lane = self._general
        report = await _run(self._material, tuple(lane.material), Task(lane), text)
        self._known[text] = replace(report, ms=0.0)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return report


def _compiled(
    name: str, direction: RailDirection, deps: RailDependencies, catalog: RailCatalog
) -> CompiledRail:
    """Compile the rail of one direction."""
    try:
        return compile_rail(name, direction, deps, catalog=catalog)
    except RailCompilationError as error:
        raise RailsMisconfigured(f"the {direction.value} rail cannot be compiled: {error}") from error


async def _run(rail: CompiledRail, checks: tuple[str, ...], task: Task, text: str) -> RailReport:
    """Run one rail, and time it; one that fails blocks, and what its exception said stays inside."""
    begun = perf_counter()
    token = _TASK.set(task)
    try:
        outcome = await _outcome_of(rail, text)
    finally:
        _TASK.reset(token)
    passed = outcome is not None and not outcome.is_blocked
    hits: Hits = outcome.metadata.get("hits", ()) if outcome is not None else (_failed(rail),)
    mended = outcome.transforms[0].text if outcome is not None and outcome.transforms else None
    spent = (perf_counter() - begun) * 1000
    return RailReport(passed=passed, ran=checks, hits=hits, ms=spent, mended=mended)


async def _outcome_of(rail: CompiledRail, text: str) -> RailOutcome | None:
    """Let NeMo run a rail; None when it failed, in whichever way."""
    messages: Messages = [] if rail.surface.direction is RailDirection.OUTPUT else [_said(text)]
    try:
        outcome = await rail.run(messages, text)
    except Exception:
        return None
    return None if outcome.failed else outcome


def _said(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def _failed(rail: CompiledRail) -> RailHit:
    """Count a broken rail as an objection."""
    return RailHit(rail=rail.surface_name, reason=FAILED, severity="block")
