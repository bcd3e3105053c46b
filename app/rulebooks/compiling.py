"""From a checked book to what is made of it: fast path, rails, and the tools as the book sees them."""

from graphs.ports import Rulebook
from guardrails.rules import ChannelRules, RailRules
from guardrails.verdict import Rails
from policies.facts import Tools, tool_shape
from policies.fast_path import FastPath
from policies.handoff_triggers import TriggerTable
from policies.model import Book, ChannelRails
from tools.registry import Registry

IN_THE_GRAPH = frozenset({"language", "self_check", "fact_check"})
"""Rails that the graph runs itself, because understanding or a model answers them."""


def compiled(book: Book, rails: Rails | None = None) -> Rulebook:
    """Make of a book what turns run on; without rails of its own those of the desk hold."""
    triggers = TriggerTable(book.routing.handoff_triggers)
    return Rulebook(book=book, fast_path=FastPath(book), rails=rails, triggers=triggers)


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
        off=rails.off - IN_THE_GRAPH,
        attack_from=rails.attack_from,
        competitors=rails.competitors,
        link_domains=rails.link_domains,
        internal_names=frozenset([*book.actions, *(action.tool for action in book.actions.values())]),
        channels={name: _channel(one) for name, one in rails.channels.items()},
    )


def _channel(rails: ChannelRails) -> ChannelRules:
    return ChannelRules(
        off=rails.off - IN_THE_GRAPH,
        max_input_chars=rails.max_input_chars,
        max_output_chars=rails.max_output_chars,
        private=rails.private,
    )


def tool_shapes(registry: Registry) -> Tools:
    """Describe the tools as the book sees them, so that a wrong name or argument is found at load."""
    return {
        name: tool_shape(
            spec.args.model_json_schema(),
            spec.result.model_json_schema(),
            effect=spec.risk != "read",
            undone=spec.compensation is not None,
        )
        for name, spec in registry.items()
    }
