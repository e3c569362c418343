"""A view that looks back: the owner sees every version, others those that were shared with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from actionlearn.reviews import execute, visible_answers
from actionlearn.store.reviews import reviews
from actionlearn.store.workbooks import drafts, revisions
from actionlearn.workbook.frozen import Frozen
from actionlearn.workbook.mode import WorkbookInfo

REFLECT = """---
template: reflect
title: Looking back
version: 1
minutes: 5
stage: reflect
summary: Look back.
---
```{view} history
:of: scope.need, learnt
```

```{prompt} learnt
What did you learn?
```
"""


def told(shared, workbook, submission, reader):
    """Return the items that a reader of a submission gets."""
    contents = shared.contents(workbook)
    reading = shared.store.read(lambda c: visible_answers.shared(c, shared.data, submission, reader, contents))
    return json.loads(reading.parameter)["items"]


def keep(shared, workbook, prompt, *values):
    """Say several things, each kept."""
    for value in values:
        shared.say(workbook, prompt, value)
        shared.store.write(lambda c: revisions.cut_revision(c, workbook.id, prompt, "blur", shared.now()))


def test_others_see_versions_that_were_shared_with_them_and_no_other(shared):
    """A coach compares what was shared; what was tried in between, and what was the set's alone, stays the owner's."""
    reflect = shared.add(REFLECT, "bea")
    keep(shared, shared.scope, "need", "first try", "shared once")
    shared.share(shared.scope)
    for_the_set = ("me", "set")
    audience = {"workbook": shared.scope.id, "prompt": "need", "person": "bea"}
    shared.store.write(lambda c: drafts.put_audience(c, **audience, audience=for_the_set))
    keep(shared, shared.scope, "need", "for the set")
    shared.share(shared.scope)
    shared.store.write(lambda c: drafts.put_audience(c, **audience, audience=("me", "set", "coach")))
    keep(shared, shared.scope, "need", "second try", "shared again")
    shared.share(shared.scope)
    keep(shared, reflect, "learnt", "draft", "that it takes time")
    submission = shared.share(reflect)
    keep(shared, shared.scope, "need", "of later")
    shared.share(shared.scope)

    items = told(shared, reflect, submission, "coach")
    (need,) = items["scope.need"]
    assert [each["value"] for each in need["revisions"]] == ["shared once", "shared again"]
    assert need["value"] == "shared again"
    (learnt,) = items["learnt"]
    assert [each["value"] for each in learnt["revisions"]] == ["that it takes time"]
    (of_set,) = told(shared, reflect, submission, "set")["scope.need"]
    assert [each["value"] for each in of_set["revisions"]] == ["shared once", "for the set", "shared again"]

    contents = shared.contents(reflect)
    own = shared.store.read(lambda c: visible_answers.everything(c, shared.data, reflect, contents)).submission["items"]
    assert len(own["scope.need"][0]["revisions"]) == 6
    assert len(own["learnt"][0]["revisions"]) == 2


@pytest.mark.slow
def test_the_executed_notebook_draws_it(shared):
    """What changed stands in the notebook and its page, for the reader it was made for."""
    reflect = shared.add(REFLECT, "bea")
    keep(shared, shared.scope, "need", "never shown")
    shared.say(shared.scope, "need", "Fewer forms for us")
    shared.share(shared.scope)
    shared.say(shared.scope, "need", "Fewer calls for us")
    shared.share(shared.scope)
    submission = shared.share(reflect, "look")
    made = execute.execute(shared.store, shared.data, submission, "coach")
    assert made.state == "done"
    html = (shared.data / made.html_path).read_text("utf-8")
    assert "Fewer <del>forms </del><ins>calls </ins>for us" in html
    assert "never shown" not in html
    assert "never shown" not in (shared.data / made.notebook_path).read_text("utf-8")


def test_a_submission_of_before_is_still_read(shared):
    """Items without versions, as submissions had them before there were any, show their answer."""
    about = WorkbookInfo("reflect", 1, "", "en", "Looking back", "reflect", 5, "")
    given = {"format": 1, "answers": {}, "items": {"scope.need": [{"reference": "scope.need", "value": "old"}]}}
    assert "will stand here" in Frozen(about, json.dumps(given)).view("history", ("scope.need",), {}, None).text
    assert "old" in Frozen(about, json.dumps(given)).view("recap", ("scope.need",), {}, None).text


def test_what_is_made_again_stays_what_it_was(shared):
    """An executed notebook that is made anew shows of other workbooks what was shared then, not what is now."""
    shared.say(shared.scope, "need", "of then")
    shared.share(shared.scope)
    submission = shared.share(shared.plan)
    shared.say(shared.scope, "need", "of now")
    shared.share(shared.scope)
    (need,) = told(shared, shared.plan, submission, "coach")["scope.need"]
    assert need["value"] == "of then"


def test_an_erasure_meanwhile_makes_it_anew(shared, monkeypatch):
    """A passage that is erased while a notebook is executed is not in what comes of it, nor in a file beside it."""
    from actionlearn.store.erasure import passages

    shared.say(shared.scope, "need", "I asked Bruno about it")
    submission = shared.share(shared.scope)
    run, runs = execute.run, []

    def slow(node, contents, given, *, seconds):
        made = run(node, contents, given, seconds=seconds)
        runs.append("Bruno" in given.parameter)
        if len(runs) == 1:
            prompt = contents.prompts["need"]
            passages.erase(shared.store, shared.data, shared.scope.id, prompt, "Bruno", "bea")
        return made

    monkeypatch.setattr(execute, "run", slow)
    made = execute.execute(shared.store, shared.data, submission, "coach")
    assert runs == [True, False]
    assert shared.store.read(lambda c: reviews.review(c, submission.id, "coach")) == made
    files = [path for path in (shared.data / "reviews").rglob("*") if path.is_file()]
    assert sorted(path.suffix for path in files) == [".html", ".ipynb"]
    assert not any("Bruno" in Path(path).read_text("utf-8") for path in files)
