"""What handlers work with: the store, the data folder, the settings, and what runs beside requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from actionlearn.i18n import say
from actionlearn.permissions import Role
from actionlearn.settings import Settings
from actionlearn.store import Store
from actionlearn.store.records import Review, Submission

T = TypeVar("T")

#: Role -> what it is called. Message ids.
ROLE_WORDS = {
    "learner": "learner",
    "coach": "coach",
    "facilitator": "facilitator",
    "manager": "manager",
    "sponsor": "sponsor",
}


class LiveKernels(Protocol):
    """What handlers ask the manager of the kernels of live cells."""

    #: How many kernels there may be at once.
    most: int

    def owner_of(self, kernel: str) -> str:
        """Return the id of the person a kernel was started for; empty for a kernel there is not."""

    def workbook_of(self, kernel: str) -> str:
        """Return the id of the workbook a kernel was started for; empty for a kernel there is not."""

    def list_kernel_ids(self) -> list[str]:
        """Return the ids of all kernels."""

    async def live(self, workbook: str, owner: str, cells: Any) -> Any:
        """Return the kernel of a workbook, started where it is not."""

    async def forget(self, workbooks: Iterable[str]) -> None:
        """End the kernels of some workbooks, and what they were forked from."""


class ReviewExecutor(Protocol):
    """What handlers ask of the worker that executes notebooks."""

    async def run(self, act: Callable[[], T]) -> T:
        """Run something that takes seconds in one of its threads."""

    async def review(self, submission: Submission) -> None:
        """Begin to execute a submission for each reader for whom that is still to be done."""

    def retry_until_done(self, act: Callable[[], None]) -> None:
        """Try something again every half minute until it comes off."""

    def execute_again(self, gone: Iterable[Review]) -> None:
        """Execute again what was taken away."""


@dataclass(frozen=True)
class DemoPerson:
    """Somebody one can be in the demo."""

    username: str
    firstname: str
    role: Role


@dataclass(frozen=True)
class ServerContext:
    """What the server works with.

    Parameters
    ----------
    store
        The opened store.
    data
        Folder of workbooks and reviews.
    settings
        Every setting (`actionlearn.settings`).
    demo
        Whether "view as" exists.
    demo_people
        In the demo: whom every page offers to be.
    preview
        In a preview: makes the page again where its template has changed, and returns a stamp of it.
    """

    store: Store
    data: Path
    settings: Settings
    demo: bool = False
    demo_people: tuple[DemoPerson, ...] = ()
    preview: Callable[[], str] | None = None
    #: Status -> how many requests were answered with it.
    responses: Counter[int] = field(default_factory=Counter)

    def bar(self, username: str, locale: str, address: str) -> list[dict[str, str]]:
        """Return whom one can be in the demo, who one is first and without an address.

        Parameters
        ----------
        username
            Who is signed in; empty where nobody is.
        locale
            The reader's language.
        address
            Below which one becomes somebody.
        """
        ordered = sorted(self.demo_people, key=lambda each: each.username != username)
        return [
            {
                "name": each.firstname,
                "role": say(ROLE_WORDS[each.role], locale),
                "href": "" if each.username == username else address + each.username,
            }
            for each in ordered
        ]
