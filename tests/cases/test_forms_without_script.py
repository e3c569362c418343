"""Words never go into an address: a form is sent by POST and saved without a script, or says that nothing was saved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from actionlearn.server.app import handler_class
from actionlearn.server.rendering.pages import html_folder
from actionlearn.server.routes import ROUTES
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.operations import operation_of
from actionlearn.store import open_store

from ..support.groups import furnish
from ..support.served_kit import World

PACKAGE = Path(__file__).parents[2] / "actionlearn"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": ""}
#: Pages with forms: who opens them, and where.
PAGES = {
    "ana": "/ /workbooks/{ana/scope} /workbooks/{ana/impact} /workbooks/{blue/meeting-2} /workbooks/{ana/scope}/show "
    "/workbooks/{ana/scope}/upgrade /board/autumn /room/autumn/{set} /week/autumn /entries/{entry} /cards/autumn "
    "/missing/autumn /agreements/autumn/{ana} /releases/autumn /releases/autumn?w={ana/scope} /notifications "
    "/personal-data /reviews/{submission}",
    "cora": "/desk /desk/autumn /reviews/{submission} /agreements/autumn/{ana} /board/autumn /room/autumn/{set}",
    "fay": "/office /office/autumn /programme /programme/autumn /template-updates/autumn /learner-preview/autumn /board/autumn",
    "": "/in /nothing",
}


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a cohort with a furnished room."""
    made = World(tmp_path_factory.mktemp("forms"))
    with open_store(made.data) as store:
        furnish(made, store)
    made.start()
    yield made
    made.stop()


class Forms(HTMLParser):
    """Finds the forms of a page, each with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form."""
        if tag == "form":
            self.found.append(dict(attrs))


def forms(html: str) -> list[dict[str, str | None]]:
    """Return the forms of a page."""
    reader = Forms()
    reader.feed(html)
    return reader.found


def takes_forms(path: str) -> bool:
    """Tell whether a form that is sent to a path is dealt with there, without a script."""
    handler = next(handler_class(each.handler) for each in ROUTES if re.fullmatch(each.pattern, path))
    if issubclass(handler, ApiHandler):
        return hasattr(handler.post, "operation") and operation_of(handler.post).by_form
    return "post" in {
        name for each in handler.__mro__[:-1] if each.__module__.startswith("actionlearn") for name in vars(each)
    }


@pytest.mark.parametrize("path", sorted(html_folder().rglob("*.html")), ids=lambda path: path.name)
def test_every_form_of_every_template_is_sent_by_post(path: Path):
    """Or belongs to a dialog, and is not sent at all."""
    text = path.read_text("utf-8")
    for form in re.findall(r"<form\b(?:[^>{]|\{\{.*?\}\}|\{%.*?%\})*>", text):
        assert 'method="post"' in form or 'method="dialog"' in form, form
        assert ("action=" in form) == ('method="post"' in form), form
    assert "formmethod" not in text


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.js")), ids=lambda path: path.name)
def test_a_form_that_a_script_makes_is_sent_by_post(path: Path):
    """The script may stop the moment after."""
    if path.parent.name == "vendor":
        return
    for line in path.read_text("utf-8").splitlines():
        if (
            (re.search(r"""["'`<]form["'`\s>]""", line) and "createElement" in line)
            or 'h("form"' in line
            or "<form" in line
        ):
            assert 'method: "post"' in line, line
            assert "action: " in line, line


@pytest.mark.parametrize(
    ("who", "path"),
    [(who, path) for who, paths in PAGES.items() for path in paths.split()],
    ids=lambda text: text or "nobody",
)
def test_every_form_of_a_page_leads_to_what_takes_it(room: World, who: str, path: str):
    """Its address is a route that saves what a form sends, or says that it cannot."""
    places = {**room.book, **room.person, "set": room.set, "entry": room.entry, "submission": room.submission}
    filled = re.sub(r"\{([^}]+)\}", lambda found: places[found[1]], path)
    page = room.ask(who, "GET", filled)
    assert page.status in (200, 303, 404, 409), page.text
    for form in forms(page.text):
        if form.get("method") == "dialog":
            continue
        assert form.get("method") == "post", form
        action = urlsplit(str(form["action"]))
        assert not action.query, form
        assert takes_forms(action.path), form


def post(world: World, who: str, path: str, page: str = "/", **fields: str) -> Any:
    """Send a form as a browser does, from a page of ours."""
    headers = {**FORM, "Referer": f"http://127.0.0.1:{world.port}{page}"}
    return world.ask(who, "POST", path, urlencode(fields).encode(), headers)


def test_a_learner_and_a_coach_say_agree_ask_show_and_begin_without_a_script(room: World):
    """Each form saves, and its browser goes back to the page, or on to what was made."""
    ana, scope = room.person["ana"], room.book["ana/scope"]
    sent = [
        ("ana", f"/api/comments/{room.comment}/replies", {"body": "An answer\r\nof two lines"}, f"/workbooks/{scope}"),
        ("cora", f"/api/coaching/autumn/{ana}/agreements", {"body": "We look again", "day": ""}, "/desk"),
        (
            "ana",
            "/api/cohorts/autumn/postings",
            {"kind": "ask", "body": "Who knows looms?", "reach": "cohort"},
            "/board/autumn",
        ),
        (
            "ben",
            f"/api/postings/{room.posting}/answers",
            {"body": "I do know", "introduces": ""},
            "/board/autumn?of=ask",
        ),
    ]
    for who, path, fields, page in sent:
        reply = post(room, who, path, page, **fields)
        assert (reply.status, reply.headers["Location"]) == (303, page), reply.text
    rows = str(room.rows())
    for words in ("An answer\\\\nof two lines", "We look again", "Who knows looms?", "I do know"):
        assert words in rows or words.replace("\\\\", "\\") in rows, words
    shown = post(room, "ana", f"/api/workbooks/{scope}/shown/need", reach="cohort", note="A first try")
    assert shown.headers["Location"].startswith("/entries/")
    begun = post(room, "ana", "/api/workbooks", cohort="autumn", template="impact")
    assert "text/html" in begun.headers["Content-Type"]  # this cohort has no programme: it gets as far as that
    assert "did not come from a page of ours" not in begun.text
    timed = post(room, "ana", f"/api/workbooks/{room.book['blue/meeting-2']}/meeting", act="time", turn="", minutes="7")
    assert timed.status == 303
    assert (
        room.ask("ana", "GET", f"/api/workbooks/{room.book['blue/meeting-2']}/meeting").json["meeting"]["seconds"]
        == 420
    )


def test_a_comment_is_held_or_released_without_a_script(room: World):
    """The button that was pressed decides, and no draft of it stays."""
    path = f"/api/submissions/{room.submission}/comments"
    draft = {"place": "on need", "body": "Half a thought"}
    assert room.ask("cora", "PUT", f"/api/submissions/{room.submission}/draft", draft).status == 204
    for then in ("hold", "release"):
        reply = post(room, "cora", path, f"/reviews/{room.submission}", prompt="need", body=f"To {then}", then=then)
        assert reply.status == 303
    seen = room.ask("ana", "GET", f"/workbooks/{room.book['ana/scope']}").text
    assert ("To release" in seen, "To hold" in seen) == (True, False)
    assert "Half a thought" not in str(room.rows())


def test_what_is_refused_gives_the_words_back(room: World):
    """Too long, nobody signed in, not theirs, already gone: the page has what was typed, and it is in no address."""
    words = "ten minutes of careful words"
    reply = f"/api/comments/{room.comment}/replies"
    for who, path, body in (
        ("", reply, words),
        ("will", reply, words),
        ("ana", "/api/comments/00000000-0000-4000-8000-000000000000/replies", words),
        ("ana", reply, words * 2000),
    ):
        answer = post(room, who, path, body=body)
        assert answer.status in (401, 403, 404, 413), answer.text
        assert words in answer.text
        assert "Location" not in answer.headers
    assert words not in str(room.rows())


def test_a_form_that_needs_a_script_says_that_nothing_was_saved(room: World):
    """And shows what was typed, whoever asks."""
    for who in ("", "ana"):
        reply = post(room, who, "/unsent", wants="<b>Look</b> at the end")
        assert reply.status == 422
        assert "Nothing was saved" in reply.text
        assert "&lt;b&gt;Look&lt;/b&gt; at the end" in reply.text


def test_searching_leaves_no_word_in_an_address(room: World):
    """What is looked for on the board and in the office is sent in a body, page by page."""
    found = post(room, "ana", "/board/autumn", q="Offered")
    assert (found.status, "Offered" in found.text, "q=" in found.text) == (200, True, False)
    found = post(room, "fay", "/office/autumn", q="Ana")
    assert (found.status, "?q=" in found.text) == (200, False)


def without_scripts(page: Page) -> None:
    """Have every script of a page fail to come."""

    def stop(route: Route) -> None:
        route.abort()

    page.route(re.compile(r"\.js"), stop)


@pytest.mark.browser
def test_a_coach_whose_scripts_do_not_come_holds_a_comment(room: World, seat: Any):
    """It is there when the page comes again, and the address has nothing of it."""
    page = seat(room, "cora")
    without_scripts(page)
    page.goto(f"{page.kit}/reviews/{room.submission}")
    form = page.locator("form[data-al-comment]").first
    form.locator("textarea").first.fill("ten careful minutes")
    form.locator("button[value=hold]").click()
    expect(page.locator(".comment.held .words", has_text="ten careful minutes")).to_be_visible()
    assert "careful" not in page.url


@pytest.mark.browser
def test_a_form_that_needs_its_script_cannot_be_pressed_without(room: World, seat: Any):
    """Its button waits for the script."""
    page = seat(room, "fay")
    without_scripts(page)
    page.goto(f"{page.kit}/programme")
    button = page.locator("[data-al-programme] > .buttons button")
    expect(button).to_be_disabled()
    expect(page.locator("p.stalled").last).to_be_visible()
    page.unroute_all()
    page.reload()
    expect(button).to_be_enabled()
    expect(page.locator("p.stalled").last).to_be_hidden()
