"""The progress of each learner: how much is answered, when it was last saved, whether it was shared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from actionlearn.notebook import Asked, asked_in
from actionlearn.store import Connection, Store
from actionlearn.store.people import members
from actionlearn.store.records import Draft, Person, Workbook
from actionlearn.store.reports import progress as progress_report
from actionlearn.store.workbooks import drafts, workbooks
from actionlearn.store.workbooks.schedule import counted
from actionlearn.text.search import normalise


@dataclass(frozen=True)
class WorkbookProgress:
    """How far somebody is in one workbook.

    Parameters
    ----------
    answered, prompts
        How many of the prompts that are asked hold an answer, of how many.
    saved
        Day of the last save, where the cohort is; None before the first.
    shared
        Day it was last shared; None where it never was.
    """

    template: str
    number: int
    title: str
    answered: int
    prompts: int
    saved: date | None
    shared: date | None


@dataclass(frozen=True)
class Learner:
    """A learner, their set, and how far they are in each of their workbooks.

    A set has a line of its own: it is its ``person``, and ``alone`` is False.
    """

    person: Person
    set: str
    workbooks: tuple[WorkbookProgress, ...]
    alone: bool = True


#: The most lines that one look shows: a page of the office.
MOST = 500


def cohort_status(
    store: Store, data: Path, cohort: str, *, search: str = "", start: int = 0, most: int | None = None
) -> list[Learner]:
    """Return how far the learners of a cohort are, by set and name.

    Parameters
    ----------
    search
        What is in the name, the username or the name of the set.
    start, most
        From which on, and how many of those that were found; all without ``most``.

    Raises
    ------
    Missing
        There is no such cohort.
    """
    return progress_page(store, data, cohort, search=search, start=start, most=most)[0]


def progress_page(
    store: Store, data: Path, cohort: str, *, search: str = "", start: int = 0, most: int | None = None
) -> tuple[list[Learner], int]:
    """Return what `status` returns, and how many were found in all."""
    asked = asked_in(data)

    def act(c: Connection) -> tuple[list[Learner], int]:
        zone = ZoneInfo(members.cohort(c, cohort).time_zone)
        shown, found = progress_report.progress_rows(c, cohort, normalise(search).split(), start, most)
        of: dict[str, list[WorkbookProgress]] = {}
        for some in (shown[at : at + MOST] for at in range(0, len(shown), MOST)):
            made = workbooks.workbooks_in(c, cohort, {each.id for each in some})
            for owner, each in _standings(c, cohort, made, asked, zone):
                of.setdefault(owner, []).append(each)
        return [_learner(each, tuple(of.get(each.id, ()))) for each in shown], found

    return store.read(act)


def _learner(place: progress_report.ProgressRow, made: tuple[WorkbookProgress, ...]) -> Learner:
    username = place.username or f"+{place.set}"
    person = Person(id=place.id, username=username, firstname=place.firstname, lastname=place.lastname)
    return Learner(person, place.set, made, alone=bool(place.username))


def _standings(
    c: Connection, cohort: str, made: list[Workbook], asked_of: Asked, zone: ZoneInfo
) -> Iterator[tuple[str, WorkbookProgress]]:
    """Yield how far workbooks are, each with its owner, in the order they are suggested."""
    suggested = {each.template: each for each in members.suggestions(c, cohort)}
    order = {template: each.position for template, each in suggested.items()}
    opens = {template: each.opens for template, each in suggested.items()}
    now = datetime.now(UTC)
    made.sort(key=lambda each: (order.get(each.template, len(order)), each.template, each.number))
    touched = [each.id for each in made if each.started_at]
    answers, shared = progress_report.drafts_of(c, touched), progress_report.last_shared(c, touched)
    wrote = {each.owner for each in made if each.started_at}
    of: dict[str, list[tuple[Workbook, Mapping[str, Draft]]]] = {}
    for each in made:
        of.setdefault(each.owner, []).append((each, answers.get(each.id, {})))
    for each in made:
        asked, drafts_of = asked_of(each.path, each.template_hash, each.locale), answers.get(each.id, {})
        # What was said in one workbook may open a part of another, even of one that nobody has begun.
        ask = asked.elsewhere if each.owner in wrote else ()
        elsewhere = drafts.items(c, each, ask, known=of[each.owner])
        days = counted(each, opens.get(each.template, ""), zone, now) if asked.parts else None
        progress = asked.progress({id: draft.value for id, draft in drafts_of.items()}, elsewhere, days)
        saved = max((draft.saved_at for draft in drafts_of.values()), default="")
        last = _day(saved, zone), _day(shared.get(each.id, ""), zone)
        many = len(progress.answered), len(progress.asked)
        yield each.owner, WorkbookProgress(each.template, each.number, each.title, *many, *last)


def _day(at: str, zone: ZoneInfo) -> date | None:
    return datetime.fromisoformat(at).astimezone(zone).date() if at else None
