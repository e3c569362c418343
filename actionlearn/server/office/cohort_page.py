"""Pages and operations about one cohort, for those who facilitate it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actionlearn import i18n
from actionlearn.errors import ActionlearnError, Fault
from actionlearn.i18n import message, say
from actionlearn.permissions import Actor, Resource
from actionlearn.server.web.handlers import PageHandler
from actionlearn.store import Connection
from actionlearn.store.people import members
from actionlearn.store.records import DETAILS, Cohort

if TYPE_CHECKING:
    from actionlearn.cohort.roster.roster import RosterRow

#: Columns of a roster and fields of a form -> what people call them. Message ids.
FIELDS: dict[str, str] = {
    **DETAILS,
    "set": "set",
    "name": message("name"),
    "role": message("role"),
    "status": message("status"),
}


class CohortPage(PageHandler):
    """Pages and operations about one cohort, for those who facilitate it."""

    #: Whoever asks, from when they were let in.
    asker: Actor

    async def cohort(self, id: str) -> Cohort:
        """Return the cohort, for somebody who may facilitate it."""
        self.asker = self.require("facilitate", Resource("cohort", id))
        return await self.read(lambda c: members.cohort(c, id))

    def faults(self, error: ActionlearnError) -> list[dict[str, Any]]:
        """Return all faults of a file or form in words, each with its row or field."""
        return [self.fault(each) for each in error.faults or (Fault(error.code, error.values),)]

    def fault(self, fault: Fault) -> dict[str, Any]:
        """Return a fault in words, with its row or field."""
        message, hint = i18n.sentence(fault, self.locale), i18n.hint(fault, self.locale)
        column = FIELDS.get(str(fault.values.get("column", "")), "")
        line: dict[str, Any] = {"message": message, "hint": hint, "line": fault.line}
        return line | ({"column": say(column, self.locale)} if column else {})


def learners(c: Connection, cohort: str) -> list[RosterRow]:
    """Return the learners of a cohort as a roster would name them."""
    from actionlearn.cohort.roster.roster import RosterRow

    return [
        RosterRow(**each.person.details, set=each.set_name)
        for each in members.members(c, cohort)
        if each.role == "learner"
    ]
