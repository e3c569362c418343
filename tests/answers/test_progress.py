"""How far a workbook is: what is asked as things stand, and what of that is answered."""

from __future__ import annotations

from pathlib import Path

from actionlearn.cohort.progress.status import cohort_status
from actionlearn.cohort.workbooks.build import build_cohort
from actionlearn.notebook import read, to_notebook
from actionlearn.reviews import share
from actionlearn.server.journey.page import journey
from actionlearn.server.web.reader import Reader
from actionlearn.server.workbooks.state import notebook_contents, workbook_state
from actionlearn.store import open_store
from actionlearn.store.people import members
from actionlearn.store.workbooks import drafts, workbooks
from actionlearn.template import find, load
from actionlearn.views import VIEWS

from ..support import small_programme

HEAD = "---\ntemplate: {}\ntitle: T\nversion: 1\nminutes: 5\nstage: scope\nsummary: A sentence.\n---\n"
CHOICE = "```{prompt} kind\n:kind: choice\n:options:\n    clear: Clear\n    complex: Complex\nWhich?\n```\n"
FIRST = f"""{HEAD.format("first")}{CHOICE}
```{{section}} tries
:when: kind = complex
```

```{{prompt}} tries
:required:
Which ones?
```

```{{prompt}} signs
What shows?
```

```{{section}} rest
```

```{{prompt}} last
:required:
And then?
```
"""
SECOND = f"""{HEAD.format("second")}
```{{section}} only
:when: first.kind = complex
```

```{{prompt}} direction
Whither?
```

```{{section}} rest
```

```{{prompt}} day
Which day?
```
"""


def test_closed_parts_are_not_counted(tmp_path: Path):
    """Page, journey and status count what is asked as things stand; sharing misses nothing that is not asked."""
    templates = {"first.md": FIRST, "second.md": SECOND}
    small_programme.write(tmp_path, small_programme.programme("first", "second"), templates=templates)
    data = tmp_path / "data"
    with open_store(data) as store:
        build_cohort(store, data, *small_programme.inputs(tmp_path))
        ana = store.read(lambda c: members.person_by_username(c, "ana"))
        actor = store.read(lambda c: members.actor(c, ana.id))
        first, second = store.read(lambda c: workbooks.workbooks_of(c, cohort="orchard", owner=ana.id))
        times = iter(range(1, 99))

        def say(prompt: str, value: object) -> None:
            key = {"workbook": first.id, "prompt": prompt, "person": ana.id, "client": "tab", "seq": next(times)}
            standing = store.read(lambda c: drafts.drafts(c, first.id)).get(prompt)
            store.write(lambda c: drafts.save(c, **key, base=standing.version if standing else 0, value=value))

        def counted() -> list[tuple[int, int]]:
            """Return both workbooks' counts, after a look whether all places say the same."""
            (way,) = store.read(lambda c: journey(c, actor, Reader(ana, "en", data, "/")))
            (line,) = cohort_status(store, data, "orchard")
            states = [
                store.read(lambda c, each=each: workbook_state(c, data, actor, each.id)) for each in (first, second)
            ]
            seen = [(step.answered, step.total) for step in way.steps]
            assert seen == [(each.answered, each.prompts) for each in line.workbooks]
            assert seen == [(len(each.answered), len(each.asked)) for each in (state.progress for state in states)]
            return seen

        def missing() -> list[str]:
            plan = store.read(lambda c: share.preview_share(c, first, notebook_contents(data, first)))
            return [each.id for each in plan.missing]

        assert (counted(), missing()) == ([(0, 2), (0, 1)], ["last"])
        say("kind", "complex")
        assert (counted(), missing()) == ([(1, 4), (0, 2)], ["tries", "last"])
        say("tries", "Three")
        say("last", {"not_yet": True})
        assert (counted(), missing()) == ([(3, 4), (0, 2)], [])
        say("kind", "clear")
        assert (counted(), missing()) == ([(2, 2), (0, 1)], [])


def test_a_try_that_failed_is_as_far_as_one_that_worked():
    """Stopped or made larger, with the same things said: as many questions are asked, and as many answered."""
    contents = read(to_notebook(load(find("experiment"), views=VIEWS)))
    said = dict.fromkeys(contents.prompts, "something") | {"state": "over"}
    far = [contents.questions.progress({**said, "next": each}, {}) for each in ("amplify", "change", "dampen", "stop")]
    assert far == [far[0]] * 4
    assert far[0].asked == far[0].answered
