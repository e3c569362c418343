"""Signing in and out: links that mail scanners cannot use up, codes for the next device."""

from __future__ import annotations

from typing import Any

from actionlearn import accounts, i18n
from actionlearn.errors import ActionlearnError, Missing
from actionlearn.server.accounts.announcements import announce_sign_in
from actionlearn.server.heavy_work import run_sign_in
from actionlearn.server.web.addresses import client_address, local_path, request_origin
from actionlearn.server.web.channels import channels_of, session_of
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.web.identity import clear_session, session_tokens, set_session


class SignIn(PageHandler):
    """Sign in with a code from another device."""

    public = True

    async def get(self) -> None:
        """Show the form."""
        onward, username = self.get_query_argument("next", ""), self.get_query_argument("u", "")
        self.render_page("accounts/sign_in_code.html", message="", hint="", next=onward, username=username)

    async def post(self) -> None:
        """Redeem a code."""
        username = self.get_body_argument("username", "")[:100]
        code = self.get_body_argument("code", "")[:40]
        onward = self.get_body_argument("next", "")
        address = client_address(self.request, self.kit.settings)
        try:
            session = await run_sign_in(accounts.redeem_code, self.store, username, code, address)
        except ActionlearnError as error:
            fault = {"message": i18n.sentence(error, self.locale), "hint": i18n.hint(error, self.locale)}
            self.render_page("accounts/sign_in_code.html", status=error.status, next=onward, username=username, **fault)
            return
        set_session(self, session)
        await announce_sign_in(self, session)
        self.redirect_to(local_path(onward, self.base_url))


class SignInLink(PageHandler):
    """A sign-in link. Opening it redeems nothing, so that scanners of mail may open it too."""

    public = True

    async def get(self, token: str) -> None:
        """Show the button."""
        use = await run_sign_in(accounts.link_use, self.store, token)
        values: dict[str, Any] = {"firstname": use.person.firstname, "again": bool(use.ends)}
        self.render_page("accounts/sign_in_link.html", action=self.url(f"in/{token}"), **values)

    async def post(self, token: str) -> None:
        """Redeem the link and sign in."""
        use = await run_sign_in(accounts.link_use, self.store, token)
        session = await run_sign_in(accounts.redeem_link, self.store, token)
        if use.ends:
            channels_of(self).end(use.person.id, use.ends)
        set_session(self, session)
        await announce_sign_in(self, session)
        self.redirect_to()


class DeviceCode(PageHandler):
    """A ten-minute code, for signing in on the next device."""

    async def post(self) -> None:
        """Make a code and show it."""
        code = await run_sign_in(accounts.new_code, self.store, self.signed_in().id)
        address = request_origin(self.request, self.kit.settings) + "in"
        self.render_page("accounts/device_code.html", code=code, address=address, username=self.signed_in().username)


class SignOut(PageHandler):
    """Sign out on this device."""

    async def post(self) -> None:
        """End this session."""
        for token in session_tokens(self.request):
            await run_sign_in(accounts.sign_out, self.store, token)
        channels_of(self).end(self.signed_in().id, session_of(self))
        clear_session(self)
        self.redirect_to("in")


class SignOutEverywhere(PageHandler):
    """Sign out on every device."""

    async def post(self) -> None:
        """End every session of this person."""
        await run_sign_in(accounts.sign_out_everywhere, self.store, self.signed_in().id)
        channels_of(self).end(self.signed_in().id)
        clear_session(self)
        self.redirect_to("in")


class ViewAs(PageHandler):
    """See the demo as one of its people. Exists in the demo alone."""

    public = True

    async def get(self, username: str) -> None:
        """Sign in as somebody of the demo."""
        from actionlearn.store.people import members

        if not self.kit.demo:
            raise Missing("server.missing")
        person = await self.read(lambda c: members.person_by_username(c, username))
        if person is None:
            raise Missing("server.missing")
        set_session(self, await run_sign_in(accounts.new_session, self.store, person.id))
        self.redirect_to(local_path(self.get_query_argument("next", ""), self.base_url))
