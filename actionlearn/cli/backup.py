"""`actionlearn backup` and `actionlearn restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from actionlearn import i18n
from actionlearn.cli import terminal_locale
from actionlearn.cli.options import data_option, store_option
from actionlearn.errors import Missing
from actionlearn.settings import read_settings


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Default: actionlearn-<date>T<time>Z.tar.gz")
@data_option
@store_option
def backup(output: Path | None, data: Path | None, url: str | None) -> None:
    """Copy everything into one file, while the server runs.

    The database as it is at one moment, workbooks, executed notebooks and the journal of erasures. A
    database in PostgreSQL is not in it: the command that copies it is printed.
    """
    from actionlearn.store import now, open_store
    from actionlearn.store.backup.backup import backup as write_backup
    from actionlearn.store.engine.database import FILE

    folder, address = _where(data, url)
    if not address and not (folder / FILE).is_file():
        raise Missing("backup.no_store", path=str(folder))
    stamp = now()[:19].replace("-", "").replace(":", "")
    with open_store(folder, address) as store:
        made = write_backup(store, folder, output or Path(f"actionlearn-{stamp}Z.tar.gz"))
    _say(
        "{path}: {count} files, {megabytes} MB. Keep it where this machine is not.",
        path=made.path,
        count=made.files,
        megabytes=f"{made.size / 1e6:.1f}",
    )
    if not made.in_log:
        _say("The store cannot be written, so it does not know of this copy: whoever is erased is not told of it.")
    if not made.database:
        _say("The database is in PostgreSQL and not in this file. Copy it too:")
        dump = made.path.name.removesuffix(".tar.gz")
        click.echo(f"\n  pg_dump --format=custom --file={dump}.dump '{_plain(address)}'\n")
        _say("(A password belongs into ~/.pgpass.)")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--erasures",
    type=click.Path(path_type=Path),
    multiple=True,
    help="The erasures.jsonl of the folder that was lost; it may lie in the new folder as well.",
)
@data_option
@store_option
def restore(file: Path, erasures: tuple[Path, ...], data: Path | None, url: str | None) -> None:
    """Bring the backup FILE back, without what was erased since.

    The folder must be empty, but for a journal of erasures. A database in PostgreSQL is restored by
    its own tools first: pg_restore; then name it with --store.
    """
    from actionlearn.store.backup.restore import restore as restore_backup

    folder, address = _where(data, url)
    done = restore_backup(file, folder, erasures, address)
    _say("{folder}: {count} files of {made_at}, each as it was.", folder=folder, count=done.files, made_at=done.made_at)
    if not done.database:
        _say("The database was in PostgreSQL. Restore it, then serve it; what was erased since is erased then:")
        click.echo("\n  pg_restore --clean --if-exists --dbname=ADDRESS FILE.dump")
        return
    _say("The database is whole, and up to date.")
    if done.erased:
        _say("Passages that were erased since, and are erased again: {count}.", count=done.erased)
    if done.whole:
        _say(
            "Of these took a whole answer, since nobody can tell where in it the words were: {count}.", count=done.whole
        )
    if not done.journal:
        _say(
            "No journal of erasures from after this backup was given. If you have the erasures.jsonl of the old folder, "
            "put it into {folder} before you serve it: what it names is erased at the start.",
            folder=folder,
        )


def _say(message: str, **values: Any) -> None:
    click.echo(i18n.say(message, terminal_locale(), **values))


def _where(data: Path | None, url: str | None) -> tuple[Path, str]:
    settings = read_settings({"data": None if data is None else str(data), "store": url})
    return Path(settings.data).resolve(), settings.store


def _plain(address: str) -> str:
    """Return the address as PostgreSQL's own tools read it, without a password."""
    from urllib.parse import urlsplit, urlunsplit

    parts = urlsplit(address)
    before, at, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(scheme="postgresql", netloc=before.partition(":")[0] + at + host))
