"""`actionlearn serve`: the server."""

from __future__ import annotations

from typing import Any

import click


@click.command()
@click.option("--data", help="Folder of workbooks, reviews and the SQLite store (default: actionlearn-data).")
@click.option("--store", help="URL of the store; the SQLite file in the data folder where none is given.")
@click.option("--ip", help="Address to listen on (default: 127.0.0.1).")
@click.option("--port", type=int, help="Port to listen on (default: 8765).")
@click.option("--base-url", help="Path of the kit behind a proxy, such as /learn/.")
@click.option("--public-url", help="Address people reach the server by, such as https://learn.example.org.")
def serve(**given: Any) -> None:
    """Serve workbooks to learners, coaches and facilitators."""
    from actionlearn.server import run
    from actionlearn.settings import read_settings

    run.serve(
        read_settings(given),
        ready=lambda _kit, address: click.echo(f"actionlearn is at {address} (Ctrl+C stops it)", err=True),
    )
