"""The checks of each place where a text passes, as they run on one channel."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from time import thread_time
from typing import TypeVar

from guardrails import covering, input_checks, output_checks, reply_manners
from guardrails.configuration import Configuration, Family
from guardrails.errors import RailsMisconfigured
from guardrails.folding import fold
from guardrails.rules import ChannelRules, CompiledRules, RailRules, compile_rules, on_channel
from guardrails.verdict import Audience, RailHit

Hits = tuple[RailHit, ...]
InputCheck = Callable[[str, CompiledRules], Hits]
MeaningCheck = Callable[[str, CompiledRules, Sequence[float]], Hits]
OutputCheck = Callable[[str, CompiledRules, Audience], Hits]
C = TypeVar("C", InputCheck, MeaningCheck, OutputCheck)
FAILED, LATE = "rail failed", "rail took too long"
LATE_S = 0.25
"""So much of a processor's time is never needed; what takes longer is stuck on an expression."""
READ_CHARS = 20_000
"""What is longer is refused anyway; so much of it is still searched."""

INPUT_CHECKS: Mapping[str, InputCheck] = {
    "length": input_checks.check_length,
    "encoding": input_checks.check_encoding,
    "injection": input_checks.check_injection,
    "attack": input_checks.check_attack,
    "self_harm": input_checks.check_self_harm,
    "threats": input_checks.check_threats,
    "secrets": covering.check_secrets,
    "topics": input_checks.check_topics,
}
MEANING_CHECKS: Mapping[str, MeaningCheck] = {
    "attack": input_checks.check_attack_meaning,
    "threats": input_checks.check_threats_meaning,
}
OUTPUT_CHECKS: Mapping[str, OutputCheck] = {
    "length": output_checks.check_length,
    "personal_details": output_checks.check_personal_details,
    "promises": output_checks.check_promises,
    "advice": reply_manners.check_advice,
    "figures": output_checks.check_figures,
    "links": reply_manners.check_links,
    "leakage": reply_manners.check_leakage,
    "tone": reply_manners.check_tone,
    "markup": reply_manners.check_markup,
    "own_details": reply_manners.check_own_details,
}
MATERIAL_CHECKS: Mapping[str, InputCheck] = {
    "encoding": input_checks.check_encoding,
    "injection": input_checks.check_injection,
}


def searching(name: str, family: Family) -> InputCheck:
    """Make a rail of a file of patterns: the first that a text holds is its objection."""

    def check(text: str, rules: CompiledRules) -> Hits:
        found = input_checks.first_found(rules.families[name], fold(text))
        reason = family.reason or name
        return (RailHit(rail=name, reason=reason, severity=family.severity, evidence=found),) if found else ()

    return check


def for_readers(check: InputCheck) -> OutputCheck:
    """Let a check that only reads the text read replies, too."""
    return lambda text, rules, audience: check(text, rules)


@dataclass(frozen=True, kw_only=True)
class Lane:
    """The checks of one channel, and the rules they go by."""

    rules: CompiledRules
    input: Mapping[str, InputCheck]
    meaning: Mapping[str, MeaningCheck]
    output: Mapping[str, OutputCheck]
    material: Mapping[str, InputCheck]

    def input_hits(self, text: str) -> Hits:
        """Run every check of what a customer wrote."""
        return all_hits(self.input, lambda check: check(text[:READ_CHARS], self.rules))

    def meaning_hits(self, text: str, vector: Sequence[float]) -> Hits:
        """Run every check that also reads the vector."""
        return all_hits(self.meaning, lambda check: check(text[:READ_CHARS], self.rules, vector))

    def output_hits(self, text: str, audience: Audience) -> Hits:
        """Run every check of a reply."""
        return all_hits(self.output, lambda check: check(text, self.rules, audience))

    def material_hits(self, text: str) -> Hits:
        """Run every check of a passage or an argument."""
        return all_hits(self.material, lambda check: check(text[:READ_CHARS], self.rules))

    def mended_input(self, text: str, hits: Hits) -> str | None:
        """Cover what no reader needs; None where nothing was found."""
        return covering.cover_secrets(text) if any(hit.rail == "secrets" for hit in hits) else None

    def mended_output(self, text: str, hits: Hits, audience: Audience) -> str | None:
        """Take out or cover what was noted; None where nothing was."""
        noted = {hit.rail for hit in hits if hit.severity == "note"}
        mended = text
        if "markup" in noted:
            mended = reply_manners.plain_markup(mended, self.rules, audience)
        if "own_details" in noted:
            mended = reply_manners.cover_own_details(mended, self.rules, audience)
        return None if mended == text else mended


def all_hits(checks: Mapping[str, C], run: Callable[[C], Hits]) -> Hits:
    """Collect all objections; a check that fails or is late is one, and its exception's words stay inside."""
    hits: list[RailHit] = []
    before = thread_time()
    for name, check in checks.items():
        try:
            hits += run(check)
        except Exception:
            hits.append(RailHit(rail=name, reason=FAILED, severity="block"))
        if (now := thread_time()) - before > LATE_S:
            hits.append(RailHit(rail=name, reason=LATE, severity="block"))
        before = now
    return tuple(hits)


def build_lanes(rules: RailRules, configuration: Configuration) -> dict[str, Lane]:
    """Make the checks of every channel with rules of its own; the name "" stands for all others."""
    compiled = compile_rules(rules, configuration)
    _known(rules, known_rails() | configuration.families.keys())
    channels = {"": ChannelRules(), **rules.channels}
    return {
        name: _lane(on_channel(compiled, channel), configuration, rules.off | channel.off)
        for name, channel in channels.items()
    }


def known_rails() -> frozenset[str]:
    """Name every rail that can be switched off."""
    return frozenset([*INPUT_CHECKS, *MEANING_CHECKS, *OUTPUT_CHECKS, *MATERIAL_CHECKS])


def _lane(rules: CompiledRules, configuration: Configuration, off: frozenset[str]) -> Lane:
    """Pick the checks that run."""
    files = {name: searching(name, one) for name, one in configuration.families.items() if one.reason}
    replies = {name: for_readers(check) for name, check in files.items()}
    return Lane(
        rules=rules,
        input=_chosen(configuration.input, {**files, **INPUT_CHECKS}, "input", off),
        meaning=_chosen(configuration.meaning, MEANING_CHECKS, "meaning", off),
        output=_chosen(configuration.output, {**replies, **OUTPUT_CHECKS}, "output", off),
        material=_chosen(configuration.material, {**files, **MATERIAL_CHECKS}, "material", off),
    )


def _known(rules: RailRules, known: Set[str]) -> None:
    """Refuse to switch off what does not exist: it would seem to be switched off and run."""
    named = [*rules.off, *(name for channel in rules.channels.values() for name in channel.off)]
    if unknown := sorted(set(named) - known):
        raise RailsMisconfigured(f"off: there is no rail {unknown[0]!r}; {_there_are(sorted(known))}")


def _chosen(
    names: Sequence[str], checks: Mapping[str, C], place: str, off: frozenset[str]
) -> Mapping[str, C]:
    """Pick the configured checks, in their order; an unknown name is told with the known ones."""
    unknown = [name for name in names if name not in checks]
    if unknown:
        raise RailsMisconfigured(
            f"config/rails.yaml: rails.{place}.flows: there is no rail {unknown[0]!r}; {_there_are(checks)}"
        )
    return {name: checks[name] for name in names if name not in off}


def _there_are(names: Iterable[str]) -> str:
    return f"the rails there are: {', '.join(names)}"
