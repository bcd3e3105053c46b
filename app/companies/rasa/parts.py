"""What an import has made of a project: the entries of a book, and where each came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.companies.rasa.left import Origin

SAME = {
    "greeting": ("greet", "greeting", "greetings", "hello", "hi", "say_hello"),
    "thanks": ("thanks", "thank", "thank_you", "thankyou", "say_thanks"),
    "goodbye": ("goodbye", "bye", "say_goodbye", "good_bye"),
    "affirm": ("affirm", "yes", "agree", "accept"),
    "deny": ("deny", "no", "disagree", "decline"),
    "stop": ("stop", "abort", "nevermind", "never_mind"),
    "bot_challenge": ("bot_challenge", "are_you_a_bot", "ask_isbot"),
    "human_request": (
        *("human_request", "human_handoff", "handoff", "talk_to_human", "speak_to_human", "ask_for_human"),
        *("request_human", "contact_agent", "live_agent", "talk_to_agent", "human"),
    ),
    "complaint": ("complaint", "complain"),
}
"""Intents that every book has, with the names that projects give them."""
OWN = {other: name for name, others in SAME.items() for other in others}
NEEDLESS: Mapping[str, str] = {
    "nlu_fallback": "What is not understood is settled by book/thresholds.yaml.",
    "inform": "A value that was asked for needs no intent: the slot takes it.",
    "option": "Give it another name: this one is the engine's.",
    "safety": "Write its words under `safety_words` in book/routing.yaml.",
    "session_start": "A conversation begins by itself.",
    "restart": "A conversation goes on; nothing has to be restarted.",
    "back": "A customer corrects a value by saying it again.",
}
"""Intents that have no place in a book, and what stands for them."""


@dataclass(kw_only=True)
class Parts:
    """Entries of a book by name, as they will be written."""

    intents: dict[str, dict[str, Any]] = field(default_factory=dict)
    flows: dict[str, dict[str, Any]] = field(default_factory=dict)
    templates: dict[str, dict[str, Any]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    """Patterns of the fast path, by entity."""
    origins: dict[tuple[str, str], Origin] = field(default_factory=dict)

    def add(self, kind: str, name: str, entry: dict[str, Any], origin: Origin) -> None:
        """Add an entry and remember where it came from."""
        getattr(self, kind)[name] = entry
        self.origins[kind, name] = origin
