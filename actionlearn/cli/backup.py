"""`actionlearn backup` and `actionlearn restore`."""

from __future__ import annotations

from pathlib import Path

import click

from actionlearn.errors import Missing
from actionlearn.settings import read_settings

_DATA = click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Default: ./actionlearn-data")
_STORE = click.option("--store", "url", help="URL of the store, where it is not the file in the data folder.")


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Default: actionlearn-<date>T<time>Z.tar.gz")
@_DATA
@_STORE
def backup(output: Path | None, data: Path | None, url: str | None) -> None:
    """Copy everything into one file, while the server runs.

    The database as it is at one moment, workbooks, executed notebooks and the journal of erasures. A
    database in PostgreSQL is not in it: the command that copies it is printed.
    """
    from actionlearn.store import backup as making
    from actionlearn.store import now, open_store
    from actionlearn.store.connect import FILE

    folder, address = _where(data, url)
    if not address and not (folder / FILE).is_file():
        raise Missing("backup.no_store", path=str(folder))
    stamp = now()[:19].replace("-", "").replace(":", "")
    with open_store(folder, address) as store:
        made = making.backup(store, folder, output or Path(f"actionlearn-{stamp}Z.tar.gz"))
    click.echo(f"{made.path}: {made.files} files, {made.size / 1e6:.1f} MB. Keep it where this machine is not.")
    if not made.database:
        click.echo(
            "The database is in PostgreSQL and not in this file. Copy it too:\n\n"
            f"  pg_dump --format=custom --file={made.path.name.removesuffix('.tar.gz')}.dump '{_plain(address)}'\n\n"
            "(A password belongs into ~/.pgpass.)"
        )


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--erasures",
    type=click.Path(path_type=Path),
    multiple=True,
    help="The erasures.jsonl of the folder that was lost; it may lie in the new folder as well.",
)
@_DATA
@_STORE
def restore(file: Path, erasures: tuple[Path, ...], data: Path | None, url: str | None) -> None:
    """Bring the backup FILE back, without what was erased since.

    The folder must be empty, but for a journal of erasures. A database in PostgreSQL is restored by
    its own tools first: pg_restore; then name it with --store.
    """
    from actionlearn.store.restore import restore as bring_back

    folder, address = _where(data, url)
    done = bring_back(file, folder, erasures, address)
    click.echo(f"{folder}: {done.files} files of {done.made_at}, each as it was.")
    if not done.database:
        click.echo(
            "The database was in PostgreSQL. Restore it, then serve it; what was erased since is erased then:\n\n"
            "  pg_restore --clean --if-exists --dbname=ADDRESS FILE.dump"
        )
        return
    click.echo("The database is whole, and up to date.")
    if done.erased:
        click.echo(f"{done.erased} passages that were erased since are erased again.")
    if done.whole:
        click.echo(f"{done.whole} of them took a whole answer: it could not be told where in it the words were.")
    if not done.journal:
        click.echo(
            "No journal of erasures from after this backup was given. If you have the erasures.jsonl of the old\n"
            f"folder, put it into {folder} before you serve it: what it names is erased at the start."
        )


def _where(data: Path | None, url: str | None) -> tuple[Path, str]:
    settings = read_settings({"data": None if data is None else str(data), "store": url})
    return Path(settings["data"]).resolve(), str(settings["store"])


def _plain(address: str) -> str:
    """Return the address as PostgreSQL's own tools read it, without a password."""
    from urllib.parse import urlsplit, urlunsplit

    parts = urlsplit(address)
    before, at, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(scheme="postgresql", netloc=before.partition(":")[0] + at + host))
