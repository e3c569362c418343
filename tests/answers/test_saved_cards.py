"""Cards when they are needed: found by a need, kept in a workbook, and what became of them as it was written."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from actionlearn.answers.prompts import NOT_YET
from actionlearn.answers.saved_cards import saved_card
from actionlearn.cohort.programme.library import templates_folder
from actionlearn.store import open_store
from actionlearn.store.people import members

from ..support.served_kit import World

ASKING = Path(__file__).parents[1] / "golden" / "cards" / "asking.md"
SENSE = """\
---
template: sense
title: Something I found
version: 1
minutes: 5
---
```{prompt} found
What did you find?
```

```{prompt} critique
Where does it not fit?
```

```{prompt} adapted
How would it have to look here?
```

```{prompt} tried
:for-set:
What happened when you used it?
```
"""


@pytest.mark.parametrize(
    ("answers", "stages"),
    [
        ({}, ()),
        ({"found": "A list"}, ("found",)),
        ({"found": "A list", "critique": "", "adapted": None, "tried": NOT_YET}, ("found",)),
        ({"tried": "On Monday", "found": "A list", "other": "x"}, ("found", "tried")),
        ({"found": "🙂", "critique": "a", "adapted": "b", "tried": "c"}, ("found", "critique", "adapted", "tried")),
    ],
)
def test_what_became_of_a_find_is_what_was_written(answers, stages):
    """Nothing is ticked, and "not yet" is not yet."""
    card = saved_card("w", "A card", answers)
    assert (card.stages, card.is_unused) == (stages, "tried" not in stages)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory):
    """Serve a cohort that has a card and a template of its own to keep it in."""
    world = World(tmp_path_factory.mktemp("cards"))
    folder = templates_folder(world.data, "autumn") / "en"
    (folder / "cards").mkdir(parents=True)
    (folder / "cards" / "asking.md").write_text(ASKING.read_text("utf-8"), "utf-8")
    (folder / "cards" / "broken.md").write_text("---\n", "utf-8")
    (folder / "sense.md").write_text(SENSE, "utf-8")
    contact = {"name": "Teresa", "email": "teresa@example.org"}
    programme = {"id": "autumn", "name": "Autumn", "organisation": "Ribeira", "time_zone": "UTC", "contact": contact}
    with open_store(world.data) as store:
        store.write(
            lambda c: members.put_cohort(
                c, id="autumn", name="Autumn", locale="en", time_zone="UTC", programme=programme
            )
        )
    world.start()
    yield world
    world.stop()


def page(world: World, path: str, who: str = "ana") -> str:
    """Return a page, as one person gets it."""
    answer = world.ask(who, "GET", path)
    assert answer.status == 200
    return answer.body.decode()


def test_a_need_leads_to_a_card_that_is_kept_tried_and_told_of(world):
    """The way of one card: need, card, workbook, list of what waits, and off that list."""
    needs = page(world, "/cards/autumn")
    assert "I talk more than I listen" in needs
    assert "/cards/autumn/asking" in needs
    card = page(world, "/cards/autumn/asking")
    assert "Whom did you last ask something you did not know?" in card
    assert "<em>test</em>" in card
    sent = {"cohort": "autumn", "template": "sense", "parameters": {"card": "asking"}}
    made = world.ask("ana", "POST", "/api/workbooks", sent)
    assert made.status == 201
    book = made.json["workbook"]
    assert "What you kept: Ask before you tell" in page(world, f"/workbooks/{book}")

    journey = page(world, "/")
    assert "Kept and not used yet" in journey
    assert journey.count(f"/workbooks/{book}") >= 2
    assert "Kept and not used yet" not in page(world, "/", "ben")
    assert world.save("ana", book, "tried", "On Monday, with the night shift.").status == 200
    assert "Kept and not used yet" not in page(world, "/")
    assert "tried" in page(world, "/cards/autumn/asking")


def test_a_notebook_that_begins_with_a_card_stands_on_its_own(world):
    """The card is in its cells; its file can be lost with nothing but the card to look up."""
    sent = {"cohort": "autumn", "template": "sense", "parameters": {"card": "asking"}}
    book = world.ask("ben", "POST", "/api/workbooks", sent).json["workbook"]
    paths = world.data.glob("cohorts/autumn/ben/sense-*.ipynb")
    (notebook,) = (each for path in paths if book in (each := nbformat.read(path, as_version=4)).cells[1].source)
    (cell,) = (cell for cell in notebook.cells if cell.id == "card-kept")
    assert cell.source.startswith('card(\n    "asking",\n    "Ask before you tell",')


@pytest.mark.parametrize(
    ("parameters", "status"),
    [({"card": "nobody"}, 404), ({"card": 5}, 400), (["card"], 400), ({"organisatoin": "x"}, 400), ({"card": "broken"}, 400)],
)  # fmt: skip
def test_what_cannot_be_begun_with_is_refused(world, parameters, status):
    """A card there is not, parameters there are not."""
    sent = {"cohort": "autumn", "template": "sense", "parameters": parameters}
    before = world.rows()
    assert world.ask("ana", "POST", "/api/workbooks", sent).status == status
    assert world.rows()["workbook"] == before["workbook"]
    assert world.ask("ana", "GET", "/cards/autumn/nobody").status == 404
