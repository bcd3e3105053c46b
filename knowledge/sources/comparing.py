"""What an import means for the articles that are there: pure comparison, one line a document."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge.sources.found import Found, Refused, Reply, Taken
from knowledge.sources.repository import Origin

Outcome = Literal["new", "changed", "same", "waits", "withdrawn", "reply", "refused"]


@dataclass(frozen=True, kw_only=True)
class Line:
    """What became of one document."""

    origin: str
    outcome: Outcome
    article_id: str | None = None
    why: str = ""

    def __str__(self) -> str:
        """Write the line as people read it."""
        said = f"{self.outcome:<9}  {self.origin}"
        said += f" -> {self.article_id}" if self.article_id and self.article_id != self.origin else ""
        return f"{said}: {self.why}" if self.why else said


@dataclass(frozen=True, kw_only=True)
class There:
    """What the store holds before an import."""

    origins: Mapping[str, Origin]
    published: Mapping[str, str]
    """Article -> fingerprint of its published version."""
    drafted: Mapping[str, str]
    """Article -> who wrote the draft that waits."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an import is going to do."""

    lines: tuple[Line, ...]
    update: tuple[Taken, ...]
    """New texts that may be published."""
    waiting: tuple[Taken, ...]
    """New texts of articles that were edited here since: they wait as drafts."""
    same: tuple[Taken, ...]
    withdrawn: tuple[str, ...]


def compare(source_id: str, found: Sequence[Found], there: There, *, adopt: bool = False) -> Plan:
    """Tell new from changed from same; nothing that was edited here is overwritten.

    With `adopt`, articles of which nobody knows where they came from belong to this source.
    """
    lines: list[Line] = []
    kept: dict[Outcome, list[Taken]] = {"new": [], "changed": [], "waits": [], "same": []}
    for one in found:
        line = _line(one, source_id, there, adopt=adopt)
        lines.append(line)
        if isinstance(one, Taken) and line.outcome in kept:
            kept[line.outcome].append(one)
    gone = _gone(source_id, found, there)
    lines += [
        Line(
            origin=there.origins[each].origin,
            outcome="withdrawn",
            article_id=each,
            why="gone from the source",
        )
        for each in gone
    ]
    return Plan(
        lines=tuple(lines),
        update=(*kept["new"], *kept["changed"]),
        waiting=tuple(kept["waits"]),
        same=tuple(kept["same"]),
        withdrawn=gone,
    )


def _line(found: Found, source_id: str, there: There, *, adopt: bool) -> Line:
    match found:
        case Refused(origin=origin, why=why):
            return Line(origin=origin, outcome="refused", why=why)
        case Reply(origin=origin, name=name):
            return Line(origin=origin, outcome="reply", why=f"the ready-made reply {name!r}")
        case Taken(origin=origin, article=article):
            outcome, why = _judged(article.id, article.content_hash, source_id, there, adopt=adopt)
            return Line(origin=origin, outcome=outcome, article_id=article.id, why=why)


def _judged(
    article_id: str, fingerprint: str, source_id: str, there: There, *, adopt: bool
) -> tuple[Outcome, str]:
    """Compare one article with its like in the store."""
    origin, published = there.origins.get(article_id), there.published.get(article_id)
    if origin is None and published is not None and not adopt and published != fingerprint:
        return "refused", "an article of this id was written here; rename one of them"
    if origin is not None and origin.source_id != source_id:
        return "refused", f"the id belongs to {origin.origin} of {origin.source_id!r}; rename one of them"
    if origin is not None and origin.content_hash == fingerprint:
        return "same", ""
    if published == fingerprint:
        return "same", ""
    if (by := there.drafted.get(article_id)) is not None and by != source_id:
        return "refused", f"a draft of {by} waits; publish or drop it, then import again"
    if origin is not None and published is not None and published != origin.content_hash:
        return "waits", "was edited here since; the source's new text waits as a draft"
    return ("changed" if published is not None else "new"), ""


def _gone(source_id: str, found: Sequence[Found], there: There) -> tuple[str, ...]:
    """List the articles that the source no longer has; what could not be read counts as being there."""
    taken = {one.article.id for one in found if isinstance(one, Taken)}
    refused = {one.origin for one in found if isinstance(one, Refused)}
    if not taken:
        return ()
    return tuple(
        sorted(
            one.article_id
            for one in there.origins.values()
            if one.source_id == source_id
            and one.article_id not in taken
            and one.article_id in there.published
            and not _among(one.origin, refused)
        )
    )


def _among(origin: str, refused: Collection[str]) -> bool:
    """Tell whether a document, or the file that holds it, could not be read this time."""
    return any(origin == each or origin.startswith((f"{each}/", f"{each}:")) for each in refused)
