"""Pictures of a measurement as inline SVG, drawn with the page's own colours."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

SIDE = 320
MARGIN = 40
CELL = 18
LABEL = 190
SHOWN_INTENTS = 30


def heat_map(confusions: Sequence[tuple[str, str, int]], right: Mapping[str, int]) -> str:
    """Draw who is taken for whom, among the intents that are confused most."""
    names = _most_confused(confusions)
    if not names:
        return "<p>No text was taken for another intent.</p>"
    place = {name: at for at, name in enumerate(names)}
    counts = {(truth, said): count for truth, said, count in confusions if {truth, said} <= place.keys()}
    most = max(counts.values(), default=1)
    size = LABEL + CELL * len(names)
    rows = "".join(_label(name, at) for name, at in place.items())
    cells = "".join(
        _cell(place[truth], place[said], count / most, f"{truth} taken for {said}: {count}")
        for (truth, said), count in counts.items()
    )
    diagonal = "".join(_right_cell(at, f"{name}: {right.get(name, 0)} right") for name, at in place.items())
    return (
        f'<svg viewBox="0 0 {size} {size}" role="img" aria-label="Confusions">{rows}{diagonal}{cells}</svg>'
    )


def reliability_diagram(bins: Sequence[Mapping[str, Any]]) -> str:
    """Draw accuracy over confidence; calibrated means on the line."""
    most = max((one["count"] for one in bins), default=1)
    dots = "".join(
        _dot(
            one["confidence"],
            one["accuracy"],
            3 + 7 * one["count"] / most,
            f"{one['count']} texts: confidence {one['confidence']:.2f}, right {one['accuracy']:.1%}",
        )
        for one in bins
    )
    line = " ".join(f"{_x(one['confidence'])},{_y(one['accuracy'])}" for one in bins)
    return _chart("Confidence", "Right", f'<polyline class="curve" points="{line}"/>{dots}')


def scope_picture(curve: Sequence[tuple[float, float]]) -> str:
    """Draw how many foreign texts are found at each share of refused questions."""
    line = " ".join(f"{_x(wrong)},{_y(found)}" for wrong, found in curve)
    return _chart("Refused in scope", "Found out of scope", f'<polyline class="curve" points="{line}"/>')


def learning_picture(points: Sequence[Mapping[str, Any]]) -> str:
    """Draw accuracy over the share of examples that was learnt from."""
    line = " ".join(f"{_x(one['share'])},{_y(one['accuracy'])}" for one in points)
    dots = "".join(
        _dot(one["share"], one["accuracy"], 4, f"{one['examples']} examples: {one['accuracy']:.1%}")
        for one in points
    )
    return _chart("Share of examples", "Right", f'<polyline class="curve" points="{line}"/>{dots}')


def _most_confused(confusions: Sequence[tuple[str, str, int]]) -> list[str]:
    """Take the intents of the commonest confusions, pairs side by side."""
    names: list[str] = []
    for truth, said, _ in confusions:
        names += [name for name in (truth, said) if name not in names]
    return names[:SHOWN_INTENTS]


def _label(name: str, at: int) -> str:
    middle, safe = LABEL + CELL * at + CELL / 2, html.escape(name)
    return (
        f'<text x="{LABEL - 6}" y="{middle + 4}" text-anchor="end">{safe}</text>'
        f'<text transform="translate({middle + 4} {LABEL - 6}) rotate(-90)">{safe}</text>'
    )


def _cell(row: int, column: int, share: float, told: str) -> str:
    x, y = LABEL + CELL * column, LABEL + CELL * row
    return (
        f'<rect x="{x}" y="{y}" width="{CELL - 1}" height="{CELL - 1}" class="wrong" '
        f'fill-opacity="{0.25 + 0.75 * share:.2f}"><title>{html.escape(told)}</title></rect>'
    )


def _right_cell(at: int, told: str) -> str:
    corner = LABEL + CELL * at
    return (
        f'<rect x="{corner}" y="{corner}" width="{CELL - 1}" height="{CELL - 1}" class="right">'
        f"<title>{html.escape(told)}</title></rect>"
    )


def _chart(across: str, up: str, drawn: str) -> str:
    """Draw a unit square with its diagonal, and something in it."""
    size = SIDE + 2 * MARGIN
    ticks = "".join(
        f'<text x="{_x(at)}" y="{MARGIN + SIDE + 16}" text-anchor="middle">{at:g}</text>'
        f'<text x="{MARGIN - 6}" y="{_y(at)}" text-anchor="end">{at:g}</text>'
        for at in (0, 0.5, 1)
    )
    return (
        f'<svg viewBox="0 0 {size} {size}" class="chart" role="img" aria-label="{up} over {across}">'
        f'<rect x="{MARGIN}" y="{MARGIN}" width="{SIDE}" height="{SIDE}" class="frame"/>'
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" class="even"/>{drawn}{ticks}'
        f'<text x="{_x(0.5)}" y="{size - 4}" text-anchor="middle">{across}</text>'
        f'<text x="{MARGIN}" y="{MARGIN - 10}">{up}</text></svg>'
    )


def _dot(x: float, y: float, radius: float, told: str) -> str:
    return f'<circle cx="{_x(x)}" cy="{_y(y)}" r="{radius:.1f}" class="dot"><title>{told}</title></circle>'


def _x(share: float) -> str:
    return f"{MARGIN + SIDE * share:.1f}"


def _y(share: float) -> str:
    return f"{MARGIN + SIDE * (1 - share):.1f}"
