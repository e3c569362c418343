"""`actionlearn serve`: the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from actionlearn import i18n
from actionlearn.cli import terminal_locale

if TYPE_CHECKING:
    from actionlearn.server.web.context import ServerContext


@click.command()
@click.option("--data", help="Folder of workbooks, reviews and the SQLite store (default: actionlearn-data).")
@click.option("--store", help="URL of the store; the SQLite file in the data folder where none is given.")
@click.option("--ip", help="Address to listen on (default: 127.0.0.1).")
@click.option("--port", type=int, help="Port to listen on (default: 8765).")
@click.option("--base-url", help="Path of the kit behind a proxy, such as /learn/.")
@click.option("--public-url", help="Address people reach the server by, such as https://learn.example.org.")
def serve(**given: Any) -> None:
    """Serve workbooks to learners, coaches and facilitators.

    Where nobody is in the store yet, it prints a link for whoever is to run the installation.
    """
    from actionlearn.server.serve import serve as run_server
    from actionlearn.settings import read_settings

    run_server(read_settings(given), ready=_ready)


def _ready(kit: ServerContext, address: str) -> None:
    from actionlearn.accounts import FIRST_HOURS, bootstrap_link

    click.echo(f"actionlearn is at {address} (Ctrl+C stops it)", err=True)
    if token := bootstrap_link(kit.store):
        message = (
            "Nobody is here yet. Whoever opens this link runs the installation (it works once, within {hours} hours):"
        )
        click.echo(i18n.say(message, terminal_locale(), hours=FIRST_HOURS), err=True)
        click.echo(f"{address}in/{token}", err=True)
