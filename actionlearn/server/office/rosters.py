"""A roster in the office: what it would change, then changing it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
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
    that it is meant. ``since`` is the stamp of the cohort when somebody looked.
    """

    @classmethod
    def max_body(cls, settings: Settings) -> int:  # noqa: ARG003 - as of any page
        """Return the size of the largest roster."""
        return MAX_ROSTER

    @operation(
        takes=CSV, gives={200: schemas.RosterCheck, 202: schemas.BuildStatus}, query=("do", "leave", "since", "sure")
    )
    async def post(self, id: str) -> None:
        """Take the file as the body of the request, or several as the parts of a form."""
        from actionlearn.cohort.enrolment import enrol
        from actionlearn.cohort.programme import programme

        cohort = await self.cohort(id)
        current = programme.from_store(cohort.programme)
        try:
            parsed = await asyncio.to_thread(self._roster, current)
            rows = await self.read(lambda c: enrol.matched_rows(c, id, parsed.rows))
            since = await self.read(lambda c: enrol.roster_stamp(c, id))
            changes = await asyncio.to_thread(enrol.plan, self.store, current, rows, self.asker)
        except BadInput as error:
            self.send_json({"faults": self.faults(error)})
            return
        if self.get_query_argument("do", "") == "1":
            await self._apply(current, rows, changes, since)
            return
        usernames = {*changes.left, *(old for old, _ in changes.same), *(each.username for each in changes.changed)}
        names = await self.read(
            lambda c: {name: who.name for name, who in members.people_by_username(c, usernames).items()}
        )
        notes = [self.fault(each) for each in parsed.notes]
        summary = changes_by_name(changes, rows, names, self.locale)
        self.send_json({"faults": [], "notes": notes, "since": since, "changes": summary})

    def _roster(self, programme: Programme) -> Roster:
        from actionlearn.cohort.roster import roster

        files = [file for parts in self.request.files.values() for file in parts]
        if not files:
            return roster.parse_roster(self.request.body, programme.id)
        if len(files) == 1:
            return roster.parse_roster(files[0].body, programme.id)
        return roster.parse_roster({file.filename: file.body for file in files}, programme.id)

    async def _apply(self, programme: Programme, rows: list[RosterRow], changes: EnrolmentChanges, now: str) -> None:
        from actionlearn.cohort.enrolment.enrol import Terms

        terms = Terms(self.get_query_argument("leave", "") == "1", self.get_query_argument("since", ""))
        if terms.since not in ("", now):
            raise Conflict("cohort.changed_since")
        if terms.leave and changes.most_leave and self.get_query_argument("sure", "") != "1":
            raise Conflict("cohort.most_leave", leaving=len(changes.left), learners=changes.learners)
        building = builds.start_build(self.store, self.data, programme, rows, self.asker, self.locale, terms)
        await announce_addresses(self, changes.changed)
        await self.audit("changed the roster", programme.id)
        self.send_json(asdict(building), status=202)


def changes_by_name(
    changes: EnrolmentChanges, rows: list[RosterRow], names: Mapping[str, str], locale: str
) -> dict[str, Any]:
    """Return what a roster would change, by name, in words."""
    shown = {**names, **{row.username: f"{row.firstname} {row.lastname}".strip() for row in rows}}

    def line(change: Change) -> str:
        about = {"name": shown.get(change.username, change.username), "what": say(FIELDS[change.what], locale)}
        values = {"before": change.before or "–", "after": change.after or "–"}
        return say("{name}: {what}, {before} → {after}", locale, **about, **values)

    touched = {each.username for each in changes.changed} | set(changes.new)
    return {
        "added": [shown.get(each, each) for each in changes.new],
        "changed": [line(each) for each in changes.changed if each.what != "set"],
        "moved": [line(each) for each in changes.changed if each.what == "set"],
        "missing": [shown.get(each, each) for each in changes.left],
        "theirs": [shown.get(each, each) for each in changes.theirs],
        "same": [f"{old} → {new}" for old, new in changes.same],
        "unchanged": sum(row.username not in touched for row in rows),
        "most": changes.most_leave,
        "learners": changes.learners,
    }
