"""What stands on a coach's desk: what waits, what was begun, what was answered, and who has gone quiet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from actionlearn.answers.prompts import Value
from actionlearn.i18n import say, translations
from actionlearn.permissions import Actor
from actionlearn.server.rendering import dates
from actionlearn.server.reviews import review
from actionlearn.server.web.reader import Reader
from actionlearn.server.workbooks import summaries, titles
from actionlearn.store import Connection
from actionlearn.store.people import members
from actionlearn.store.records import Cohort, full_name
from actionlearn.store.reports import inactivity
from actionlearn.store.reviews.queue import QueueEntry, coach_queue, read_by_coach, sets_of
from actionlearn.text.initials import initials


@dataclass(frozen=True)
class QueueRow:
    """Something that was shared, on the desk."""

    id: str
    href: str
    author: str
    firstname: str
    initials: str
    person: str
    title: str
    wants: str
    set_id: str
    set: str
    at: str
    when: str
    words: str
    unreleased: int
    has_draft: bool
    new: bool
    unseen: bool
    asked: bool
    verdict: str
    waits: bool

    @property
    def has_answers(self) -> bool:
        """Whether the coach has begun to say something, and has not let it go."""
        return bool(self.unreleased or self.has_draft)


@dataclass(frozen=True)
class InactiveLine:
    """Somebody who has shared nothing for a while, and since when."""

    name: str
    href: str
    line: str


def coached_cohorts(c: Connection, actor: Actor, cohort: str = "") -> list[Cohort]:
    """Return the cohorts somebody coaches in, or the one that is named."""
    given = {each.cohort for each in actor.memberships if each.role == "coach"}
    return [each for each in members.cohorts(c) if each.id in given and cohort in ("", each.id)]


def queue_rows(c: Connection, actor: Actor, reader: Reader, cohort: str = "") -> list[QueueRow]:
    """Return it as the desk shows it."""
    cohorts = {each.id: each for each in coached_cohorts(c, actor, cohort)}
    names = {group.id: group.name for id in cohorts for group in members.sets(c, id)}
    found = [each for each in coach_queue(c, actor, cohort) if each.cohort in cohorts]
    answers = read_by_coach(
        c,
        [
            each.id
            for each in found
            if each.owner_kind == "person" and titles.needs_subtitle(each.template, each.number)
        ],
    )
    return [_row(each, cohorts, names, reader, answers.get(each.id, {})) for each in found]


def _row(
    each: QueueEntry,
    cohorts: Mapping[str, Cohort],
    names: Mapping[str, str],
    reader: Reader,
    answers: Mapping[str, Value],
) -> QueueRow:
    face = summaries.template_summary(reader.data, each.cohort, each.template, reader.locale)
    where = dates.zone(reader.person.time_zone, cohorts[each.cohort].time_zone)
    name = full_name(each.username, each.firstname, each.lastname)
    author = names.get(each.owner, "") if each.owner_kind == "set" else name
    count = translations(reader.locale).ngettext("{count} answer", "{count} answers", each.answers)
    return QueueRow(
        id=each.id,
        href=f"{reader.base}reviews/{each.id}",
        author=author,
        firstname=each.firstname or author,
        initials=initials(author),
        person=f"{reader.base}agreements/{each.cohort}/{each.owner}",
        title=titles.display_title(each.title, each.template, each.number, face.texts if face else (), answers),
        wants=each.wants,
        set_id=each.set_id,
        set=names.get(each.set_id, ""),
        at=each.shared_at,
        when=say(
            "asked {when}" if each.asked else "shared {when}",
            reader.locale,
            when=dates.ago(each.shared_at, reader.locale, where),
        ),
        words="" if each.asked else count.format(count=each.answers),
        unreleased=each.unreleased,
        has_draft=each.has_draft,
        new=each.opened_at is None and each.waits,
        unseen=each.unseen,
        asked=bool(each.asked),
        verdict=review.verdict(each.verdict, reader.locale),
        waits=each.waits,
    )


def inactive_learners(c: Connection, actor: Actor, reader: Reader, cohort: str = "") -> list[InactiveLine]:
    """Return who has shared nothing with the coach for a while, the longest first."""
    found = []
    for each in coached_cohorts(c, actor, cohort):
        where = dates.zone(reader.person.time_zone, each.time_zone)
        for one in inactivity.inactive_learners(c, each.id, actor.person, sets_of(actor, each.id)):
            if one.person != actor.person:
                href = f"{reader.base}agreements/{each.id}/{one.person}"
                day = dates.day(one.since, reader.locale, where)
                line = say("Has shared nothing with you since {day}.", reader.locale, day=day)
                found.append((one.since, InactiveLine(one.name, href, line)))
    return [line for _, line in sorted(found, key=lambda pair: pair[0])]
