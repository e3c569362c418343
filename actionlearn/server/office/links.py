"""Sign-in links in the office: for everybody as a file or by mail, or one to be shown once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from actionlearn import accounts, i18n
from actionlearn.cohort.enrolment.link_mail import send_links
from actionlearn.server.office import schemas
from actionlearn.server.office.cohort_page import CohortPage
from actionlearn.server.web.addresses import request_origin
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.operations import CSV, operation

if TYPE_CHECKING:
    from actionlearn.cohort.enrolment.links import PersonLink


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

        def make() -> list[PersonLink]:
            new_links = links.make_links(self.store, id, address, hours, accounts.new_links, only, self.asker)
            action = f"made {sum(bool(each.link) for each in new_links)} sign-in links"
            accounts.audit(self.store, self.signed_in().id, action, id)
            return new_links

        if body.mail or self.kit.settings.mail_host:
            self.send_json(await asyncio.to_thread(self._send, cohort.name, make))
            return
        new_links = await asyncio.to_thread(make)
        if body.username:
            self.send_json({"link": new_links[0].link, "lapses": new_links[0].valid_until})
            return
        text = links.as_csv(new_links, self.locale)
        self.send_file(f"links-{id}.csv", "text/csv; charset=utf-8", text.encode("utf-8-sig"))

    def _send(self, cohort: str, make: Any) -> dict[str, Any]:
        """Mail the links, and name whoever could not be reached."""
        sent = send_links(self.kit.settings, cohort, make)
        failed = [
            {"message": f"{each.name}: {i18n.sentence(error, self.locale)}", "line": None}
            for each, error in sent.failed
        ]
        return {"sent": sent.count, "failed": failed}
