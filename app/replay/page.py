"""The report of a comparison, one page that needs no other file: what changes, and where."""

import html
from collections.abc import Iterator
from pathlib import Path

from app.replay.outcome import ORDER, Kind, Outcome
from app.replay.summary import Group, groups, headline, remarks
from app.replay.verdict import Comparison, Difference, Verdict

STYLE = Path(__file__).with_name("page.css")
WORDS: dict[Kind, str] = {
    "failure": "failure",
    "escalation": "escalation",
    "approval": "approval",
    "action": "action",
    "reply": "reply",
    "call": "would call",
}


def write_report(comparison: Comparison, target: Path) -> None:
    """Write the page; the same comparison gives the same page."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(_page(comparison)), "utf-8")


def _page(comparison: Comparison) -> Iterator[str]:
    title = f"Diff: {comparison.old} against {comparison.new}"
    yield "<!doctype html>"
    yield f'<html lang="en"><head><meta charset="utf-8"><title>{_safe(title)}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{STYLE.read_text('utf-8')}</style></head><body><main>"
    yield f"<h1>{headline(comparison)}</h1>"
    yield (
        f'<p class="t2">Rule book <code>{_safe(comparison.old)}</code> against '
        f"<code>{_safe(comparison.new)}</code>. What was understood, read and answered comes from the "
        f"recordings; no system was asked. The first place where the books part counts.</p>"
    )
    yield from (f'<p class="t3 xs">{_safe(remark)}</p>' for remark in remarks(comparison))
    found = groups(comparison)
    yield from _overview(found)
    for number, group in enumerate(found):
        yield from _group(group, number)
    yield "</main></body></html>"


def _overview(found: tuple[Group, ...]) -> Iterator[str]:
    if not found:
        return
    yield "<h2>What changes</h2><table><thead><tr><th>What changes</th><th>Example</th>"
    yield '<th class="n">How many</th></tr></thead><tbody>'
    for number, group in enumerate(found):
        yield (
            f'<tr><td>{_tag(group.kind)} <a href="#g{number}">{_safe(group.what)}</a></td>'
            f'<td class="t2">“{_safe(group.example)}”</td>'
            f'<td class="n">{len(group.conversations):,}</td></tr>'
        )
    yield "</tbody></table>"


def _group(group: Group, number: int) -> Iterator[str]:
    count = len(group.conversations)
    yield f'<section id="g{number}"><h2>{_safe(group.what)} <span class="t3">{count:,}</span></h2>'
    for verdict in group.conversations:
        yield from _conversation(verdict, first=number == 0 and verdict is group.conversations[0])
    yield "</section>"


def _conversation(verdict: Verdict, *, first: bool) -> Iterator[str]:
    found = verdict.difference
    if found is None:
        return
    tags = " ".join(_tag(kind) for kind in found.kinds)
    yield f"<details{' open' if first else ''}><summary>“{_safe(found.happened)}” {tags} "
    name = _safe(verdict.conversation_id)
    yield f'<span class="who xs"><bdi>{name}</bdi>, turn {found.seq}</span></summary>'
    yield '<div class="in"><dl class="talk">'
    for who, said in found.before:
        yield f"<dt>{_safe(who.capitalize())}</dt><dd>{_safe(said)}</dd>"
    yield f'<dt>Here</dt><dd class="here">{_safe(found.happened)}</dd></dl>'
    yield '<div class="sides">'
    yield from _side("The old book", found, found.old, found.new, "gone")
    yield from _side("The new book", found, found.new, found.old, "come")
    yield "</div></div></details>"


def _side(title: str, found: Difference, shown: Outcome, other: Outcome, mark: str) -> Iterator[str]:
    yield f'<div class="side"><h3>{title}</h3>'
    for kind in reversed(ORDER):
        lines = shown.part(kind)
        if lines:
            yield f'<p class="kind">{WORDS[kind]}</p>'
        for line in lines:
            same = line in other.part(kind)
            yield f'<p><span class="{"same" if same else mark}">{_safe(line)}</span></p>'
    if not any(shown.part(kind) for kind in ORDER):
        yield '<p class="t3">says and does nothing</p>'
    if shown.places:
        yield f'<p class="t3 xs mono">{_safe(", ".join(shown.places))}</p>'
    yield "</div>"


def _tag(kind: Kind) -> str:
    return f'<span class="tag {kind}">{WORDS[kind]}</span>'


def _safe(text: str) -> str:
    return html.escape(text)
