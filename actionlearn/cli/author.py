"""What an author types: ``check`` and ``new``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from actionlearn import words
from actionlearn.cli import locale as terminal_locale
from actionlearn.errors import ActionlearnError, BadInput, Conflict, Fault, TemplateError

#: Markdown and TOML that people keep beside their files, and that is not ours to check.
_NOT_OURS = {"readme.md", "changelog.md", "contributing.md", "license.md", "pyproject.toml"}


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """Say what is wrong in templates (.md), programmes (.toml), rosters (.csv), and folders of them."""
    count = faults = 0
    for path in dict.fromkeys(each for given in paths for each in _files(given)):
        count += 1
        for line in _faults(path):
            faults += 1
            click.echo(line)
    if faults:
        click.echo(f"{faults} to correct, in {count} file{'s' * (count != 1)}.", err=True)
        raise click.exceptions.Exit(1)
    click.echo(f"OK: {count} file{'s' * (count != 1)}.")


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    found = [each for each in sorted(path.rglob("*")) if each.suffix in (".md", ".toml", ".csv") and each.is_file()]
    found = [each for each in found if each.name.lower() not in _NOT_OURS and not _hidden(each.relative_to(path))]
    if not found:
        raise BadInput("template.nothing_to_check", path=path)
    yield from found


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _faults(path: Path) -> Iterator[str]:
    """Yield what is wrong in one file, a line each."""
    try:
        _check(path)
    except ActionlearnError as error:
        for fault in error.faults or [Fault(error.code, error.values)]:
            where = [str(part) for part in (fault.path or path, fault.line) if part is not None]
            said = (words.sentence(fault, terminal_locale()), words.hint(fault, terminal_locale()))
            yield f"{':'.join(where)}: {' '.join(part for part in said if part)}"


def _check(path: Path) -> None:
    if path.suffix == ".md":
        from actionlearn.template import load
        from actionlearn.views import VIEWS

        load(path, views=VIEWS)
    elif path.suffix == ".toml":
        from actionlearn.cohort import programme

        programme.load(path, whole=True)
    elif path.suffix == ".csv":
        from actionlearn.cohort import roster

        roster.read(path)
    else:
        raise BadInput("template.not_checkable", faults=[Fault("template.not_checkable", {}, path)])


def _pairs(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    for text in given:
        if "=" not in text:
            raise click.BadParameter(f"“{text}” is no name=value, such as organisation=“Hospital do Rio”.")
    return {name.strip(): value for name, _, value in (text.partition("=") for text in given)}


@click.command()
@click.argument("template")
@click.option("-p", "--parameter", "parameters", multiple=True, callback=_pairs, metavar="NAME=VALUE")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: TEMPLATE's id.ipynb")
@click.option("--locale", default="en", show_default=True, help="Language of a shipped template.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def new(template: str, parameters: dict[str, str], output: Path | None, locale: str, force: bool) -> None:
    """Make a notebook from TEMPLATE: the id of a shipped one (scope, plan …) or a path."""
    from actionlearn.notebook import dumps, to_notebook
    from actionlearn.template import find, load
    from actionlearn.views import VIEWS

    is_path = template.endswith(".md") or os.sep in template
    read = load(Path(template) if is_path else find(template, locale), views=VIEWS)
    text = dumps(to_notebook(read, parameters))
    path = output or Path(f"{read.id}.ipynb")
    if path.suffix != ".ipynb":
        raise click.BadParameter("the name of a notebook ends in .ipynb", param_hint="-o")
    _write(path, text, force=force)
    click.echo(f"{path}: “{read.title}”, {len(read.prompts)} prompts, {read.minutes} minutes.")


def _write(path: Path, text: str, *, force: bool) -> None:
    """Write a file whole or not at all."""
    if path.exists() and not force:
        raise Conflict("template.exists", path=path)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_text(text, "utf-8", newline="\n")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise TemplateError("template.cannot_write", path=path, reason=error.strerror) from None
