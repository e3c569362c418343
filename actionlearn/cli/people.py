"""`actionlearn people export`, `erase` and `lapsed`: the personal data of somebody: export, erasure, retention."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from actionlearn import i18n
from actionlearn.cli import terminal_locale
from actionlearn.cli.options import data_option, opened_store, store_option
from actionlearn.errors import BadInput, Missing
from actionlearn.settings import read_settings

if TYPE_CHECKING:
    from actionlearn.cohort.retention import RetentionStatus
    from actionlearn.store.backup.log import BackupEntry


@click.group()
def people() -> None:
    """Say what is held about somebody, or take them out."""


@people.command()
@click.argument("username")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: USERNAME.json")
@data_option
@store_option
def export(username: str, output: Path | None, data: Path | None, url: str | None) -> None:
    """Write all that is held about USERNAME into a file: every row of the store, and who opened their work.

    Files attached to answers are named in it; they lie in the data folder, below evidence/.
    """
    from actionlearn.exports import personal_data
    from actionlearn.store.people import access_log

    path = output or Path(f"{username}.json")
    _, store = opened_store(data, url)
    with store:
        who = _whom(store, username)
        rows = personal_data.collect(store, who.id)
        store.write(lambda c: access_log.record_read(c, "", "exported what is held", f"person {who.id}"))
    text = personal_data.as_json(rows)
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
@data_option
@store_option
def erase(username: str, yes: bool, data: Path | None, url: str | None) -> None:
    """Take USERNAME out for good: their workbooks, what they shared and attached, comments, name and sessions.

    What a set wrote together stays the set's, without their name. Stop the server first.
    """
    from actionlearn.store.backup import log
    from actionlearn.store.engine.folder_lock import only_server
    from actionlearn.store.erasure.people import erase_person

    folder, store = opened_store(data, url)
    with store, only_server(folder):
        who = _whom(store, username)
        if not yes:
            question = "Erase {name} ({username}) for good? There is no way back"
            click.confirm(i18n.say(question, terminal_locale(), name=who.name, username=username), abort=True)
        copies = store.read(lambda c: log.containing(c, who.id))
        erase_person(store, folder, who)
    _say("{username} is erased.", username=username)
    _say_copies(copies)


def _say_copies(copies: Sequence[BackupEntry]) -> None:
    """Say which backups still hold somebody, and until when."""
    days = read_settings().backup_days or 0
    last = {each.name: date.fromisoformat(each.at[:10]) + timedelta(days=days) for each in copies}
    there = [each for each in copies if not days or last[each.name] >= _today()]
    if there:
        _say("These backups still hold what they wrote, until you delete them:")
        for each in there:
            line = "  {name}, of {day}, kept until {last}" if days else "  {name}, of {day}"
            _say(line, name=each.name, day=each.at[:10], last=last[each.name].isoformat())
    else:
        _say("No backup that was made with actionlearn backup holds what they wrote.")
    _say(
        "Copies made in other ways do. A backup is restored without them where the journal of erasures "
        "(erasures.jsonl in this folder) is given to it."
    )


@people.command()
@click.option("--do", "doing", is_flag=True, help="Tell and erase what is due now, as the server does every day.")
@data_option
@store_option
def lapsed(doing: bool, data: Path | None, url: str | None) -> None:
    """Say until when each cohort is kept, as its programme says (keep = "18 months").

    Everybody in it is told a month before, on their pages and by mail where a mail server is set. Then all that was
    written in it is erased, and whoever is in no other cohort.
    """
    from actionlearn.cohort import retention
    from actionlearn.store import now
    from actionlearn.store.engine.folder_lock import only_server

    folder, store = opened_store(data, url)
    with store:
        for each in store.read(lambda c: retention.retention_statuses(c, _today())):
            _say_standing(each)
        if doing:
            with only_server(folder):
                letters = retention.RetentionEmails(store, read_settings({"data": data, "store": url}))
                notified, erased = retention.apply_retention(store, folder, now(), letters.send)
            _say("Told: {told}. Erased: {gone}.", told=len(notified), gone=len(erased))


def _say_standing(each: RetentionStatus) -> None:
    if not each.ends_on:
        _say("{cohort}: kept without an end.", cohort=each.cohort.id)
    elif not each.notice_on:
        _say("{cohort}: kept until {day}.", cohort=each.cohort.id, day=each.ends_on)
    else:
        _say("{cohort}: kept until {day}, told on {told}.", cohort=each.cohort.id, day=each.day, told=each.notice_on)


def _today() -> date:
    """Return the day it is, as the store counts days."""
    return datetime.now(UTC).date()


def _whom(store: Any, username: str) -> Any:
    from actionlearn.store.people import members

    found = store.read(lambda c: members.person_by_username(c, username))
    if found is None:
        raise Missing("signin.nobody", username=username)
    return found


def _say(message: str, **values: Any) -> None:
    click.echo(i18n.say(message, terminal_locale(), **values))
