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

    # In memory: a path would go through `str.format`, and be written down in the learner's notebook.
    prepared: NotebookNode = papermill.execute_notebook(
        notebook,
        None,
        parameters=dict(sorted(parameters.items())),
        prepare_only=True,
        progress_bar=False,
    )
    about = prepared.metadata.papermill
    prepared.metadata.papermill = {"parameters": about["parameters"], "version": about["version"]}
    for cell in prepared.cells:
        cell.metadata.pop("papermill", None)
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell["id"] = "cell-injected"
            cell.metadata["jupyter"] = {"source_hidden": True}
    return dumps(prepared)
