"""`actionlearn cohort`: the commands ``build``, ``status``, ``links``, ``upgrade`` and ``operator``."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from actionlearn import i18n
from actionlearn.cli import terminal_locale
from actionlearn.cli.execute import execute
from actionlearn.cli.options import chosen_cohort, data_option, executor_option, opened_store, store_option
from actionlearn.cli.output import ProgressBar, say_people, say_report, table
from actionlearn.cli.progress import progress
from actionlearn.errors import BadInput, BuildError, Fault
from actionlearn.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from actionlearn.cohort.enrolment.enrol import EnrolmentChanges
    from actionlearn.cohort.enrolment.links import PersonLink
    from actionlearn.cohort.workbooks.upgrade import Planned
    from actionlearn.store import Store


@click.group()
def cohort() -> None:
    """Build a cohort, see who is where, write sign-in links."""


cohort.add_command(progress)
cohort.add_command(execute)


@cohort.command()
@click.argument("programme", type=click.Path(path_type=Path))
@click.option(
    "--roster",
    type=click.Path(path_type=Path),
    help="Learners (CSV, .xlsx, .xls, .ods, OneRoster's files in a zip or folder) instead of the programme's.",
)
@click.option("--only-right", is_flag=True, help="Take the rows that are right, where others are not. Nobody leaves.")
@click.option("--leave", is_flag=True, help="Whom the roster no longer names ends being a learner here.")
@click.option("--yes", is_flag=True, help="Do not ask, also where half of the learners would leave.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@executor_option
@data_option
@store_option
def build(
    programme: Path,
    roster: Path | None,
    only_right: bool,
    leave: bool,
    yes: bool,
    dry_run: bool,
    executor: str,
    data: Path | None,
    url: str | None,
) -> None:
    """Make every learner's workbooks, as PROGRAMME (a TOML file) and its roster say.

    Run it again at any time: it makes what is missing or has changed, and never touches a workbook
    somebody has written in.
    """
    from actionlearn.cohort.enrolment.enrol import Terms, matched_rows, plan, plan_right, take_inputs

    read, taken = take_inputs(programme, roster, only_right=only_right)
    for note in taken.notes:
        text = " ".join(filter(None, (i18n.sentence(note, terminal_locale()), i18n.hint(note, terminal_locale()))))
        click.echo(f"{note.path}: {text}", err=True)
    folder, store = opened_store(data, url, make=not dry_run)
    with store:
        rows = store.read(lambda c: matched_rows(c, read.id, taken.rows))
        if only_right:
            rows, wrong, changes = plan_right(store, read, rows)
            if wrong := [*taken.faults, *wrong]:
                _say_left_out(wrong, len(rows))
                leave = False
        else:
            changes = plan(store, read, rows)
        if dry_run:
            say_people(changes, len(rows), leave=leave)
            return
        if leave and not yes:
            _ask_whether_most_leave(changes)
        from actionlearn.cohort.workbooks.build import build_cohort

        with ProgressBar() as (bar, task):
            report = build_cohort(
                store,
                folder,
                read,
                rows,
                terms=Terms(leave=leave),
                progress=lambda done, of, _: bar.update(task, completed=done, total=of),
                where=executor,
            )
    say_people(report.people, len(rows), leave=leave)
    say_report(report, folder / "cohorts" / read.id)
    if report.failed:
        raise click.exceptions.Exit(1)


def _say_left_out(wrong: Sequence[Fault], right: int) -> None:
    """Say which rows are left out, and why."""
    for fault in wrong:
        click.echo(i18n.fault_line(fault, terminal_locale()), err=True)
    click.echo(
        _say("Taken are the {count} rows that are right. Nobody leaves by a file that is not whole.", count=right),
        err=True,
    )


def _ask_whether_most_leave(changes: EnrolmentChanges) -> None:
    if changes.most_leave:
        values = {"leaving": len(changes.left), "learners": changes.learners}
        click.confirm(_say("{leaving} of {learners} learners would leave. Is that meant?", **values), abort=True)


@cohort.command()
@click.argument("name", metavar="[COHORT]", required=False)
@data_option
@store_option
def status(name: str | None, data: Path | None, url: str | None) -> None:
    """Show who is where: what is answered, when it was last saved, what was shared."""
    from actionlearn.cohort.progress.status import cohort_status

    folder, store = opened_store(data, url)
    with store:
        learners = cohort_status(store, folder, chosen_cohort(store, name))
    table(learners)


@cohort.command()
@click.argument("name", metavar="[COHORT]", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: standard output")
@click.option("--only", multiple=True, metavar="USERNAME", help="Only for this person; may be given again.")
@click.option("--hours", type=click.FloatRange(min=0.1, max=24 * 366), help="Until they lapse. Default: two weeks")
@click.option("--public-url", help="Address people reach the server by. Default: http://127.0.0.1:8765/")
@click.option("--mail", is_flag=True, help="Send each their link, by the mail server of the settings.")
@data_option
@store_option
def links(
    name: str | None,
    output: Path | None,
    only: tuple[str, ...],
    hours: float | None,
    public_url: str | None,
    mail: bool,
    data: Path | None,
    url: str | None,
) -> None:
    """Write a new sign-in link for everybody, as CSV, or mail it. Earlier links that were not used stop working.

    Where a mail server is set, links are mailed unless a file is named.
    """
    from actionlearn.accounts import new_links
    from actionlearn.cohort.enrolment.links import as_csv, make_links
    from actionlearn.server.web.addresses import public_address

    settings = read_settings({"public_url": public_url, "link_hours": None})
    mail = mail or (bool(settings.mail_host) and not output)
    if output:
        _check_output(output)
    _, store = opened_store(data, url)
    with store:
        chosen, where = chosen_cohort(store, name), public_address(settings, settings.port)
        lasts = hours or settings.link_hours

        def make() -> list[PersonLink]:
            return make_links(store, chosen, where, lasts, partial(new_links, replace=not mail), only)

        rows = _mail_links(settings, store, chosen, make) if mail else make()
    if elsewhere := [each.username for each in rows if each.elsewhere]:
        message = (
            "These belong to other cohorts too, or run the server, and their links open that as well: {usernames}."
        )
        click.echo(_say(message, usernames=", ".join(elsewhere)), err=True)
    if mail and not output:
        return
    text = as_csv(rows, terminal_locale())
    if not output:
        click.echo(text.encode(), nl=False)
        return
    output.write_bytes(b"\xef\xbb\xbf" + text.encode())
    click.echo(_say("Links in {path}: {count}. Whoever has a link can sign in with it: send each to its own person.",
                    count=len(rows), path=output))  # fmt: skip


@cohort.command()
@click.argument("name", metavar="[COHORT]", required=False)
@click.option("--dry-run", is_flag=True, help="Say what would happen to whom, and change nothing.")
@data_option
@store_option
def upgrade(name: str | None, dry_run: bool, data: Path | None, url: str | None) -> None:
    """Bring workbooks up to date with templates that changed, and with what the programme fills in.

    Those that nobody has written in are made again. The others stay as they are: their owners are
    shown what is different, and may take it. No answer is lost either way.
    """
    from actionlearn.cohort.workbooks.upgrade import correct_untouched, plan

    folder, store = opened_store(data, url)
    with store:
        planned = plan(store, folder, chosen_cohort(store, name))
        for each in planned:
            _say_planned(each)
        if not dry_run:
            click.echo(_say("Workbooks made again: {count}.", count=correct_untouched(store, folder, planned)))
    if not planned:
        click.echo(_say("Every workbook has the newest version."))


def _say_planned(each: Planned) -> None:
    what = _say("corrected, nobody has written in it") if each.what == "corrected" else _say("offered to its owner")
    difference = each.difference
    counts = {name: len(getattr(difference, name)) for name in ("added", "changed", "removed")}
    counted = _say("questions added: {added}, in other words: {changed}, removed: {removed}", **counts)
    values = "".join(f"; {name}: {before or '–'} → {after or '–'}" for name, before, after in difference.values)
    click.echo(f"{each.owner}: {each.workbook.template}-{each.workbook.number}: {what}; {counted}{values}")


@cohort.command()
@click.argument("name", metavar="[COHORT]", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: standard output")
@data_option
@store_option
def programme(name: str | None, output: Path | None, data: Path | None, url: str | None) -> None:
    """Write the programme of a cohort as it is now, as programme.toml: `cohort build` reads it again."""
    from actionlearn.cohort.programme.programme import as_toml, from_store
    from actionlearn.store.people import members

    _, store = opened_store(data, url)
    with store:
        chosen = chosen_cohort(store, name)
        text = as_toml(from_store(store.read(lambda c: members.cohort(c, chosen)).programme))
    if not output:
        click.echo(text, nl=False)
        return
    _check_output(output)
    output.write_text(text, encoding="utf-8")


@cohort.command()
@click.argument("username")
@click.option("--end", is_flag=True, help="They are no longer one.")
@click.option("--new", metavar="NAME", help="Their name, where nobody has this username yet.")
@click.option("--link", is_flag=True, help="Print a sign-in link for them.")
@click.option("--public-url", help="Address people reach the server by. Default: http://127.0.0.1:8765/")
@data_option
@store_option
def operator(
    username: str,
    end: bool,
    new: str | None,
    link: bool,
    public_url: str | None,
    data: Path | None,
    url: str | None,
) -> None:
    """Make USERNAME an operator: somebody who may make cohorts, and facilitates all of this installation.

    An operator reads no learner's words by it. The audit keeps who became one, and when.
    """
    from actionlearn.accounts import new_link, set_operator
    from actionlearn.cohort.roster.roster import safe_username
    from actionlearn.server.web.addresses import public_address

    if new and not safe_username(username):
        raise BadInput("roster.bad_username", value=username)
    settings = read_settings({"public_url": public_url})
    _, store = opened_store(data, url, make=bool(new))
    with store:
        person = set_operator(store, username, not end, new or "")
        token = new_link(store, person.id) if link and not end else ""
    message = "{name} is no longer an operator." if end else "{name} is an operator of this installation now."
    click.echo(_say(message, name=person.name))
    if token:
        click.echo(f"{public_address(settings, settings.port)}in/{token}")


def _say(message: str, **values: Any) -> str:
    return i18n.say(message, terminal_locale(), **values)


def _mail_links(
    settings: Settings, store: Store, cohort: str, make: Callable[[], list[PersonLink]]
) -> list[PersonLink]:
    """Mail the links and return all of them; say who could not be reached, and end with an error then."""
    from actionlearn.accounts import settle_link
    from actionlearn.cohort.enrolment.link_mail import WAITS, send_again, send_links
    from actionlearn.store.people import members

    def settle(link: PersonLink, sent: bool) -> None:
        settle_link(store, link.link.rpartition("/")[2], sent=sent)

    name = store.read(lambda c: members.cohort(c, cohort)).name
    sent = send_links(settings, name, make, settle)
    for seconds in WAITS:
        if sent.waiting:
            message = "The mail server asks to try {count} letters again later. Next try in {seconds} seconds …"
            click.echo(_say(message, count=len(sent.waiting), seconds=seconds), err=True)
            time.sleep(seconds)
            sent = send_again(settings, name, sent, settle, last=seconds == WAITS[-1])
    lost = {each.username for each, _ in sent.failed}
    for each in sent.links:
        if each.link and each.username not in lost:
            click.echo(_say("{username}: sent to {address}", username=each.username, address=each.email))
    click.echo(_say("Letters sent: {count}.", count=sent.count))
    for each, error in sent.failed:
        click.echo(f"{each.username}: {i18n.sentence(error, terminal_locale())}", err=True)
    if sent.failed:
        message = "Not sent: {count}. Send these again with --only, or write their links to a file with -o."
        click.echo(_say(message, count=len(sent.failed)), err=True)
        raise click.exceptions.Exit(1)
    return sent.links


def _check_output(path: Path) -> None:
    """Make the file, for its owner's eyes alone, before the links: making them ends the earlier ones."""
    try:
        path.touch(mode=0o600)
        with path.open("ab"):
            pass
    except OSError as error:
        raise BuildError("cohort.not_written", path=path, reason=error.strerror) from None
