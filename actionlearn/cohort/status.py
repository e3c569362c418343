"""Who is where: how much is answered, when it was last saved, whether it was shared. Never an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from actionlearn.conditions import Questions
from actionlearn.store import Connection, Store, drafts, members, reviews, workbooks
from actionlearn.store.rows import Person, Workbook


@dataclass(frozen=True)
class Standing:
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
    workbooks: tuple[Standing, ...]
    alone: bool = True


def status(store: Store, data: Path, cohort: str) -> list[Learner]:
    """Return how far every learner of a cohort is, by set and name.

    Raises
    ------
    Missing
        There is no such cohort.
    """

    @cache
    def questions(path: str, hash: str) -> Questions:  # noqa: ARG001 - one of each template is read, for all learners
        return _questions(data / path)

    def act(c: Connection) -> list[Learner]:
        zone = ZoneInfo(members.cohort(c, cohort).time_zone)
        made = workbooks.workbooks_in(c, cohort)
        order = {each.template: each.position for each in members.suggestions(c, cohort)}
        made.sort(key=lambda each: (order.get(each.template, len(order)), each.template, each.number))
        of: dict[str, list[Standing]] = {}
        first: dict[tuple[str, str], str] = {}
        for each in made:
            path = first.setdefault((each.template_hash, each.locale), each.path)
            of.setdefault(each.owner, []).append(_standing(c, each, questions(path, each.template_hash), zone))
        learners = (member for member in members.members(c, cohort) if member.role == "learner")
        lines = [Learner(each.person, each.set_name, tuple(of.get(each.person.id, ()))) for each in learners]
        for group in members.sets(c, cohort):
            if group.id in of:
                itself = Person(group.id, f"+{group.name}", group.name, "", "", "", "")
                lines.append(Learner(itself, group.name, tuple(of[group.id]), alone=False))
        return lines

    return sorted(store.read(act), key=lambda each: (each.set, each.alone))


def _standing(c: Connection, workbook: Workbook, questions: Questions, zone: ZoneInfo) -> Standing:
    said = drafts.drafts(c, workbook.id) if workbook.touched_at else {}
    shared = [each.shared_at for each in reviews.submissions_of(c, workbook.id)] if workbook.touched_at else []
    values = {id: draft.value for id, draft in said.items()}
    progress = questions.progress(values, drafts.items(c, workbook, questions.elsewhere))
    return Standing(
        workbook.template,
        workbook.number,
        workbook.title,
        len(progress.answered),
        len(progress.asked),
        _day(max((draft.saved_at for draft in said.values()), default=""), zone),
        _day(max(shared, default=""), zone),
    )


def _day(at: str, zone: ZoneInfo) -> date | None:
    return datetime.fromisoformat(at).astimezone(zone).date() if at else None


def _questions(path: Path) -> Questions:
    """Return what a learner answers in a notebook; nothing where its file is gone."""
    import nbformat

    from actionlearn.notebook import read

    try:
        return read(nbformat.read(path, as_version=4)).questions  # type: ignore[no-untyped-call]
    except OSError:
        return Questions({})
