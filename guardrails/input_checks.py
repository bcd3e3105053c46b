"""What a customer's text may hide: size, disguises, instructions to the program, distress, threats."""

import re
from collections.abc import Iterator, Sequence

from guardrails.attack_model import Question
from guardrails.disguises import decoded, other_readings, strange_writing
from guardrails.folding import INVISIBLE, fold, mixes_scripts
from guardrails.rules import CompiledRules, Pattern
from guardrails.verdict import RailHit, Severity

Hits = tuple[RailHit, ...]

_TAGS = re.compile("[\U000e0000-\U000e007f]")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")
_BIDI_OVERRIDE = re.compile("[\u202d\u202e]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HIDDEN_IN_WORD = re.compile("[a-zA-Z][\u200b-\u200d\u2060\ufeff][a-zA-Z]")
_READABLE = re.compile(r"[A-Za-z]{2,}(?:[ ,.!?':;-]+[A-Za-z0-9]+){3,}")
OFTEN = 3
INSTRUCTION = "an instruction to the assistant"


def check_length(text: str, rules: CompiledRules) -> Hits:
    """Refuse a text that is longer than the book allows."""
    if len(text) > rules.max_input_chars:
        return (_hit("length", "longer than a message may be", "block", "max_input_chars"),)
    return ()


def check_encoding(text: str, rules: CompiledRules) -> Hits:
    """Refuse texts that a person cannot read but a program can; note harmless oddities."""
    return tuple(_disguises(text))


def check_injection(text: str, rules: CompiledRules) -> Hits:
    """Refuse instructions to the program, in clear or under a disguise."""
    # The first objection is enough: the message is refused either way, and the rest would cost time.
    folded = fold(text)
    if found := first_found(rules.injection, folded):
        return (_hit("injection", INSTRUCTION, "block", found),)
    for other in other_readings(folded):
        if found := first_found(rules.injection, other):
            return (_hit("injection", f"{INSTRUCTION}, in disguise", "block", found),)
    return ()


def check_attack(text: str, rules: CompiledRules) -> Hits:
    """Refuse what reads like an attack, by its words alone."""
    question, folded = _question(rules, "attack"), fold(text)
    for reading in (folded, *other_readings(folded)):
        if hits := liked("attack", INSTRUCTION, "block", question.by_words(reading), question.words_line):
            return hits
    return ()


def check_self_harm(text: str, rules: CompiledRules) -> Hits:
    """Bring a person at once to somebody who may be about to harm themself."""
    found = first_found(rules.self_harm, fold(text))
    return (
        (_hit("self_harm", "the customer may be about to harm themself", "person", found),) if found else ()
    )


def check_threats(text: str, rules: CompiledRules) -> Hits:
    """Hand threats and hate against people over to a person."""
    found = first_found(rules.threats, fold(text))
    return (_hit("threats", "a threat or hate against people", "person", found),) if found else ()


def check_topics(text: str, rules: CompiledRules) -> Hits:
    """Hand over what the company does not let the assistant talk about."""
    found = first_found(rules.topics, fold(text)) if rules.topics else None
    return (_hit("topics", "a topic the assistant must not discuss", "person", found),) if found else ()


def check_attack_meaning(text: str, rules: CompiledRules, vector: Sequence[float]) -> Hits:
    """Refuse what reads like an attack, by its words and its vector."""
    question = _question(rules, "attack")
    return liked("attack", INSTRUCTION, "block", question.by_meaning(fold(text), vector), question.line)


def check_threats_meaning(text: str, rules: CompiledRules, vector: Sequence[float]) -> Hits:
    """Hand over what reads like a threat or hate, by its words and its vector."""
    question = _question(rules, "threat")
    said = question.by_meaning(fold(text), vector)
    return liked("threats", "a threat or hate against people", "person", said, question.line)


def _question(rules: CompiledRules, name: str) -> Question:
    """Return the fitted weights; a rail without them fails, and what fails blocks."""
    if rules.model is None:
        raise ValueError(f"the rail `{name}` has no weights")
    return rules.model.attack if name == "attack" else rules.model.threat


def liked(rail: str, reason: str, severity: Severity, likelihood: float, line: float) -> Hits:
    """Object from a likelihood on."""
    return (_hit(rail, reason, severity, f"{likelihood:.2f}"),) if likelihood >= line else ()


def first_found(patterns: Sequence[Pattern], folded: str) -> str | None:
    """Name the first pattern that the folded text holds."""
    for pattern in patterns:
        if pattern.found_in(folded):
            return pattern.name
    return None


def _disguises(text: str) -> Iterator[RailHit]:
    """Find each kind of disguise once."""
    if not text.isascii():
        yield from _odd_letters(text)
    if _CONTROL.search(text):
        yield _hit("encoding", "control characters", "note", "control")
    if any(_READABLE.search(hidden) for hidden in decoded(text)):
        yield _hit("encoding", "a readable text in an encoded form", "block", "encoded text")
    if strange := strange_writing(text, fold(text)):
        yield _hit("encoding", "a text made hard to read", "block", strange)


def _odd_letters(text: str) -> Iterator[RailHit]:
    """Find letters outside ASCII that hide or reorder text."""
    if _TAGS.search(_FLAG.sub("", text)):
        yield _hit("encoding", "a text in invisible letters", "block", "tag characters")
    if _BIDI_OVERRIDE.search(text):
        yield _hit("encoding", "letters shown in another order than sent", "block", "bidi override")
    if hidden := len(_HIDDEN_IN_WORD.findall(text)):
        yield _hit("encoding", "invisible letters inside words", _if_often(hidden), "zero-width")
    if mixed := sum(map(mixes_scripts, INVISIBLE.sub("", text).lower().split())):
        yield _hit("encoding", "letters of two scripts in one word", _if_often(mixed), "look-alikes")


def _if_often(times: int) -> Severity:
    """Once may be an accident of copying; more often it hides something."""
    return "block" if times >= OFTEN else "note"


def _hit(rail: str, reason: str, severity: Severity, evidence: str) -> RailHit:
    """Name the objection of an input rail."""
    return RailHit(rail=rail, reason=reason, severity=severity, evidence=evidence)
