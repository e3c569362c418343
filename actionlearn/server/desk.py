"""The coach's desk: what was shared, the longest wait first; and one review, for everybody who may read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tornado.web import HTTPError

from actionlearn.errors import Missing, Refused
from actionlearn.roles import Actor, Thing, may
from actionlearn.server import covers, dates, readings
from actionlearn.server.base import Page
from actionlearn.server.home import Reader
from actionlearn.store import Connection, members, reviews, workbooks
from actionlearn.store.rows import Cohort, Comment, Member, Submission, Workbook
from actionlearn.words import say, translations


@dataclass(frozen=True)
class Row:
    """Something that was shared, on the desk."""

    id: str
    href: str
    author: str
    firstname: str
    initials: str
    title: str
    wants: str
    cohort: str
    set_id: str
    set: str
    at: str
    when: str
    words: str
    held: int
    fresh: bool
    new: bool
    verdict: str
    waits: bool


@dataclass(frozen=True)
class Group:
    """A set of the coach's, to look at alone."""

    href: str
    label: str
    chosen: bool


class Desks(Page):
    """My desk: everything that was shared with me."""

    async def get(self, cohort: str = "") -> None:
        """Show it, of one set where the address says so."""
        actor, person = self.actor, self.signed_in()
        assert actor is not None
        self._check(actor, cohort)
        reader = Reader(person, self.locale, self.data, self.base_url)
        rows, names = await self.read(lambda c: (queue(c, actor, reader, cohort), _cohorts(c, actor, cohort)))
        chosen = self.get_query_argument("set", "")
        sets = {row.set_id: (f"{row.cohort} · {row.set}" if len(names) > 1 else row.set) for row in rows if row.set}
        shown = [row for row in rows if row.set_id == chosen] if chosen in sets else rows
        waiting = [row for row in shown if row.waits]
        here = self.url(f"desk/{cohort}" if cohort else "desk")
        self.render_page(
            "desk.html",
            eyebrow=" · ".join(names),
            headline=_headline(len(waiting), self.locale),
            here=here,
            chosen=chosen,
            groups=[Group(f"{here}?set={id}", label, id == chosen) for id, label in sorted(sets.items(), key=_label)],
            waiting=waiting,
            answered=[row for row in shown if not row.waits],
        )

    def _check(self, actor: Actor, cohort: str) -> None:
        if cohort:
            self.allow("coach", Thing("cohort", cohort))
        elif not any(each.role == "coach" for each in actor.memberships):
            raise Refused("server.refused")


class Desk(Desks):
    """The desk of one cohort."""


class Reading(Page):
    """A review: the executed notebook, the learner's words first, with what was said about them."""

    async def get(self, id: str) -> None:
        """Show it."""
        actor, person = self.actor, self.signed_in()
        assert actor is not None
        reader = Reader(person, self.locale, self.data, self.base_url)
        page = await self.read(lambda c: readings.reading(c, actor, reader, id))
        coaching = page["may_comment"]
        ids = [row.id for row in await self.read(lambda c: queue(c, actor, reader, ""))] if coaching else []
        at = ids.index(id) if id in ids else -1
        self.render_page(
            "review.html",
            back=self.url("desk" if coaching else ""),
            back_words=say("My desk", self.locale) if coaching else say("My journey", self.locale),
            earlier=self.url(f"s/{ids[at - 1]}") if at > 0 else "",
            later=self.url(f"s/{ids[at + 1]}") if 0 <= at < len(ids) - 1 else "",
            **page,
        )


class Executed(Page):
    """The executed notebook as a file: ``.ipynb``, or the page of HTML made from it (``?as=html``)."""

    async def get(self, id: str) -> None:
        """Send it."""
        actor = self.actor
        assert actor is not None
        html = self.get_query_argument("as", "") == "html"
        name, path = await self.read(lambda c: _file(c, actor, self.data, id, html=html))
        self.set_header("Cache-Control", "no-store")
        if html:
            self.set_header("Content-Type", "text/html; charset=utf-8")
        else:
            self.set_header("Content-Type", "application/x-ipynb+json; charset=utf-8")
            self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        try:
            self.finish(path.read_bytes())
        except OSError:
            raise HTTPError(404) from None


def queue(c: Connection, actor: Actor, reader: Reader, cohort: str) -> list[Row]:
    """Return what was shared with a coach: of each workbook the newest, what waits first, the oldest first."""
    unseen = {each.submission for each in reviews.unseen_for(c, actor.person)}
    rows = []
    for each in _coached(c, actor, cohort):
        people: dict[str, Member] = {m.person.id: m for m in members.members(c, each.id) if m.role == "learner"}
        groups = {group.id: group.name for group in members.sets(c, each.id)}
        newest: dict[str, Submission] = {}
        for shared in reviews.submissions_for_coach(c, each.id, _sets(actor, each.id)):
            newest.setdefault(shared.workbook, shared)
        for shared in newest.values():
            if may(actor, "comment", reviews.submission_thing(c, shared)):
                row = _row(c, actor, reader, each, shared, people, groups, unseen=shared.id in unseen)
                rows.append(row)
    return sorted(rows, key=lambda row: (not row.waits, row.at if row.waits else "", row.at))


def _row(
    c: Connection,
    actor: Actor,
    reader: Reader,
    cohort: Cohort,
    shared: Submission,
    people: Mapping[str, Member],
    groups: Mapping[str, str],
    *,
    unseen: bool,
) -> Row:
    workbook = workbooks.workbook(c, shared.workbook)
    where = dates.zone(reader.person.time_zone, cohort.time_zone)
    mine = [each for each in reviews.comments_of(c, shared.id) if each.by == actor.person and not each.deleted_at]
    verdict = next((each.verdict for each in reviews.sign_offs(c, shared.id) if each.by == actor.person), "")
    author, set_id = _author(workbook, people, groups)
    count = sum("coach" in item.audience for item in reviews.items_of(c, shared.id))
    return Row(
        id=shared.id,
        href=f"{reader.base}s/{shared.id}",
        author=author,
        firstname=people[workbook.owner].person.firstname if workbook.owner in people else author,
        initials=dates.initials(author),
        title=covers.cover(reader.data, workbook).title,
        wants=shared.wants,
        cohort=cohort.name,
        set_id=set_id,
        set=groups.get(set_id, ""),
        at=shared.shared_at,
        when=say("shared {when}", reader.locale, when=dates.ago(shared.shared_at, reader.locale, where)),
        words=translations(reader.locale).ngettext("{count} answer", "{count} answers", count).format(count=count),
        held=sum(each.released_at is None for each in mine),
        fresh=not mine and not verdict,
        new=unseen,
        verdict=readings.verdict(verdict, reader.locale),
        waits=unseen or not (verdict or _said(mine)),
    )


def _author(workbook: Workbook, people: Mapping[str, Member], groups: Mapping[str, str]) -> tuple[str, str]:
    """Return the name of the owner, and the set they are in or are."""
    if workbook.owner_kind == "set":
        return groups.get(workbook.owner, ""), workbook.owner
    member = people.get(workbook.owner)
    return (member.person.name, member.set_id) if member else ("", "")


def _said(mine: list[Comment]) -> bool:
    return any(each.released_at for each in mine)


def _coached(c: Connection, actor: Actor, cohort: str) -> list[Cohort]:
    """Return the cohorts somebody coaches in, or the one that is named."""
    given = {each.cohort for each in actor.memberships if each.role == "coach"}
    return [each for each in members.cohorts(c) if each.id in given and cohort in ("", each.id)]


def _cohorts(c: Connection, actor: Actor, cohort: str) -> list[str]:
    return [each.name for each in _coached(c, actor, cohort)]


def _sets(actor: Actor, cohort: str) -> set[str] | None:
    """Return the sets a coach is given in a cohort, None for all of it."""
    given = {each.set for each in actor.memberships if each.role == "coach" and each.cohort == cohort}
    return None if "" in given else given


def _headline(waiting: int, locale: str) -> str:
    if not waiting:
        return say("Nothing waits for you.", locale)
    said = translations(locale).ngettext("{count} learner waits for you.", "{count} learners wait for you.", waiting)
    return said.format(count=waiting)


def _label(entry: tuple[str, str]) -> str:
    return entry[1]


def _file(c: Connection, actor: Actor, data: Path, id: str, *, html: bool) -> tuple[str, Path]:
    """Return name and path of an executed notebook, for somebody who may read it."""
    shared, review = readings.executed(c, actor, id)
    relative = (review.html_path if html else review.notebook_path) if review else ""
    path = (data / relative).resolve()
    if not relative or not path.is_relative_to(data.resolve()) or not path.is_file():
        raise Missing("server.missing")
    workbook = workbooks.workbook(c, shared.workbook)
    return f"{workbook.template}-{workbook.number}-{shared.number}{path.suffix}", path
