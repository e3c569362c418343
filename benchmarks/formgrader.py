"""How long nbgrader's formgrader takes for the next submission. Run by `benchmarks/desk.py`, with nbgrader's own Python.

One assignment of one notebook, with so many manually graded answers; each student's is autograded, then formgrader is
asked for the address that its “Next” leads to, as a browser follows it: the redirect, and the page. The last line
printed is JSON.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import nbgrader

CONFIG = """
c = get_config()
c.CourseDirectory.root = {root!r}
c.CourseDirectory.course_id = "course"
c.ServerApp.token = ""
c.ServerApp.password = ""
c.ServerApp.allow_root = True
c.ServerApp.open_browser = False
c.ServerApp.jpserver_extensions = {{"nbgrader.server_extensions.formgrader": True}}
"""


def notebook(answers: int) -> nbformat.NotebookNode:
    """Return an assignment of so many questions that people grade."""
    cells = []
    for each in range(answers):
        cells.append(nbformat.v4.new_markdown_cell(f"Question {each}?"))
        mark = {"grade": True, "solution": True, "locked": False, "points": 1, "grade_id": f"p{each}"}
        told = {**mark, "schema_version": 3, "task": False, "cell_type": "markdown"}
        cells.append(nbformat.v4.new_markdown_cell("Your answer", metadata={"nbgrader": told}))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=kernel)


def course(root: Path, students: int, answers: int, words: str) -> None:
    """Make a course in which everybody has answered, and autograde it."""
    (root / "nbgrader_config.py").write_text(CONFIG.format(root=str(root)), "utf-8")
    (root / "jupyter_server_config.py").write_text(CONFIG.format(root=str(root)), "utf-8")
    source = root / "source" / "ps1"
    source.mkdir(parents=True)
    nbformat.write(notebook(answers), source / "scope.ipynb")
    run(root, "generate_assignment", "ps1", "--create")
    for number in range(students):
        folder = root / "submitted" / f"s{number}" / "ps1"
        folder.mkdir(parents=True)
        node = nbformat.read(root / "release" / "ps1" / "scope.ipynb", as_version=4)
        for cell in node.cells:
            if "nbgrader" in cell.metadata:
                cell.source = words
        nbformat.write(node, folder / "scope.ipynb")
    run(root, "autograde", "ps1", "--create")


def run(root: Path, *command: str) -> None:
    """Run one command of nbgrader, which calls others of its environment by name."""
    path = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run([sys.executable, "-m", "nbgrader", *command], cwd=root, env=path, check=True, stdout=sys.stderr)


def get(port: int, path: str) -> tuple[int, str, bytes]:
    """Return status, where it redirects to, and the body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers.get("Location", ""), body


def follow(port: int, path: str) -> tuple[str, bytes]:
    """Return where an address leads to in the end, and the page there."""
    while True:
        status, elsewhere, body = get(port, path)
        if status not in (301, 302):
            assert status == 200, (status, path)
            return path, body
        path = urlsplit(elsewhere).path


def walk(port: int, students: int, words: str) -> list[float]:
    """Go from the first submission to the last; return the milliseconds that each next one took."""
    listed = json.loads(get(port, "/formgrader/api/submitted_notebooks/ps1/scope")[2])
    path, took = f"/formgrader/submissions/{min(each['id'] for each in listed)}/", []
    path, _ = follow(port, path)
    for _ in range(students - 1):
        began = time.perf_counter()
        path, page = follow(port, path.rstrip("/") + "/next")
        took.append(1000 * (time.perf_counter() - began))
        assert words[:40] in page.decode(), path
    return took


def main() -> None:
    """Measure, and print it as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--students", type=int, default=12)
    arguments.add_argument("--answers", type=int, default=5)
    arguments.add_argument("--words", default="Nobody owns the corridor between the two wards.")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        root = Path(folder)
        course(root, given.students, given.answers, given.words)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = [
            sys.executable,
            "-m",
            "jupyter_server",
            f"--port={port}",
            f"--config={root}/jupyter_server_config.py",
        ]
        own = {name: str(root / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")}
        server = subprocess.Popen(command, cwd=root, env={**os.environ, **own}, stdout=sys.stderr)
        try:
            for _ in range(300):
                try:
                    get(port, "/formgrader/")
                    break
                except OSError:
                    time.sleep(0.2)
            took = walk(port, given.students, given.words)
        finally:
            server.terminate()
            server.wait(30)
            shutil.rmtree(root / "JUPYTER_RUNTIME_DIR", ignore_errors=True)
    told = {"version": nbgrader.__version__, "students": given.students, "cells": given.answers}
    print(json.dumps({**told, "median": statistics.median(took), "slowest": max(took)}))


if __name__ == "__main__":
    main()
