"""What people write is text wherever others open it: attacks in every field, every page of every role, in Chromium.

Each attack would put an element with ``data-injected`` into the page, whether or not the policy then stops its
script: an element is found, a dialog, a breach of the policy and a call to elsewhere are heard.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

import pytest
from icalendar import Calendar
from playwright.sync_api import BrowserContext, Page, Response, expect

from actionlearn.answers import kinds, prompts
from actionlearn.cohort.enrolment.links import PersonLink, as_csv
from actionlearn.cohort.programme.schema import Contact, Programme
from actionlearn.reviews import comments, execute, share
from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.server.workbooks.state import notebook_contents
from actionlearn.store import now, open_store
from actionlearn.store.groups import entries, postings
from actionlearn.store.people import members
from actionlearn.store.reviews import notes
from actionlearn.store.workbooks import drafts, revisions, workbooks

from ..server.test_route_access import ASKERS, TABLE, _more_people, filled
from ..support.groups import furnish
from ..support.served_kit import World

ATTACKS = (
    "<img src=x onerror=alert(1) data-injected>",
    '"><script data-injected>alert(2)</script>',
    "'><svg onload=alert(3) data-injected>",
    "</textarea></title></style></script><script data-injected>alert(4)</script>",
    '<a href="javascript:alert(5)" data-injected>x</a>',
    '[x](javascript:alert(6)) ![x](y" onerror="alert(6) "data-injected)',
    "<style data-injected>@import url(//elsewhere.example/x)</style><link data-injected rel=stylesheet href=//elsewhere.example/y>",
    '<iframe data-injected srcdoc="<script>alert(8)</script>"></iframe>',
    "<base data-injected href=//elsewhere.example/><form data-injected action=//elsewhere.example/>",
    "&lt;img src=x onerror=alert(10) data-injected&gt;",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(11) data-injected>",
    "{{ ''.__class__ }}{% print 7 %}${alert(12)} $$\\href{javascript:alert(12)}{x}$$",
    '=HYPERLINK("//elsewhere.example/";"x") \'--><b data-injected>',
    "\u202e\u2028]]><!--<b data-injected>{} {name} %s %(x)s",
    "x' autofocus onfocus=alert(15) data-injected x='",
)
ALL = "\n".join(ATTACKS)

EVERY = """---
template: every
title: Every kind
version: 1
minutes: 5
---
```{prompt} short
:kind: short-text
:audience: me, set, coach
One line?
```

```{prompt} long
:audience: me, set, coach
:recap: scope.need, short
Many lines?
```

```{prompt} rows
:kind: table
:audience: me, set, coach
:columns:
    what: What
    by: {label: By when, kind: date}
    count: {label: Count, kind: number}
    state: {label: State, kind: choice, options: {open: Not yet, done: Done}}
Which rows?
```

```{prompt} papers
:kind: file
:audience: me, set, coach
Which papers?
```

```{prompt} said
:by: coach
What do you say?
```

```{view} recap
:of: short, long, rows, scope.need
```

```{view} steps
:of: rows
```

```{view} timeline
:of: short, long, rows
```
"""

#: What a page reports of itself: breaches of its policy, as they happen.
WATCH = """
window.alert = window.confirm = window.prompt = (said) => { (window.alFired ??= []).push(`said ${said}`); };
document.addEventListener("securitypolicyviolation", (event) => {
  (window.alFired ??= []).push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
});
"""


def answer(prompt: prompts.Prompt, turn: int = 0) -> Any:
    """Return an answer to a prompt that is an attack wherever it may be one."""
    match prompt.kind:
        case "short-text":
            return ATTACKS[turn % len(ATTACKS)].replace("\u2028", "")
        case "long-text":
            return ALL
        case "choice":
            return prompt.options[0].id
        case "choices":
            return [each.id for each in prompt.options]
        case "scale":
            return prompt.low
        case "number":
            return "7"
        case "date":
            return "2026-10-05"
        case "table":
            rows = ({c.id: _cell(c, at) for c in prompt.columns} for at in range(len(ATTACKS)))
            return [{"row": str(uuid4()), "cells": cells} for cells in rows]
    return None


def _cell(column: prompts.Column, turn: int) -> Any:
    inner = prompts.Prompt(column.id, "", column.kind, options=column.options, low=1, high=5)
    return answer(inner, turn)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a cohort in which everybody is called an attack, writes attacks and is answered with them."""
    made = World(tmp_path_factory.mktemp("injection"))
    with open_store(made.data) as store:
        _more_people(made, store)
        furnish(made, store)
        store.write(lambda c: _post(made, c))
        made.add_workbook(store, "ana", "autumn", "every", EVERY)
        made.add_workbook(store, "ana", "autumn", "plan")
        made.add_workbook(store, "ana", "autumn", "experiment")
    _rename(made)
    made.start()
    try:
        _attach(made)
        with open_store(made.data) as store:
            for name in ("scope", "every", "plan", "experiment"):
                _write(made, store, name)
            shared = _share(made, store, "every")
            store.write(lambda c: _talk(made, c, shared))
        yield made
    finally:
        made.stop()


def _post(world: World, c: Any) -> None:
    """Ask, offer and show attacks in the room of the set and on the board of the cohort."""
    ana, ben = world.person["ana"], world.person["ben"]
    for at, said in enumerate(ATTACKS):
        where = {"cohort": "autumn", "set_id": world.set if at % 2 else "", "now": now()}
        made = postings.add(c, **where, kind="ask" if at % 3 else "offer", by=ana, body=said)
        postings.answer(c, posting_id=made.id, by=ben, body=said, introduces=None, now=now())
    of = {"workbook": world.book["ana/scope"], "cohort": "autumn", "by": ana, "note": ATTACKS[0], "now": now()}
    for group in ("", world.set):
        entries.show(c, **of, set_id=group, prompt="need")


def _rename(world: World) -> None:
    """Give people, cohorts, sets and programmes names that a roster would refuse."""
    lines = tuple(each for each in ATTACKS if each.isprintable())
    contact = Contact(name=ATTACKS[0], email="a@example.org", phone=ATTACKS[2], note=ATTACKS[3])
    about = {"name": ATTACKS[6], "organisation": ATTACKS[4], "theme": ATTACKS[5], "time_zone": "UTC"}
    kept = Programme(id="autumn", **about, priorities=lines, questions=lines, contact=contact)
    told = kept.model_dump(mode="json")
    with closing(sqlite3.connect(next(world.data.glob("*.sqlite")))) as store, store:
        for at, id in enumerate(world.person.values()):
            first, last = ATTACKS[at % len(ATTACKS)], ATTACKS[(at + 1) % len(ATTACKS)]
            named = (first, last, f"{first}@example.org", id)
            store.execute("UPDATE person SET firstname = ?, lastname = ?, email = ? WHERE id = ?", named)
        store.execute("UPDATE cohort SET name = ?, programme = ?", (ATTACKS[1], json.dumps(told)))
        for at, (id,) in enumerate(list(store.execute("SELECT id FROM learning_set"))):
            store.execute("UPDATE learning_set SET name = ? WHERE id = ?", (ATTACKS[at], id))
        store.execute("UPDATE notebook SET title = ?", (ATTACKS[2],))


def _attach(world: World) -> None:
    """Attach a file that is called an attack, and a link that is one."""
    book, entries = world.book["ana/every"], []
    for name in ATTACKS[:4]:
        sent = world.ask("ana", "PUT", f"/api/workbooks/{book}/files/papers?name={quote(name)}.txt", b"plain words")
        assert sent.status == 201, sent.text
        entries.append(sent.json)
    entries += [{"link": f"https://elsewhere.example/{at}", "name": name[:60]} for at, name in enumerate(ATTACKS[:6])]
    assert world.save("ana", book, "papers", entries).status == 200


def _write(world: World, store: Any, name: str) -> None:
    id, person = world.book[f"ana/{name}"], world.person["ana"]
    contents = notebook_contents(world.data, store.read(lambda c: workbooks.workbook(c, id)))

    def act(c: Any) -> None:
        heads = drafts.drafts(c, id)
        for at, prompt in enumerate(contents.prompts.values()):
            value = answer(prompt, at) if prompt.by == "learner" else None
            if value is not None and prompt.kind != "file":
                value = kinds.check(prompt, value)
                base = heads[prompt.id].version if prompt.id in heads else 0
                key = {"workbook": id, "prompt": prompt.id, "person": person, "client": str(uuid4())}
                drafts.save(c, **key, seq=1, base=base, value=value, now=now())
                revisions.cut_revision(c, id, prompt.id, "blur", now())

    store.write(act)


def _share(world: World, store: Any, name: str) -> Any:
    workbook = store.read(lambda c: workbooks.workbook(c, world.book[f"ana/{name}"]))
    contents = notebook_contents(world.data, workbook)
    shared = share.share(store, workbook, contents, world.person["ana"], ALL, now())
    for reader in shared.audiences:
        if reader != "me":
            assert execute.execute(store, world.data, shared, reader).state == "done"
    return shared


def _talk(world: World, c: Any, shared: Any) -> None:
    ana, cora = (members.actor(c, world.person[who]) for who in ("ana", "cora"))
    for at, said in enumerate((ALL, *ATTACKS)):
        made = comments.comment(c, cora, shared.id, "long" if at % 2 else None, said, now()).id
        comments.release(c, cora, made, now())
        comments.reply(c, ana, made, said, now())
    comments.comment(c, cora, shared.id, "short", ALL, now())
    for about, kind in ((ana.person, "person"), (shared.id, "review")):
        noted = notes.note(c, cora.person, about)
        notes.put_note(c, by=cora.person, about=about, kind=kind, body=ALL, base=noted.version if noted else 0)
    notes.save_comment_draft(c, person=cora.person, submission=shared.id, place="on long", body=ALL)
    notes.save_comment_draft(c, person=ana.person, submission=shared.id, place="on long", body=ALL)
    for said in ATTACKS:
        notes.add_agreement(c, cohort="autumn", learner=ana.person, by=cora.person, body=said, day="2026-10-05")
        notes.add_question(c, cora.person, said)
    world.submission = shared.id


def fired(page: Page) -> list[str]:
    """Return what a page reports, and what of an attack has become an element of it."""
    said: list[str] = page.evaluate("window.alFired ?? []")
    there = page.evaluate(
        "[...document.querySelectorAll('[data-injected], [onerror], [onload], [onfocus]')].map(e => e.outerHTML)"
    )
    leads = page.evaluate(
        "[...document.querySelectorAll('[href], [src], [action]')].map(e => e.getAttribute('href') ?? e.getAttribute('src') ?? e.getAttribute('action'))"
    )
    return said + there + [each for each in leads if each.strip().lower().startswith(("javascript:", "//elsewhere"))]


@pytest.fixture
def visit(world: World, device: Callable[..., BrowserContext]) -> Callable[[str], tuple[Page, list[str]]]:
    """Be somebody in Chromium; return a page of theirs, and what it was caught at."""

    def opened(who: str) -> tuple[Page, list[str]]:
        context, caught = device(viewport={"width": 1100, "height": 900}), []
        if who:
            where = {"name": SESSION_COOKIE, "value": world.session[who], "domain": "127.0.0.1", "path": "/"}
            context.add_cookies([where])
        context.add_init_script(WATCH)

        def asked(request: Any) -> None:
            host = urlsplit(request.url).hostname
            if host not in ("127.0.0.1", None):
                caught.append(f"called {request.url}")

        context.on("request", asked)
        page = context.new_page()
        page.on("dialog", lambda dialog: (caught.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: caught.append(f"error {error}"))
        page.on("console", lambda said: "Content Security" in said.text and caught.append(said.text))
        return page, caught

    return opened


PAGES = [row for row in TABLE if row.method == "GET" and not row.path.startswith(("/api", "/static", "/voila"))]


#: Looked at in every run; all others with ``scripts/test --all``.
ALWAYS = ("ana", "cora", "fay", "mona")
WHO = [pytest.param(who, marks=() if who in ALWAYS else pytest.mark.slow) for who in ASKERS]


@pytest.mark.ordinary("ana", "cora")
@pytest.mark.parametrize("who", WHO)
def test_nothing_that_somebody_wrote_runs_on_any_page(world: World, visit: Any, who: str):
    """Every page of the permission table, by everybody who may open it, with all that is folded unfolded."""
    page, caught = visit(who)
    for row in PAGES:
        if who not in row.to.split() and not (row.anybody and not who):
            continue
        path = filled(world, row.path)
        if (
            page.request.get(f"http://127.0.0.1:{world.port}{path}")
            .headers.get("content-type", "")
            .startswith("text/html")
        ):
            look(world, page, path, caught)
    if who in ("ana", "ben", "cora"):
        look(world, page, f"/reviews/{world.submission}/notebook?as=html", caught)
    if who == "ana":
        for name in ("every", "plan", "experiment", "impact"):
            look(world, page, f"/workbooks/{world.book[f'ana/{name}']}", caught)


def look(world: World, page: Page, path: str, caught: list[str]) -> None:
    """Open a page, unfold it, and hold that nothing fired."""
    answered: Response | None = page.goto(f"http://127.0.0.1:{world.port}{path}")
    assert answered is not None
    assert answered.status < 500, f"{path}: {answered.status}"
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.wait_for_load_state("load")
    assert caught + fired(page) == [], path


def test_history_and_push_bring_text_alone(world: World, visit: Any):
    """What a dialog shows of earlier versions, and what another page saves, is put in as text."""
    page, caught = visit("ana")
    book = world.book["ana/every"]
    page.goto(f"http://127.0.0.1:{world.port}/workbooks/{book}")
    page.locator("#p-long").get_by_role("button", name="History").click()
    page.locator("dialog[open] .version").first.wait_for()
    page.keyboard.press("Escape")
    version = world.ask("ana", "GET", f"/api/workbooks/{book}/answers").json["answers"]["short"]["version"]
    said = f"{ATTACKS[0]} again"
    assert world.save("ana", book, "short", said, base=version).status == 200
    expect(page.locator("#p-short .al-field textarea")).to_have_value(said, timeout=20_000)
    assert caught + fired(page) == []


def test_what_one_takes_along_runs_nothing_either(world: World, visit: Any, tmp_path: Path):
    """The HTML of a notebook opened from the disk, where no policy of ours holds."""
    taken = world.ask("ana", "GET", f"/workbooks/{world.book['ana/every']}/take.zip")
    assert taken.status == 200
    page, caught = visit("")
    with zipfile.ZipFile(io.BytesIO(taken.body)) as file:
        for name in file.namelist():
            assert ".." not in Path(name).parts
            assert not Path(name).is_absolute()
            assert "\\" not in name
            if name.endswith(".html"):
                (tmp_path / "taken.html").write_bytes(file.read(name))
    page.goto((tmp_path / "taken.html").as_uri())
    assert caught + fired(page) == []


def test_a_calendar_holds_its_own_events_alone(world: World):
    """Words of a table are the summary of an event, and no line of the file."""
    told = world.ask("ana", "GET", "/calendar/autumn.ics")
    assert told.status == 200
    events = Calendar.from_ical(told.body).walk("VEVENT")
    assert told.body.count(b"BEGIN:VEVENT\r\n") == len(events) > 0
    assert {component.name for component in Calendar.from_ical(told.body).walk()} <= {
        "VCALENDAR",
        "VEVENT",
        "VALARM",
        "VTIMEZONE",
        "STANDARD",
        "DAYLIGHT",
    }


def test_no_cell_of_a_sheet_is_a_formula():
    """Names and addresses that a spreadsheet would compute stand as text."""
    bad = ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", *ATTACKS)
    rows = list(csv.reader(io.StringIO(as_csv([PersonLink(each, each, each, each, each) for each in bad]))))
    assert len(rows) == len(bad) + 1
    for row in rows[1:]:
        for cell in row:
            assert not cell.lstrip(" \t\r\n").startswith(("=", "+", "-", "@", "＝"))
