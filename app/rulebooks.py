"""The rule book in force, loaded once and swapped as a whole."""

from dataclasses import dataclass
from pathlib import Path

from graphs.ports import Rulebook
from guardrails.rules import RailRules
from policies.facts import Tools, tool_shape
from policies.fast_path import FastPath
from policies.loader import load_book
from policies.model import Book
from tools.registry import Registry


@dataclass
class BookShelf:
    """Holds the current book of each tenant; today all tenants share one."""

    rulebook: Rulebook

    @classmethod
    def load(cls, folder: Path, tools: Tools | None = None) -> "BookShelf":
        """Load the book; raises `BookInvalid` with every problem found."""
        return cls(_compiled(load_book(folder, tools)))

    def current(self, tenant_id: str) -> Rulebook:
        """Return the book in force."""
        return self.rulebook

    @property
    def book(self) -> Book:
        """The policies alone."""
        return self.rulebook.book


def _compiled(book: Book) -> Rulebook:
    return Rulebook(book=book, fast_path=FastPath(book))


def rail_rules(book: Book) -> RailRules:
    """Hand the book's settings to the rails, which do not know the book."""
    rails = book.rails
    return RailRules(
        forbidden_promises=rails.forbidden_promises,
        banned_topics=rails.banned_topics,
        injection_patterns=rails.injection_patterns,
        max_input_chars=rails.max_input_chars,
        max_output_chars=rails.max_output_chars,
        company_contacts=rails.company_contacts,
    )


def tool_shapes(registry: Registry) -> Tools:
    """Describe the tools as the book sees them, so that a wrong name or argument is found at load."""
    return {
        name: tool_shape(
            spec.args.model_json_schema(), spec.result.model_json_schema(), effect=spec.risk != "read"
        )
        for name, spec in registry.items()
    }
