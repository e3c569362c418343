"""Options that many commands have, and what these open: the store, and the cohort somebody means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from actionlearn.errors import BadInput, Missing
from actionlearn.settings import read_settings

if TYPE_CHECKING:
    from actionlearn.store import Store

#: ``--data``, the data folder.
data_option = click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="Default: ./actionlearn-data"
)

#: ``--store``, which the command takes as ``url``.
store_option = click.option("--store", "url", help="URL of the store, where it is not the file in the data folder.")

#: ``--executor`` of the commands that make many things.
executor_option = click.option(
    "--executor",
    metavar="WHERE",
    default="",
    help="Where it is done: processes (of this machine), here, or dask://HOST:PORT. Default: processes, where there is much to do.",
)


def opened_store(data: Path | None, url: str | None, *, make: bool = False) -> tuple[Path, Store]:
    """Return the data folder and its store, open.

    Parameters
    ----------
    data, url
        The values of ``--data`` and ``--store``.
    make
        Whether a data folder that is not there is made; else it is an error.

    Raises
    ------
    Missing
        There is no data folder.
    """
    from actionlearn.store import open_store

    settings = read_settings({"data": data, "store": url})
    folder = Path(settings.data).absolute()
    if not make and not settings.store and not folder.is_dir():
        raise Missing("cohort.none")
    return folder, open_store(folder, settings.store)


def chosen_cohort(store: Store, name: str | None) -> str:
    """Return the id of the cohort somebody means: the one they name, or the only one."""
    from actionlearn.store.people import members

    known = [each.id for each in store.read(members.cohorts)]
    if name in known or (name is None and len(known) == 1):
        return name or known[0]
    if not known:
        raise Missing("cohort.none")
    if name is None:
        raise BadInput("cohort.which", known=known)
    raise Missing("cohort.no_cohort", cohort=name, known=known)
