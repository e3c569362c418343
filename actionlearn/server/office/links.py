"""Sign-in links in the office: for everybody as a file or by mail, or one to be shown once."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from actionlearn import accounts, i18n
from actionlearn.cohort.enrolment.link_mail import WAITS, Sent, send_again, send_links
from actionlearn.server.office import schemas
from actionlearn.server.office.cohort_page import CohortPage
from actionlearn.server.web.addresses import request_origin
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.operations import CSV, operation

if TYPE_CHECKING:
    from actionlearn.cohort.enrolment.links import PersonLink


log = logging.getLogger("actionlearn.server")

#: Letters that are tried again: a task that nobody holds may be forgotten.
_trying: set[asyncio.Task[None]] = set()


class SignInLinks(ApiHandler, CohortPage):
    """Sign-in links: for everybody, or (``{"username": …}``) one person's.

    Where a mail server is set they go to their people by mail, and to nobody else: whoever makes a link cannot use
    it. Where none is, they are given to whoever asks, as CSV or one to be shown; each person is told who made theirs.
    """

    @operation(takes=schemas.LinkRequest, gives={200: (schemas.NewLink | schemas.SentMails, CSV)}, by_form=True)
    async def post(self, id: str) -> None:
        """Make the links. Earlier links that were not used end."""
        from actionlearn.cohort.enrolment import links

        cohort = await self.cohort(id)
        body = self.parsed(schemas.LinkRequest)
        hours = self.kit.settings.link_hours
        address = request_origin(self.request, self.kit.settings)
        only = [body.username] if body.username else []
        by_mail = body.mail or bool(self.kit.settings.mail_host)

        def make() -> list[PersonLink]:
            makes = partial(accounts.new_links, replace=not by_mail)
            new_links = links.make_links(self.store, id, address, hours, makes, only, self.asker)
            action = f"made {sum(bool(each.link) for each in new_links)} sign-in links"
            accounts.audit(self.store, self.signed_in().id, action, id)
            return new_links

        if by_mail:
            sent = await asyncio.to_thread(send_links, self.kit.settings, cohort.name, make, self._settle)
            self.send_json(self._outcome(sent))
            if sent.waiting:
                self._try_again(cohort.name, sent)
            return
        new_links = await asyncio.to_thread(make)
        if body.username:
            self.send_json({"link": new_links[0].link, "lapses": new_links[0].valid_until})
            return
        text = links.as_csv(new_links, self.locale)
        self.send_file(f"links-{id}.csv", "text/csv; charset=utf-8", text.encode("utf-8-sig"))

    def _settle(self, link: PersonLink, sent: bool) -> None:
        accounts.settle_link(self.store, link.link.rpartition("/")[2], sent=sent)

    def _try_again(self, cohort: str, sent: Sent) -> None:
        """Try letters again that wait, while nobody does."""

        async def go_on() -> None:
            found = sent
            for seconds in WAITS:
                if found.waiting:
                    await asyncio.sleep(seconds)
                    last = seconds == WAITS[-1]
                    found = await asyncio.to_thread(
                        send_again, self.kit.settings, cohort, found, self._settle, last=last
                    )
            for each, error in found.failed:
                log.warning("a link did not go to %s: %s", each.username, error.code)

        task = asyncio.create_task(go_on())
        _trying.add(task)
        task.add_done_callback(_trying.discard)

    def _outcome(self, sent: Sent) -> dict[str, Any]:
        """Return what became of the letters, and name whoever could not be reached."""
        failed = [
            {"message": f"{each.name}: {i18n.sentence(error, self.locale)}", "line": None}
            for each, error in sent.failed
        ]
        return {"sent": sent.count, "waiting": len(sent.waiting), "failed": failed}
