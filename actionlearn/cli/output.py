"""What the commands print in the terminal: progress bars, tables and reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from actionlearn import i18n
from actionlearn.cli import terminal_locale
from actionlearn.errors import Fault

if TYPE_CHECKING:
    from rich.console import Console

    from actionlearn.cohort.progress.status import Learner
    from actionlearn.cohort.workbooks.report import BuildReport


def _say(message: str, **values: Any) -> str:
    return i18n.say(message, terminal_locale(), **values)


def _console(*, err: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=err, markup=False, highlight=False, emoji=False)


class ProgressBar:
    """A progress bar for the terminal; nothing where there is none."""

    def __enter__(self) -> tuple[Any, Any]:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        console = _console(err=True)
        columns = (TextColumn(_say("Workbooks")), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=console, disable=not console.is_terminal)
        self._bar.start()
        return self._bar, self._bar.add_task("", total=None)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


def say_people(people: Any, learners: int, *, leave: bool = False) -> None:
    """Say what a roster and a programme change about people."""
    click.echo(_say("Learners in the roster: {count}. New people: {new}.", count=learners, new=len(people.new)))
    for each in people.changed:
        click.echo(f"  {each.username}: {each.what} {each.before or '–'} → {each.after or '–'}")
    if people.elsewhere:
        message = "These belong to other cohorts too, or run the server; what changed of them has changed there as well: {usernames}."
        click.echo(_say(message, usernames=", ".join(people.elsewhere)), err=True)
    for old, new in people.same:
        message = "{old} is not in the roster, and {new} is new, with the same e-mail address. Is it one person? Keep the username."
        click.echo(_say(message, old=old, new=new), err=True)
    if people.left:
        message = "No longer in the roster, and no longer learners here: {usernames}."
        message = message if leave else "No longer in the roster, and kept: {usernames}."
        click.echo(_say(message, usernames=", ".join(people.left)))
    if people.ended:
        click.echo(_say("No longer in the programme, role ended: {usernames}.", usernames=", ".join(people.ended)))


def say_report(report: BuildReport, folder: Path) -> None:
    """Say what a build made, and what it could not make."""
    message = "Workbooks: {made} made, {changed} made again, {unchanged} as they were, {kept} kept because of answers in them."
    counts = {name: len(getattr(report, name)) for name in ("made", "changed", "unchanged")}
    click.echo(_say(message, **counts, kept=len(report.preserved)))
    for each in report.failed:
        click.echo(f"{each.username} ({each.template}): {_reason(each.fault)}", err=True)
    if report.failed:
        click.echo(_say("Not made: {count}. Build again to try again.", count=len(report.failed)), err=True)
    click.echo(str(folder))


def _reason(fault: Fault) -> str:
    return i18n.sentence(fault, terminal_locale())


def table(learners: list[Learner]) -> None:
    """Print who is where."""
    from rich import box
    from rich.table import Table

    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("Name", "Set", "Workbook", "Answered", "Saved", "Shared"):
        shown.add_column(_say(name), justify="right" if name == "Answered" else "left", no_wrap=name != "Name")
    for learner in learners:
        name, group = learner.person.name, learner.set
        for each in learner.workbooks or (None,):
            shown.add_row(name, group, *(_cells(each) if each else ()))
            name = group = ""
    console = _console()
    if not console.is_terminal:
        console.width = 200
    console.print(shown)


def _cells(each: Any) -> tuple[str, str, str, str]:
    day = {name: getattr(each, name).isoformat() if getattr(each, name) else "–" for name in ("saved", "shared")}
    return f"{each.template}-{each.number}", f"{each.answered} / {each.prompts}", day["saved"], day["shared"]
