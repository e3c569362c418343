"""What another site sent is refused by a page of ours, or by JSON: never by nothing."""

from __future__ import annotations

import pytest

from actionlearn.server.routes import ROUTES

from ..support.served_kit import World

ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example", "X-Requested-With": ""}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PAGES = ["/out", "/in", "/in/some-token", "/language", "/code", "/notifications", "/unsent", "/board/autumn"]
API = ["/api/workbooks", "/api/cohorts/autumn/postings", "/api/cohorts/autumn/roster"]


@pytest.mark.parametrize("who", ["", "ana"])
@pytest.mark.parametrize("path", PAGES)
def test_a_form_of_another_site_is_refused_by_a_page(world: World, path: str, who: str):
    """403, with a sentence and what to do."""
    reply = world.ask(who, "POST", path, b"x=1", {**ELSEWHERE, **FORM})
    assert reply.status == 403
    assert "This request did not come from a page of ours." in reply.text
    assert "text/html" in reply.headers["Content-Type"]


@pytest.mark.parametrize("who", ["", "ana"])
@pytest.mark.parametrize("path", API)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_api_refuses_it_by_json(world: World, path: str, who: str, method: str):
    """The one shape of errors."""
    reply = world.ask(who, method, path, b"{}", ELSEWHERE)
    assert reply.status in (403, 405)
    assert reply.json["error"]["message"]


def test_a_form_of_another_site_that_a_form_of_ours_could_have_sent_is_refused_by_a_page(world: World):
    """It is refused before anybody is looked up, and nothing is kept."""
    path = f"/api/comments/{world.comment}/replies"
    for site in (
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
        {"Sec-Fetch-Site": "", "Origin": ""},
    ):
        reply = world.ask("ana", "POST", path, b"body=forged", {**ELSEWHERE, **FORM, **site})
        assert reply.status == 403, site
        assert "<h1>" in reply.text
    assert "forged" not in str(world.rows())


@pytest.mark.parametrize("method", ["PATCH", "OPTIONS", "PROPFIND", "TRACE"])
def test_odd_methods_get_an_answer_with_words(world: World, method: str):
    """Not one address answers with nothing at all."""
    for path in ("/", "/in", "/api/workbooks", "/nothing"):
        assert world.ask("", method, path).body


def test_a_page_is_shown_where_the_page_of_an_error_fails(world: World, monkeypatch: pytest.MonkeyPatch):
    """No template, no language, no person is needed for the last of all pages."""
    from actionlearn.server.web import error_pages

    html = error_pages.plain_page(500, "abcd", ["<b>typed</b>"])
    assert "abcd" in html
    assert "&lt;b&gt;typed" in html
    assert '"code": "server.unavailable"' in error_pages.plain_json(503, "abcd")


def test_every_handler_of_a_route_answers_errors_by_our_pages():
    """Where one does not stand on our pages, its error would be Tornado's bare one."""
    from actionlearn.server.app import handler_class
    from actionlearn.server.web.handlers import PageHandler

    assert all(issubclass(handler_class(route.handler), PageHandler) for route in ROUTES)
