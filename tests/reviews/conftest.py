"""A learner's two workbooks, and everybody who may or may not read what is shared of them."""

from __future__ import annotations

import itertools
import uuid
from pathlib import Path
from typing import Any

import nbformat
import pytest

from actionlearn import notebook, template
from actionlearn.permissions import Actor
from actionlearn.reviews import share
from actionlearn.store import Connection, Store, open_store, shifted
from actionlearn.store.people import members
from actionlearn.store.records import Submission, Workbook
from actionlearn.store.workbooks import drafts, workbooks

_SCOPE = """---
template: scope
title: What needs to change?
version: 1
minutes: 10
stage: scope
summary: Find the need.
parameters:
    organisation: {kind: text, default: your organisation, label: Organisation}
---
Start from the work at {{ organisation }}.

```{prompt} need
:required:
What needs to change at {{ organisation }}?
```

```{prompt} secret
:audience: me
What do you tell nobody?
```

```{prompt} people
:audience: me, set
Who is in it?
```

```{prompt} doubt
:required:
What do you doubt?
```
"""

_PLAN = """---
template: plan
title: What will you do?
version: 1
minutes: 10
stage: plan
summary: Plan the next steps.
---
```{prompt} actions
:kind: table
:recap: scope.need, scope.secret
:columns:
    what: What
    by: {label: By when, kind: date}
What will you do first?
```

```{code-cell}
print("live")
```

```{prompt} last
And then?
```
"""


class Shared:
    """A store with a learner's scope and plan, a set, and coaches."""

    def __init__(self, store: Store, data: Path) -> None:
        self.store, self.data = store, data
        self.clock = itertools.count()
        store.write(self._people)
        self.scope = self.add(_SCOPE, "bea")
        self.plan = self.add(_PLAN, "bea")

    def _people(self, c: Connection) -> None:
        for cohort in ("autumn", "spring"):
            members.put_cohort(c, id=cohort, name=cohort, time_zone="Europe/Lisbon")
        sets = {name: members.put_set(c, "autumn", name).id for name in ("North", "South")}
        for name, cohort, role, set in (
            ("bea", "autumn", "learner", sets["North"]),
            ("carl", "autumn", "learner", sets["North"]),
            ("dina", "autumn", "learner", sets["South"]),
            ("emma", "autumn", "coach", sets["North"]),
            ("fred", "autumn", "coach", ""),
            ("gina", "autumn", "coach", sets["South"]),
            ("hugo", "spring", "coach", ""),
            ("ines", "autumn", "facilitator", ""),
        ):
            members.add_person(c, username=name, firstname=name.title(), lastname="Conceição", id=name)
            members.grant(c, cohort, name, role, set)

    def add(self, text: str, owner: str, number: int = 1) -> Workbook:
        """Make a workbook of a template's text."""
        made = template.parse(text, views={"recap", "history"})
        node = notebook.to_notebook(made, {"organisation": "Acme"} if made.parameters else {})
        path = Path("cohorts", "autumn", owner, f"{made.id}-{number}.ipynb")
        (self.data / path).parent.mkdir(parents=True, exist_ok=True)
        (self.data / path).write_text(notebook.dumps(node), "utf-8")
        return self.store.write(
            lambda c: workbooks.add_workbook(
                c,
                cohort="autumn",
                owner=owner,
                template=made.id,
                template_hash=made.hash,
                locale="en",
                number=number,
                title=made.title,
                path=path.as_posix(),
            )
        )

    def another_scope(self) -> Workbook:
        return self.add(_SCOPE, "bea", number=2)

    def now(self) -> str:
        """Return the next minute."""
        return shifted("2026-10-05T09:00:00.000Z", minutes=next(self.clock))

    def contents(self, workbook: Workbook) -> notebook.Contents:
        return notebook.read(nbformat.read(self.data / workbook.path, as_version=4))

    def say(self, workbook: Workbook, prompt: str, value: Any, person: str = "bea") -> None:
        """Save an answer over whatever is there."""

        def act(c: Connection) -> None:
            head = drafts.drafts(c, workbook.id).get(prompt)
            base = head.version if head else 0
            client = str(uuid.uuid4())
            names = {"workbook": workbook.id, "prompt": prompt, "person": person}
            drafts.save(c, **names, client=client, seq=1, base=base, value=value, now=self.now())

        self.store.write(act)

    def share(self, workbook: Workbook, wants: str = "", by: str = "bea") -> Submission:
        return share.share(self.store, workbook, self.contents(workbook), by, wants, self.now())

    def actor(self, person: str) -> Actor:
        return self.store.read(lambda c: members.actor(c, person))


@pytest.fixture
def shared(tmp_path):
    """Make a learner's two workbooks, and everybody who may or may not read them."""
    data = tmp_path / "data"
    data.mkdir()
    store = open_store(data)
    yield Shared(store, data)
    store.close()
