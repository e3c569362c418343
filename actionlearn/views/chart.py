"""A run chart as SVG, made by hand: the same figures, the same bytes, crisp at any size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import floor, log10

from babel.numbers import format_decimal

from actionlearn.i18n import format_locale, say
from actionlearn.i18n.dates import format_date
from actionlearn.stats.run_charts import Reading
from actionlearn.stats.time_series import Point, Series
from actionlearn.text.markup import escape

#: Fewer useful points than rules need are shown as dots alone: a line between them says more than they do.
_STYLE = """<style>
text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;fill:#615a50}
.g{fill:#fffefb}.a{stroke:#e5dfd3;stroke-width:1}.l{stroke:#0e5b54;stroke-width:2;fill:none;stroke-linejoin:round}
.d{fill:#0e5b54;stroke:#fffefb;stroke-width:1.5}.s{fill:#96301c;stroke:#fffefb;stroke-width:1.5}
.m{stroke:#615a50;stroke-width:1.5;stroke-dasharray:6 4}.f{stroke-dasharray:none;stroke-width:2.5}
.c{stroke:#96301c;stroke-width:1.5;stroke-dasharray:2 4}.w{fill:#fffefb;stroke:#0e5b54;stroke-width:2}.k{fill:#96301c}
@media (prefers-color-scheme:dark){text{fill:#b5ac9d}.g{fill:#201d19}.a{stroke:#39342c}.l,.w{stroke:#86cfc3}.d{fill:#86cfc3}
.d,.s{stroke:#201d19}.s,.k{fill:#f3a794}.m{stroke:#b5ac9d}.c{stroke:#f3a794}.w{fill:#201d19}}
@media (prefers-contrast:more){text{fill:#000}.a{stroke:#777}.m{stroke:#000}}
@media (prefers-contrast:more) and (prefers-color-scheme:dark){text{fill:#fff}.m{stroke:#fff}}
@media (forced-colors:active){text{fill:CanvasText}.g,.w{fill:Canvas}.a{stroke:GrayText}.l,.w,.m{stroke:CanvasText}
.d{fill:CanvasText;stroke:Canvas}.s{fill:Highlight;stroke:Canvas}.c{stroke:Highlight}.k{fill:CanvasText}}
</style>"""


@dataclass(frozen=True)
class Chart:
    """What is drawn."""

    series: Series
    reading: Reading
    since: date | None
    what_if: Fraction | None
    locale: str


@dataclass(frozen=True)
class _Frame:
    """Where things are: from places and values to points of the picture."""

    width: int
    height: int
    left: int
    number: int
    low: float
    high: float

    def x(self, place: float) -> float:
        room = self.width - self.left - 24
        return round(self.left + 12 + (room - 12) * (place / max(self.number - 1, 1)), 1)

    def y(self, value: float) -> float:
        return round(24 + (self.height - 58) * (self.high - value) / (self.high - self.low), 1)


def svg(chart: Chart, width: int) -> str:
    """Return the picture, so many points wide."""
    values = [float(value) for value in chart.series.values]
    imagined = [] if chart.what_if is None else [float(chart.what_if)]
    centre = float(chart.reading.facts.median)
    ticks = _ticks(min([*values, *imagined, centre]), max([*values, *imagined, centre]))
    height = 260 if width < 500 else 300
    labels = [short(tick, chart.locale) for tick in ticks]
    left = 12 + 8 * max(map(len, labels))
    frame = _Frame(
        width=width, height=height, left=left, number=len(values) + len(imagined), low=ticks[0], high=ticks[-1]
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        _STYLE,
        f'<rect class="g" width="{width}" height="{height}" rx="8"/>',
        *_axes(frame, ticks, labels, chart),
        *_lines(frame, chart, centre),
        *_points(frame, chart, values),
        "</svg>",
    ]
    return "".join(parts)


def _ticks(low: float, high: float) -> list[float]:
    """Return three to six round figures that hold all others between them."""
    if high == low:
        low, high = (low - 1, high + 1) if low else (0.0, 1.0)
    rough = (high - low) / 4
    unit = 10.0 ** floor(log10(rough))
    step = next(step * unit for step in (1, 2, 2.5, 5, 10) if step * unit >= rough * 0.999)
    first = floor(low / step)
    ticks = [round(first * step, 12)]
    while ticks[-1] < high:
        ticks.append(round((first + len(ticks)) * step, 12))
    return ticks


def short(value: float, locale: str) -> str:
    """Return a figure as it is written where the reader lives; what is very large or small by its power of ten."""
    if value and not 1e-4 <= abs(value) < 1e9:
        return f"{value:.3g}"
    return str(format_decimal(value, format="#,##0.####", locale=format_locale(locale)))


def _axes(frame: _Frame, ticks: list[float], labels: list[str], chart: Chart) -> list[str]:
    parts = []
    for tick, label in zip(ticks, labels, strict=True):
        y = frame.y(tick)
        parts.append(f'<path class="a" d="M{frame.left} {y}H{frame.width - 12}"/>')
        parts.append(f'<text x="{frame.left - 6}" y="{y + 4}" text-anchor="end">{escape(label)}</text>')
    last = len(chart.series.points) - 1
    marks = {0: "start", last: "end"} if last else {0: "start"}
    if frame.width > 500 and last > 3:
        marks[last // 2] = "middle"
    for place, anchor in sorted(marks.items()):
        x = frame.x(place) + {"start": -8, "middle": 0, "end": 8}[anchor]
        words = escape(_when(chart.series.points[place], chart.locale))
        parts.append(f'<text x="{x}" y="{frame.height - 10}" text-anchor="{anchor}">{words}</text>')
    return parts


def _when(point: Point, locale: str) -> str:
    if point.day and len(point.when) == 10:
        return format_date("d MMM y", point.day, locale)
    return point.when if len(point.when) <= 16 else point.when[:15] + "…"


def _lines(frame: _Frame, chart: Chart, centre: float) -> list[str]:
    y = frame.y(centre)
    first, last = frame.left, frame.width - 12
    cut = _cut(chart)
    parts = [f'<path class="m" d="M{first} {y}H{last}"/>']
    if cut is not None:
        x = frame.x(cut - 0.5)
        parts.append(f'<path class="m f" d="M{first} {y}H{x}"/><path class="c" d="M{x} 12V{frame.height - 30}"/>')
        anchor, place = ("end", x - 5) if x > frame.width / 2 else ("start", x + 5)
        label = escape(say("change", chart.locale))
        parts.append(f'<text class="k" x="{place}" y="18" text-anchor="{anchor}">{label}</text>')
    return parts


def _cut(chart: Chart) -> int | None:
    """Return the place of the first point since the change."""
    if chart.since is None:
        return None
    places = [place for place, point in enumerate(chart.series.points) if point.day and point.day >= chart.since]
    return places[0] if places else len(chart.series.points)


def _points(frame: _Frame, chart: Chart, values: list[float]) -> list[str]:
    found = chart.reading.facts
    at = [(frame.x(place), frame.y(value)) for place, value in enumerate(values)]
    parts = []
    if found.enough:
        parts.append('<path class="l" d="M' + "L".join(f"{x} {y}" for x, y in at) + '"/>')
    marked = set(chart.reading.signals) & {"run", "shift"}
    radius = 4 if min((b[0] - a[0] for a, b in pairwise(at)), default=99) > 9 else 2.5
    for place, (x, y) in enumerate(at):
        special = marked and found.start <= place <= found.end and values[place] != float(found.median)
        parts.append(f'<circle class="{"s" if special else "d"}" cx="{x}" cy="{y}" r="{radius + bool(special)}"/>')
    if chart.what_if is not None:
        x, y = frame.x(len(values)), frame.y(float(chart.what_if))
        parts.append(f'<circle class="w" cx="{x}" cy="{y}" r="5"/>')
    return parts
