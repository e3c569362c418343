"""Whatever is in a template, a programme, a roster, an attachment or an answer: a sentence with its line, no traceback.

A share of the cases in every run, always the same ones. By hand as many as one likes, other ones each time:
``ACTIONLEARN_CASES=20000 pytest tests/test_fuzz.py``.
"""

from __future__ import annotations

import json
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actionlearn import i18n, notebook, template, views
from actionlearn.answers import attachment_files, attachments, kinds, prompts
from actionlearn.cohort.programme import programme
from actionlearn.cohort.roster import roster
from actionlearn.errors import ActionlearnError

HERE = Path(__file__).parent
ROOM = Path(tempfile.gettempdir())
CASES = int(os.environ.get("ACTIONLEARN_CASES", "0"))

share = settings(
    max_examples=CASES or 50,
    derandomize=not CASES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

ANY = st.text(st.characters(codec=None), max_size=60)
HARD = st.sampled_from(
    [
        *("", "\x00", "\ufeff", "\u2028", "\u202e", "\ud800", "\r", "\t", "'", '"', "{{", "}}", "{{ x }}", "```"),
        *(":::", "---", "no", "yes", "null", "010", "1_000", "2025-02-30", "0x1F", "1e999", "&a [*a]", "<<: *a"),
        *("!!python/object:os.system", "=1", "@x", "../../x", "con", "None", "__class__", "%s", "{0.__class__}"),
        *("[" * 200, "{" * 200, "a: b: c", "- " * 50),
    ]
)
PIECE = st.one_of(HARD, ANY)


@cache
def lines(*paths: Path) -> tuple[str, ...]:
    """Return all lines of some files."""
    return tuple(line for path in paths for line in path.read_text("utf-8").splitlines(keepends=True))


@st.composite
def mangled(draw: Any, *paths: Path) -> str:
    """Return a file of ours with lines left out, doubled, moved and filled with what does not belong there."""
    found = list(lines(paths[draw(st.integers(0, len(paths) - 1))]))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(found) - 1)) if found else 0
        match draw(st.integers(0, 6)) if found else 0:
            case 0:
                found.insert(at, draw(PIECE) + draw(st.sampled_from(("", "\n", "\n\n"))))
            case 1:
                del found[at : at + draw(st.integers(1, 5))]
            case 2:
                found[at:at] = found[at : at + draw(st.integers(1, 4))]
            case 3:
                cut = draw(st.integers(0, len(found[at])))
                found[at] = found[at][:cut] + draw(PIECE) + found[at][cut:]
            case 4:
                head, colon, _ = found[at].partition(":")
                found[at] = f"{head}{colon} {draw(PIECE)}\n"
            case 5:
                found[at] = draw(st.sampled_from(lines(*paths)))
            case _:
                found[at] = found[at].replace("  ", draw(st.sampled_from(("", "\t", " ", "      "))))
    return "".join(found)


def told(error: ActionlearnError) -> None:
    """Read an error as a person does: a sentence for it and each of its faults, at a line that there is."""
    said = i18n.error_text(error, "en")
    assert said.strip()
    assert "Traceback" not in said
    assert i18n.sentence(error, "en") != error.code
    assert all(fault.line is None or fault.line >= 1 for fault in error.faults)


TEMPLATES = sorted((HERE.parent / "templates" / "en").glob("*.md"))
PROGRAMME = HERE.parent / "examples" / "autumn" / "programme.toml"
ROSTER = HERE.parent / "examples" / "autumn" / "roster.csv"


@share
@given(st.one_of(mangled(*TEMPLATES), ANY))
def test_any_template_is_a_notebook_or_a_list_of_faults(text: str):
    """What is read can be made into a notebook that says the same; what is not is said with lines."""
    try:
        read = template.parse(text, Path("some.md"), views=views.VIEWS)
    except ActionlearnError as error:
        told(error)
    else:
        made = notebook.to_notebook(read)
        assert list(notebook.read(made).prompts) == [each.id for each in read.prompts]
        assert notebook.dumps(made) == notebook.dumps(notebook.to_notebook(read))


@share
@given(st.one_of(mangled(PROGRAMME), ANY))
def test_any_programme_is_read_or_faulted(text: str):
    """Every fault with the line that it is on."""
    with tempfile.NamedTemporaryFile("wb", suffix=".toml", dir=ROOM) as file:
        file.write(text.encode("utf-8", "surrogatepass"))
        file.flush()
        try:
            read = programme.load(Path(file.name))
        except ActionlearnError as error:
            told(error)
        else:
            assert programme.from_store(json.loads(json.dumps(read.model_dump(mode="json")))).id == read.id


ENCODINGS = st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1", "cp1250", "utf-16-le"))


@share
@given(st.one_of(mangled(ROSTER), ANY), ENCODINGS, st.binary(max_size=8))
def test_any_roster_is_read_or_faulted(text: str, encoding: str, more: bytes):
    """In any encoding, with anything in front: rows that are safe as names of folders, or faults."""
    try:
        rows = roster.read_roster(more[: len(more) // 2] + text.encode(encoding, "replace"))
    except ActionlearnError as error:
        told(error)
    else:
        for row in rows:
            assert roster.safe_username(row.username)
            assert not {"/", "\\", "\x00", "\n"} & set(row.username + row.set)


HEADS = st.sampled_from(
    [
        *(b"", b"PK\x03\x04", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF....WEBPVP8 "),
        *(
            b"<svg ",
            b"<!doctype html>",
            b"#!/bin/sh\n",
            b"MZ",
            b"\x7fELF",
            b"{\\rtf1",
            b"BM",
            b"II*\x00",
            b"\x1f\x8b\x08",
        ),
        b"a,b\n=1,2\n",
    ]
)
NAMES = st.one_of(
    PIECE,
    st.sampled_from(("a.txt", "a.png", "a.pdf", "a.docx", "a.svg", "a.html", "a.exe", ".htaccess", "a.txt\x00.png")),
)


@share
@given(HEADS, st.binary(max_size=400), NAMES)
def test_any_file_is_kept_as_what_it_is_or_refused(head: bytes, rest: bytes, name: str):
    """Of a kind that is taken, below its workbook and nowhere else, under a name without a path."""
    with tempfile.TemporaryDirectory(dir=ROOM) as room:
        data = Path(room)
        try:
            kept = attachment_files.save(data, "book", head + rest, name, most=10_000, room=10_000)
        except ActionlearnError as error:
            told(error)
        else:
            assert kept.type in attachments.ENDINGS
            assert kept.type not in {"text/html", "image/svg+xml", "application/javascript"}
            called = attachments.clean_name(name, kept.type)
            assert not {"/", "\\", "\x00", "\n", "\r", '"', "<"} & set(called)
            assert called.endswith(attachments.ENDINGS[kept.type])
            assert not called.startswith(".")
        there = {str(path.relative_to(data)) for path in data.rglob("*") if path.is_file()}
        assert all(path.startswith("evidence/book/") for path in there)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(), PIECE),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(PIECE, inner, max_size=4)),
    max_leaves=8,
)
OPTIONS = (prompts.Option("a", "A"), prompts.Option("b", "B"))
COLUMNS = tuple(
    prompts.Column(kind.replace("-", "_"), kind, kind, OPTIONS)
    for kind in ("short-text", "date", "number", "choice", "scale")
)


@st.composite
def near(draw: Any, kind: str) -> Any:
    """Return something that looks like an answer of a kind."""
    row = {
        "row": draw(st.one_of(st.uuids().map(str), JSON)),
        "cells": draw(st.dictionaries(st.sampled_from([c.id for c in COLUMNS] + ["x"]), JSON)),
    }
    file = {
        "file": draw(st.sampled_from(("0" * 64, "x"))),
        "name": draw(PIECE),
        "size": draw(JSON),
        "type": draw(st.sampled_from(("text/plain", "x"))),
    }
    return {
        "table": [row, draw(JSON)] if draw(st.booleans()) else [row],
        "choices": ["a", draw(JSON)],
        "file": [file, {"link": draw(PIECE)}],
        "date": draw(st.one_of(st.dates().map(str), PIECE)),
        "number": draw(st.one_of(st.decimals().map(str), PIECE)),
    }.get(kind, draw(JSON))


@share
@given(st.data(), st.sampled_from(sorted(kinds.KINDS)))
def test_any_answer_is_checked_once_and_for_all(data: Any, kind: str):
    """What passes is JSON, passes again and stays the same; all else is a sentence."""
    prompt = prompts.Prompt("q", "Q?", kind, options=OPTIONS, columns=COLUMNS, low=1, high=5)
    raw = data.draw(st.one_of(near(kind), JSON))
    try:
        value = kinds.check(prompt, raw)
    except ActionlearnError as error:
        told(error)
    else:
        assert kinds.check(prompt, value) == value
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
