"""Sign-in links for a whole cohort, as a table to send them from."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from actionlearn.errors import Missing, Refused
from actionlearn.i18n import say
from actionlearn.permissions import OPERATOR, Actor, Resource, may
from actionlearn.store import Connection, Store
from actionlearn.store.people import members
from actionlearn.store.records import Cohort, Person
from actionlearn.text.formulas import escape_formula

COLUMNS = ("username", "name", "email", "link", "lapses", "note")

#: Why somebody has no link. Message id.
NO_LINK = "Belongs to another cohort too, which you do not facilitate: signs in as before."

#: Makes tokens for people: `actionlearn.accounts.new_links`, given by the caller, for rooms on one floor are blind.
NewLinks = Callable[[Store, list[str], float | None, str], dict[str, str]]


@dataclass(frozen=True)
class PersonLink:
    """Somebody's sign-in link, and when it lapses, in the time of the cohort.

    Parameters
    ----------
    link
        Empty for somebody of another cohort, for whom whoever asks may not vouch.
    elsewhere
        Whether they belong to another cohort too, or run the installation: a link opens that as well.
    """

    username: str
    name: str
    email: str
    link: str
    valid_until: str
    elsewhere: bool = False
    firstname: str = ""
    locale: str = "en"


def make_links(
    store: Store,
    cohort: str,
    public_url: str,
    hours: float,
    new_links: NewLinks,
    only: Iterable[str] = (),
    by: Actor = OPERATOR,
) -> list[PersonLink]:
    """Make a new sign-in link for everybody of a cohort; their earlier unspent links no longer work.

    A link opens all that is its person's, in every cohort. A facilitator gets none for somebody who
    belongs to a cohort they do not facilitate, or who runs the installation.

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
    by
        Whoever asks; without it, the command line.

    Raises
    ------
    Missing
        There is no such cohort, or somebody named is not in it. No link was made.
    Refused
        Somebody is named for whom whoever asks may not vouch. No link was made.
    """

    def act(c: Connection) -> tuple[Cohort, dict[str, Person], dict[str, Resource]]:
        people = {each.person.id: each.person for each in members.members(c, cohort)}
        return members.cohort(c, cohort), people, members.person_resources(c, people)

    found, people, things = store.read(act)
    wanted = set(only)
    if unknown := sorted(wanted - {person.username for person in people.values()}):
        raise Missing("cohort.nobody", usernames=unknown)
    people = {id: person for id, person in people.items() if not wanted or person.username in wanted}
    theirs = {id for id in people if not may(by, "vouch", things[id])}
    if wanted and theirs:
        raise Refused("cohort.theirs", username=people[min(theirs)].username)
    ends_at = datetime.now(UTC) + timedelta(hours=hours)
    valid_until = ends_at.astimezone(ZoneInfo(found.time_zone)).strftime("%Y-%m-%d %H:%M %Z")
    tokens = new_links(store, [id for id in people if id not in theirs], hours, by.person)
    address = f"{public_url.rstrip('/')}/in/"

    def link(id: str, each: Person) -> PersonLink:
        elsewhere = things[id].operator or bool(things[id].cohorts - {cohort})
        made = ("", "") if id in theirs else (address + tokens[id], valid_until)
        return PersonLink(
            each.username, each.name, each.email, *made, elsewhere, each.firstname, each.locale or found.locale
        )

    return [link(*each) for each in people.items()]


def as_csv(rows: Iterable[PersonLink], locale: str = "en") -> str:
    """Return links as CSV, with notes in the reader's language; no cell of it is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = (row.username, row.name, row.email, row.link, row.valid_until, "" if row.link else say(NO_LINK, locale))
        writer.writerow([escape_formula(cell) for cell in cells])
    return text.getvalue()
