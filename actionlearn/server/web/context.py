"""What the server works with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from actionlearn.i18n import say
from actionlearn.permissions import Role
from actionlearn.store import Store

#: Role -> what it is called. Message ids.
ROLE_WORDS = {
    "learner": "learner",
    "coach": "coach",
    "facilitator": "facilitator",
    "manager": "manager",
    "sponsor": "sponsor",
}


@dataclass(frozen=True)
class Part:
    """Somebody one can be in the demo."""

    username: str
    firstname: str
    role: Role


@dataclass(frozen=True)
class Kit:
    """What the server works with.

    Parameters
    ----------
    store
        The opened store.
    data
        Folder of workbooks and reviews.
    settings
        Every setting by name (`actionlearn.settings`).
    demo
        Whether "view as" exists.
    cast
        In the demo: whom every page offers to be.
    preview
        In a preview: makes the page again where its template has changed, and returns a stamp of it.
    """

    store: Store
    data: Path
    settings: dict[str, Any]
    demo: bool = False
    cast: tuple[Part, ...] = ()
    preview: Callable[[], str] | None = None
    #: Status -> how many requests were answered with it.
    answered: Counter[int] = field(default_factory=Counter)

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
        ordered = sorted(self.cast, key=lambda each: each.username != username)
        return [
            {
                "name": each.firstname,
                "role": say(ROLE_WORDS[each.role], locale),
                "href": "" if each.username == username else address + each.username,
            }
            for each in ordered
        ]
