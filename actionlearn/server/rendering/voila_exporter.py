"""Voilà's exporter, with our templates."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, pass_context
from jinja2.runtime import Context
from voila.exporter import VoilaExporter

from actionlearn.server.rendering import pages
from actionlearn.text.html_pages import set_rules


class _NoFiles:
    """What Voilà's Markdown reader asks for files to put into a page: there are none."""

    def file_exists(self, path: str) -> bool:  # noqa: ARG002 - the shape of a contents manager
        """Tell that there is no such file, so that no Markdown can read one of the server's."""
        return False


class PageExporter(VoilaExporter):  # type: ignore[misc]
    """Voilà's exporter with our templates: compiled once, escaping whatever is not marked safe.

    Voilà sends a page piece by piece, while its cells run. Nothing runs for ours: it is rendered at once, which takes
    a fraction of the time.
    """

    @property
    def environment(self) -> Environment:
        """The Jinja environment of the templates."""
        environment: Environment = super(VoilaExporter, self).environment  # which does not wait between pieces
        if not environment.autoescape:
            set_rules(environment)
            environment.filters["trusted"] = _trusted
        return environment

    @pass_context
    def markdown2html(self, context: Context, source: str) -> str:  # noqa: ARG002 - the shape of Voilà's filter
        """Return Markdown as HTML. Our cells have no attachments: the same Markdown is the same HTML."""
        return _as_html(self, source)


@lru_cache(maxsize=1024)
def _as_html(exporter: PageExporter, source: str) -> str:
    return str(VoilaExporter.markdown2html(exporter, {"cell": {}}, source))


def _trusted(output: dict[str, Any]) -> dict[str, Any]:
    """Return an output as one that the front-end may draw: our own cells made it."""
    return {**output, "trusted": True}


@cache
def exporter(file: str = "workbooks/page.html") -> PageExporter:
    """Return the exporter of one of our templates. There is one of each, so that Jinja compiles once."""
    return PageExporter(
        template_name="actionlearn",
        template_file=file,
        template_paths=[str(pages.html_folder())],
        extra_loaders=[FileSystemLoader(pages.html_folder())],
        contents_manager=_NoFiles(),
        default_preprocessors=[],
    )


def rendered(file: str, node: Any, **values: Any) -> str:
    """Render a notebook with one of our templates.

    Parameters
    ----------
    file, node
        The template, and the notebook; one that was never in a file may be plain dictionaries.
    **values
        What else the template shows.
    """
    html: str = exporter(file).template.render(nb=node, **values)
    return html
