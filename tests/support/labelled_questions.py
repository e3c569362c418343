"""The labelled questions: the open half for everybody, the held-out half as counts alone."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from actionlearn.advice.question_style import REMARKS, Rule, labels

FOLDER = Path(__file__).parents[1] / "questions"


@dataclass(frozen=True)
class Labelled:
    """A question and what people said it is."""

    id: str
    labels: tuple[str, ...]
    text: str


def is_held_out(id: str) -> bool:
    """Tell whether a question is held out: by the hash of its number, so that a translation goes with it."""
    return hashlib.sha256(id[-3:].encode()).digest()[0] % 2 == 1


def _all(locale: str) -> Iterator[Labelled]:
    with (FOLDER / f"{locale}.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Labelled(row["id"], tuple(row["labels"].split()), row["question"])


def open_half(locale: str) -> list[Labelled]:
    """Return the questions that whoever writes rules may see."""
    return [each for each in _all(locale) if not is_held_out(each.id)]


def measured(rule: Rule, questions: Sequence[Labelled]) -> tuple[int, list[Labelled]]:
    """Return how often a rule spoke and was right, and where it was wrong."""
    heard = [each for each in questions if rule.fits(each.text)]
    return sum(rule.label in each.labels for each in heard), [each for each in heard if rule.label not in each.labels]


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share after Wilson (1927)."""
    if not of:
        return 0.0, 1.0
    z = 1.959963984540054
    share, spread = hits / of, z * z / of
    middle, reach = share + spread / 2, z * sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(0.0, (middle - reach) / (1 + spread)), min(1.0, (middle + reach) / (1 + spread))


def counts(locale: str, *, held_out: bool) -> dict[str, tuple[int, int, int]]:
    """Return per label how often it was given rightly, given wrongly, and not given. No question leaves this function."""
    found = dict.fromkeys(REMARKS, (0, 0, 0))
    for each in _all(locale):
        if is_held_out(each.id) is held_out:
            given = labels(each.text, locale)
            for label, (right, wrong, missed) in found.items():
                there, said = label in each.labels, label in given
                found[label] = (right + (there and said), wrong + (said and not there), missed + (there and not said))
    return found


def report() -> str:
    """Return the table of both halves, as Markdown."""
    lines = [
        "| half | language | label | right | wrong | not noticed | right when it speaks | noticed |",
        "|---|---|---|---:|---:|---:|---|---|",
    ]
    for held_out, half in ((True, "held out"), (False, "open")):
        for locale, language in (("en", "English"), ("pt", "Portuguese")):
            for label, (right, wrong, missed) in counts(locale, held_out=held_out).items():
                spoken, there = _share(right, right + wrong), _share(right, right + missed)
                lines.append(f"| {half} | {language} | {label} | {right} | {wrong} | {missed} | {spoken} | {there} |")
    return "\n".join(lines)


def _share(hits: int, of: int) -> str:
    low, high = wilson(hits, of)
    return f"{hits} of {of} ({low:.0%} to {high:.0%})" if of else "–"
