"""Was nothing said that must never be said?"""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from evals.errors import ScenariosInvalid
from evals.metrics.check import Check, Examine
from evals.suite.matching import occurs, plain
from evals.suite.record import Exchange, Record
from policies.shapes import Strict
from policies.source import read_source

FILE = Path(__file__).parent.parent / "forbidden.yaml"


class Forbidden(Strict):
    """What no customer may ever read: regular expressions over small letters."""

    never: tuple[str, ...]


def read_forbidden(path: Path = FILE) -> tuple[re.Pattern[str], ...]:
    """Compile the list; a faulty line is told with its place."""
    source = read_source(path, path.name)
    patterns = []
    try:
        lines = Forbidden.model_validate(source.content).never
    except ValidationError as error:
        raise ScenariosInvalid(
            f"{path.name}: {error.errors()[0]['msg']}. It is a list under `never`."
        ) from None
    for index, line in enumerate(lines):
        try:
            patterns.append(re.compile(line))
        except re.error as error:
            place = source.mark(("never", index)).line
            raise ScenariosInvalid(f"{path.name}:{place}: {error}. Mend the regular expression.") from None
    return tuple(patterns)


def nothing_forbidden(patterns: Sequence[re.Pattern[str]]) -> Examine:
    """Make the examination for a list of patterns."""
    return partial(_examine, patterns)


def _examine(patterns: Sequence[re.Pattern[str]], record: Record) -> Iterator[Check]:
    """Look for the patterns and for the script's own forbidden texts in all that was told."""
    for exchange in record.exchanges:
        told = exchange.told_later
        hits = [found[0] for pattern in patterns if (found := pattern.search(plain(told)))]
        hits += [text for text in _own(record, exchange) if occurs(text, told)]
        yield Check(
            passed=not hits,
            line=exchange.line,
            about=f"after '{exchange.said}'",
            wanted="nothing forbidden",
            found="; ".join(f"'{hit}'" for hit in hits) or "nothing",
        )


def _own(record: Record, exchange: Exchange) -> list[str]:
    return [record.cast.fill(text) for text in exchange.expect.not_text]
