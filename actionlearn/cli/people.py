"""`actionlearn people export` and `people erase`: what is held about somebody, and an end of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from actionlearn import words
from actionlearn.cli import locale as terminal_locale
from actionlearn.errors import BadInput, Missing
from actionlearn.settings import read_settings

_DATA = click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Default: ./actionlearn-data")
_STORE = click.option("--store", "url", help="URL of the store, where it is not the file in the data folder.")


@click.group()
def people() -> None:
    """Say what is held about somebody, or take them out."""


@people.command()
@click.argument("username")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: USERNAME.json")
@_DATA
@_STORE
def export(username: str, output: Path | None, data: Path | None, url: str | None) -> None:
    """Write all that is held about USERNAME into a file: every row of the store, and who opened their work.

    Files attached to answers are named in it; they lie in the data folder, below evidence/.
    """
    from actionlearn import held
    from actionlearn.store import reads

    path = output or Path(f"{username}.json")
    _, store = _open(data, url)
    with store:
        who = _whom(store, username)
        told = held.told(store, who.id)
        store.write(lambda c: reads.note(c, "", "exported what is held", f"person {who.id}"))
    text = held.as_json(told)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise BadInput("backup.there_already", path=str(path)) from None
    except OSError as error:
        raise BadInput("backup.not_written", path=str(path), reason=error.strerror or str(error)) from error
    _say("{path}: all that is held about {name}. Give it to them alone.", path=path, name=who.name)


@people.command()
@click.argument("username")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_DATA
@_STORE
def erase(username: str, yes: bool, data: Path | None, url: str | None) -> None:
    """Take USERNAME out for good: their workbooks, what they shared and attached, comments, name and sessions.

    What a set wrote together stays the set's, without their name. Stop the server first.
    """
    from actionlearn.store import persons
    from actionlearn.store.lock import only_server

    folder, store = _open(data, url)
    with store, only_server(folder):
        who = _whom(store, username)
        if not yes:
            question = "Erase {name} ({username}) for good? There is no way back"
            click.confirm(words.say(question, terminal_locale(), name=who.name, username=username), abort=True)
        persons.remove_folders(folder, store.write(lambda c: persons.erase(c, who)))
        store.scrub()
    _say("{username} is erased.", username=username)
    _say(
        "Backups from before now hold what they wrote until you delete them. If you bring one back, erase {username} "
        "again before you serve it.",
        username=username,
    )


def _whom(store: Any, username: str) -> Any:
    from actionlearn.store import members

    found = store.read(lambda c: members.person_by_username(c, username))
    if found is None:
        raise Missing("signin.nobody", username=username)
    return found


def _open(data: Path | None, url: str | None) -> tuple[Path, Any]:
    from actionlearn.store import open_store

    settings = read_settings({"data": data, "store": url})
    folder = Path(settings["data"]).absolute()
    if not settings["store"] and not folder.is_dir():
        raise Missing("cohort.none")
    return folder, open_store(folder, settings["store"])


def _say(message: str, **values: Any) -> None:
    click.echo(words.say(message, terminal_locale(), **values))
