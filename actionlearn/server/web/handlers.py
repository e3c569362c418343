"""What every page has in common: who asks, what they may, and how it is shown.

Deny by default: a handler that does not say ``public = True`` is for signed-in people; what a
person may do to a thing is asked of `permissions.may` through `PageHandler.require`.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError

from actionlearn import accounts, i18n
from actionlearn.errors import ActionlearnError, Fault, HeadTooLarge, Refused, SignInNeeded, TooLarge
from actionlearn.permissions import Action, Actor, Resource, may
from actionlearn.server.rendering import pages
from actionlearn.server.rendering.navigation import is_within, navigation_for
from actionlearn.server.web import error_pages, origins
from actionlearn.server.web.context import LiveKernels, ReviewExecutor, ServerContext
from actionlearn.server.web.reader import Reader
from actionlearn.server.web.request_limits import MAX_BODY
from actionlearn.settings import Settings

if TYPE_CHECKING:
    from actionlearn.store import Store
    from actionlearn.store.records import Person

T = TypeVar("T")

log = logging.getLogger("actionlearn.server")

#: Names of fields that hold words which somebody typed.
WORDS = ("body", "note", "passage", "wants")


class PageHandler(JupyterHandler):
    """A page of ours: who is asking, what they may, and how it is shown."""

    #: Whether somebody who is not signed in may open it.
    public: ClassVar[bool] = False

    reference: str = ""

    @property
    def kit(self) -> ServerContext:
        """What the server works with."""
        kit: ServerContext = self.settings["kit"]
        return kit

    @property
    def kernels(self) -> LiveKernels:
        """The kernels of live cells."""
        return cast("LiveKernels", self.kernel_manager)

    @property
    def review_worker(self) -> ReviewExecutor:
        """What executes notebooks for their readers."""
        return cast("ReviewExecutor", self.settings["workers"])

    @property
    def store(self) -> Store:
        """The store."""
        return self.kit.store

    @property
    def data(self) -> Path:
        """Folder of workbooks and reviews."""
        return self.kit.data

    @property
    def actor(self) -> Actor | None:
        """The signed-in person with all their roles, as `permissions.may` takes it."""
        return getattr(self._user, "actor", None)

    @property
    def person(self) -> Person | None:
        """The signed-in person."""
        return getattr(self._user, "person", None)

    @property
    def _user(self) -> Any:
        """Who is signed in; nobody before `prepare` has asked: what is refused earlier has an error page all the same."""
        return getattr(self, "_jupyter_current_user", None)

    def signed_in(self) -> Person:
        """Return the signed-in person.

        Raises
        ------
        SignInNeeded
            Nobody is.
        """
        if self.person is None:
            raise SignInNeeded("server.sign_in")
        return self.person

    def required_actor(self) -> Actor:
        """Return the signed-in person with all their roles.

        Raises
        ------
        SignInNeeded
            Nobody is signed in.
        """
        if self.actor is None:
            raise SignInNeeded("server.sign_in")
        return self.actor

    @property
    def reader(self) -> Reader:
        """Who reads the page: the signed-in person, their language, and where the kit is."""
        return Reader(person=self.signed_in(), locale=self.locale, data=self.data, base=self.base_url)

    @property  # type: ignore[misc]
    def locale(self) -> str:  # type: ignore[override]
        """The reader's language: the person's own, else the first the browser asks for that there is."""
        if self.person and self.person.locale:
            return i18n.known_locale(self.person.locale)
        asked = self.request.headers.get("Accept-Language", "").split(",")
        return i18n.known_locale(*(each.partition(";")[0].strip() for each in asked))

    async def prepare(self, **_: Any) -> None:
        """Find out who is asking, and refuse where that is nobody and the page is not public."""
        self.reference = self.reference or secrets.token_hex(4)
        # Nobody, until the store has said who: an error page shall not need the store.
        self.current_user = None
        if getattr(self.request, "head_too_large", False):
            raise HeadTooLarge("server.head_too_large", host=self.request.host_name)
        if getattr(self.request, "too_large", False):
            raise TooLarge("server.too_large")
        if not self.check_host():
            raise Refused("server.unknown_host", host=self.request.host)
        await super().prepare()
        if not self.public and self.actor is None:
            raise SignInNeeded("server.sign_in")

    @classmethod
    def max_body(cls, settings: Settings) -> int:  # noqa: ARG003 - what some take is set
        """Return the largest body that pages of this kind take, in bytes."""
        return MAX_BODY

    async def read(self, act: Callable[..., T]) -> T:
        """Read from the store, off the event loop."""
        return await self.store.aread(act)

    async def commit(self, act: Callable[..., T]) -> T:
        """Write to the store: returns when it is committed."""
        return await self.store.awrite(act)

    async def audit(self, action: str, thing: str) -> None:
        """Note in the audit that the signed-in person did something.

        Parameters
        ----------
        action
            What they did, in a few words (``took a newer version``).
        thing
            What they did it to, as its kind and id; never anybody's words.
        """
        await asyncio.to_thread(accounts.audit, self.store, self.signed_in().id, action, thing)

    def require(self, act: Action, thing: Resource) -> Actor:
        """Return the signed-in person where `permissions.may` lets them do this.

        Raises
        ------
        SignInNeeded
            Nobody is signed in.
        Refused
            This person may not.
        """
        actor = self.required_actor()
        if not may(actor, act, thing):
            raise Refused("server.refused")
        return actor

    def url(self, path: str = "") -> str:
        """Return the address of one of our pages."""
        return self.base_url + path.lstrip("/")

    def render_page(self, name: str, status: int = 200, **values: Any) -> None:
        """Answer with one of the pages in ``server/html``."""
        html = self.page_html(name, **values)
        self.set_status(status)
        self.send_html(html)

    def send_html(self, html: str | bytes) -> None:
        """Answer with a page that nothing on the way keeps."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(html)

    def send_file(self, name: str, type: str, body: str | bytes) -> None:
        """Answer with a file that the browser saves and nothing on the way keeps.

        Parameters
        ----------
        name
            What it is called: letters, digits, dots and dashes.
        type
            Its media type.
        body
            What is in it.
        """
        self.set_header("Content-Type", type)
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.set_header("Cache-Control", "no-store")
        self.finish(body)

    def navigation(self) -> list[dict[str, Any]]:
        """Return where this person can go, for the bar at the top of every page."""
        if self.actor is None:
            return []
        here = self.request.path.removeprefix(self.base_url)
        return [
            {"href": self.url(path), "label": label, "here": is_within(here, path)}
            for path, label in navigation_for(self.actor, self.locale)
        ]

    def demo_bar(self) -> list[dict[str, str]]:
        """Return whom one can be, for the bar of the demo."""
        return self.kit.bar(self.person.username if self.person else "", self.locale, self.url("view-as/"))

    def page_html(self, name: str, **values: Any) -> str:
        """Return one of the pages in ``server/html`` as text."""
        values.setdefault("person", self.person)
        values.setdefault("actor", self.actor)
        values.setdefault("demo", self.demo_bar())
        values.setdefault("places", self.navigation())
        values.setdefault("hidden_origin", self.hidden_origin())
        return pages.render(name, base_url=self.base_url, locale=self.locale, **values)

    def page_number(self) -> int:
        """Return which page of a list is asked for, counted from one."""
        asked = self.get_argument("page", "")
        return max(1, int(asked)) if asked.isdecimal() and len(asked) < 10 else 1

    def redirect_to(self, path: str = "") -> None:
        """Answer a form: the browser goes on to one of our pages."""
        self.redirect(self.url(path), status=303)

    # Where a request comes from. No token in forms: browsers say it, and cannot be made to lie.

    def same_site(self) -> bool | None:
        """Tell whether a page of ours sent this request; None where the browser does not say."""
        return origins.same_site(self.request, self.kit.settings.public_url)

    def check_xsrf_cookie(self) -> None:
        """Refuse a form that another site sent.

        Takes the place of jupyter_server's double cookie, which needs a secret in every form and is
        missing exactly when a page was kept open. ``Sec-Fetch-Site`` and ``Origin`` are set by
        the browser and out of reach of any page; the session cookie is SameSite=Lax besides.
        """
        if self.same_site() is not True:
            raise self.site_refusal()

    def site_refusal(self) -> Refused:
        """Return the refusal of what seems to come from another site, or from a page whose address a proxy hides from us."""
        origin = self.request.headers.get("Origin", "")
        if "Sec-Fetch-Site" in self.request.headers or not origins.split(origin).netloc:
            return Refused("server.other_site")
        origins.log_hidden(origin, self.request.host)
        return Refused("server.other_origin", origin=origin[:200], host=self.request.host[:200])

    def hidden_origin(self) -> str:
        """Return the address that people use, where a proxy hides it from us."""
        return origins.hidden_origin(self.request, self.kit.settings.public_url)

    # What goes wrong.

    def _fault_line(self, fault: Fault) -> str:
        name = fault.path.name if fault.path else ""
        where = ":".join(part for part in (name, str(fault.line or "")) if part)
        message = f"{i18n.sentence(fault, self.locale)} {i18n.hint(fault, self.locale)}".strip()
        return f"{where}: {message}" if where else message

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Answer with the status that belongs to an error of ours."""
        info = kwargs.get("exc_info")
        if info and isinstance(info[1], ActionlearnError):
            status_code = info[1].status
        super().send_error(status_code, **kwargs)

    def log_exception(self, *info: Any) -> None:
        """Log a fault with its trace; what was refused on purpose is in the request log alone."""
        error = info[1]
        expected = isinstance(error, HTTPError) or (isinstance(error, ActionlearnError) and error.status < 500)
        if not expected:
            log.error("fault", extra={"reference": self.reference}, exc_info=info)

    def sent_texts(self) -> list[str]:
        """Return what somebody typed into a form: an error page gives it back."""
        sent = self.request.body_arguments
        return [text.decode("utf-8", "replace") for name in WORDS for text in sent.get(name, []) if text.strip()]

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with a page of ours: a sentence, what to do, and a reference. Never a trace, and never nothing."""
        self.reference = self.reference or secrets.token_hex(4)
        info = kwargs.get("exc_info")
        sent: list[str] = []
        try:
            sent = self.sent_texts()
            html = self._error_html(error_pages.error_of(info[1] if info else None, status_code), status_code, sent)
        except Exception:
            log.exception("error page failed", extra={"reference": self.reference})
            html = error_pages.plain_page(status_code, self.reference, sent)
        self.send_html(html)

    def _error_html(self, error: ActionlearnError, status: int, sent: list[str]) -> str:
        values: dict[str, Any] = {"status": status, "code": error.code, "reference": self.reference, "sent": sent}
        values["message"] = i18n.sentence(error, self.locale)
        values["hint"] = i18n.hint(error, self.locale)
        values["faults"] = [self._fault_line(fault) for fault in error.faults]
        if status == HTTPStatus.UNAUTHORIZED:
            onward = self.request.method == "GET" and error.code == "server.sign_in"
            values["next"] = self.request.path if onward else ""
        name = "accounts/sign_in_code.html" if status == HTTPStatus.UNAUTHORIZED else "error.html"
        if self.kit.preview:
            self.set_header("Refresh", "2")
        return self.page_html(name, **values)
