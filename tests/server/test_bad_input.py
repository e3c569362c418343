"""Bad input to a running server: one clear answer each, and no draft is touched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from ..support.served_kit import World

TAB = str(uuid4())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts; Ben has answered."""
    made = World(tmp_path_factory.mktemp("bad")).start()
    assert made.save("ben", made.book["ben/scope"], "need", "What stands", client=TAB).status == 200
    yield made
    made.stop()


CASES: dict[str, tuple[dict[str, Any], int, str]] = {
    "no JSON": ({"raw": b"need=words"}, 400, "answers.not_json"),
    "an empty message": ({"raw": b"{}"}, 400, "answers.bad_message"),
    "2 MB": ({"value": "x" * 2_000_000}, 413, "server.too_large"),
    "another's workbook": ({"book": "ana/scope"}, 403, "server.refused"),
    "a workbook of another cohort": ({"book": "will/scope"}, 403, "server.refused"),
    "a workbook there is not": ({"book": str(uuid4())}, 404, "store.no_workbook"),
    "another person than the page's": ({"person": "ana"}, 401, "answers.other_person"),
    "a person there is not": ({"person": str(uuid4())}, 401, "answers.other_person"),
    "a future base": ({"base": 7}, 422, "answers.future_base"),
    "a base before all": ({"base": -1}, 400, "answers.bad_message"),
    "a reused seq with another value": ({"client": TAB, "value": "other"}, 422, "answers.reused_seq"),
    "a number for words": ({"value": 5}, 422, "answers.wrong_kind"),
    "a list for words": ({"value": [{"row": "1", "cells": {}}]}, 422, "answers.wrong_kind"),
    "an option there is not": ({"prompt": "terrain", "value": "nowhere"}, 422, "answers.no_such_option"),
    "a prompt there is not": ({"prompt": "nothing"}, 404, "answers.no_such_prompt"),
    "a prompt of another workbook": ({"prompt": "prediction"}, 404, "answers.no_such_prompt"),
}


@pytest.mark.parametrize("case", CASES)
def test_each_gets_its_one_answer_and_no_draft_is_lost(world: World, case: str):
    """A sentence and what to do, one code, one status; every row of the store is as it was."""
    change, status, code = CASES[case]
    before = world.rows()
    book = change.get("book", "ben/scope")
    person = change.get("person", "ben")
    message = {
        "person": world.person.get(person, person),
        "client": str(uuid4()),
        "seq": 1,
        "base": 1,
        "value": "words",
    }
    message |= {name: change[name] for name in ("client", "base", "value") if name in change}
    path = f"/api/workbooks/{world.book.get(book, book)}/answers/{change.get('prompt', 'need')}"
    answer = world.ask("ben", "PUT", path, change.get("raw", message))
    assert (answer.status, answer.json["error"]["code"]) == (status, code), answer.text
    assert answer.headers.get_content_type() == "application/json"
    assert set(answer.json) == {"error"}
    assert {"code", "values", "message", "hint", "reference"} == set(answer.json["error"]) - {"faults"}
    assert len(answer.json["error"]["message"]) > 10
    assert "x" * 100 not in answer.text
    assert world.rows() == before


def test_the_page_goes_on_after_all_of_it(world: World):
    """The same tab saves its next edit as if nothing had been."""
    saved = world.save("ben", world.book["ben/scope"], "need", "What stands, and more", client=TAB, seq=2, base=1)
    assert (saved.status, saved.json["version"]) == (200, 2)


def test_a_clock_that_is_a_day_off_changes_no_order(world: World):
    """The server's clock counts: what a device thinks the time is, is in no message and in no header we read."""
    book = world.book["ben/scope"]
    message = {"person": world.person["ben"], "client": str(uuid4()), "seq": 1, "base": 0, "value": "a day early"}
    message["saved_at"] = "1999-01-01T00:00:00.000Z"
    headers = {"Date": "Fri, 01 Jan 1999 00:00:00 GMT"}
    answer = world.ask("ben", "PUT", f"/api/workbooks/{book}/answers/in_the_way", message, headers)
    assert answer.status == 200
    assert answer.json["saved_at"] > "2020"


#: Raw JSON, so that also what Python does not write is sent.
ODD = (
    "null", "true", "0", "-1", "1e308", "1e999", "NaN", "-Infinity", str(2**70), '""', r'"\ud800"', r'"\u0000"',
    "[]", "{}", "[[]]", "[{}]", '{"a": 1}', '["x"]', "[null]", "[" * 300 + "]" * 300, '{"a":' * 300 + "1" + "}" * 300,
)  # fmt: skip


def odd_bodies(base: dict[str, Any]) -> Iterator[bytes]:
    """Yield a body with each of its values in turn, at any depth, of each odd shape."""

    def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
        yield at
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, each in inner:
            yield from places(each, (*at, key))

    for place in places(base):
        for odd in ODD:
            body = json.loads(json.dumps(base))
            if not place:
                yield odd.encode()
                continue
            inner = body
            for key in place[:-1]:
                inner = inner[key]
            inner[place[-1]] = "the odd one"
            yield json.dumps(body).replace('"the odd one"', odd).encode()


_TARGET = {
    "source": "answer",
    "selector": [
        {"type": "TextQuoteSelector", "exact": "night", "prefix": "", "suffix": ""},
        {"type": "TextPositionSelector", "start": 0, "end": 5},
    ],
}
_TABLES = {
    "programme": {"id": "n", "name": "n", "organisation": "o", "time_zone": "UTC", "contact": {"email": "a@b.c"}},
    "sets": [{"name": "Blue", "coach": "cora"}],
    "people": [{"username": "fay", "firstname": "Fay", "email": "a@b.c", "role": "facilitator", "learners": []}],
    "workbooks": [{"template": "scope", "opens": "2026-10-05", "parameters": {"theme": "x"}, "words": {"pt": {}}}],
    "from": "autumn",
    "was": {"Blue": "Green"},
    "since": "x",
}

#: Who sends it, how, where, and a body of the right shape.
BODIES: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "comment": ("cora", "POST", "/api/submissions/{submission}/comments", {"body": "x", "prompt": "need", "target": _TARGET}),
    "picture": ("cora", "POST", "/api/submissions/{submission}/comments", {"body": "x", "target": {"source": "picture", "selector": [{"type": "FragmentSelector", "value": "xywh=percent:1,1,1,1"}]}}),
    "programme": ("fay", "POST", "/api/programmes", _TABLES),
    "running programme": ("fay", "PUT", "/api/cohorts/autumn/programme", _TABLES),
    "links": ("fay", "POST", "/api/cohorts/autumn/links", {"username": "nobody", "mail": False}),
    "save": ("ben", "PUT", "/api/workbooks/{book}/answers/need", {"person": "{ben}", "client": TAB, "seq": 1, "base": 0, "value": "x"}),
    "share": ("ben", "POST", "/api/workbooks/{book}/share", {"wants": ""}),
    "erase": ("ben", "POST", "/api/workbooks/{book}/erase", {"prompt": "need", "passage": "not there"}),
    "release": ("ben", "POST", "/api/workbooks/{book}/releases", {"readers": ["{cora}"], "words": [{"prompt": "need", "path": "", "begins": 0, "ends": 4, "words": "What"}]}),
    "agreement": ("cora", "POST", "/api/coaching/autumn/{ana}/agreements", {"body": "x", "day": "2026-10-05"}),
    "posting": ("ben", "POST", "/api/cohorts/autumn/postings", {"kind": "ask", "body": "x", "reach": "set"}),
}  # fmt: skip


@pytest.mark.ordinary("[programme]", "comment", "agreement", "save", "share", "posting")
@pytest.mark.parametrize("case", BODIES)
def test_no_body_of_an_odd_shape_is_a_fault_of_ours(world: World, case: str):
    """Whatever stands where, it is answered with what is wrong: never as a fault, and none is in the log."""
    who, method, path, base = BODIES[case]
    names = {"{submission}": world.submission, "{book}": world.book["ben/scope"]}
    names |= {f"{{{name}}}": id for name, id in world.person.items()}
    text = json.dumps([path, base])
    for name, id in names.items():
        text = text.replace(name, id)
    path, base = json.loads(text)
    for body in odd_bodies(base):
        answer = world.ask(who, method, path, body)
        assert answer.status < 500, (body[:300], answer.text)
    assert not [line for line in world.lines() if line.get("message") == "fault"]
