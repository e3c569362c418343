"""`actionlearn check` and `actionlearn new`: an author's commands."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

import click

from actionlearn import i18n
from actionlearn.cli import terminal_locale
from actionlearn.errors import Conflict, TemplateError


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--typing", is_flag=True, help="Say how many prompts are seen at once, and how long their answers take.")
@click.option("--strict", is_flag=True, help="Take what might be better for wrong.")
def check(paths: tuple[Path, ...], typing: bool, strict: bool) -> None:
    """Say what is wrong in templates and cards (.md), programmes (.toml), rosters (.csv), and folders of them."""
    from actionlearn.check import check_paths

    report = check_paths(paths)
    for fault in report.faults:
        click.echo(i18n.fault_line(fault, terminal_locale()))
    for fault in report.advice:
        click.echo(i18n.fault_line(fault, terminal_locale(), better=True))
    if typing:
        for each in report.typing:
            click.echo(f"{each.name}: {each.prompts} prompts at once, {each.minutes:.1f} minutes of typing.")
    wrong, better = len(report.faults), len(report.advice)
    files = f"{report.files} file{'s' * (report.files != 1)}"
    if wrong or (strict and better):
        click.echo(f"{wrong + better * strict} to correct, in {files}.", err=True)
        raise click.exceptions.Exit(1)
    click.echo(f"OK: {files}{f', {better} to consider' if better else ''}.")


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
@click.option("--template", "begin", is_flag=True, help="Write TEMPLATE.md, to begin a template of your own with.")
def new(template: str, parameters: dict[str, str], output: Path | None, locale: str, force: bool, begin: bool) -> None:
    """Make a notebook from TEMPLATE: the id of a shipped one (scope, plan …) or a path."""
    if begin:
        _begin(template, output, force=force)
        return
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


def _begin(id: str, output: Path | None, *, force: bool) -> None:
    """Write a template that has a bit of everything, and nothing that `check` would name."""
    from actionlearn.template import parse
    from actionlearn.views import VIEWS

    id = id.removesuffix(".md")
    path = output or Path(f"{id}.md")
    beginning = (files("actionlearn.template") / "beginning.md").read_text("utf-8")
    text = beginning.replace("handover", Path(id).name)
    read = parse(text, path, views=VIEWS, cards={})
    _write(path, text, force=force)
    click.echo(f"{path}: “{read.title}”. Change the words, then: actionlearn check {path}")


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
