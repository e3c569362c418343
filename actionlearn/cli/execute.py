"""`actionlearn cohort execute`: make what others will read, without a server."""

from __future__ import annotations

from pathlib import Path

import click

from actionlearn import i18n
from actionlearn.cli import locale as terminal_locale
from actionlearn.cli.output import progress

#: ``--executor`` of the commands that make many things.
EXECUTOR = click.option(
    "--executor",
    metavar="WHERE",
    default="",
    help="Where it is done: processes (of this machine), here, or dask://HOST:PORT. Default: processes, where there is much to do.",
)


@click.command()
@EXECUTOR
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Default: ./actionlearn-data")
@click.option("--store", "url", help="URL of the store, where it is not the file in the data folder.")
def execute(executor: str, data: Path | None, url: str | None) -> None:
    """Execute every notebook that was shared and that nobody can read yet.

    A server does that by itself, two at a time. Run it where there are hundreds; once more goes on with the rest.
    """
    from actionlearn.cli.cohort import _open
    from actionlearn.executors import PROCESSES
    from actionlearn.reviews.pending import execute_pending

    folder, store = _open(data, url)
    with store, progress() as (bar, task):
        made = execute_pending(
            store,
            folder,
            where=executor or PROCESSES,
            progress=lambda done, of: bar.update(task, completed=done, total=of),
        )
    failed = sum(each.state == "failed" for each in made)
    said = "Notebooks executed: {done}. Not as they should be: {failed}."
    click.echo(i18n.say(said, terminal_locale(), done=len(made), failed=failed))
