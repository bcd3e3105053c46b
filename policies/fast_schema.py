"""The shape of `fast_path.yaml`."""

from typing import Annotated

from pydantic import Field, StringConstraints

from policies.shapes import Name, Phrase, Strict

Wordings = Annotated[str, StringConstraints(min_length=1, max_length=3000, strip_whitespace=True)]
"""A phrase of the fast path that may hold many alternatives."""


class FastPatternYaml(Strict):
    """Words that decide without NLU."""

    intent: Name
    whole: tuple[Phrase, ...] = ()
    anywhere: tuple[Wordings, ...] = ()
    named: tuple[Wordings, ...] = ()
    unless: tuple[Wordings, ...] = ()
    unless_beside: tuple[Wordings, ...] = ()


class FastValueYaml(Strict):
    """A message that is nothing but one value, told by its form."""

    entity: Name
    pattern: Phrase
    alone: Name | None = None
    """The intent such a message has when nothing was asked."""


class FastWordsYaml(Strict):
    """What the phrases of the fast path share."""

    lists: dict[Name, tuple[Wordings, ...]] = Field(default_factory=dict)
    things: dict[Name, tuple[Wordings, ...]] = Field(default_factory=dict)
    mended: tuple[Phrase, ...] = ()
    not_misspelt: tuple[Phrase, ...] = ()


class FastPathFile(Strict):
    """`fast_path.yaml`"""

    words: FastWordsYaml = Field(default_factory=FastWordsYaml)
    patterns: tuple[FastPatternYaml, ...]
    values: tuple[FastValueYaml, ...] = ()
