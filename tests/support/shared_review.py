"""What Ana shared with her coach, to be read and commented on."""

from __future__ import annotations

from typing import Any

from actionlearn.reviews import share
from actionlearn.server.workbooks.state import notebook_contents
from actionlearn.store import now, open_store
from actionlearn.store.records import Review
from actionlearn.store.reviews import reviews, submissions
from actionlearn.store.workbooks import drafts, workbooks

from .served_kit import World

TEXT = """---
template: {name}
title: Review {name}
version: 1
minutes: 5
stage: scope
summary: x
---

```{{prompt}} need
:kind: long-text
:audience: me, coach
What needs to change?
```
"""
SAID = "Nobody owns the corridor. Three people pass it on every morning.\n\nThen the shift ends."


def share_one(world: World, store: Any, name: str) -> None:
    """Answer and share a workbook of this name; no notebook is executed: the answers are there all the same."""
    book, ana = world.add_workbook(store, "ana", "autumn", name, TEXT.format(name=name)), world.person["ana"]
    key = {"workbook": book, "person": ana, "client": book, "base": 0}
    store.write(lambda c: drafts.save(c, **key, seq=1, prompt="need", value=SAID, now=now()))
    workbook = store.read(lambda c: workbooks.workbook(c, book))
    shared = share.share(store, workbook, notebook_contents(world.data, workbook), ana, "", now())
    store.write(lambda c: reviews.put_review(c, Review(shared.id, "coach", "done")))


def submission(world: World, name: str) -> str:
    """Return the id of what was shared of it."""
    with open_store(world.data) as store:
        return store.read(lambda c: submissions.submissions_of(c, world.book[f"ana/{name}"]))[0].id
