"""The report page: every score leads to its conversation."""

import html
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from evals.figures import commit
from evals.metrics.score import Score
from evals.suite.record import Exchange
from evals.suite.results import Judged, Line, Results

TOKENS = Path(__file__).parent / "page.css"


def write_report(results: Results, folder: Path, at: datetime) -> Path:
    """Write `index.html` into a folder, made if need be; it needs no other file."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "index.html"
    page.write_text("\n".join(_page(results, at)), "utf-8")
    return page


def _page(results: Results, at: datetime) -> Iterator[str]:
    faulty = [one for one in results.judged if not one.passed]
    title = f"Evaluation: {results.suite}"
    yield "<!doctype html>"
    yield f'<html lang="en"><head><meta charset="utf-8"><title>{_safe(title)}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{TOKENS.read_text('utf-8')}</style></head><body><main>"
    yield f"<h1>{_safe(title)}</h1>"
    yield f"<p class='quiet'>{at:%Y-%m-%d %H:%M} UTC, commit {_safe(commit())}, "
    yield f"{len(results.judged)} conversations, {len(faulty)} with a fault.</p>"
    yield "<table><thead><tr><th>Metric<th>Promise<th>Passed<th>Rate<th>Demanded<th></tr></thead><tbody>"
    yield from map(_line, results.lines)
    yield "</tbody></table>"
    if faulty:
        yield "<h2>With a fault</h2><ul>"
        yield from (
            f'<li><a href="#{one.record.scenario.name}">{one.record.scenario.name}</a>' for one in faulty
        )
        yield "</ul>"
    yield "<h2>Conversations</h2>"
    for one in sorted(results.judged, key=lambda one: (one.passed, one.record.scenario.name)):
        yield from _conversation(one)
    yield "</main></body></html>"


def _line(line: Line) -> str:
    mark = "<span class='good'>ok</span>" if line.good else "<span class='bad'>too low</span>"
    return (
        f"<tr><td>{line.metric}<td>{_safe(line.promise)}<td class='number'>{line.passed}/{line.conversations}"
        f"<td class='number'>{line.rate:.1%}<td class='number'>{line.wanted:.1%}<td>{mark}</tr>"
    )


def _conversation(one: Judged) -> Iterator[str]:
    record, scenario = one.record, one.record.scenario
    opened = "" if one.passed else " open"
    yield f'<details id="{scenario.name}"{opened}><summary><b>{scenario.name}</b> '
    yield _safe(scenario.script.about) + " "
    yield " ".join(_badge(score) for score in one.scores) + "</summary>"
    yield f"<p class='quiet'>{_safe(scenario.file)}:{scenario.line}, conversation "
    yield f"<code>{_safe(record.conversation_id)}</code>, {_safe(record.cast.customer.name)}</p>"
    yield from _findings(one)
    for exchange in record.exchanges:
        yield from _exchange(exchange)
    yield "</details>"


def _badge(score: Score) -> str:
    kind = "good" if score.passed else "bad"
    return f'<span class="badge {kind}" title="{_safe(score.reason)}">{score.metric} {score.value:.2f}</span>'


def _findings(one: Judged) -> Iterator[str]:
    wrong = [(score, check) for score in one.scores for check in score.checks if not check.passed]
    if wrong:
        yield "<ul class='findings'>"
        yield from (f"<li><b>{score.metric}</b> {_safe(str(check))}" for score, check in wrong)
        yield "</ul>"


def _exchange(exchange: Exchange) -> Iterator[str]:
    yield _said(exchange.who, exchange.said)
    for reply in (*exchange.replies, *exchange.later):
        yield _said(reply.sender, reply.text, [f"[{one.number}] {one.url}" for one in reply.citations])
    if exchange.why:
        yield f"<p class='why'>{_safe(_why(exchange))}</p>"


def _said(who: str, text: str, sources: Sequence[str] = ()) -> str:
    cited = "".join(f"<cite>{_safe(source)}</cite>" for source in sources)
    return f"<div class='said {who}'><span class='who'>{who}</span> {_safe(text)}{cited}</div>"


def _why(exchange: Exchange) -> str:
    """One line of what led to the answer."""
    why = exchange.why
    if why is None:
        return ""
    sure = f" {why.confidence:.2f}" if why.confidence is not None else ""
    tools = ", ".join(f"{tool.name} {tool.outcome}" for tool in why.tools)
    parts = [
        f"line {exchange.line}",
        f"turn {why.seq}",
        f"{why.path or 'no path'}: {why.intent or 'no intent'}{sure}",
        f"route {why.route or 'none'}" + (f" by rule {why.rule}" if why.rule else ""),
        f"tools: {tools or 'none'}",
        f"status {exchange.status}",
    ]
    return " · ".join(parts)


def _safe(text: str) -> str:
    return html.escape(text)
