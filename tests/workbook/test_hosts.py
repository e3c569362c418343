"""The shipped workbooks under the tools that Jupyter users have: each command as one would type it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from actionlearn import notebook

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
#: One ordinary and one live workbook run every time; the others with ``scripts/test --all``.
EACH = [
    pytest.param(
        path,
        id=str(path.relative_to(WORKBOOKS)),
        marks=() if str(path.relative_to(WORKBOOKS)) in {"scope.ipynb", "impact.ipynb"} else pytest.mark.slow,
    )
    for path in sorted(WORKBOOKS.rglob("*.ipynb"))
]


def run(folder: Path, *command: str | Path) -> None:
    """Run a command in an empty folder, as installed beside this Python."""
    tool, *rest = map(str, command)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment |= {"JUPYTER_PLATFORM_DIRS": "1", "IPYTHONDIR": str(folder / "ipython")}
    done = subprocess.run([tool, *rest], cwd=folder, env=environment, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr


def outputs(path: Path) -> str:
    """Return everything a notebook shows, as one text; no cell may have failed."""
    node = nbformat.read(path, as_version=4)
    nbformat.validate(node)
    shown = [output for cell in node.cells for output in cell.get("outputs", ())]
    assert [output for output in shown if output.output_type == "error"] == []
    return "\n".join(str(output.get("data", output.get("text", ""))) for output in shown)


@pytest.mark.parametrize("path", sorted(WORKBOOKS.rglob("*.ipynb")), ids=lambda path: str(path.relative_to(WORKBOOKS)))
def test_a_workbook_is_a_valid_notebook(path):
    """Each shipped workbook is valid nbformat 4.5, for the kernel everybody has."""
    node = nbformat.read(path, as_version=4)
    nbformat.validate(node)
    assert (node.nbformat, node.nbformat_minor) == (4, 5)
    assert node.metadata.kernelspec.name == "python3"


@pytest.mark.ordinary("impact.ipynb")
@pytest.mark.parametrize("path", EACH)
def test_papermill_runs_a_workbook_with_other_words(path, tmp_path):
    """Stock papermill runs each workbook; ``-p organisation`` changes its words, and nothing is left behind."""
    out = tmp_path / "out.ipynb"
    run(tmp_path, "papermill", path, out, "-p", "organisation", "Ward <b>7</b>", "--no-progress-bar")
    said = "organisation=organisation" in path.read_text("utf-8")
    assert ("Ward &lt;b&gt;7&lt;/b&gt;" in outputs(out)) == said
    assert notebook.read(nbformat.read(out, as_version=4)).parameters["organisation"] == "Ward <b>7</b>"
    assert not (tmp_path / "actionlearn-practice").exists()


@pytest.mark.ordinary("scope.ipynb")
@pytest.mark.parametrize("path", EACH)
def test_nbconvert_executes_a_workbook(path, tmp_path):
    """Stock ``jupyter nbconvert --execute`` runs each workbook, and its page names every question."""
    run(tmp_path, "jupyter", "nbconvert", "--execute", "--to", "notebook", "--output-dir", tmp_path, path)
    shown = outputs(tmp_path / path.name)
    for prompt in notebook.read(nbformat.read(path, as_version=4)).prompts.values():
        assert prompt.question.split("’")[0].split("'")[0] in shown
    assert not (tmp_path / "actionlearn-practice").exists()
