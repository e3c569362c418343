"""Cookies of other systems, in whatever way they are written, change nothing."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tornado.httputil import HTTPHeaders

from actionlearn.server.web.identity import SESSION_COOKIE, session_tokens

from ..support.served_kit import World

ODD = (
    'view={"list": 1, "page": 2}',
    "name=Zoë",
    "seen",
    "tab[3]=on",
    "/app/x=1",
    "seen=Mon, 05 Oct 2026",
    '"',
    "=",
    "a=b=c",
    f"x{SESSION_COOKIE}=made-up",
    f"{SESSION_COOKIE}-old=made-up",
    f"{SESSION_COOKIE}=of-a-kit-below-another-path",
    f"{SESSION_COOKIE}=",
)


@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("odd", ODD)
def test_a_long_answer_is_saved_whatever_cookies_others_have_set(world: World, odd: str, first: bool):
    """It is longer than what somebody may send whom the server does not know."""
    own = f"{SESSION_COOKIE}={world.session['ben']}"
    cookies = f"{odd}; {own}" if first else f"{own}; {odd}"
    book = world.book["ben/scope"]
    answers = world.ask("ben", "GET", f"/api/workbooks/{book}/answers").json["answers"]
    message = {"person": world.person["ben"], "client": "00000000-0000-4000-8000-000000000001", "seq": 1}
    message |= {"base": answers["need"]["version"], "value": "many words " * 2000}
    message["seq"] = 1 + 2 * ODD.index(odd) + first
    path = f"/api/workbooks/{book}/answers/need"
    reply = world.ask("", "PUT", path, message, {"Cookie": cookies.encode().decode("latin-1")})
    assert reply.status == 200, reply.text


#: Anything that a header may hold but what ends a cookie.
LETTERS = st.sampled_from("aZ9=,:/[]{}()<>@?!\"' \t\\%&*+-._~^`|\xe9\xff")
OTHERS = st.lists(st.text(LETTERS, max_size=20), max_size=4)


@given(before=OTHERS, after=OTHERS)
def test_the_session_is_found_among_any_cookies(before: list[str], after: list[str]):
    """The one reader of our cookie passes over all others."""
    header = "; ".join([*before, f"{SESSION_COOKIE}=token-of-mine", *after])
    request = SimpleNamespace(headers=HTTPHeaders({"Cookie": header}))
    assert session_tokens(request) == ["token-of-mine"]  # type: ignore[arg-type]
