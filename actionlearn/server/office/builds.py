"""Builds that the office starts: in a thread each, one at a time for a cohort; the page asks how far they are."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actionlearn import i18n
from actionlearn.errors import ActionlearnError, Conflict, Fault, Missing
from actionlearn.server.office.cohort_page import CohortPage, learners
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.operations import operation
from actionlearn.server.workbooks import summaries
from actionlearn.store import Connection
from actionlearn.store.reports import build_failures as store_failures

if TYPE_CHECKING:
    from actionlearn.cohort.enrolment.enrol import Terms
    from actionlearn.cohort.programme.programme import Programme
    from actionlearn.cohort.roster.roster import RosterRow
    from actionlearn.cohort.workbooks.build import BuildReport
    from actionlearn.permissions import Actor
    from actionlearn.store import Store

log = logging.getLogger("actionlearn.server")


@dataclass
class BuildStatus:
    """A build that runs, or how it ended.

    Parameters
    ----------
    state
        ``running``, ``done`` or ``failed``.
    done, total
        Workbooks looked at, of how many.
    made, unchanged, failed
        How many were made, were as they should be, could not be made.
    message, failures
        What went wrong, in words.
    """

    state: str = "running"
    done: int = 0
    total: int = 0
    made: int = 0
    unchanged: int = 0
    failed: int = 0
    message: str = ""
    failures: list[dict[str, Any]] = field(default_factory=list)


_lock = threading.Lock()
_last: dict[tuple[str, str], BuildStatus] = {}


def latest_build(store: Store, cohort: str) -> BuildStatus | None:
    """Return the latest build of a cohort, None where this server has made none."""
    return _last.get((store.id, cohort))


def start_build(
    store: Store,
    data: Path,
    programme: Programme,
    rows: Sequence[RosterRow],
    by: Actor,
    locale: str,
    terms: Terms | None = None,
) -> BuildStatus:
    """Start to build a cohort's workbooks. Closing the page stops nothing.

    Parameters
    ----------
    by
        Whoever asked for it: they may change the names of some people, and of others not.
    locale
        Their language, for what goes wrong.
    terms
        How the roster is meant.

    Raises
    ------
    Conflict
        One is running.
    """
    with _lock:
        latest = latest_build(store, programme.id)
        if latest and latest.state == "running":
            raise Conflict("server.building")
        building = _last[store.id, programme.id] = BuildStatus()

    def progress(done: int, total: int, _: str) -> None:
        building.done, building.total = done, total

    def make() -> BuildReport:
        from actionlearn.cohort.enrolment import enrol
        from actionlearn.cohort.workbooks import build

        return build.build_cohort(
            store, data, programme, rows, by=by, terms=terms or enrol.DEFAULT_TERMS, progress=progress
        )

    threading.Thread(target=_run, args=(building, make, locale), name="actionlearn-build", daemon=True).start()
    return building


def _run(building: BuildStatus, make: Callable[[], BuildReport], locale: str) -> None:
    try:
        _report(building, make(), locale)
    except ActionlearnError as error:
        building.message = _fault_words(Fault(error.code, error.values), locale)
        building.failures = [{"message": _fault_words(each, locale), "line": each.line} for each in error.faults]
        building.state = "failed"
    except Exception:
        log.exception("build failed")
        building.message = _fault_words(Fault("server.fault"), locale)
        building.state = "failed"


def _report(building: BuildStatus, report: BuildReport, locale: str) -> None:
    building.made = len(report.made) + len(report.changed)
    building.unchanged = len(report.unchanged) + len(report.preserved)
    building.failed = len(report.failed)
    building.failures = [
        {"message": f"{each.username}, {each.template}: {_fault_words(each.fault, locale)}", "line": None}
        for each in report.failed
    ]
    building.state = "done"


def build_failures(c: Connection, data: Path, cohort: str, locale: str) -> list[tuple[str, str]]:
    """Return what the latest build could not make, whichever program ran it: whose and which, what is wrong and what to do."""

    def title(template: str) -> str:
        return summaries.title(data, cohort, template, locale) or template

    return [
        (f"{name} · {title(each.template)}", _fault_words(Fault(each.code, each.values), locale))
        for name, each in store_failures.build_failures(c, cohort)
    ]


def _fault_words(fault: Fault, locale: str) -> str:
    return " ".join(filter(None, (i18n.sentence(fault, locale), i18n.hint(fault, locale))))


class StartBuild(ApiHandler, CohortPage):
    """Build a cohort's workbooks, and say how far the build is."""

    @operation(gives={200: BuildStatus})
    async def get(self, id: str) -> None:
        """Say how far the latest build is."""
        await self.cohort(id)
        building = latest_build(self.store, id)
        if building is None:
            raise Missing("server.no_build")
        self.send_json(asdict(building))

    @operation(gives={202: BuildStatus})
    async def post(self, id: str) -> None:
        """Start a build of what is missing, for the people as they are."""
        from actionlearn.cohort.programme import programme

        cohort = await self.cohort(id)
        rows = await self.read(lambda c: learners(c, id))
        current = programme.from_store(cohort.programme)
        building = start_build(self.store, self.data, current, rows, self.asker, self.locale)
        self.send_json(asdict(building), status=202)
