"""Voilà's exporter, with our templates."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from nbformat import NotebookNode
from voila.exporter import VoilaExporter

from actionlearn.server import rendering


class _NoFiles:
    """What Voilà's Markdown reader asks for files to put into a page: there are none."""

    def file_exists(self, path: str) -> bool:  # noqa: ARG002 - the shape of a contents manager
        """Tell that there is no such file, so that no Markdown can read one of the server's."""
        return False


class PageExporter(VoilaExporter):  # type: ignore[misc]
    """Voilà's exporter with our templates: compiled once, escaping whatever is not marked safe."""

    @property
    def environment(self) -> Environment:
        """The Jinja environment of the templates."""
        environment: Environment = super().environment
        environment.auto_reload = False  # else each page asks the disk for each part of itself
        if not environment.autoescape:
            environment.autoescape = True
            environment.add_extension("jinja2.ext.i18n")
            # Voilà gives this filter at each rendering; compiling needs its name before.
            environment.filters.setdefault("trusted", lambda output: output)
        return environment

    def _preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Take a notebook as it is: there is no preprocessor, and what is ours need not be looked at again."""
        return nb, resources


class _AsItIs(NotebookNode):
    """A notebook that an exporter need not copy first: it is made for this page, and nobody else sees it."""

    def __deepcopy__(self, memo: Any) -> _AsItIs:
        return self


@cache
def exporter(file: str = "index.html.j2") -> PageExporter:
    """Return the exporter of one of our templates. There is one of each, so that Jinja compiles once."""
    here = Path(__file__).parent / "voila_template"
    return PageExporter(
        template_name="actionlearn",
        template_file=file,
        template_paths=[str(here)],
        extra_loaders=[FileSystemLoader([here, rendering.html_folder()])],
        contents_manager=_NoFiles(),
        default_preprocessors=[],
    )


async def rendered(file: str, node: Any, **values: Any) -> str:
    """Render a notebook with one of our templates.

    Parameters
    ----------
    file, node
        The template, and the notebook.
    **values
        What else the template shows.
    """
    given = _AsItIs(node)  # type: ignore[no-untyped-call]
    parts = exporter(file).generate_from_notebook_node(given, resources={}, extra_context=values)
    return "".join([part async for part, _ in parts])
