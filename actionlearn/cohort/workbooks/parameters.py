"""Putting parameters into a notebook, with papermill: in memory, and nothing is executed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from nbformat import NotebookNode

from actionlearn.notebook import dumps


def prepare_text(notebook: str, parameters: Mapping[str, str]) -> str:
    """Return what `prepare` returns of a notebook's text: values alone, so that another process can do it."""
    return prepare(_read(notebook), parameters)


@lru_cache(maxsize=64)
def _read(notebook: str) -> NotebookNode:
    import nbformat

    return nbformat.reads(notebook, as_version=4)  # type: ignore[no-any-return, no-untyped-call]


def prepare(notebook: NotebookNode, parameters: Mapping[str, str]) -> str:
    """Return the text of a notebook with parameters put in by papermill; nothing is executed.

    Parameters
    ----------
    notebook
        The notebook of a template; it stays as it is.
    parameters
        Names and values, ``workbook`` among them.
    """
    import papermill
    from nbformat import from_dict
    from papermill.parameterize import parameterize_notebook

    # In memory, and this part of papermill alone: what it does around it is to read, write and check the
    # whole notebook once more each, which is most of the time that a large cohort takes.
    cells = [{**cell, "metadata": {"tags": [], **cell.metadata}} for cell in notebook.cells]
    about = {**notebook.metadata, "papermill": {"version": papermill.__version__}}
    given: NotebookNode = from_dict({**notebook, "cells": cells, "metadata": about})  # type: ignore[no-untyped-call]
    prepared: NotebookNode = parameterize_notebook(given, dict(sorted(parameters.items())))
    for cell in prepared.cells:
        if not cell.metadata.tags:  # papermill looks for them everywhere
            del cell.metadata["tags"]
        elif "injected-parameters" in cell.metadata.tags:
            cell["id"] = "cell-injected"
            cell.metadata["jupyter"] = {"source_hidden": True}
    return dumps(prepared)
