"""NeMo Guardrails behind one door: our checks as manifest rails, compiled once and run directly.

Only this module knows NeMo's names; importing it takes about two seconds, so
`guardrails.build` does it late. Nothing here reads a folder of the user's.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter
from typing import TypeVar

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
Messages = list[dict[str, str]]
C = TypeVar("C", InputCheck, OutputCheck)
FAILED = "rail failed"

# NeMo writes the text of an exception to its log, and that text may hold a customer's words.
logging.getLogger("nemoguardrails.guardrails.rail_guard").setLevel(logging.CRITICAL)

_AUDIENCE: ContextVar[Audience] = ContextVar("audience")

INPUT_CHECKS: Mapping[str, InputCheck] = {
    "length": input_checks.check_length,
    "encoding": input_checks.check_encoding,
    "injection": input_checks.check_injection,
    "topics": input_checks.check_topics,
}
OUTPUT_CHECKS: Mapping[str, OutputCheck] = {
    "length": output_checks.check_length,
    "personal_details": output_checks.check_personal_details,
    "promises": output_checks.check_promises,
    "figures": output_checks.check_figures,
}
CUSTOMER_TEXT, REPLY = "customer_text", "reply"
"""NeMo's rails: one a direction, because each costs more than the checks that run in it."""


@dataclass(frozen=True, kw_only=True)
class Checking:
    """What the rails of both directions run, and by which rules."""

    rules: CompiledRules
    input: Mapping[str, InputCheck]
    output: Mapping[str, OutputCheck]


def customer_text(text: str, config: Checking) -> RailOutcome:
    """Run every check of what a customer wrote."""
    return _outcome(_all_hits(config.input, lambda check: check(text, config.rules)))


def reply(text: str, config: Checking) -> RailOutcome:
    """Run every check of a reply; its reader comes with the task, not with the text."""
    audience = _AUDIENCE.get()
    return _outcome(_all_hits(config.output, lambda check: check(text, config.rules, audience)))


def _all_hits(checks: Mapping[str, C], run: Callable[[C], Hits]) -> Hits:
    """Collect all objections; a check that fails is one, and what its exception said stays inside."""
    hits: list[RailHit] = []
    for name, check in checks.items():
        try:
            hits += run(check)
        except Exception:
            hits.append(RailHit(rail=name, reason=FAILED, severity="block"))
    return tuple(hits)


def _outcome(hits: Hits) -> RailOutcome:
    """Block unless every hit is a note; the hits travel as neutral evidence."""
    decide = RailOutcome.allow if all(hit.severity == "note" for hit in hits) else RailOutcome.block
    return decide(metadata={"hits": hits})


def manifest() -> RailManifest:
    """Declare our rails as NeMo's manifests do."""
    surfaces = (
        _surface(RailDirection.INPUT, CUSTOMER_TEXT, "user_message"),
        _surface(RailDirection.OUTPUT, REPLY, "bot_message"),
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
        checking = Checking(
            rules=rules,
            input=_chosen(configuration.input, INPUT_CHECKS, "input"),
            output=_chosen(configuration.output, OUTPUT_CHECKS, "output"),
        )
        deps = RailDependencies(llms={}, llm_task_manager=None, config=checking)
        own = catalog or RailCatalog([RailManifestRecord(manifest=manifest(), source=__name__)])
        self._checking = checking
        self._input = _compiled(CUSTOMER_TEXT, RailDirection.INPUT, deps, own)
        self._output = _compiled(REPLY, RailDirection.OUTPUT, deps, own)

    async def check_input(self, text: str) -> RailReport:
        """Look for injection, oversize and encoding tricks in a customer's text."""
        return await _run(self._input, tuple(self._checking.input), [{"role": "user", "content": text}], None)

    async def check_output(self, text: str, audience: Audience) -> RailReport:
        """Look for others' personal details, forbidden promises, unsupported figures in a reply."""
        token = _AUDIENCE.set(audience)
        try:
            return await _run(self._output, tuple(self._checking.output), [], text)
        finally:
            _AUDIENCE.reset(token)


def _chosen(names: Sequence[str], checks: Mapping[str, C], direction: str) -> Mapping[str, C]:
    """Pick the configured checks, in their order; an unknown name is told with the known ones."""
    unknown = [name for name in names if name not in checks]
    if unknown:
        raise RailsMisconfigured(
            f"config/rails.yaml: rails.{direction}.flows: there is no rail {unknown[0]!r}; "
            f"the rails there are: {', '.join(checks)}"
        )
    return {name: checks[name] for name in names}


def _compiled(
    name: str, direction: RailDirection, deps: RailDependencies, catalog: RailCatalog
) -> CompiledRail:
    """Compile the rail of one direction."""
    try:
        return compile_rail(name, direction, deps, catalog=catalog)
    except RailCompilationError as error:
        raise RailsMisconfigured(f"the {direction.value} rail cannot be compiled: {error}") from error


async def _run(
    rail: CompiledRail, checks: tuple[str, ...], messages: Messages, said: str | None
) -> RailReport:
    """Run one direction's rail, and time it."""
    begun = perf_counter()
    verdict = await _run_one(rail, messages, said)
    return RailReport(
        passed=verdict.passed, ran=checks, hits=verdict.hits, ms=(perf_counter() - begun) * 1000
    )


async def _run_one(rail: CompiledRail, messages: Messages, said: str | None) -> _Verdict:
    """Run a rail; one that fails blocks, and what its exception said stays inside."""
    try:
        outcome = await rail.run(messages, said)
    except Exception:
        return _failed(rail)
    if outcome.failed:
        return _failed(rail)
    return _Verdict(passed=not outcome.is_blocked, hits=outcome.metadata.get("hits", ()))


def _failed(rail: CompiledRail) -> _Verdict:
    """Count a broken rail as an objection."""
    return _Verdict(passed=False, hits=(RailHit(rail=rail.surface_name, reason=FAILED, severity="block"),))
