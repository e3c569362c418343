"""`actionlearn cohort execute`: execute shared notebooks without a server."""

from __future__ import annotations

from pathlib import Path

import click

from actionlearn import i18n
from actionlearn.cli import terminal_locale
from actionlearn.cli.options import data_option, executor_option, opened_store, store_option
from actionlearn.cli.output import ProgressBar


@click.command()
@executor_option
@data_option
@store_option
def execute(executor: str, data: Path | None, url: str | None) -> None:
    """Execute every notebook that was shared and that nobody can read yet.

    A server does that by itself, two at a time. Run it where there are hundreds; once more goes on with the rest.
    """
    from actionlearn.executors import PROCESSES
    from actionlearn.reviews.pending import execute_pending

    folder, store = opened_store(data, url)
    with store, ProgressBar() as (bar, task):
        made = execute_pending(
            store,
            folder,
            where=executor or PROCESSES,
            progress=lambda done, of: bar.update(task, completed=done, total=of),
        )
    failed = sum(each.state == "failed" for each in made)
    message = "Notebooks executed: {done}. Not as they should be: {failed}."
    click.echo(i18n.say(message, terminal_locale(), done=len(made), failed=failed))
