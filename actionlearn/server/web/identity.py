"""Who is asking: a session cookie, looked up in the store. Nothing in an address signs anybody in."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jupyter_server.auth import IdentityProvider, User
from tornado.httputil import HTTPServerRequest
from tornado.web import RequestHandler
from traitlets import Unicode

from actionlearn import accounts
from actionlearn.permissions import Actor
from actionlearn.server.heavy_work import run_sign_in
from actionlearn.server.web.context import ServerContext

if TYPE_CHECKING:
    from actionlearn.store.records import Person

log = logging.getLogger("actionlearn.server")

#: The cookie with the token of a session.
SESSION_COOKIE = "actionlearn-session"

#: The longest token that is looked up, and how many of one request are.
MAX_TOKEN, MAX_TOKENS = 200, 4


@dataclass
class SignedInUser(User):
    """A signed-in person, as jupyter_server wants a user, with what our own code asks for."""

    person: Person | None = None
    actor: Actor | None = None


class SessionIdentityProvider(IdentityProvider):
    """Sessions of the store: no password page, no token in addresses, no anonymous names.

    Another way of signing in (single sign-on, a trusted proxy) is another `IdentityProvider` in
    its place: it returns a `SignedInUser`.
    """

    token = Unicode("", help="There is no shared token.").tag(config=False)
    need_token = False

    @property
    def auth_enabled(self) -> bool:
        """Signing in is always needed."""
        return True

    @property
    def login_available(self) -> bool:
        """jupyter_server's own sign-in page is not used."""
        return False

    @property
    def logout_available(self) -> bool:
        """Nor is its own sign-out page."""
        return False

    def get_handlers(self) -> list[tuple[str, object]]:
        """Mount none of jupyter_server's sign-in pages."""
        return []

    def get_token(self, handler: RequestHandler) -> str | None:  # noqa: ARG002 - jupyter_server's signature
        """Read no token from an address."""
        return None

    def validate_security(self, app: Any, ssl_options: dict[str, Any] | None = None) -> None:
        """Warn of nothing: there is no way of running without signing in."""

    async def get_user(self, handler: RequestHandler) -> SignedInUser | None:
        """Return who holds the session of the request's cookie."""
        kit: ServerContext = handler.settings["kit"]
        days = kit.settings.session_days
        for token in session_tokens(handler.request):
            found = await run_sign_in(accounts.session_actor, kit.store, token, days)
            if found is not None:
                person, actor = found
                return SignedInUser(username=person.id, name=person.name, person=person, actor=actor)
        return None


def session_tokens(request: HTTPServerRequest) -> list[str]:
    """Return what a request brings as its session: the one reader of our cookie.

    What other systems set beside it changes nothing, in whatever way it is written. Another kit at a path above ours
    has a cookie of the same name: then there are several, in the browser's order.
    """
    pairs = [each.partition("=") for line in request.headers.get_list("Cookie") for each in line.split(";")]
    tokens = [value.strip().strip('"') for name, _, value in pairs if name.strip() == SESSION_COOKIE]
    return [token for token in dict.fromkeys(tokens) if token and len(token) <= MAX_TOKEN][:MAX_TOKENS]


def set_session(handler: RequestHandler, token: str) -> None:
    """Give the browser its session."""
    kit: ServerContext = handler.settings["kit"]
    handler.set_cookie(
        SESSION_COOKIE,
        token,
        path=handler.settings["base_url"],
        expires_days=kit.settings.session_days,
        httponly=True,
        secure=kit.settings.secure_cookie,
        samesite="Lax",
    )


def clear_session(handler: RequestHandler) -> None:
    """Take the session from the browser."""
    handler.clear_cookie(SESSION_COOKIE, path=handler.settings["base_url"])
