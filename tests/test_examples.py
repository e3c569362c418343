"""The sample lives: answers, shares and comments that fit the workbooks they belong to."""

from __future__ import annotations

import csv
import tomllib
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pytest

from actionlearn.answers.prompts import NOT_YET, is_empty
from actionlearn.demo import scenario
from actionlearn.stats import suppression
from actionlearn.template import find, load, shipped
from actionlearn.template.packs import cards as shipped_cards
from actionlearn.views import VIEWS

EXAMPLE = Path(__file__).parents[1] / "examples" / "autumn"
BOOKS = scenario.read(EXAMPLE / "lives")
#: Who came less far.
OTHERS = scenario.read(EXAMPLE / "others")
LEARNERS = sorted({book.owner for book in BOOKS if not book.of_set and not book.about})
PROGRAMME = tomllib.loads((EXAMPLE / "programme.toml").read_text("utf-8"))
COACH_OF = {each["name"]: each["coach"] for each in PROGRAMME["sets"]}
each_book = pytest.mark.parametrize("book", [*BOOKS, *OTHERS], ids=lambda book: book.name)


def people() -> dict[str, dict[str, str]]:
    """Return the rows of the roster by username, and whom the programme names."""
    with (EXAMPLE / "roster.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["username"]: row for row in csv.DictReader(file)}
    return {**{each["username"]: {"lang": each.get("locale", "en")} for each in PROGRAMME["people"]}, **rows}


@cache
def prompts_in(template, locale):
    """Return the prompts of a shipped template by id."""
    return {p.id: p for p in load(find(template, locale), views=VIEWS).prompts}


def prompts_of(book):
    """Return the prompts of a workbook in its owner's language."""
    return prompts_in(book.template, PROGRAMME["programme"]["locale"] if book.of_set else people()[book.owner]["lang"])


def set_of(book):
    """Return the name of the set that a workbook is of or whose member owns it."""
    return book.owner if book.of_set else people()[book.owner].get("profile_field_set", "")


def written(book):
    """Return all that was ever written in a workbook: (prompt, value, when), in order."""
    prompts = prompts_of(book)
    return [said for sitting in book.sittings for said in sitting.written(prompts)]


@each_book
def test_every_answer_is_as_the_store_would_keep_it(book):
    """Each answer has a prompt in its owner's language and takes the shape of its kind; dates are the programme's."""
    for _, value, at in written(book):
        assert not is_empty(value)
        assert date(2026, 9, 28) <= datetime.fromisoformat(at).date() <= date(2026, 11, 21)


@each_book
def test_what_was_shared_was_written_before_and_commented_after(book):
    """Sharing comes after some answer, comments after that, at prompts that a coach may read."""
    prompts, said = prompts_of(book), written(book)
    for shared in book.shared:
        before = {id for id, _, at in said if at <= shared.at}
        assert before
        assert shared.wants.strip()
        for remark in shared.comments:
            assert remark.at > shared.at
            assert all(at > remark.at for at, _ in remark.replies)
            assert remark.by == COACH_OF[set_of(book)]
            assert remark.on is None or (remark.on in before and "coach" in prompts[remark.on].audience)


@each_book
def test_nobody_writes_two_things_at_once(book):
    """A sitting is over before the next begins, and before what was written in it was shared."""
    instants = [at for _, _, at in written(book)]

    assert instants == sorted(instants)
    for shared in book.shared:
        assert not any(
            sitting.at < shared.at < list(sitting.written(prompts_of(book)))[-1][2] for sitting in book.sittings
        )


def test_a_prediction_is_older_than_what_happened():
    """In every experiment the prediction was written on an earlier day than the outcome."""
    experiments = [book for book in BOOKS if book.template == "experiment"]

    assert len(experiments) >= 8
    for book in experiments:
        first = {id: at for id, _, at in reversed(written(book))}
        assert "happened" not in first or first["prediction"][:10] < first["happened"][:10], book.name


def test_each_life_is_numbered_in_the_order_it_was_lived():
    """A learner's first, second and third workbook of a template follow one another in time."""
    for owner in {book.owner for book in BOOKS}:
        for template in {book.template for book in BOOKS if book.owner == owner}:
            series = [book for book in BOOKS if (book.owner, book.template) == (owner, template)]
            started = [book.sittings[0].at for book in series]
            assert [book.number for book in series] == list(range(1, len(series) + 1))
            assert started == sorted(started)


def test_there_is_something_of_everything_to_see():
    """Between them the lives hold held comments, “not yet”, words that changed, and both languages."""
    remarks = [remark for book in BOOKS for shared in book.shared for remark in shared.comments]
    said = [(book.name, id) for book in BOOKS for sitting in book.sittings for id in sitting.answers]

    assert {remark.is_draft for remark in remarks} == {True, False}
    assert any(value == NOT_YET for book in BOOKS for _, value, _ in written(book))
    assert len(said) - len(set(said)) >= 3, "somebody changed their mind"
    assert {people()[username]["lang"] for username in LEARNERS} == {"en", "pt"}


def test_a_learner_is_followed_through_six_weeks():
    """Each of the three lives goes from the first workbook to what changed, with two experiments at least."""
    assert LEARNERS == ["beatriz01", "kwame22", "zoe06"]
    for username in LEARNERS:
        lived = [book.template for book in BOOKS if book.owner == username]
        assert {"scope", "plan", "experiment", "reflect"} <= set(lived)
        assert lived.count("experiment") >= 2


def test_enough_have_begun_for_the_sponsor_to_be_told_how_many():
    """Of one workbook each count is told: who shared it, who began it, who did not yet."""
    scopes = {
        book.owner: bool(book.shared) for book in [*BOOKS, *OTHERS] if (book.template, book.number) == ("scope", 1)
    }
    learners = [username for username, row in people().items() if row.get("profile_field_set")]
    counts = {"shared": sum(scopes.values()), "begun": len(scopes) - sum(scopes.values())}
    counts["new"] = len(learners) - len(scopes)

    assert None not in suppression.counts_in_steps(counts, "shared").values()


def test_a_folder_of_an_earlier_kit_is_lived_in_as_far_as_it_asks():
    """A question that a pinned workbook does not have is passed over, and the others are answered."""
    sitting = scenario.WorkSession("2026-10-01T12:10:00.000Z", "zoe06", {"learnt": "Telling.", "newer": "What?"})
    asked = {"learnt": prompts_in("start", "en")["learnt"]}

    assert [(id, value) for id, value, _ in sitting.asked(asked).written(asked)] == [("learnt", "Telling.")]


def test_every_workbook_and_every_card_is_used_by_somebody():
    """No shipped workbook is without a life in it; each card was kept by somebody, who wrote what came of it."""
    used = {book.parameters["card"]: book for book in BOOKS if book.template == "sense" and book.parameters}

    assert {book.template for book in BOOKS} == set(shipped()["en"])
    assert set(used) == set(shipped_cards()["en"])
    for card, book in used.items():
        assert "tried" in {id for sitting in book.sittings for id in sitting.answers}, card
