"""The language somebody reads, chosen by themselves."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from actionlearn import words
from actionlearn.cohort import language
from actionlearn.errors import Missing
from actionlearn.server.base import Page
from actionlearn.server.signin import below


class Language(Page):
    """Read everything in another language from now on."""

    async def post(self) -> None:
        """Keep the choice, and go back to the page it was made on."""
        chosen = self.get_body_argument("locale", "")
        if chosen not in words.locales():
            raise Missing("server.missing")
        await asyncio.to_thread(language.speak, self.store, self.data, self.signed_in().id, chosen)
        self.go(below(urlsplit(self.request.headers.get("Referer", "")).path, self.base_url))
