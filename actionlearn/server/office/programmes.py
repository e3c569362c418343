"""A programme in the browser: a form for the same tables as ``programme.toml``, read by the same reader."""

from __future__ import annotations

import asyncio
import itertools
import json
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from actionlearn.errors import BadInput, Conflict, Fault
from actionlearn.i18n import say
from actionlearn.permissions import Resource
from actionlearn.server.accounts.announcements import announce_addresses
from actionlearn.server.office import builds, schemas
from actionlearn.server.office.cohort_page import CohortPage, learners
from actionlearn.server.rendering import dates
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.operations import operation
from actionlearn.server.workbooks import summaries
from actionlearn.settings import Settings
from actionlearn.store.records import Cohort

if TYPE_CHECKING:
    from actionlearn.cohort.programme.programme import Programme

#: The largest form that is taken.
MAX_FORM = 2 * 1024 * 1024

#: Parameters that the programme as a whole gives.
_COMMON = ("organisation", "theme", "priority", "firstname")

#: Keys of a programme -> what the form calls them. Message ids.
LABELS: dict[str, str] = {
    "id": "short name",
    "name": "name",
    "organisation": "organisation",
    "theme": "theme",
    "keep": "how long it is kept",
    "priorities": "priorities",
    "time_zone": "time zone",
    "locale": "language",
    "contact": "whom to turn to",
    "email": "e-mail address",
    "email or phone": "e-mail address or telephone",
    "phone": "telephone",
    "note": "note",
    "username": "username",
    "firstname": "first name",
    "lastname": "last name",
    "role": "role",
    "coach": "coach",
    "opens": "opens",
    "due": "due",
    "template": "workbook",
}

#: Tables of a programme -> what the form calls each of them. Message ids.
PARTS: dict[str, str] = {
    "programme": "The programme",
    "sets": "Set {number}",
    "people": "Person {number}",
    "workbooks": "Workbook {number}",
}


#: Units in which it is said how long a cohort is kept, as in the file -> as the form says them. Message ids.
UNITS: dict[str, str] = {"day": "days", "week": "weeks", "month": "months", "year": "years"}


class _FormPage(CohortPage):
    """The form, for a new programme or for one that runs."""

    def show(self, tables: dict[str, Any], *, cohort: Cohort | None = None, before: str = "", since: str = "") -> None:
        """Show the form with what is in the tables."""
        tables = json.loads(json.dumps(tables, default=str))
        suggested = {each["template"]: each for each in tables.get("workbooks", [])}
        books = self._books(cohort.id if cohort else before or "-", list(suggested))
        opens = [each["opens"] for each in tables.get("workbooks", []) if each.get("opens")]
        self.render_page(
            "office/programme.html",
            cohort=cohort,
            before=before,
            since=since,
            head=tables.get("programme", {}),
            sets=tables.get("sets", []),
            staff=tables.get("people", []),
            books=books,
            suggested=suggested,
            start=min(opens, default=None),
            zones=sorted(available_timezones()),
            tables=json.dumps(tables),
            units={unit: say(name, self.locale) for unit, name in UNITS.items()},
            fresh=itertools.count(1).__next__,
            roles={name: say(name, self.locale) for name in ("coach", "facilitator", "manager", "sponsor")},
        )

    def _books(self, cohort: str, first: list[str]) -> list[dict[str, Any]]:
        """Return the workbooks that can be suggested: those that are, then the others by title."""
        faces = {
            id: summaries.template_summary(self.data, cohort, id, self.locale)
            for id in summaries.template_ids(self.data, cohort)
        }
        known = {id: face for id, face in faces.items() if face}
        others = sorted(known.keys() - set(first), key=lambda each: known[each].title)
        return [
            {
                "id": id,
                "face": known[id],
                "parameters": [each for each in known[id].parameters if each.name not in _COMMON],
            }
            for id in [*(id for id in first if id in known), *others]
        ]

    def myself(self) -> dict[str, Any]:
        """Return whoever asks, as a facilitator of the programme."""
        me = self.signed_in()
        return {
            "username": me.username,
            "firstname": me.firstname,
            "lastname": me.lastname,
            "email": me.email,
            "role": "facilitator",
        }


class NewProgrammePage(_FormPage):
    """A new programme, empty or (``?from=COHORT``) like an earlier one."""

    async def get(self) -> None:
        """Show the form."""
        from actionlearn.cohort import edit_programme
        from actionlearn.cohort.programme import programme

        self.require("found", Resource("installation"))
        start = _next_monday(dates.today(dates.zone(self.signed_in().time_zone)))
        before = self.get_query_argument("from", "")
        if before:
            earlier = programme.from_store((await self.cohort(before)).programme)
            tables = edit_programme.tables_after(earlier, start)
        else:
            tables = edit_programme.first_tables(start, self.locale, self.signed_in().time_zone)
        staff = tables.setdefault("people", [])
        if not any(each["username"] == self.signed_in().username for each in staff):
            staff.insert(0, self.myself())
        self.show(tables, before=before)


class ProgrammePage(_FormPage):
    """The programme of a cohort."""

    async def get(self, id: str) -> None:
        """Show the form."""
        from actionlearn.cohort.enrolment import enrol
        from actionlearn.cohort.programme import programme

        cohort = await self.cohort(id)
        since = await self.read(lambda c: enrol.roster_stamp(c, id))
        self.show(programme.tables_of(cohort.programme), cohort=cohort, since=since)


class ProgrammeFile(CohortPage):
    """The programme of a cohort, to take away."""

    async def get(self, id: str) -> None:
        """Give the file."""
        from actionlearn.cohort.programme import programme

        cohort = await self.cohort(id)
        text = programme.as_toml(programme.from_store(cohort.programme))
        self.send_file(f"{id}.toml", "application/toml; charset=utf-8", text)


class ProgrammeApi(ApiHandler, CohortPage):
    """What takes the form, or a file in its place."""

    @classmethod
    def max_body(cls, settings: Settings) -> int:  # noqa: ARG003 - as of any page
        """Return the size of the largest form."""
        return MAX_FORM

    def submitted(self, form: schemas.ProgrammeForm, cohort: str = "", own: str = "") -> Programme:
        """Return the programme that was sent.

        Parameters
        ----------
        form
            What was sent.
        cohort
            Which it has to be; empty for a new one.
        own
            The cohort whose own templates it may suggest.
        """
        from actionlearn.cohort import edit_programme
        from actionlearn.cohort.programme import programme

        if form.toml is not None:
            path = edit_programme.place_of(self.data, cohort or "new")
            tables = programme.tables_in(form.toml, path.with_name("programme.toml"))
        else:
            tables = _without_empty(form.tables())
        if cohort and isinstance(tables.get("programme"), dict):
            tables["programme"] = {**tables["programme"], "id": cohort}
        return edit_programme.checked_tables(self.data, own, tables)

    def require_self(self, programme: Programme) -> None:
        """See that whoever asks can still come back here."""
        me = self.signed_in().username
        facilitators = {each.username for each in programme.people if each.role == "facilitator"}
        if self.actor and not self.actor.operator and me not in facilitators:
            raise BadInput("programme.faults", faults=[Fault("cohort.not_yours", place=("people",))], count=1)

    def fault(self, fault: Fault) -> dict[str, Any]:
        """Return what is wrong in the words of the form, with its field."""
        values = dict(fault.values)
        if fault.place and str(fault.place[0]) in PARTS and "where" in values:
            number = int(fault.place[1]) + 1 if len(fault.place) > 1 and isinstance(fault.place[1], int) else ""
            values["where"] = say(PARTS[str(fault.place[0])], self.locale, number=number)
        if str(values.get("key")) in LABELS:
            values["key"] = say(LABELS[str(values["key"])], self.locale)
        line = super().fault(Fault(code=fault.code, values=values, path=fault.path, line=fault.line))
        return {**line, "field": ".".join(map(str, fault.place))}


class CreateProgramme(ProgrammeApi):
    """A new programme: a cohort without learners yet."""

    @operation(takes=schemas.ProgrammeForm, gives={200: schemas.ProgrammeCheck, 201: schemas.ProgrammeCheck})
    async def post(self) -> None:
        """Make the cohort."""
        from actionlearn.cohort import edit_programme

        actor = self.require("found", Resource("installation"))
        form = self.parsed(schemas.ProgrammeForm)
        if form.like:
            await self.cohort(form.like)
        try:
            programme = await asyncio.to_thread(self.submitted, form, "", form.like)
            self.require_self(programme)
            await asyncio.to_thread(edit_programme.create_cohort, self.store, self.data, programme, actor, form.like)
        except BadInput as error:
            self.send_json({"faults": self.faults(error)})
            return
        await self.audit("made a cohort", programme.id)
        self.send_json({"faults": [], "url": self.url(f"office/{programme.id}")}, status=201)


class UpdateProgramme(ProgrammeApi):
    """Another programme for a cohort that runs."""

    @operation(takes=schemas.ProgrammeForm, gives={200: schemas.ProgrammeCheck})
    async def put(self, id: str) -> None:
        """Change the programme, and build again the workbooks nobody has written in."""
        from actionlearn.cohort import edit_programme

        await self.cohort(id)
        running = builds.latest_build(self.store, id)
        if running and running.state == "running":
            raise Conflict("server.building")
        form = self.parsed(schemas.ProgrammeForm)
        rows = await self.read(lambda c: learners(c, id))
        try:
            programme = await asyncio.to_thread(self.submitted, form, id, id)
            self.require_self(programme)
            arguments = (self.store, programme, rows, self.asker, form.was, form.since)
            changes = await asyncio.to_thread(edit_programme.update_programme, *arguments)
        except BadInput as error:
            self.send_json({"faults": self.faults(error)})
            return
        await announce_addresses(self, changes.changed)
        await self.audit("changed the programme", id)
        rows = await self.read(lambda c: learners(c, id))
        reply: dict[str, Any] = {"faults": [], "url": self.url(f"office/{id}"), "ended": list(changes.ended)}
        if rows:
            building = builds.start_build(self.store, self.data, programme, rows, self.asker, self.locale)
            reply["building"] = asdict(building)
        self.send_json(reply)


def _without_empty(value: Any) -> Any:
    """Return tables without the fields that were left empty."""
    if isinstance(value, dict):
        fields = {key: _without_empty(each) for key, each in value.items()}
        return {key: each for key, each in fields.items() if each not in ("", None, [], {})}
    if isinstance(value, list):
        return [_without_empty(each) for each in value]
    return value.strip() if isinstance(value, str) else value


def _next_monday(day: date) -> date:
    return day + timedelta(7 - day.weekday())
