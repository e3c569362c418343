"""`actionlearn preview`: a template as a page."""

from __future__ import annotations

from pathlib import Path

import click

from actionlearn.cli.browser import show_page


@click.command()
@click.argument("template", type=click.Path(path_type=Path))
@click.option("--port", type=int, default=0, help="Port to listen on; a free one where none is given.")
@click.option("--browser/--no-browser", default=True, help="Open it in a browser.")
def preview(template: Path, port: int, browser: bool) -> None:
    """Show TEMPLATE as a page, with sample answers, again at every change of the file."""
    from actionlearn.server.preview import preview as serve_preview
    from actionlearn.settings import read_settings

    def ready(address: str) -> None:
        click.echo(f"{template.name} is at {address} (Ctrl+C stops it)", err=True)
        if browser:
            show_page(address)

    serve_preview(template, read_settings({"ip": "127.0.0.1", "port": port}), ready)
