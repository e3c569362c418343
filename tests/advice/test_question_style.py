"""Questions for a set: what is said to how one asks, and how often that is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from actionlearn.advice.question_style import LONGEST, PRECISION, REMARKS, labels, remark, rules

from ..support.labelled_questions import FOLDER, counts, measured, open_half, report, wilson

DOCS = Path(__file__).parents[2] / "docs" / "questions.md"


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: f"{rule.locale}-{rule.label}-{rule.name}")
def test_a_rule_that_is_wrong_once_in_twenty_stays_silent(rule):
    """On the open half a rule is right 19 times in 20, or it is marked silent; one never heard there is, too."""
    hits, wrong = measured(rule, open_half(rule.locale))
    good = hits > 0 and hits / (hits + len(wrong)) >= PRECISION
    assert rule.silent is not good, [each.text for each in wrong]


def test_there_are_400_labelled_questions():
    """Two hundred in each language, every label there is, and about half of them held out."""
    for locale in ("en", "pt"):
        rows = (FOLDER / f"{locale}.tsv").read_text("utf-8").splitlines()[1:]
        assert len(rows) == len({row.split("\t")[2] for row in rows}) == 200
        assert {label for row in rows for label in row.split("\t")[1].split()} == {"open", *REMARKS}
        assert 90 <= len(open_half(locale)) <= 110


def test_the_counts_in_the_docs_are_those_of_today():
    """What docs/questions.md tells of the held-out half is what the rules do now."""
    assert report() in DOCS.read_text("utf-8"), "run scripts/questions --held-out"


def test_on_questions_nobody_looked_at_it_is_mostly_right():
    """Held out, nine remarks in ten are right in each language."""
    for locale in ("en", "pt"):
        found = counts(locale, held_out=True).values()
        right, wrong = sum(each[0] for each in found), sum(each[1] for each in found)
        assert right / (right + wrong) >= 0.9


def test_one_thing_is_said_in_the_readers_language():
    """Advice comes before closed, there is one sentence, and a good question gets none."""
    assert remark("Have you tried talking to her?", "en") == REMARKS["advice"]
    assert remark("Have you tried talking to her?", "en", "en") == REMARKS["advice"]
    assert remark("What did you see?", "en") == ""
    assert remark("  ", "en") == remark("", "pt") == ""


def test_a_long_text_is_not_read_as_a_question():
    """Past some hundred characters it is a story, and a rule on it would be slow and wrong."""
    assert labels("Did it help?", "en") == ("closed",)
    assert remark("Did it help? " + "a " * LONGEST, "en") == ""


def test_no_rule_takes_long_whatever_is_typed():
    """Five hundred characters made to trip an expression are read in a second or two."""
    from time import perf_counter

    began = perf_counter()
    for text in ("what and " * 55, "a" * 500, "is " * 160, ", what" * 80, "how and why " * 40 + "?", "não " * 120):
        for locale in ("en", "pt"):
            remark(text[:LONGEST], locale)
    assert perf_counter() - began < 2


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (45, 50, 0.7864, 0.9565)]
)
def test_the_interval_is_wilsons(hits, of, low, high):
    """Checked against published values."""
    assert wilson(hits, of) == pytest.approx((low, high), abs=5e-4)
