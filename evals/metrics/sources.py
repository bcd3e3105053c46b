"""Does every answer from the articles say where it comes from, and is it there?"""

import re
from collections.abc import Iterator

from evals.metrics.check import Check
from evals.suite.record import Exchange, Record

MARK = re.compile(r"\[(\d{1,2})\]")
NOTHING = "nothing"


def well_cited(record: Record) -> Iterator[Check]:
    """Compare the cited articles with the script's, and each mark in a text with its citation."""
    for exchange in record.exchanges:
        yield from _right_article(exchange)
        yield from _marks(exchange)


def _right_article(exchange: Exchange) -> Iterator[Check]:
    wanted = exchange.expect.cites
    if wanted is None:
        return
    choices = (wanted,) if isinstance(wanted, str) else wanted
    cited = sorted({_slug(source.url) for reply in exchange.replies for source in reply.citations})
    fits = not cited if wanted == NOTHING else any(choice in cited for choice in choices)
    yield Check(
        passed=fits,
        line=exchange.line,
        about=f"sources for '{exchange.said}'",
        wanted=" or ".join(choices),
        found=", ".join(cited) or NOTHING,
    )


def _marks(exchange: Exchange) -> Iterator[Check]:
    """A mark without a citation, or a citation that nothing refers to, is a broken promise."""
    for reply in exchange.replies:
        marks = {int(number) for number in MARK.findall(reply.text)}
        listed = {source.number for source in reply.citations}
        if marks or listed:
            yield Check(
                passed=marks == listed,
                line=exchange.line,
                about="marks in the text",
                wanted=str(sorted(listed)),
                found=str(sorted(marks)),
            )


def _slug(url: str) -> str:
    return url.rpartition("/")[2].partition("#")[0]
