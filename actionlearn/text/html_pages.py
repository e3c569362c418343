"""Jinja as all pages of the kit are made with: what is put into a page is escaped, and a page is compiled once."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader


def page_environment(folder: Path) -> Environment:
    """Return the environment of the pages in a folder; lines that hold a statement alone leave no line behind."""
    return set_rules(
        Environment(loader=FileSystemLoader(folder), trim_blocks=True, lstrip_blocks=True, autoescape=True)
    )


def set_rules(environment: Environment) -> Environment:
    """Set the rules that hold for every page in an environment, somebody else's too, and return it."""
    environment.autoescape = True
    environment.auto_reload = False  # else each page asks the disk for each part of itself
    environment.add_extension("jinja2.ext.i18n")
    return environment
