"""What the rails look for, compiled once so that a check only searches."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from guardrails.attack_model import AttackModel
from guardrails.configuration import Configuration, ShippedPattern
from guardrails.errors import RailsMisconfigured

_PLAIN = re.compile(r"[A-Za-z0-9 ,'%-]+")
_ESCAPE = re.compile(r"\\.")


@dataclass(frozen=True, kw_only=True)
class ChannelRules:
    """What holds on one channel in the place of the general rule."""

    off: frozenset[str] = frozenset()
    max_input_chars: int | None = None
    max_output_chars: int | None = None
    private: bool = True
    """Whether only the customer reads what is written there."""


@dataclass(frozen=True, kw_only=True)
class RailRules:
    """The company's own rules for its rails; every phrase may be a regular expression."""

    forbidden_promises: tuple[str, ...] = ()
    banned_topics: tuple[str, ...] = ()
    injection_patterns: tuple[str, ...] = ()
    max_input_chars: int = 4000
    max_output_chars: int = 2000
    company_contacts: tuple[str, ...] = ()
    """The company's own email addresses, phone and account numbers: every reply may name them."""
    off: frozenset[str] = frozenset()
    """Rails that do not run."""
    attack_from: float | None = None
    """From this likelihood on a message counts as an attack; None: as the weights were fitted."""
    competitors: tuple[str, ...] = ()
    link_domains: tuple[str, ...] = ()
    """Where a reply's links may lead beside the company's own pages and its sources."""
    internal_names: frozenset[str] = frozenset()
    """Names of tools and actions, which no customer is to read."""
    channels: Mapping[str, ChannelRules] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """One compiled phrase under the name by which a hit reports it."""

    name: str
    regex: re.Pattern[str]
    needs: tuple[str, ...] = ()
    """Pieces of text of which one must occur before the expression is tried; empty means always."""

    def found_in(self, text: str) -> bool:
        """Tell whether the lower-cased text holds the phrase."""
        for piece in self.needs:
            if piece in text:
                break
        else:
            if self.needs:
                return False
        return self.regex.search(text) is not None


@dataclass(frozen=True, kw_only=True)
class CompiledRules:
    """Everything a check needs, ready to search."""

    injection: tuple[Pattern, ...]
    promises: tuple[Pattern, ...]
    topics: tuple[Pattern, ...]
    max_input_chars: int
    max_output_chars: int
    company_contacts: tuple[str, ...]
    self_harm: tuple[Pattern, ...] = ()
    threats: tuple[Pattern, ...] = ()
    leakage: tuple[Pattern, ...] = ()
    tone: tuple[Pattern, ...] = ()
    advice: tuple[Pattern, ...] = ()
    competitors: tuple[Pattern, ...] = ()
    model: AttackModel | None = None
    link_domains: frozenset[str] = frozenset()
    internal_names: frozenset[str] = frozenset()
    private: bool = True
    families: Mapping[str, tuple[Pattern, ...]] = field(default_factory=dict)


def compile_rules(rules: RailRules, configuration: Configuration) -> CompiledRules:
    """Compile the company's rules beside the shipped patterns; a bad expression is named."""
    shipped = {name: tuple(_shipped(name, one.patterns)) for name, one in configuration.families.items()}
    own = _phrases("injection_patterns", rules.injection_patterns)
    return CompiledRules(
        injection=shipped.get("injection", ()) + own,
        promises=_phrases("forbidden_promises", rules.forbidden_promises),
        topics=_phrases("banned_topics", rules.banned_topics),
        max_input_chars=rules.max_input_chars,
        max_output_chars=rules.max_output_chars,
        company_contacts=rules.company_contacts,
        self_harm=shipped.get("self_harm", ()),
        threats=shipped.get("threats", ()),
        leakage=shipped.get("leakage", ()),
        tone=shipped.get("tone", ()),
        advice=shipped.get("advice", ()),
        competitors=_phrases("competitors", [re.escape(name.lower()) for name in rules.competitors]),
        model=_model(rules, configuration.model),
        link_domains=frozenset(domain.lower() for domain in rules.link_domains),
        internal_names=rules.internal_names,
        families=shipped,
    )


def on_channel(compiled: CompiledRules, channel: ChannelRules) -> CompiledRules:
    """Return the rules as they hold on one channel."""
    return replace(
        compiled,
        max_input_chars=channel.max_input_chars or compiled.max_input_chars,
        max_output_chars=channel.max_output_chars or compiled.max_output_chars,
        private=channel.private,
    )


def _model(rules: RailRules, model: AttackModel | None) -> AttackModel | None:
    """Draw the line between an attack and a message where the company wants it."""
    if model is None or rules.attack_from is None:
        return model
    line, by_words = rules.attack_from, max(rules.attack_from, model.attack.words_line)
    return replace(model, attack=replace(model.attack, line=line, words_line=by_words))


def _shipped(family: str, patterns: Iterable[ShippedPattern]) -> Iterator[Pattern]:
    """Compile patterns that come with the rails."""
    for one in patterns:
        regex = compile_phrase(one.pattern, where=f"config/{family}.yaml: {one.id}")
        yield Pattern(name=one.id, regex=regex, needs=tuple(one.needs))


def _phrases(field: str, phrases: Iterable[str]) -> tuple[Pattern, ...]:
    """Compile a company's phrases as whole words, each named by the phrase itself."""
    return tuple(
        Pattern(
            name=phrase,
            regex=compile_phrase(rf"(?<!\w)(?:{phrase})(?!\w)", where=f"{field}[{index}]"),
            needs=_certain_start(phrase),
        )
        for index, phrase in enumerate(phrases)
    )


def _certain_start(phrase: str) -> tuple[str, ...]:
    """Find the letters that every match begins with, so that most texts need no search."""
    start = _PLAIN.match(phrase)
    if "|" in phrase or start is None:
        return ()
    optional_next = phrase[start.end() : start.end() + 1] in ("?", "*", "+", "{")
    letters = start.group()[:-1] if optional_next else start.group()
    return (letters.lower(),) if letters else ()


def compile_phrase(source: str, *, where: str) -> re.Pattern[str]:
    """Compile for lower-cased text; ignoring case costs four times as much, so only capitals ask for it."""
    flags = re.IGNORECASE if any(letter.isupper() for letter in _ESCAPE.sub("", source)) else re.NOFLAG
    try:
        return re.compile(source, flags)
    except re.error as error:
        raise RailsMisconfigured(
            f"{where}: {source!r} is no regular expression ({error}); write a backslash before a "
            "literal bracket, dot or star"
        ) from error
