"""The report page of a measurement: figures, pictures, and every mistake behind them."""

import html
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from evals.figures import commit
from evals.suite.page import TOKENS
from evals.understanding.pictures import heat_map, learning_picture, reliability_diagram, scope_picture

PICTURES = Path(__file__).parent / "pictures.css"
SHOWN_PAIRS = 40


def write_page(title: str, told: Mapping[str, Any], folder: Path, at: datetime) -> Path:
    """Write `nlu.html` into a folder, made if need be; it needs no other file."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "nlu.html"
    page.write_text("\n".join(_page(title, told, at)), "utf-8")
    return page


def _page(title: str, told: Mapping[str, Any], at: datetime) -> Iterator[str]:
    safe = html.escape(title)
    yield f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Intents: {safe}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{TOKENS.read_text('utf-8')}{PICTURES.read_text('utf-8')}</style></head><body><main>"
    yield f"<h1>Intents: {safe}</h1>"
    yield f"<p class='quiet'>{at:%Y-%m-%d %H:%M} UTC, commit {html.escape(commit())}.</p>"
    yield from _figures(told["figures"])
    if told.get("curve"):
        yield f"<h2>More examples</h2>{learning_picture(told['curve'])}"
    if told.get("reliability"):
        yield "<h2>Calibration and scope</h2><div class='pair'>"
        yield reliability_diagram(told["reliability"])
        yield scope_picture(told["scope_curve"]) if told["scope_curve"] else ""
        yield f"</div><h2>Confusions</h2>{heat_map(told['confusions'], told['right'])}"
        yield from _pairs(told["confusions"])
        yield from _mistakes(told["mistakes"])
    yield "</main></body></html>"


def _figures(figures: Mapping[str, float]) -> Iterator[str]:
    yield "<table><thead><tr><th>Figure<th>Value</tr></thead><tbody>"
    for name, value in figures.items():
        shown = f"{value:.0f}" if name.endswith("_count") else f"{value:.4f}"
        yield f"<tr><td>{html.escape(name)}<td class='number'>{shown}</tr>"
    yield "</tbody></table>"


def _pairs(confusions: Sequence[tuple[str, str, int]]) -> Iterator[str]:
    yield "<table><thead><tr><th>Intent<th>Taken for<th>Times</tr></thead><tbody>"
    for truth, said, count in confusions[:SHOWN_PAIRS]:
        yield f"<tr><td>{html.escape(truth)}<td>{html.escape(said)}<td class='number'>{count}</tr>"
    yield "</tbody></table>"


def _mistakes(mistakes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """List what was misread, the surest first."""
    yield "<h2>Mistakes, the surest first</h2>"
    yield "<table><thead><tr><th>Text<th>Intent<th>Taken for<th>Confidence</tr></thead><tbody>"
    for one in mistakes:
        yield f"<tr><td>{html.escape(one['text'])}<td>{html.escape(one['truth'])}<td>"
        yield f"{html.escape(one['said'])}<td class='number'>{one['confidence']:.2f}</tr>"
    yield "</tbody></table>"
