"""What the rails look for, compiled once so that a check only searches."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from guardrails.configuration import Configuration, InjectionPattern
from guardrails.errors import RailsMisconfigured

_PLAIN = re.compile(r"[A-Za-z0-9 ,'%-]+")
_ESCAPE = re.compile(r"\\.")


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


def compile_rules(rules: RailRules, configuration: Configuration) -> CompiledRules:
    """Compile the company's rules beside the shipped patterns; a bad expression is named."""
    shipped = tuple(_shipped_pattern(pattern) for pattern in configuration.injection)
    return CompiledRules(
        injection=shipped + _phrases("injection_patterns", rules.injection_patterns),
        promises=_phrases("forbidden_promises", rules.forbidden_promises),
        topics=_phrases("banned_topics", rules.banned_topics),
        max_input_chars=rules.max_input_chars,
        max_output_chars=rules.max_output_chars,
        company_contacts=rules.company_contacts,
    )


def _shipped_pattern(pattern: InjectionPattern) -> Pattern:
    """Compile one of the patterns that come with the rails."""
    regex = compile_phrase(pattern.pattern, where=f"config/injection.yaml: {pattern.id}")
    return Pattern(name=pattern.id, regex=regex, needs=tuple(pattern.needs))


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
