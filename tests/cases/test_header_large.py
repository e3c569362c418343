"""A request whose head is too large gets an answer that says what to do."""

from __future__ import annotations

import pytest

from actionlearn.server.web.request_limits import MAX_HEAD, MAX_READ_HEAD

from ..support.served_kit import World


def cookies(size: int) -> str:
    """Return cookies of other systems, so many bytes of them."""
    return "; ".join(f"uni{number}={'v' * 3900}" for number in range(size // 3910 + 1))


@pytest.mark.parametrize("size", [MAX_HEAD + 4000, 100_000, 200_000, MAX_READ_HEAD - 8000])
@pytest.mark.parametrize("path", ["/in", "/", "/nothing"])
def test_many_cookies_are_answered_by_a_page(world: World, path: str, size: int):
    """431, which names the cookies."""
    reply = world.ask("", "GET", path, headers={"Cookie": cookies(size)})
    assert reply.status == 431
    assert "Delete" in reply.text or "delete those of 127.0.0.1" in reply.text


def test_the_api_answers_them_by_json(world: World):
    """The one shape of errors."""
    reply = world.ask(
        "", "PUT", f"/api/workbooks/{world.book['ana/scope']}/answers/need", {}, {"Cookie": cookies(90_000)}
    )
    assert (reply.status, reply.json["error"]["code"]) == (431, "server.head_too_large")


def test_what_is_below_the_limit_is_served(world: World):
    """The sign-in page comes, with sixty kilobytes of cookies."""
    assert world.ask("", "GET", "/in", headers={"Cookie": cookies(56_000)}).status == 200


def test_the_style_of_the_page_comes_all_the_same(world: World):
    """A browser sends the cookies with every request."""
    import re

    page = world.ask("", "GET", "/in", headers={"Cookie": cookies(90_000)}).text
    (style,) = re.findall(r'rel="stylesheet" href="([^"]+)"', page)
    assert world.ask("", "GET", style, headers={"Cookie": cookies(90_000)}).status == 200
