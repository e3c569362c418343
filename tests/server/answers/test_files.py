"""Files attached to answers, as the server takes them in and gives them out."""

from __future__ import annotations

import hashlib
import io
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from actionlearn.answers import attachment_files
from actionlearn.store import open_store

from ...support.served_kit import CANARY, World

TEMPLATE = """---
template: proof
title: What shows it
version: 1
minutes: 5
stage: impact
summary: Attach what shows it.
---

```{prompt} shown
:kind: file
:audience: me, coach
What shows it?
```

```{prompt} private
:kind: file
:audience: me
What shows it to you alone?
```

```{code-cell}
def rows(shown):
    return "rows: " + str(sum(each.get("text", "").count("\\\\n") for each in shown or []))

live(rows, of=["shown"])
```
"""
TABLE = f"week,late\n1,{CANARY}\n".encode()


def picture() -> bytes:
    """Return a picture."""
    file = io.BytesIO()
    Image.new("RGB", (8, 6), "teal").save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts; Ana has a workbook that takes files."""
    made = World(tmp_path_factory.mktemp("files"), ACTIONLEARN_FILE_MB="1", ACTIONLEARN_FILES_MB="2")
    with open_store(made.data) as store:
        made.add_workbook(store, "ana", "autumn", "proof", TEMPLATE.replace("\\\\n", "\\n"))
    yield made.start()
    made.stop()


def send(world: World, content: bytes, name: str = "late.csv", prompt: str = "shown", who: str = "ana") -> Any:
    """Send a file as somebody."""
    return world.ask(who, "PUT", f"/api/workbooks/{world.book['ana/proof']}/files/{prompt}?name={name}", content)


def version(world: World, prompt: str) -> int:
    """Return the version of an answer."""
    said = world.ask("ana", "GET", f"/api/workbooks/{world.book['ana/proof']}/answers").json["answers"]
    return said[prompt]["version"]


def save(world: World, prompt: str, value: Any) -> Any:
    """Save an answer of Ana's."""
    return world.save("ana", world.book["ana/proof"], prompt, value, base=version(world, prompt))


def test_what_is_wrong_is_refused_with_a_sentence(world):
    """Empty, not taken, too large, for a prompt that takes none: each its own, and nothing is kept."""
    for content, name, status, code in (
        (b"", "a.csv", 400, "evidence.empty"),
        (b"<html><script>1</script>", "photo.png", 400, "evidence.kind"),
        (b"a" * (1024 * 1024 + 1), "a.txt", 413, "server.too_large"),
    ):
        answer = send(world, content, name)
        assert (answer.status, answer.json["error"]["code"]) == (status, code)
    assert send(world, b"a,b", prompt="nothing").status == 404
    assert not (world.data / attachment_files.FOLDER / world.book["ana/proof"]).exists()


def test_a_body_far_too_large_does_not_hold_the_server(world):
    """Fifty megabytes are hung up on; the next request is answered."""
    with suppress(OSError):
        assert send(world, b"a" * (50 * 1024 * 1024)).status in (400, 413)
    assert world.ask("", "GET", "/health").status == 200


def test_nobody_else_can_attach_or_reach_it(world):
    """A file is its owner's alone until the answer is shared; its hash opens nothing to others."""
    kept = send(world, TABLE).json
    assert kept == {
        "file": hashlib.sha256(TABLE).hexdigest(),
        "name": "late.csv",
        "size": len(TABLE),
        "type": "text/csv",
    }
    address = f"/workbooks/{world.book['ana/proof']}/files/{kept['file']}"
    assert world.ask("ana", "GET", address).body == TABLE
    for who in ("", "ben", "cora", "fay", "will"):
        assert world.ask(who, "GET", address).status in (401, 403)
        assert send(world, b"a,b", who=who).status in (401, 403)
    # Ben cannot make it his by naming its hash.
    assert world.save("ben", world.book["ben/scope"], "need", "x").status == 200
    assert world.ask("ana", "GET", f"/workbooks/{world.book['ana/scope']}/files/{kept['file']}").status == 404


def test_it_is_sent_so_that_nothing_in_it_runs(world):
    """A table is saved, a picture shown; neither is guessed at, and both are opened in a sandbox."""
    for content, name, how, type in (
        (TABLE, "a%22%0d%0ab.csv", "attachment", "text/plain"),  # no answer calls it a table yet
        (picture(), "p.png", "inline", "image/png"),
    ):
        kept = send(world, content, name).json
        answer = world.ask("ana", "GET", f"/workbooks/{world.book['ana/proof']}/files/{kept['file']}")
        assert answer.headers["Content-Type"] == type
        assert answer.headers["Content-Disposition"].startswith(f"{how}; filename*=UTF-8''")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "no-store" in answer.headers["Cache-Control"]


def test_what_is_saved_is_what_the_file_is(world):
    """A made-up hash cannot be saved, and claims about a file are set right."""
    kept = send(world, TABLE).json
    assert save(world, "shown", [{**kept, "file": "0" * 64}]).status == 422
    assert save(world, "shown", [{**kept, "size": 1, "name": "x\u202e.exe"}]).status == 200
    said = world.ask("ana", "GET", f"/api/workbooks/{world.book['ana/proof']}/answers").json["answers"]["shown"]
    assert said["value"] == [{**kept, "name": "x.exe.csv"}]


def test_its_room_is_limited(world):
    """What one learner may attach in all has an end; what is there already needs no room."""
    big = [bytes([65 + number]) * (1024 * 1024) for number in range(2)]
    assert [send(world, each, "a.txt").status for each in big] == [201, 413]
    assert send(world, TABLE).status == 201


def test_who_the_answer_was_shared_with_reads_the_frozen_file(world):
    """The coach gets the file of the frozen answer, from the review; the set and other cohorts get none of it."""
    book = world.book["ana/proof"]
    shown, private = send(world, TABLE).json, send(world, picture(), "p.png", "private").json
    assert save(world, "shown", [shown, {"link": "https://x.example"}]).status == 200
    assert save(world, "private", [private]).status == 200
    shared = world.ask("ana", "POST", f"/api/workbooks/{book}/share", {"wants": ""}).json["submission"]
    assert save(world, "shown", None).status == 200  # taken off since: what was shared stays

    address = f"/reviews/{shared}/files/"
    assert world.ask("cora", "GET", address + shown["file"]).body == TABLE
    assert world.ask("ana", "GET", address + shown["file"]).body == TABLE
    assert world.ask("cora", "GET", address + private["file"]).status == 404
    for who in ("", "ben", "fay", "wim", "will"):
        answer = world.ask(who, "GET", address + shown["file"])
        assert answer.status in (401, 403, 404)
        assert CANARY not in answer.text
    page = world.ask("cora", "GET", f"/reviews/{shared}").text
    assert address + shown["file"] in page
    assert private["file"] not in page


def test_it_goes_along_and_its_table_is_read(world):
    """What one takes along has the files; the live cell read the table that is attached."""
    assert save(world, "shown", [send(world, TABLE).json, send(world, picture(), "late.csv").json]).status == 200
    archive = zipfile.ZipFile(
        io.BytesIO(world.ask("ana", "GET", f"/workbooks/{world.book['ana/proof']}/take.zip").body)
    )
    files = {name: archive.read(name) for name in archive.namelist() if name.startswith("files/")}
    assert files["files/late.csv"] == TABLE
    assert picture() in files.values()
    assert "rows: 2" in archive.read("proof-1.html").decode()


def test_an_erased_file_is_gone(world):
    """Erasing a file takes it out of the answer, its versions, what was shared, and off the disk."""
    book, kept = world.book["ana/proof"], send(world, TABLE).json
    path = world.data / attachment_files.FOLDER / book / kept["file"]
    assert save(world, "shown", [kept]).status == 200
    assert path.is_file()
    assert (
        world.ask("ana", "POST", f"/api/workbooks/{book}/erase", {"prompt": "shown", "passage": kept["file"]}).status
        == 200
    )
    assert not path.exists()
    assert version(world, "shown") > 0
    with sqlite3.connect(next(Path(world.data).glob("*.sqlite"))) as store:
        for table in ("draft", "revision"):
            assert not [row for row in store.execute(f"SELECT value FROM {table}") if kept["file"] in str(row)]
    store.close()
