"""A programme that changes while it runs: what is newer, who is asked, and that nobody loses a word. And letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from actionlearn.cohort import files
from actionlearn.cohort.edit_programme import checked_tables
from actionlearn.reviews import comments, share
from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.server.workbooks.state import notebook_contents
from actionlearn.store import now, open_store
from actionlearn.store.people import members
from actionlearn.store.workbooks import drafts, workbooks

from ..support.served_kit import CANARY, World
from ..test_mail import Box, mailbox
from .test_pages import LAPTOP, PHONE, faultless

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning", "ignore:.*:DeprecationWarning:aiosmtpd")

NEWER = """---
template: scope
title: What needs to change?
version: 9
minutes: 5
stage: scope
summary: A sentence.
parameters:
  organisation: {kind: text, default: your organisation, label: Where}
---
```{prompt} need
:kind: long-text
:audience: me, set, coach
What should change at {{ organisation }}?
```
```{prompt} rain
Did it rain?
```
"""
PROGRAMME: dict[str, Any] = {
    "programme": {
        "id": "autumn",
        "name": "Autumn",
        "organisation": "Ribeira",
        "time_zone": "UTC",
        "contact": {"name": "Teresa", "phone": "1"},
    },
    "workbooks": [{"template": "scope", "opens": "2026-10-05"}],
}


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    """Start a mail server."""
    with mailbox() as made:
        yield made


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, box: Box) -> Iterator[World]:
    """Serve a programme whose author has changed its template, and whose operator has a mail server."""
    mail = {"HOST": "127.0.0.1", "PORT": str(box.port), "TLS": "none", "FROM": "kit@example.org"}
    mail |= {"USER": "us", "PASSWORD": "secret"}
    made = World(
        tmp_path_factory.mktemp("newer"),
        ACTIONLEARN_TELL="no",
        **{f"ACTIONLEARN_MAIL_{name}": each for name, each in mail.items()},
    )
    programme = checked_tables(made.data, "", PROGRAMME).model_dump(mode="json")

    ana, book, seen = (
        made.person["ana"],
        made.book["ana/scope"],
        {"need": f"The night hears {CANARY}", "seen": "Late again"},
    )

    def act(c: Any) -> None:
        members.put_cohort(c, id="autumn", name="Autumn", locale="en", time_zone="UTC", programme=programme)
        for username, address in (("ana", "ana@example.org"), ("ben", "full@example.org")):
            members.update_person(c, made.person[username], email=address)
        key = {"workbook": book, "prompt": "seen", "person": ana, "client": str(uuid4())}
        drafts.save(c, **key, seq=1, base=0, value=seen["seen"])
        workbook = workbooks.workbook(c, book)
        shared = share.freeze(c, workbook, notebook_contents(made.data, workbook), ana, "", now())
        cora = members.actor(c, made.person["cora"])
        for prompt, text in seen.items():
            words = {"type": "TextQuoteSelector", "exact": text.split()[0]}
            said = comments.quoted_in({"answer": text}, {"source": "answer", "selector": [words]})
            comments.release(c, cora, comments.comment(c, cora, shared.id, prompt, "Whose?", now(), said).id, now())

    with open_store(made.data) as store:
        store.write(act)
    files.mirror(made.data / "cohorts" / "autumn" / "templates", {"scope.md": NEWER.encode()})
    yield made.start()
    made.stop()


def test_a_newer_version_reaches_the_untouched_and_is_offered_to_others(world: World, device: Callable[..., Any]):
    """The facilitator corrects one; the other's owner reads what is different, takes it, and keeps answers and comments."""

    def opened(who: str, path: str, viewport: Any = LAPTOP) -> Page:
        context = device(viewport=viewport)
        home = f"http://127.0.0.1:{world.port}"
        context.add_cookies([{"name": SESSION_COOKIE, "value": world.session[who], "url": home}])
        page: Page = context.new_page()
        page.goto(home + path)
        return page

    fay = opened("fay", "/template-updates/autumn")
    for heading in ("Filled in otherwise", "New questions", "Asked in other words", "No longer asked"):
        expect(fay.get_by_role("heading", name=heading)).to_have_count(1)
    faultless(fay)
    fay.get_by_role("button", name="Correct the one that is untouched").click()
    expect(fay.get_by_role("button", name=re.compile("Correct"))).to_have_count(0)
    expect(fay.get_by_text("One is begun, and its owner is asked.")).to_be_visible()
    ben = opened("ben", f"/workbooks/{world.book['ben/scope']}")
    expect(ben.locator("#p-need .al-question")).to_have_text("What should change at Ribeira?")

    ana = opened("ana", f"/workbooks/{world.book['ana/scope']}", PHONE)
    ana.get_by_role("link", name="See what is different").click()
    expect(ana.locator("del", has_text="your organisation")).to_have_count(2)  # filled in, and within the question
    expect(ana.locator("ins", has_text="What should change at Ribeira?")).to_be_visible()
    expect(ana.get_by_role("listitem").filter(has_text="Did it rain?")).to_be_visible()
    faultless(ana)
    ana.get_by_role("button", name="Take the newer version").click()
    ana.set_viewport_size(LAPTOP)
    need = ana.locator("#p-need")
    expect(need.get_by_role("textbox").first).to_have_value(f"The night hears {CANARY}")
    expect(need.locator(".comment").filter(has_text="Whose?").locator("mark")).to_have_text("The")
    expect(ana.locator("#p-rain")).to_be_visible()
    kept = ana.get_by_role("region", name="Questions this workbook no longer asks")
    expect(kept).to_contain_text("Late again")
    expect(kept.locator(".comment mark")).to_have_text("Late")
    expect(kept.get_by_role("button", name="Show these words")).to_have_count(0)
    expect(ana.get_by_role("link", name="See what is different")).to_have_count(0)
    faultless(ana)


def test_the_office_mails_everybody_a_link(world: World, box: Box, device: Callable[..., Any]):
    """Whom no letter reaches is named; whoever got one comes in by it."""
    context = device(viewport=LAPTOP)
    home = f"http://127.0.0.1:{world.port}"
    context.add_cookies([{"name": SESSION_COOKIE, "value": world.session["fay"], "url": home}])
    page = context.new_page()
    page.goto(f"{home}/office/autumn")
    page.get_by_role("button", name="Mail everybody a new link").click()
    expect(page.locator("[data-al-unsent] li").filter(has_text="Ben")).to_be_visible()
    expect(page.locator("[data-al-sent]")).to_be_visible()
    letters = {to[0]: message for to, message in box.letters}
    assert list(letters) == ["ana@example.org"]
    (token,) = re.findall(r"/in/([\w-]+)", letters["ana@example.org"].get_content())
    ana = device(viewport=PHONE).new_page()
    ana.goto(f"{home}/in/{token}")
    ana.get_by_role("button", name="Sign in").click()
    expect(ana.get_by_role("heading", name=re.compile("Ana"))).to_be_visible()
