"""The answer to an address that nothing stands at."""

from __future__ import annotations

from typing import Any

from actionlearn.errors import Missing
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.handlers import PageHandler


class NoPage(PageHandler):
    """Whatever has no page."""

    public = True
    #: What was asked for is in no log: it may be a sign-in link, written otherwise.
    nowhere = True

    async def prepare(self, **_: Any) -> None:
        """There is no such page."""
        await super().prepare()
        if not f"{self.request.path}/".startswith(self.base_url):
            raise Missing("server.outside", base=self.base_url)
        raise Missing("server.missing")

    def check_xsrf_cookie(self) -> None:
        """Say that there is nothing here, whoever asks."""

    def get(self, *_: Any) -> None:
        """Never reached."""


class NoApi(NoPage, ApiHandler):
    """Whatever the API has not: said in its one shape of errors."""
