"""The facilitator's office: who is where, the roster, sign-in links. Never a word of what anybody wrote."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actionlearn import people, words
from actionlearn.errors import BadInput, Fault, Missing, Refused
from actionlearn.roles import Actor, Thing
from actionlearn.server import builds, covers, dates
from actionlearn.server.addresses import origin
from actionlearn.server.base import Api, Page
from actionlearn.store import Connection, members
from actionlearn.store.rows import Cohort
from actionlearn.words import say, translations

if TYPE_CHECKING:
    from actionlearn.cohort.enrol import Change, Changes
    from actionlearn.cohort.roster import Row
    from actionlearn.cohort.status import Learner, Standing

#: The largest roster that is taken: more than `cohort.roster` reads, so that it can say so itself.
MAX_ROSTER = 11 * 1024 * 1024

#: What of a person may change -> what it is called. Message ids.
FIELDS: dict[str, str] = {
    "firstname": "first name",
    "lastname": "last name",
    "email": "e-mail address",
    "locale": "language",
    "set": "set",
}


@dataclass(frozen=True)
class Cell:
    """How far somebody is with one workbook: ``none``, ``new``, ``begun`` or ``shared``."""

    state: str
    words: str


@dataclass(frozen=True)
class Line:
    """One learner, or one set (not ``alone``), and how far they are with each workbook."""

    username: str
    name: str
    set: str
    cells: tuple[Cell, ...]
    alone: bool = True


class _Cohort(Page):
    """What concerns one cohort, for those who facilitate it."""

    #: Whoever asks, from when they were let in.
    asker: Actor

    async def cohort(self, id: str) -> Cohort:
        """Return the cohort, for somebody who may facilitate it."""
        self.asker = self.allow("facilitate", Thing("cohort", id))
        return await self.read(lambda c: members.cohort(c, id))


class Office(_Cohort):
    """One cohort: who is where, its roster and its links."""

    async def get(self, id: str) -> None:
        """Show it."""
        from actionlearn.cohort.status import status

        cohort = await self.cohort(id)
        learners = await asyncio.to_thread(status, self.store, self.data, id)
        columns, rows = table(learners, self.data, id, self.locale)
        building = builds.last(self.store, id)
        self.render_page(
            "office.html",
            cohort=cohort,
            cohorts=await self.read(lambda c: facilitated(c, self)),
            columns=columns,
            rows=rows,
            numbers=_numbers(rows, self.locale),
            building=building is not None and building.state == "running",
            link_days=max(1, round(self.kit.settings["link_hours"] / 24)),
        )


class Offices(Page):
    """The office: the one cohort somebody facilitates, or a choice of them."""

    async def get(self) -> None:
        """Show it."""
        actor = self.actor
        if actor is None or not (actor.operator or any(each.role == "facilitator" for each in actor.memberships)):
            raise Refused("server.refused")
        cohorts = await self.read(lambda c: facilitated(c, self))
        if len(cohorts) == 1:
            self.go(f"office/{cohorts[0].id}")
            return
        self.render_page("office.html", cohort=None, cohorts=cohorts)


def facilitated(c: Connection, page: Page) -> list[Cohort]:
    """Return the cohorts somebody facilitates, the newest first."""
    actor = page.actor
    return [each for each in members.cohorts(c) if actor and (actor.operator or actor.has("facilitator", each.id))]


def table(learners: list[Learner], data: Path, cohort: str, locale: str) -> tuple[list[str], list[Line]]:
    """Return the workbooks by title, in the reader's language, and a line for each learner."""
    titles: dict[str, str] = {}
    for each in (each for learner in learners for each in learner.workbooks if each.template not in titles):
        titles[each.template] = covers.title(data, cohort, each.template, locale) or each.title
    lines = []
    for learner in learners:
        cells = (_cell([e for e in learner.workbooks if e.template == template], locale) for template in titles)
        lines.append(Line(learner.person.username, learner.person.name, learner.set, tuple(cells), learner.alone))
    return list(titles.values()), lines


def _cell(standings: list[Standing], locale: str) -> Cell:
    if not standings:
        return Cell("none", say("None", locale))
    if shared := [each.shared for each in standings if each.shared]:
        return Cell("shared", say("Shared {day}", locale, day=dates.short(max(shared).isoformat(), locale)))
    if begun := [each for each in standings if each.saved]:
        latest = begun[-1]
        count = {"answered": latest.answered, "total": latest.prompts}
        return Cell("begun", say("{answered} of {total}", locale, **count))
    return Cell("new", say("Not begun", locale))


def _numbers(lines: list[Line], locale: str) -> list[dict[str, Any]]:
    people = [line for line in lines if line.alone]
    states = [{cell.state for cell in line.cells} for line in people]
    counted = (
        (len(people), translations(locale).ngettext("learner", "learners", len(people))),
        (sum(bool(each & {"begun", "shared"}) for each in states), say("have begun", locale)),
        (sum("shared" in each for each in states), say("have shared", locale)),
        (len({line.set for line in lines if line.set}), say("sets", locale)),
    )
    return [{"count": count, "label": label} for count, label in counted]


class Roster(Api, _Cohort):
    """A roster: what it would change, or (``?do=1``) change it and make the workbooks."""

    @classmethod
    def largest(cls, settings: dict[str, Any]) -> int:  # noqa: ARG003 - as of any page
        """Return the size of the largest roster."""
        return MAX_ROSTER

    async def post(self, id: str) -> None:
        """Take the file as the body of the request."""
        from actionlearn.cohort import enrol, programme, roster

        cohort = await self.cohort(id)
        kept = programme.from_store(cohort.programme)
        try:
            rows = await asyncio.to_thread(roster.read, self.request.body)
            changes = await asyncio.to_thread(enrol.plan, self.store, kept, rows, self.asker)
        except BadInput as error:
            faults = error.faults or (Fault(error.code, error.values),)
            self.reply({"faults": [self._fault(each) for each in faults]})
            return
        if self.get_query_argument("do", "") != "1":
            names = await self.read(lambda c: {m.person.username: m.person.name for m in members.members(c, id)})
            self.reply({"faults": [], "changes": changed(changes, rows, names, self.locale)})
            return
        building = builds.begin(self.store, self.data, kept, rows, self.asker, self.locale)
        await asyncio.to_thread(people.audit, self.store, self.signed_in().id, "changed the roster", id)
        self.reply(asdict(building), status=202)

    def _fault(self, fault: Fault) -> dict[str, Any]:
        message, hint = words.sentence(fault, self.locale), words.hint(fault, self.locale)
        return {"message": message, "hint": hint, "line": fault.line}


def changed(changes: Changes, rows: list[Row], names: dict[str, str], locale: str) -> dict[str, Any]:
    """Return what a roster would change, by name, in words."""
    said = {**names, **{row.username: f"{row.firstname} {row.lastname}".strip() for row in rows}}

    def one(change: Change) -> str:
        about = {"name": said.get(change.username, change.username), "what": say(FIELDS[change.what], locale)}
        values = {"before": change.before or "–", "after": change.after or "–"}
        return say("{name}: {what}, {before} → {after}", locale, **about, **values)

    touched = {each.username for each in changes.changed} | set(changes.new)
    return {
        "added": [said.get(each, each) for each in changes.new],
        "changed": [one(each) for each in changes.changed if each.what != "set"],
        "moved": [one(each) for each in changes.changed if each.what == "set"],
        "missing": [said.get(each, each) for each in changes.left],
        "theirs": [said.get(each, each) for each in changes.theirs],
        "unchanged": sum(row.username not in touched for row in rows),
    }


class Build(Api, _Cohort):
    """The making of a cohort's workbooks."""

    async def get(self, id: str) -> None:
        """Say how far it is."""
        await self.cohort(id)
        building = builds.last(self.store, id)
        if building is None:
            raise Missing("server.no_build")
        self.reply(asdict(building))

    async def post(self, id: str) -> None:
        """Make what is missing, for the people as they are."""
        from actionlearn.cohort import programme

        cohort = await self.cohort(id)
        rows = await self.read(lambda c: _rows(c, id))
        kept = programme.from_store(cohort.programme)
        building = builds.begin(self.store, self.data, kept, rows, self.asker, self.locale)
        self.reply(asdict(building), status=202)


def _rows(c: Connection, cohort: str) -> list[Row]:
    """Return the learners of a cohort as a roster would name them."""
    from actionlearn.cohort.roster import Row

    learners = [each for each in members.members(c, cohort) if each.role == "learner"]
    return [
        Row(m.person.username, m.person.firstname, m.person.lastname, m.person.email, m.set_name, "", m.person.locale)
        for m in learners
    ]


class Links(Api, _Cohort):
    """Sign-in links: for everybody as CSV, or (``{"username": …}``) a new one for one person."""

    async def post(self, id: str) -> None:
        """Make them. Earlier links that were not used end."""
        from actionlearn.cohort import links

        await self.cohort(id)
        username = self.body().get("username", "")
        if not isinstance(username, str):
            raise BadInput("answers.bad_message", missing=["username"])
        hours = self.kit.settings["link_hours"]
        only = [username] if username else []
        asked = (self.store, id, self._address(), hours, people.new_links, only, self.asker)
        made = await asyncio.to_thread(links.links, *asked)
        said = f"made {sum(bool(each.link) for each in made)} sign-in links"
        await asyncio.to_thread(people.audit, self.store, self.signed_in().id, said, id)
        if username:
            self.reply({"link": made[0].link, "lapses": made[0].lapses})
            return
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("Content-Disposition", f'attachment; filename="links-{id}.csv"')
        self.set_header("Cache-Control", "no-store")
        self.finish(links.as_csv(made, self.locale).encode("utf-8-sig"))

    def _address(self) -> str:
        return origin(self.request, self.kit.settings)
