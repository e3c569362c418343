"""`actionlearn lrs`: the statements that wait for a learning record store, and those it refused."""

from __future__ import annotations

from pathlib import Path

import click

from actionlearn import i18n
from actionlearn.cli import terminal_locale
from actionlearn.cli.options import data_option, opened_store, store_option


@click.command()
@click.option("--again", is_flag=True, help="Send once more what was refused.")
@data_option
@store_option
def lrs(again: bool, data: Path | None, url: str | None) -> None:
    """Say how many xAPI statements wait, were sent and were refused, and why."""
    from actionlearn.store.outbound import statements

    locale = terminal_locale()
    _, store = opened_store(data, url)
    with store:
        if again:
            count = store.write(statements.requeue)
            click.echo(i18n.say("Will be sent once more: {count}.", locale, count=count))
        counts, refused = store.read(lambda c: (statements.counts(c), statements.refused(c)))
    click.echo(i18n.say("Statements: {waiting} wait, {sent} sent, {aside} refused.", locale, **counts))
    for each in refused:
        click.echo(f"{each.id} {each.verb} {each.happened_at}: {each.reason}")
