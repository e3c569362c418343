"""What people are told by e-mail about their account as it happens; nobody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from actionlearn import accounts, i18n
from actionlearn.cohort.enrolment.changes import Change
from actionlearn.mail import Email
from actionlearn.notifications.account_email import address_notice, send_notices, sign_in_notice
from actionlearn.server.web.addresses import request_origin
from actionlearn.server.web.handlers import PageHandler
from actionlearn.store.people import members

#: Letters on their way: a task that nobody holds may be forgotten.
_sending: set[asyncio.Task[int]] = set()


async def announce_sign_in(page: PageHandler, session: str) -> None:
    """Tell somebody that a session of theirs has begun."""
    if not page.kit.settings.mail_host:
        return
    person = await asyncio.to_thread(accounts.session_person, page.store, session)
    if person is not None:
        link = request_origin(page.request, page.kit.settings) + "personal-data"
        locale = i18n.known_locale(person.locale)
        who = {"address": person.email, "name": person.name, "firstname": person.firstname}
        _send(page, [sign_in_notice(**who, link=link, locale=locale)])


async def announce_addresses(page: PageHandler, changes: Iterable[Change]) -> None:
    """Tell people at their former address that somebody gives them another one."""
    former = {each.username: each.before for each in changes if each.what == "email" and each.before}
    if not former or not page.kit.settings.mail_host:
        return
    people = await page.read(lambda c: members.people_by_username(c, former))
    by = page.signed_in().name
    notices = [
        address_notice(
            address=former[username],
            name=person.name,
            firstname=person.firstname,
            by=by,
            locale=i18n.known_locale(person.locale),
        )
        for username, person in people.items()
    ]
    _send(page, notices)


def _send(page: PageHandler, notices: list[Email]) -> None:
    task = asyncio.create_task(asyncio.to_thread(send_notices, page.kit.settings, notices))
    _sending.add(task)
    task.add_done_callback(_sending.discard)
