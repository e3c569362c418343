"""What the server works with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from actionlearn.i18n import say
from actionlearn.permissions import Role
from actionlearn.settings import Settings
from actionlearn.store import Store

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

    def list_kernel_ids(self) -> list[str]:
        """Return the ids of all kernels."""

    async def live(self, workbook: str, owner: str, cells: Any) -> Any:
        """Return the kernel of a workbook, started where it is not."""

    async def forget(self, workbooks: Iterable[str]) -> None:
        """End the kernels of some workbooks, and what they were forked from."""


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
    cast
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
