"""A group's room, furnished: a set's two meetings, an ask and an offer, an answer, an entry."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from actionlearn import notebook, template, views
from actionlearn.cohort.workbooks.build import prepare
from actionlearn.store import Store, now
from actionlearn.store.groups import entries, meetings, postings
from actionlearn.store.people import members
from actionlearn.store.workbooks import drafts, workbooks

from .served_kit import CANARY, World


def furnish(world: World, store: Store) -> None:
    """Give the set of Ana and Ben two meetings and a room with life in it; ids are left on the world."""
    world.set = store.read(lambda c: next(each.id for each in members.sets(c, "autumn") if each.name == "Blue"))
    for number in (1, 2):
        world.book[f"blue/meeting-{number}"] = _meeting(world, store, number)
    rows = [{"row": str(uuid4()), "cells": {"who": "Ana", "what": f"Promised {CANARY}", "by": "2026-10-05"}}]
    save(world, store, "blue/meeting-1", "actions", rows)
    save(world, store, "blue/meeting-1", "next_on", "9000-01-05")

    def act(c: Any) -> None:
        ana, ben = world.person["ana"], world.person["ben"]
        same = {"cohort": "autumn", "by": ana}
        asked = postings.add(c, **same, set_id=world.set, kind="ask", body=f"Asked {CANARY}")
        offered = postings.add(c, **same, set_id="", kind="offer", body=f"Offered {CANARY}")
        answered = postings.answer(c, posting_id=asked.id, by=ben, body=f"Answered {CANARY}")
        of = {"workbook": world.book["ana/scope"], "prompt": "need", "cohort": "autumn"}
        shown = entries.show(c, **of, by=ana, set_id=world.set, note=f"Shown {CANARY}")
        world.posting, world.offer, world.answer, world.entry = asked.id, offered.id, answered.id, shown.id
        meetings.change(c, world.book["blue/meeting-2"], scribe=ana)

    store.write(act)


def save(world: World, store: Store, book: str, prompt: str, value: Any, who: str = "ana") -> None:
    """Save an answer in a set's workbook."""
    key = {"workbook": world.book[book], "prompt": prompt, "person": world.person[who], "client": str(uuid4())}
    store.write(lambda c: drafts.save(c, **key, seq=1, base=0, value=value, now=now()))


def _meeting(world: World, store: Store, number: int) -> str:
    id = str(uuid4())
    for locale in ("en", "pt"):
        parsed = template.load(template.find("set-meeting", locale), views=views.VIEWS)
        path = f"cohorts/autumn/+{world.set}/set-meeting-{number}.{locale}.ipynb"
        (world.data / path).parent.mkdir(parents=True, exist_ok=True)
        (world.data / path).write_text(prepare(notebook.to_notebook(parsed), {"workbook": id}), "utf-8")
        made = {"template_hash": parsed.hash, "title": parsed.title, "path": path}
        if locale == "en":
            of = {"id": id, "cohort": "autumn", "owner": world.set, "owner_kind": "set", "number": number}
            store.write(
                lambda c, of=of, made=made: workbooks.add_workbook(c, template="set-meeting", locale="en", **of, **made)
            )
        else:
            store.write(lambda c, made=made: workbooks.put_notebook(c, id, "pt", parameters={}, **made))
    return id
