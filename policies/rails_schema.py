"""`rails.yaml`: what the rails look for, and which of them run where."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from policies.model import ChannelRails, RailSettings
from policies.shapes import Name, Phrase, Strict

Rail = Literal[
    "length",
    "encoding",
    "injection",
    "attack",
    "self_harm",
    "threats",
    "secrets",
    "topics",
    "language",
    "personal_details",
    "promises",
    "advice",
    "figures",
    "links",
    "leakage",
    "tone",
    "markup",
    "own_details",
    "self_check",
    "fact_check",
]
"""Every rail by the name under which a trace reports it."""
Chars = Annotated[int, Field(ge=100, le=100_000)]
Domain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


class ChannelRailsYaml(Strict):
    """What holds on one channel in the place of the general rule."""

    off: tuple[Rail, ...] = ()
    max_input_chars: Chars | None = None
    max_output_chars: Chars | None = None
    private: bool = True


class RailsFile(Strict):
    """`rails.yaml`"""

    forbidden_promises: tuple[Phrase, ...] = ()
    banned_topics: tuple[Phrase, ...] = ()
    injection_patterns: tuple[Phrase, ...] = ()
    max_input_chars: Chars
    max_output_chars: Chars
    company_contacts: tuple[Phrase, ...] = ()
    off: tuple[Rail, ...] = ()
    attack_from: Annotated[float, Field(gt=0, lt=1)] | None = None
    competitors: tuple[Phrase, ...] = ()
    link_domains: tuple[Domain, ...] = ()
    channels: dict[Name, ChannelRailsYaml] = Field(default_factory=dict)
    model_rails: tuple[Literal["self_check", "fact_check"], ...] = ()


def compile_rails(file: RailsFile) -> RailSettings:
    """Build the rails' settings."""
    general = file.model_dump(exclude={"off", "channels", "model_rails"})
    channels = {name: _channel(one) for name, one in file.channels.items()}
    return RailSettings(
        **general, off=frozenset(file.off), channels=channels, model_rails=frozenset(file.model_rails)
    )


def _channel(file: ChannelRailsYaml) -> ChannelRails:
    return ChannelRails(**file.model_dump(exclude={"off"}), off=frozenset(file.off))
