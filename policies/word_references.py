"""Checks the words that a book listens for: the fast path's phrases, safety words, the rails' patterns."""

import re

from policies.fast_schema import FastPathFile, FastWordsYaml
from policies.model import Book
from policies.phrases import Lists, PhraseInvalid, check_phrase, marks, read_lists, readings
from policies.rails_schema import RailsFile
from policies.reading import Reader
from policies.schema import RoutingFile
from policies.source import YamlPath

_ENDLESS = re.compile(r"\((?:[^()\\]|\\.)*(?:[^\\(][+*]|\{\d+,\})\)(?:[+*]|\{\d+,\})")
"""A repetition that ends in a repetition: `(a+)+`."""
_ONCE = "Repeat either the group or what stands at its end, not both."


def check_fast_path(reader: Reader, file: FastPathFile, book: Book) -> None:
    """Check intents and value patterns of the fast path."""
    lists = _fast_words(reader, file.words)
    for index, pattern in enumerate(file.patterns):
        reader.known_name(pattern.intent, book.intents, "intent", ("patterns", index, "intent"))
        for key in ("whole", "anywhere", "named", "unless", "unless_beside"):
            for at, phrase in enumerate(getattr(pattern, key)):
                _phrase(reader, phrase, ("patterns", index, key, at), lists, whole=key == "whole")
    for index, value in enumerate(file.values):
        _regex(reader, value.pattern, ("values", index, "pattern"))
        if value.alone is not None:
            reader.known_name(value.alone, book.intents, "intent", ("values", index, "alone"))


def _fast_words(reader: Reader, words: FastWordsYaml) -> Lists:
    """Check the lists and things that phrases name; return those that can be read."""
    lists: Lists = marks(words.things)
    for name, phrases in words.lists.items():
        path: YamlPath = ("words", "lists", name)
        right = [one for at, one in enumerate(phrases) if _phrase(reader, one, (*path, at), lists)]
        lists = read_lists({name: right}, lists)
    for name, phrases in words.things.items():
        for at, phrase in enumerate(phrases):
            _phrase(reader, phrase, ("words", "things", name, at), lists)
    return lists


def check_routing(reader: Reader, file: RoutingFile, book: Book) -> None:
    """Check safety words, and that skills are asked for intents that exist."""
    for index, phrase in enumerate(file.safety_words):
        _phrase(reader, phrase, ("safety_words", index))
    for name, row in file.handoff_triggers.items():
        path: YamlPath = ("handoff_triggers", name, "value")
        if row.type == "keyword":
            _phrase(reader, row.value, path)
        elif row.type == "intent":
            reader.known_name(row.value, book.intents, "intent", path)
    for intent in file.skills:
        reader.known_name(intent, book.intents, "intent", ("skills", intent))
    for option, flow in book.routing.while_waiting.items():
        reader.known_name(flow, book.flows, "flow", ("while_waiting", option))


def check_patterns(reader: Reader, file: RailsFile) -> None:
    """Check that the rails' phrases are regular expressions that come to an end."""
    for key in ("forbidden_promises", "banned_topics", "injection_patterns"):
        for index, phrase in enumerate(getattr(file, key)):
            _regex(reader, phrase, (key, index))
            if _ENDLESS.search(phrase):
                reader.note((key, index), "some messages would keep this expression busy for hours", _ONCE)


def _phrase(
    reader: Reader, phrase: str, path: YamlPath, lists: Lists | None = None, *, whole: bool = False
) -> bool:
    """Note a phrase that cannot be read; a whole message must not stand for too many wordings."""
    try:
        check_phrase(phrase, lists)
        if whole:
            list(readings(phrase))
    except PhraseInvalid as error:
        reader.note(path, f"this phrase cannot be read: {error}", "Write `(talk|speak) to [a] person`.")
        return False
    return True


def _regex(reader: Reader, pattern: str, path: YamlPath) -> None:
    """Note a regular expression that cannot be compiled."""
    try:
        re.compile(pattern)
    except re.error as error:
        hint = "Write a backslash before a literal bracket, dot or star."
        reader.note(path, f"this is not a regular expression: {error}", hint)
