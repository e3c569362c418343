"""`actionlearn lrs`: what is on its way to a learning record store, and what it refused."""

from __future__ import annotations

from pathlib import Path

import click

from actionlearn import i18n
from actionlearn.cli import locale as terminal_locale
from actionlearn.errors import Missing
from actionlearn.settings import read_settings


@click.command()
@click.option("--again", is_flag=True, help="Send once more what was refused.")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Default: ./actionlearn-data")
@click.option("--store", "url", help="URL of the store, where it is not the file in the data folder.")
def lrs(again: bool, data: Path | None, url: str | None) -> None:
    """Say how many xAPI statements wait, were sent and were refused, and why."""
    from actionlearn.store import open_store
    from actionlearn.store.outbound import statements

    locale = terminal_locale()
    settings = read_settings({"data": data, "store": url})
    folder = Path(settings.data).absolute()
    if not settings.store and not folder.is_dir():
        raise Missing("cohort.none")
    with open_store(folder, settings.store) as store:
        if again:
            count = store.write(statements.requeue)
            click.echo(i18n.say("Will be sent once more: {count}.", locale, count=count))
        counts, refused = store.read(lambda c: (statements.counts(c), statements.refused(c)))
    click.echo(i18n.say("Statements: {waiting} wait, {sent} sent, {aside} refused.", locale, **counts))
    for each in refused:
        click.echo(f"{each.id} {each.verb} {each.happened_at}: {each.reason}")
