"""Views in a page: off the event loop, once for what they read, after the page where they are slow; and what stays locked."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from actionlearn import views
from actionlearn.answers.locks import check_not_locked
from actionlearn.answers.prompts import Item, Prompt
from actionlearn.errors import AnswerError
from actionlearn.notebook import ViewPiece
from actionlearn.server.workbooks import views as drawing
from actionlearn.store import open_store
from actionlearn.store.workbooks import drafts
from actionlearn.views import Rendered

from ...support.served_kit import World

TEMPLATE = """---
template: tries
title: Tries
version: 1
minutes: 5
---
```{prompt} state
:kind: choice
:options:
    idea: Thinking
    running: Running
Where are you?
```

```{prompt} prediction
:locked-when: state = running
:later: thought
What do you expect?
```

```{prompt} thought
:kind: short-text
What do you think now?
```

```{view} board
:of: tries*.prediction, tries*.state
```

```{view} balance
:practice: prediction
:reflection: thought
```
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts."""
    made = World(tmp_path_factory.mktemp("views"))
    with open_store(made.data) as store:
        made.add_workbook(store, "ana", "autumn", "tries", TEMPLATE)
    made.start()
    yield made
    made.stop()


def view(world: World, number: int, who: str = "ana"):
    """Ask for one view."""
    return world.ask(who, "GET", f"/api/workbooks/{world.book['ana/tries']}/views/view-{number}")


def test_a_view_is_in_the_first_response_and_is_renewed_alone(world: World):
    """It stands in the page with what it reads; after a save it is fetched by itself, for its owner alone."""
    book = world.book["ana/tries"]
    page = world.ask("ana", "GET", f"/workbooks/{book}").text
    assert 'data-view="board" data-of="tries*.prediction tries*.state prediction state"' in page
    assert "data-late>" not in page
    assert "will stand here" in view(world, 2).json["text"]
    world.save("ana", book, "prediction", "Half will come")
    assert "Practice: once" in view(world, 2).json["text"]
    assert "– Half will come" in view(world, 1).json["text"]
    assert f'data-al-place="{book}"' in view(world, 1).json["html"]
    assert view(world, 2, "ben").status in (403, 404)
    assert view(world, 9).status == 404


def test_a_prediction_stays_as_it_was_once_it_is_put_to_the_test(world: World):
    """A minute after the start a change of it is refused by an error of ours; the same words, and a later thought, are taken."""
    book, ana = world.book["ana/tries"], world.person["ana"]
    head = world.ask("ana", "GET", f"/api/workbooks/{book}/answers").json["answers"]["prediction"]
    assert world.save("ana", book, "state", "running").status == 200
    base = head["version"]
    assert world.save("ana", book, "prediction", "Sent just before", base=base).status == 200
    assert world.stop() == 0
    with open_store(world.data) as store:
        key = {"workbook": book, "prompt": "state", "person": ana, "client": "00000000-0000-4000-8000-000000000000"}
        store.write(lambda c: drafts.save(c, **key, seq=1, base=1, value="idea", now="2026-10-05T09:00:00.000Z"))
        store.write(lambda c: drafts.save(c, **key, seq=2, base=2, value="running", now="2026-10-05T09:01:00.000Z"))
    world.start()
    refused = world.save("ana", book, "prediction", "I knew it", base=base + 1)
    assert (refused.status, refused.json["error"]["code"]) == (422, "answers.locked")
    assert world.save("ana", book, "prediction", "Sent just before", base=base + 1).status == 200
    assert world.save("ana", book, "thought", "It was the rain").status == 200
    page = world.ask("ana", "GET", f"/workbooks/{book}").text
    assert "It has been put to the test since" in page
    assert 'href="#p-thought-c"' in page


def test_locking_asks_what_was_said_and_when():
    """Locked is what its condition names, from a minute on, whatever it held; nothing else is."""
    prompt = Prompt("prediction", "?", locked_when="state = running")
    early, late = "2026-10-05T09:00:30.000Z", "2026-10-05T09:02:00.000Z"

    def said(state, text="Half"):
        return {
            "state": SimpleNamespace(value=state, saved_at="2026-10-05T09:00:00.000Z"),
            "prediction": SimpleNamespace(value=text, saved_at=""),
        }

    check_not_locked(prompt, "All", said("idea"), late)
    check_not_locked(prompt, "All", said("running"), early)
    check_not_locked(prompt, "Half", said("running"), late)
    check_not_locked(Prompt("prediction", "?"), "All", said("running"), late)
    check_not_locked(prompt, "All", {}, late)
    for value in ("All", None):
        with pytest.raises(AnswerError, match=r"answers\.locked"):
            check_not_locked(prompt, value, said("running"), late)


def state_of(*names):
    """Return as much of a page's state as views need."""
    pieces = tuple(ViewPiece(f"view-{n}", name, ("need",)) for n, name in enumerate(names, 1))
    contents = SimpleNamespace(pieces=pieces, template="scope")
    return SimpleNamespace(
        contents=contents, items_in=lambda piece: [Item(each, "words", "", "2026-10-05") for each in piece.of]
    )


def test_a_slow_view_does_not_hold_up_its_page(monkeypatch):
    """Its place is in the first response and says that it waits; the others are drawn; the loop went on; it comes after."""
    begun, go = threading.Event(), threading.Event()
    drawings = []

    def slow(items, locale):
        drawings.append(threading.current_thread().name)
        begun.set()
        go.wait(10)
        return Rendered("<p>slow</p>", "slow")

    monkeypatch.setitem(views.VIEWS, "people", slow)

    async def page():
        ticks = 0

        async def tick():
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0.005)

        ticking = asyncio.create_task(tick())
        start = time.perf_counter()
        places = await drawing.render_views(state_of("people", "recap"), "en", budget=0.1)
        took = time.perf_counter() - start
        assert begun.is_set()
        assert "data-late" in places["view-1"]
        assert "being drawn" in places["view-1"]
        assert "data-late" not in places["view-2"]
        go.set()
        again = await drawing.render_views(state_of("people", "recap"), "en", budget=5)
        ticking.cancel()
        return took, ticks, again

    took, ticks, again = asyncio.run(page())
    assert took < 2
    assert ticks > 3
    assert "<p>slow</p>" in again["view-1"]
    assert len(drawings) == 1  # asked for twice, drawn once
    assert drawings[0].startswith("views")


def test_a_view_that_raises_leaves_its_page_alive(monkeypatch, caplog):
    """Its place says so, the other views of the page are drawn, and the log has the trace."""

    def broken(items, locale):
        raise ZeroDivisionError("in the picture")

    monkeypatch.setitem(views.VIEWS, "people", broken)
    monkeypatch.setattr(drawing, "_drawer", drawing.ViewCache())
    places = asyncio.run(drawing.render_views(state_of("people", "recap"), "en", budget=5))
    assert "This picture could not be drawn. Your answers are safe." in places["view-1"]
    assert "could not be drawn" not in places["view-2"]
    assert "data-late" not in places["view-1"] + places["view-2"]
    assert "ZeroDivisionError: in the picture" in caplog.text


def test_what_was_drawn_is_kept_by_what_it_read(monkeypatch):
    """The same answers are not drawn again; another answer, another language are."""
    made = []
    monkeypatch.setitem(
        views.VIEWS, "people", lambda items, locale: made.append(locale) or Rendered(items[0].value, "")
    )
    drawer = drawing.ViewCache(most=2)
    piece = ViewPiece("view-1", "people", ("need",))

    async def ask(value, locale="en"):
        return (await drawer.draw(piece, [Item("need", value)], locale)).html

    async def all_of_it():
        return [await ask("a"), await ask("a"), await ask("b"), await ask("a", "pt"), await ask("a")]

    assert asyncio.run(all_of_it()) == ["a", "a", "b", "a", "a"]
    assert made == ["en", "en", "pt", "en"]  # two are kept, and the first had to go
    drawer.close()
