"""Sign-in links for a whole cohort, as a table to send them from."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from actionlearn.errors import Missing
from actionlearn.store import Connection, Store, members
from actionlearn.store.rows import Cohort, Person

COLUMNS = ("username", "name", "email", "link", "lapses")

#: Makes tokens for people: `actionlearn.people.new_links`, given by the caller, for rooms on one floor are blind.
NewLinks = Callable[[Store, list[str], float | None], dict[str, str]]


@dataclass(frozen=True)
class Link:
    """Somebody's sign-in link, and when it lapses, in the time of the cohort."""

    username: str
    name: str
    email: str
    link: str
    lapses: str


def links(
    store: Store, cohort: str, public_url: str, hours: float, new_links: NewLinks, only: Iterable[str] = ()
) -> list[Link]:
    """Make a new sign-in link for everybody of a cohort; their earlier unspent links no longer work.

    Parameters
    ----------
    public_url
        Address of the server, such as ``https://learn.example.org/``.
    hours
        Until they lapse.
    new_links
        Makes the tokens.
    only
        Usernames to make links for; empty is everybody.

    Raises
    ------
    Missing
        There is no such cohort, or somebody named is not in it. No link was made.
    """

    def act(c: Connection) -> tuple[Cohort, dict[str, Person]]:
        return members.cohort(c, cohort), {each.person.id: each.person for each in members.members(c, cohort)}

    found, people = store.read(act)
    wanted = set(only)
    if unknown := sorted(wanted - {person.username for person in people.values()}):
        raise Missing("cohort.nobody", usernames=unknown)
    people = {id: person for id, person in people.items() if not wanted or person.username in wanted}
    lapses = datetime.now(UTC) + timedelta(hours=hours)
    told = lapses.astimezone(ZoneInfo(found.time_zone)).strftime("%Y-%m-%d %H:%M %Z")
    tokens = new_links(store, list(people), hours)
    return [
        Link(each.username, each.name, each.email, f"{public_url.rstrip('/')}/in/{tokens[each.id]}", told)
        for each in people.values()
    ]


def as_csv(rows: Iterable[Link]) -> str:
    """Return links as CSV; no cell of it is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([inert(str(getattr(row, name))) for name in COLUMNS] for row in rows)
    return text.getvalue()


def inert(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
