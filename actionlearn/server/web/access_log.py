"""That somebody read another's work is noted before they are shown it, and its owner is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from actionlearn.permissions import reads_as
from actionlearn.store import Connection
from actionlearn.store.people import access_log
from actionlearn.store.reviews import submissions

if TYPE_CHECKING:
    from actionlearn.server.web.handlers import PageHandler


async def record_review_read(page: PageHandler, submission: str, act: access_log.Read) -> None:
    """Note that whoever is signed in reads what was shared; its owners read their own.

    Parameters
    ----------
    page
        The page that is about to show it.
    submission
        Id of what was shared.
    act
        How it is read.
    """
    actor = page.actor
    assert actor is not None

    def of_another(c: Connection) -> bool:
        return bool(reads_as(actor, submissions.submission_resource(c, submissions.submission(c, submission))))

    if await page.read(of_another):
        await page.commit(lambda c: access_log.record_read(c, actor.person, act, f"submission {submission}"))


async def record_people_read(page: PageHandler, people: Iterable[str], act: access_log.Read) -> None:
    """Note that whoever is signed in reads words of some people, by their ids; one's own are nobody's business."""
    me = page.signed_in().id
    things = [f"person {each}" for each in sorted(set(people) - {me})]
    # A page is opened often and noted once a day: looking is cheaper than a turn of the writer's.
    new = await page.read(lambda c: [thing for thing in things if not access_log.was_recorded(c, me, act, thing)])

    def note(c: Connection) -> None:
        for thing in new:
            access_log.record_read(c, me, act, thing)

    if new:
        await page.commit(note)
