"""A learner's notebook as other programs leave it: it opens, is shared, and a coach reads what was shared."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from actionlearn.store import open_store
from actionlearn.store.reviews import reviews, submissions

from ..server.live.test_live import kernel_id, live
from ..support.served_kit import World

Node = dict[str, Any]
WORDS = "Nobody owns the corridor."


def plain(node: Node) -> bytes:
    """As it was made."""
    return json.dumps(node).encode()


def with_mark(node: Node) -> bytes:
    """With a byte-order mark."""
    return b"\xef\xbb\xbf" + plain(node)


def in_utf16(node: Node) -> bytes:
    """As a shell of Windows writes files."""
    return json.dumps(node, ensure_ascii=False).encode("utf-16")


def without_tags(node: Node) -> bytes:
    """As Jupytext may leave it."""
    for cell in node["cells"]:
        cell["metadata"].pop("tags", None)
    return plain(node)


def without_metadata(node: Node) -> bytes:
    """Without a kernel or a language."""
    return plain({**node, "metadata": {}})


def with_other_ids(node: Node) -> bytes:
    """As an editor numbers cells anew."""
    for number, cell in enumerate(node["cells"]):
        cell["id"] = f"{number:08x}"
    return plain(node)


def of_format_3(node: Node) -> bytes:
    """As before 2015: cells in a worksheet, the words of a code cell in its input."""
    cells = [
        {"cell_type": "code", "language": "python", "input": cell["source"], "outputs": [], "metadata": {}}
        if cell["cell_type"] == "code"
        else {"cell_type": "markdown", "source": cell["source"], "metadata": {}}
        for cell in node["cells"]
    ]
    worksheets = [{"cells": cells, "metadata": {}}]
    return plain({"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": worksheets})


def as_colab(node: Node) -> bytes:
    """With a cell that is blank, and ids of its own."""
    node |= {
        "nbformat_minor": 0,
        "metadata": {"colab": {"provenance": []}, "kernelspec": {"name": "python3", "display_name": "Python 3"}},
    }
    for number, cell in enumerate(node["cells"]):
        cell.pop("id")
        cell["metadata"] = {"id": f"x{number}", "cellView": "form"}
    node["cells"].append({"cell_type": "code", "source": [], "metadata": {}, "execution_count": None, "outputs": []})
    return plain(node)


SAVED = [with_mark, in_utf16, without_tags, without_metadata, with_other_ids, of_format_3, as_colab]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a workbook that Ben has written in, and one of Ana's with a live part."""
    made = World(tmp_path_factory.mktemp("odd")).start()
    assert made.save("ben", made.book["ben/scope"], "need", WORDS).status == 200
    yield made
    made.stop()


def save_elsewhere(path: Path, saved: Callable[[Node], bytes]) -> bytes:
    """Put a notebook in its place as another program saves it; return what stood there."""
    before = path.read_bytes()
    path.write_bytes(saved(json.loads(before)))
    return before


@pytest.mark.ordinary("with_mark", "without_tags")
@pytest.mark.parametrize("saved", SAVED, ids=lambda saved: saved.__name__)
def test_it_opens_is_shared_read_and_taken_home(
    world: World, until: Callable[[Callable[[], bool]], None], saved: Callable[[Node], bytes]
):
    """Each question is there with its answer: on the owner's page, on the coach's as shared and as executed, in the copy."""
    book, path = world.book["ben/scope"], world.data / "cohorts/autumn/ben/scope-1.ipynb"
    before = save_elsewhere(path, saved)
    try:
        page = world.ask("ben", "GET", f"/workbooks/{book}")
        assert page.status == 200
        assert WORDS in page.text
        assert world.ask("ben", "POST", f"/api/workbooks/{book}/share", {"wants": ""}).status in (200, 201)
        with open_store(world.data) as store:
            shared = store.read(lambda c: submissions.submissions_of(c, book))[0].id
            assert WORDS in world.ask("cora", "GET", f"/reviews/{shared}").text

            def executed() -> bool:
                states = [each.state for each in store.read(lambda c: reviews.reviews_of(c, shared))]
                assert "failed" not in states
                return bool(states) and set(states) == {"done"}

            until(executed)
        review = world.ask("cora", "GET", f"/reviews/{shared}").text
        assert WORDS in review
        assert "executed" in review
        copy = world.ask("ben", "GET", f"/workbooks/{book}/take.zip")
        assert copy.status == 200
        with ZipFile(BytesIO(copy.body)) as parts:
            (html,) = [name for name in parts.namelist() if name.endswith(".html")]
            assert WORDS in parts.read(html).decode()
    finally:
        path.write_bytes(before)


@pytest.mark.parametrize("saved", [with_other_ids, without_tags, without_metadata], ids=lambda saved: saved.__name__)
def test_its_live_part_runs(world: World, saved: Callable[[Node], bytes]):
    """A kernel finds the cells it runs."""
    path = world.data / "cohorts/autumn/ana/impact-1.ipynb"
    before = save_elsewhere(path, saved)
    try:
        part = live(world)
        assert part.status == 200
        assert kernel_id(part)
    finally:
        path.write_bytes(before)


def test_what_is_no_notebook_is_told_plainly(world: World):
    """A file that another program has broken: its page says so."""
    path = world.data / "cohorts/autumn/ben/scope-1.ipynb"
    for broken in (
        b"",
        b"{}",
        b"[1, 2]",
        b"\x00\x01",
        b'{"cells": 3, "nbformat": 4}',
        b'{"nbformat": 99, "cells": []}',
    ):
        before = save_elsewhere(path, lambda _, content=broken: content)  # type: ignore[misc]
        try:
            page = world.ask("ben", "GET", f"/workbooks/{world.book['ben/scope']}", headers={"Accept": "text/html"})
            assert page.status in (500, 503)
            assert "cannot be read" in page.text
            assert "Traceback" not in page.text
        finally:
            path.write_bytes(before)
