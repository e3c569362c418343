"""`actionlearn cohort progress`: the progress of each workbook, as a file for a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import click

from actionlearn import i18n
from actionlearn.cli import terminal_locale
from actionlearn.cli.options import chosen_cohort, data_option, opened_store, store_option
from actionlearn.errors import BuildError
from actionlearn.exports.spreadsheets import FORMATS, as_csv


@click.command()
@click.argument("name", metavar="[COHORT]", required=False)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"{' or '.join(f'.{suffix}' for suffix in sorted(FORMATS))}. Default: CSV, printed",
)
@data_option
@store_option
def progress(name: str | None, output: Path | None, data: Path | None, url: str | None) -> None:
    """Write who is where into a file: a row for each workbook, with counts and days. Never an answer."""
    from actionlearn.cohort.progress.status import cohort_status
    from actionlearn.cohort.progress.table import columns, table

    locale = terminal_locale()
    folder, store = opened_store(data, url)
    with store:
        rows = table(cohort_status(store, folder, chosen_cohort(store, name)))
    named = columns(locale)
    if output is None:
        click.echo(as_csv(named, rows).removeprefix(b"\xef\xbb\xbf"), nl=False)
        return
    form = FORMATS.get(output.suffix.lower().removeprefix("."), FORMATS["csv"])
    made = form.write(i18n.say("Progress", locale), named, rows)
    try:
        output.touch(mode=0o600)
        output.write_bytes(made)
    except OSError as error:
        raise BuildError("cohort.not_written", path=output, reason=error.strerror) from None
    click.echo(i18n.say("Who is where, in {path}: {count} rows.", locale, path=output, count=len(rows)))
