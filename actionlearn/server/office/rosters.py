"""A roster in the office: what it would change, then changing it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from actionlearn.errors import BadInput, Conflict
from actionlearn.i18n import say
from actionlearn.server.accounts.announcements import announce_addresses
from actionlearn.server.office import builds, schemas
from actionlearn.server.office.cohort_page import FIELDS, CohortPage
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.operations import CSV, operation
from actionlearn.settings import Settings
from actionlearn.store.people import members

if TYPE_CHECKING:
    from actionlearn.cohort.enrolment.enrol import Change, EnrolmentChanges
    from actionlearn.cohort.programme.programme import Programme
    from actionlearn.cohort.roster.roster import Roster, RosterRow

#: Bytes of the largest body: more than `cohort.roster` reads, so that it can say so itself.
MAX_ROSTER = 11 * 1024 * 1024


class RosterApi(ApiHandler, CohortPage):
    """A roster: what it would change, or (``?do=1``) change it and make the workbooks.

    With ``leave=1`` whom it no longer names leaves; where that is half of the learners, ``sure=1`` has to say
    that it is meant. With ``right=1`` the rows that are right are taken where others are not, and nobody leaves.
    With ``add_sets=1`` sets that the programme does not name are added to it. ``since`` is the stamp of the cohort
    when somebody looked.
    """

    @classmethod
    def max_body(cls, settings: Settings) -> int:  # noqa: ARG003 - as of any page
        """Return the size of the largest roster."""
        return MAX_ROSTER

    @operation(
        takes=CSV,
        gives={200: schemas.RosterCheck, 202: schemas.BuildStatus},
        query=("do", "leave", "since", "sure", "right", "add_sets"),
    )
    async def post(self, id: str) -> None:
        """Take the file as the body of the request, or several as the parts of a form."""
        from actionlearn.cohort.enrolment import enrol
        from actionlearn.cohort.programme import programme

        cohort = await self.cohort(id)
        current = programme.from_store(cohort.programme)
        sets = await self.read(lambda c: [each.name for each in members.sets(c, id)])
        try:
            parsed = await asyncio.to_thread(self._roster, current, sets)
            given = await self.read(lambda c: enrol.matched_rows(c, id, parsed.rows))
            new_sets = sets_to_add(current, given)
            if self._says("add_sets"):
                current = with_sets(current, new_sets)
            since = await self.read(lambda c: enrol.roster_stamp(c, id))
            rows, wrong, changes = await asyncio.to_thread(enrol.plan_right, self.store, current, given, self.asker)
        except BadInput as error:
            self.send_json({"faults": self.faults(error)})
            return
        faults = [self.fault(each) for each in sorted((*parsed.faults, *wrong), key=lambda each: each.line or 0)]
        if self._says("do") and (self._says("right") or not faults):
            await self._apply(current, rows, changes, since, whole=not faults)
            return
        usernames = {*changes.left, *(old for old, _ in changes.same), *(each.username for each in changes.changed)}
        names = await self.read(
            lambda c: {name: who.name for name, who in members.people_by_username(c, usernames).items()}
        )
        if faults:
            changes = replace(changes, left=())
        self.send_json(
            {
                "faults": faults,
                "right": len(rows),
                "notes": [self.fault(each) for each in parsed.notes],
                "columns": columns_read(parsed, self.locale),
                "sets": [{"name": name, "people": people} for name, people in new_sets.items()],
                "since": since,
                "changes": changes_by_name(changes, rows, names, self.locale),
            }
        )

    def _says(self, name: str) -> bool:
        return self.get_query_argument(name, "") == "1"

    def _roster(self, programme: Programme, sets: list[str]) -> Roster:
        from actionlearn.cohort.roster import roster

        files = [file for parts in self.request.files.values() for file in parts]
        source: bytes | dict[str, bytes] = {file.filename: file.body for file in files}
        if len(files) < 2:
            source = files[0].body if files else self.request.body
        known = [each.name for each in programme.sets] or sets
        return roster.parse_roster(source, programme.id, sets=known, only_right=True)

    async def _apply(
        self, programme: Programme, rows: list[RosterRow], changes: EnrolmentChanges, now: str, *, whole: bool
    ) -> None:
        from actionlearn.cohort.enrolment.enrol import Terms

        terms = Terms(leave=whole and self._says("leave"), since=self.get_query_argument("since", ""))
        if terms.since not in ("", now):
            raise Conflict("cohort.changed_since")
        if terms.leave and changes.most_leave and not self._says("sure"):
            raise Conflict("cohort.most_leave", leaving=len(changes.left), learners=changes.learners)
        building = builds.start_build(self.store, self.data, programme, rows, self.asker, self.locale, terms)
        await announce_addresses(self, changes.changed)
        await self.audit("changed the roster", programme.id)
        self.send_json(asdict(building), status=202)


def sets_to_add(programme: Programme, rows: list[RosterRow]) -> dict[str, int]:
    """Return the sets that rows name and a programme does not, with how many people; none where it leaves them open."""
    there = {each.name for each in programme.sets}
    return dict(Counter(row.set for row in rows if row.set and row.set not in there)) if there else {}


def with_sets(programme: Programme, names: Iterable[str]) -> Programme:
    """Return a programme with more sets, whose coach is not yet said."""
    from actionlearn.cohort.programme.schema import SetOfLearners

    return programme.model_copy(update={"sets": (*programme.sets, *(SetOfLearners(name=name) for name in names))})


def columns_read(roster: Roster, locale: str) -> list[str]:
    """Return which column of a file was read as what, in words."""
    return [f"{say(FIELDS[ours], locale)}: {head}" for ours, head in roster.columns.items() if ours in FIELDS and head]


def changes_by_name(
    changes: EnrolmentChanges, rows: list[RosterRow], names: Mapping[str, str], locale: str
) -> dict[str, Any]:
    """Return what a roster would change, by name, in words."""
    shown = {**names, **{row.username: f"{row.firstname} {row.lastname}".strip() for row in rows}}

    def line(change: Change) -> str:
        about = {"name": shown.get(change.username, change.username), "what": say(FIELDS[change.what], locale)}
        values = {"before": change.before or "–", "after": change.after or "–"}
        return say("{name}: {what}, {before} → {after}", locale, **about, **values)

    new = set(changes.new)
    touched = {each.username for each in changes.changed} | set(changes.new)
    return {
        "added": [shown.get(each, each) for each in changes.new],
        "people": [
            {"firstname": row.firstname, "lastname": row.lastname, "email": row.email, "set": row.set}
            for row in rows
            if row.username in new
        ],
        "changed": [line(each) for each in changes.changed if each.what != "set"],
        "moved": [line(each) for each in changes.changed if each.what == "set"],
        "missing": [shown.get(each, each) for each in changes.left],
        "theirs": [shown.get(each, each) for each in changes.theirs],
        "same": [f"{old} → {new}" for old, new in changes.same],
        "unchanged": sum(row.username not in touched for row in rows),
        "most": changes.most_leave,
        "learners": changes.learners,
    }
