"""`actionlearn tell`: deliver the daily notifications, where cron does it and not the server."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from actionlearn import i18n
from actionlearn.cli import terminal_locale
from actionlearn.cli.options import data_option, opened_store, store_option
from actionlearn.settings import read_settings


@click.command()
@data_option
@store_option
@click.option("--public-url", help="Address people reach the server by, for the links in letters.")
def tell(data: Path | None, url: str | None, public_url: str | None) -> None:
    """Tell people what is new, once a day each, outside their quiet hours.

    A server does this by itself. Where it shall not (ACTIONLEARN_TELL=no), call this every hour: days begin at
    many hours. Whoever was told today is not told again, however often it is called.
    """
    from actionlearn.notifications.delivery import deliver_all
    from actionlearn.server.web.addresses import public_address

    settings = read_settings({"data": data, "store": url, "public_url": public_url})
    folder, store = opened_store(data, url)
    with store:
        done = deliver_all(store, folder, settings, public_address(settings, settings.port), datetime.now(UTC))
    message = "Told: {told}. Letters sent: {letters}."
    click.echo(i18n.say(message, terminal_locale(), told=done.notified, letters=done.letters))
    if done.failed:
        click.echo(i18n.say("Not sent: {count}. The log says why.", terminal_locale(), count=done.failed), err=True)
        raise click.exceptions.Exit(1)
