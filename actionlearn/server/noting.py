"""That somebody read another's work is noted before they are shown it, and its owner is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actionlearn.roles import reads_as
from actionlearn.store import Connection, reads, reviews

if TYPE_CHECKING:
    from actionlearn.server.base import Page


async def noted(page: Page, submission: str, act: reads.Read) -> None:
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
        return bool(reads_as(actor, reviews.submission_thing(c, reviews.submission(c, submission))))

    if await page.read(of_another):
        await page.commit(lambda c: reads.note(c, actor.person, act, f"submission {submission}"))
