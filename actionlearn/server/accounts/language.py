"""The language somebody reads, chosen by themselves."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from actionlearn import i18n
from actionlearn.cohort.workbooks import language
from actionlearn.errors import Missing
from actionlearn.server.web.addresses import local_path
from actionlearn.server.web.handlers import PageHandler


class ChangeLanguage(PageHandler):
    """Read everything in another language from now on."""

    async def post(self) -> None:
        """Save the choice, and go back to the page it was made on."""
        chosen = self.get_body_argument("locale", "")
        if chosen not in i18n.all_locales():
            raise Missing("server.missing")
        await asyncio.to_thread(language.change_language, self.store, self.data, self.signed_in().id, chosen)
        self.redirect_to(local_path(urlsplit(self.request.headers.get("Referer", "")).path, self.base_url))
