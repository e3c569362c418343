"""`actionlearn openapi`: what the pages of the kit ask its server, for machines to read."""

from __future__ import annotations

import json

import click


@click.command()
def openapi() -> None:
    """Print what pages ask of the server: every route of the API, what goes in and what comes out (OpenAPI 3.1)."""
    from actionlearn.server.openapi import description

    click.echo(json.dumps(description(), indent=1))
