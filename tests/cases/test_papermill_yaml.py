"""Parameters that YAML has made something else of."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from actionlearn import i18n, notebook
from actionlearn.errors import TemplateError

ROOT = Path(__file__).parents[2]
GIVEN = Path(__file__).parent / "papermill-yaml" / "parameters.yaml"


def test_a_word_that_yaml_takes_for_something_else_is_refused(tmp_path: Path):
    """``organisation: no`` is not shown as False, and 0042 not as 34: the sentence says which, and what to do."""
    out = tmp_path / "out.ipynb"
    command = [
        sys.executable,
        "-m",
        "papermill",
        ROOT / "workbooks" / "scope.ipynb",
        out,
        "-f",
        GIVEN,
        "--prepare-only",
    ]
    subprocess.run(command, check=True, capture_output=True)
    with pytest.raises(TemplateError) as caught:
        notebook.read(nbformat.read(out, as_version=4))
    assert "put quotation marks around it" in i18n.error_text(caught.value)


def test_words_in_quotes_are_words(tmp_path: Path):
    """“no” and “0042” in quotation marks stand in the questions as they were written."""
    given = tmp_path / "given.yaml"
    given.write_text('organisation: "no"\ntheme: "0042"\n', "utf-8")
    out = tmp_path / "out.ipynb"
    command = [
        sys.executable,
        "-m",
        "papermill",
        ROOT / "workbooks" / "scope.ipynb",
        out,
        "-f",
        given,
        "--prepare-only",
    ]
    subprocess.run(command, check=True, capture_output=True)
    values = notebook.read(nbformat.read(out, as_version=4)).parameters
    assert (values["organisation"], values["theme"]) == ("no", "0042")
