"""The news somebody gets once a day on their first page, and the page on which they choose what and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any
from urllib.parse import urlsplit

from actionlearn.errors import BadInput
from actionlearn.notifications.delivery import quiet_hours
from actionlearn.notifications.news import ALWAYS, MAIL, kinds_of, line, title
from actionlearn.permissions import Actor
from actionlearn.server.rendering import dates
from actionlearn.server.web.addresses import local_path
from actionlearn.server.web.handlers import PageHandler
from actionlearn.store import Connection, now
from actionlearn.store.people import members, notifications
from actionlearn.store.records import Person


@dataclass(frozen=True)
class NewsLine:
    """One fact, and where it leads."""

    words: str
    href: str


def todays_news(c: Connection, actor: Actor, person: Person, locale: str, base: str) -> tuple[NewsLine, ...]:
    """Return the news of somebody for today; nothing where they dismissed it."""
    state = notifications.notification_state(c, person.id)
    if state.dismissed_at or not state.facts or state.notified_on != dates.today(_zone(c, actor, person)).isoformat():
        return ()
    lines = [NewsLine(line(each, locale), f"{base}{each['path']}") for each in state.facts]
    return tuple(each for each in lines if each.words)


def _zone(c: Connection, actor: Actor, person: Person) -> Any:
    mine = {each.cohort for each in actor.memberships}
    return dates.zone(person.time_zone, next((each.time_zone for each in members.cohorts(c) if each.id in mine), ""))


class NotificationSettings(PageHandler):
    """The page "What we tell you": each kind can be turned off, and there are quiet hours."""

    async def get(self) -> None:
        """Show the form."""
        actor, person, locale = self.required_actor(), self.signed_in(), self.locale

        def look(c: Connection) -> tuple[notifications.NotificationState, str]:
            return notifications.notification_state(c, person.id), _zone(c, actor, person).key

        state, zone = await self.read(look)
        first, last = (each.strftime("%H:%M") for each in quiet_hours(state))
        self.render_page(
            "accounts/notifications.html",
            kinds=[
                (name, title(name, locale), name not in state.disabled) for name in kinds_of(actor) if name != ALWAYS
            ],
            mail=person.email if self.kit.settings.mail_host else "",
            mailed=MAIL not in state.disabled,
            quiet_from=first,
            quiet_to=last,
            zone=zone.replace("_", " "),
            saved=self.get_query_argument("saved", "") == "1",
        )

    async def post(self) -> None:
        """Save the choices. What was not shown stays as it was."""
        actor, me = self.required_actor(), self.signed_in().id
        shown, wanted = set(self.get_body_arguments("shown")), set(self.get_body_arguments("tell"))
        shown &= {*kinds_of(actor), MAIL}
        hours = [_hour(self.get_body_argument(name, "")) for name in ("quiet_from", "quiet_to")]

        def act(c: Connection) -> None:
            state = notifications.notification_state(c, me)
            notifications.save_choices(c, me, (set(state.disabled) - shown) | (shown - wanted), *hours)

        await self.commit(act)
        self.redirect_to("notifications?saved=1")


class DismissNews(PageHandler):
    """Dismiss the news of today."""

    async def post(self) -> None:
        """Dismiss them, and go back to the page they stood on."""
        me = self.signed_in().id
        await self.commit(lambda c: notifications.dismiss(c, me, now()))
        self.redirect_to(local_path(urlsplit(self.request.headers.get("Referer", "")).path, self.base_url))


def _hour(raw: str) -> str:
    """Return an hour as it is state; empty is the usual.

    Raises
    ------
    BadInput
        It is none.
    """
    try:
        return time.fromisoformat(raw).replace(tzinfo=None).strftime("%H:%M") if raw else ""
    except ValueError:
        raise BadInput("server.no_such_hour", hour=raw[:20]) from None
