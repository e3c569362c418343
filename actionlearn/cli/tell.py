"""`actionlearn tell`: what is new, for whoever has cron do it rather than the server."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from actionlearn import i18n
from actionlearn.cli import locale as terminal_locale
from actionlearn.errors import Missing
from actionlearn.settings import read_settings


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Default: ./actionlearn-data")
@click.option("--store", "url", help="URL of the store, where it is not the file in the data folder.")
@click.option("--public-url", help="Address people reach the server by, for the links in letters.")
def tell(data: Path | None, url: str | None, public_url: str | None) -> None:
    """Tell people what is new, once a day each, outside their quiet hours.

    A server does this by itself. Where it shall not (ACTIONLEARN_TELL=no), call this every hour: days begin at
    many hours. Whoever was told today is not told again, however often it is called.
    """
    from actionlearn.notifications.delivery import deliver_all
    from actionlearn.server.web.addresses import public_address
    from actionlearn.store import open_store

    settings = read_settings({"data": data, "store": url, "public_url": public_url})
    folder = Path(settings.data).absolute()
    if not settings.store and not folder.is_dir():
        raise Missing("cohort.none")
    with open_store(folder, settings.store) as store:
        done = deliver_all(store, folder, settings, public_address(settings, settings.port), datetime.now(UTC))
    said = "Told: {told}. Letters sent: {letters}."
    click.echo(i18n.say(said, terminal_locale(), told=done.told, letters=done.letters))
    if done.failed:
        click.echo(i18n.say("Not sent: {count}. The log says why.", terminal_locale(), count=done.failed), err=True)
        raise click.exceptions.Exit(1)
