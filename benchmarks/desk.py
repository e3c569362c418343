"""How long the store takes for a coach's desk, as a cohort grows.

::

    python benchmarks/desk.py [--learners 125 500 2000]

Each learner has shared one workbook five times, with five answers each: 2,000 learners have 50,000 revisions. One
coach coaches them all, the worst case. Measured are the two questions that a desk asks of all that was shared: what
waits (which the page of each review asks too, to know the next one) and who has gone quiet. Of nine rounds the
median is told, with how many statements the database was asked.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from rich.console import Console
from rich.table import Table
from sqlalchemy import event, insert

from actionlearn.store import Store, members, open_store, quiet, schema, waiting

AT = "2026-10-05T09:00:00.000Z"
SHARED, ANSWERS, ROUNDS = 5, 5, 9


def fill(store: Store, learners: int) -> str:
    """Let so many learners share; return the id of their coach."""
    rows: dict[str, list[dict[str, Any]]] = {}

    def add(table: str, **values: Any) -> str:
        rows.setdefault(table, []).append(values)
        return str(values.get("id", ""))

    def act(c: Any) -> str:
        members.put_cohort(c, id="c", name="C", locale="en", time_zone="UTC", programme={})
        group = members.put_set(c, "c", "One").id
        coach = members.add_person(c, username="coach").id
        members.grant(c, "c", coach, "coach")
        person = {"firstname": "A", "lastname": "B", "email": "", "locale": "", "time_zone": "", "operator": False}
        for each in range(learners):
            me = add("person", id=str(uuid4()), username=f"l{each}", username_key=f"l{each}", created_at=AT, **person)
            add("membership", cohort="c", person=me, role="learner", set_id=group)
            book = {"cohort": "c", "owner_kind": "person", "owner": me, "about": "", "template": "scope", "number": 1}
            book_id = add("workbook", id=str(uuid4()), locale="en", created_at=AT, touched_at=AT, **book)
            told = {"template_hash": "", "title": "Scope", "parameters": {}, "path": f"{each}.ipynb", "built": ""}
            add("notebook", workbook=book_id, locale="en", **told)
            for prompt in range(ANSWERS):
                add("draft", workbook=book_id, prompt=f"p{prompt}", version=1, value="Words", by=me, saved_at=AT)
            _share(add, book_id, me)
        for table, values in rows.items():
            c.execute(insert(schema.metadata.tables[table]), values)
        return coach

    return store.write(act)


def _share(add: Any, book: str, me: str) -> None:
    for number in range(1, SHARED + 1):
        told = {"by": me, "shared_at": AT, "wants": "", "receipt": "", "audiences": ["coach"], "template_hash": ""}
        one = add("submission", id=str(uuid4()), workbook=book, number=number, erased_at=None, asked=None, **told)
        for prompt in range(ANSWERS):
            kept = {"number": number, "version": number, "value": "Words", "by": me, "created_at": AT, "cause": "share"}
            revision = add("revision", id=str(uuid4()), workbook=book, prompt=f"p{prompt}", **kept)
            item = {"said_at": AT, "audience": ["me", "coach"]}
            add("submission_item", submission=one, prompt=f"p{prompt}", revision=revision, **item)


def measured(store: Store, act: Any) -> tuple[float, int]:
    """Return the median of some rounds in milliseconds, and how many statements one took."""
    took, asked = [], []

    def round_of(c: Any) -> None:
        said: list[str] = []
        note = lambda *statement: said.append(statement[2])  # noqa: E731 - an event's listener
        event.listen(c, "before_cursor_execute", note)
        began = time.perf_counter()
        act(c)
        took.append(1000 * (time.perf_counter() - began))
        event.remove(c, "before_cursor_execute", note)
        asked.append(len(said))

    for _ in range(ROUNDS):
        store.read(round_of)
    return statistics.median(took), max(asked)


def main() -> None:
    """Measure, and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--learners", type=int, nargs="+", default=[125, 500, 2000])
    table = Table("learners", "revisions", "what waits, ms", "statements", "gone quiet, ms", "statements")
    for learners in arguments.parse_args().learners:
        with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as store:
            coach = fill(store, learners)
            waits = measured(store, lambda c, coach=coach: waiting.waiting(c, coach, {"c": None}))
            silent = measured(store, lambda c: quiet.quiet_in(c, "c"))
        revisions = learners * SHARED * ANSWERS
        table.add_row(*map(str, (learners, revisions, f"{waits[0]:.1f}", waits[1], f"{silent[0]:.1f}", silent[1])))
    Console().print(table)


if __name__ == "__main__":
    main()
