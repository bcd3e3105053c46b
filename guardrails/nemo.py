"""NeMo Guardrails behind one door: our checks as manifest rails, compiled once and run directly.

Only this module knows NeMo's names; importing it takes about two seconds, so
`guardrails.build` does it late. Nothing here reads a folder of the user's.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter

from nemoguardrails.actions.rail_outcome import RailOutcome
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

from guardrails import input_checks, output_checks
from guardrails.configuration import Configuration
from guardrails.errors import RailsMisconfigured
from guardrails.rules import CompiledRules
from guardrails.verdict import Audience, RailHit, RailReport

Hits = tuple[RailHit, ...]
InputCheck = Callable[[str, CompiledRules], Hits]
OutputCheck = Callable[[str, CompiledRules, Audience], Hits]
Action = Callable[..., RailOutcome]
Messages = list[dict[str, str]]

# NeMo writes the text of an exception to its log, and that text may hold a customer's words.
logging.getLogger("nemoguardrails.guardrails.rail_guard").setLevel(logging.CRITICAL)

_AUDIENCE: ContextVar[Audience] = ContextVar("audience")


def _input_action(check: InputCheck) -> Action:
    """Make a NeMo action of an input check."""

    def action(text: str, config: CompiledRules) -> RailOutcome:
        return _outcome(check(text, config))

    return action


def _output_action(check: OutputCheck) -> Action:
    """Make a NeMo action of an output check; the reader comes with the task, not with the text."""

    def action(text: str, config: CompiledRules) -> RailOutcome:
        return _outcome(check(text, config, _AUDIENCE.get()))

    return action


def _outcome(hits: Hits) -> RailOutcome:
    """Block unless every hit is a note; the hits travel as neutral evidence."""
    decide = RailOutcome.allow if all(hit.severity == "note" for hit in hits) else RailOutcome.block
    return decide(metadata={"hits": hits})


input_length = _input_action(input_checks.check_length)
input_encoding = _input_action(input_checks.check_encoding)
input_injection = _input_action(input_checks.check_injection)
input_topics = _input_action(input_checks.check_topics)
output_length = _output_action(output_checks.check_length)
output_personal_details = _output_action(output_checks.check_personal_details)
output_promises = _output_action(output_checks.check_promises)
output_figures = _output_action(output_checks.check_figures)

_SURFACES: Mapping[RailDirection, Sequence[str]] = {
    RailDirection.INPUT: ("length", "encoding", "injection", "topics"),
    RailDirection.OUTPUT: ("length", "personal_details", "promises", "figures"),
}
_TEXT_OF = {RailDirection.INPUT: "user_message", RailDirection.OUTPUT: "bot_message"}


def manifest() -> RailManifest:
    """Declare every rail of ours as NeMo's manifests do."""
    surfaces = tuple(_surface(direction, name) for direction, names in _SURFACES.items() for name in names)
    actions = RailActions(refs=tuple(surface.action for surface in surfaces))
    return RailManifest(name="frontdesk", spec=RailSpec(actions=actions, surfaces=surfaces))


def _surface(direction: RailDirection, name: str) -> RailSurface:
    """Declare one rail: which text it reads and which function of this module it runs."""
    action = f"{direction.value}_{name}"
    return RailSurface(
        name=name,
        direction=direction,
        action=ActionRef(name=action, target=f"{__name__}:{action}"),
        bindings=(Binding.context("text", _TEXT_OF[direction]),),
    )


@dataclass(frozen=True)
class _Verdict:
    """What one rail said, in our words."""

    passed: bool
    hits: Hits


class NemoRails:
    """The rails of a tenant; safe to use from many turns at once."""

    def __init__(
        self, rules: CompiledRules, configuration: Configuration, catalog: RailCatalog | None = None
    ) -> None:
        deps = RailDependencies(llms={}, llm_task_manager=None, config=rules)
        own = catalog or RailCatalog([RailManifestRecord(manifest=manifest(), source=__name__)])
        self._input = _compiled(configuration.input, RailDirection.INPUT, deps, own)
        self._output = _compiled(configuration.output, RailDirection.OUTPUT, deps, own)

    async def check_input(self, text: str) -> RailReport:
        """Look for injection, oversize and encoding tricks in a customer's text."""
        return await _run(self._input, [{"role": "user", "content": text}], None)

    async def check_output(self, text: str, audience: Audience) -> RailReport:
        """Look for others' personal details, forbidden promises, unsupported figures in a reply."""
        token = _AUDIENCE.set(audience)
        try:
            return await _run(self._output, [], text)
        finally:
            _AUDIENCE.reset(token)


def _compiled(
    names: Sequence[str], direction: RailDirection, deps: RailDependencies, catalog: RailCatalog
) -> tuple[CompiledRail, ...]:
    """Compile the configured rails of one direction; an unknown name is told with the known ones."""
    try:
        return tuple(compile_rail(name, direction, deps, catalog=catalog) for name in names)
    except RailCompilationError as error:
        known = ", ".join(_SURFACES[direction])
        raise RailsMisconfigured(
            f"config/rails.yaml: rails.{direction.value}.flows: {error}; the rails there are: {known}"
        ) from error


async def _run(rails: Sequence[CompiledRail], messages: Messages, reply: str | None) -> RailReport:
    """Run every rail, so that a report shows all objections, and time them together."""
    begun = perf_counter()
    verdicts = [await _run_one(rail, messages, reply) for rail in rails]
    return RailReport(
        passed=all(verdict.passed for verdict in verdicts),
        ran=tuple(rail.surface_name for rail in rails),
        hits=tuple(hit for verdict in verdicts for hit in verdict.hits),
        ms=(perf_counter() - begun) * 1000,
    )


async def _run_one(rail: CompiledRail, messages: Messages, reply: str | None) -> _Verdict:
    """Run one rail; one that fails blocks, and what its exception said stays inside."""
    try:
        outcome = await rail.run(messages, reply)
    except Exception:
        return _failed(rail)
    if outcome.failed:
        return _failed(rail)
    return _Verdict(passed=not outcome.is_blocked, hits=outcome.metadata.get("hits", ()))


def _failed(rail: CompiledRail) -> _Verdict:
    """Count a broken rail as an objection."""
    return _Verdict(
        passed=False, hits=(RailHit(rail=rail.surface_name, reason="rail failed", severity="block"),)
    )
