"""Make docs/coverage.md from docs/coverage.yaml: python scripts/coverage.py [--check].

Each row of the YAML is something a text behind the kit asks for, who does what because of it, and where.
A place is written as one of

=========================== ==================================================
`scope.need`                a prompt of a shipped template
`scope.terrain=unknown`     an option of it
`plan.actions/learn`        a column of it; `plan.people/stance=against` an option of a column
`reflect@history`           a view placed in a template
`scope#probes`              a card placed in a template; `scope#*` any
`template:journal`          a template
`parameter:scope.priority`  a parameter of a template
`card:probes`               a card; `card:*` twelve of them
`view:steps`                a view
`option:recap`              an option of prompts
`header:owner`              a field of a template's header
`programme:contact`         a field of a programme
`route:desk.Desk`           what answers at an address of the server
`command:cohort build`      a command
`test:FILE::NAME`           a test; `test:FILE::*` a file of them
=========================== ==================================================

With ``--check`` nothing is written; the exit code tells whether coverage.md is what it should be.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "docs" / "coverage.yaml"
PAGE = ROOT / "docs" / "coverage.md"
sys.path.insert(0, str(ROOT))

from actionlearn.answers.prompts import Column, Prompt  # noqa: E402
from actionlearn.cli import COMMANDS  # noqa: E402 - the checkout comes first on the path
from actionlearn.cohort.programme.schema import Programme, Suggested  # noqa: E402
from actionlearn.server.routes import ROUTES  # noqa: E402
from actionlearn.template import Template, load  # noqa: E402
from actionlearn.template.prompts import PROMPT_OPTIONS  # noqa: E402
from actionlearn.views import VIEWS  # noqa: E402

#: How many cards “the cards” are at least.
CARDS = 12


@dataclass(frozen=True)
class Row:
    """One thing asked for."""

    id: str
    item: str
    who: str
    where: tuple[str, ...]
    open: str = ""


@dataclass(frozen=True)
class Group:
    """All that one text asks for."""

    id: str
    title: str
    about: str
    rows: tuple[Row, ...]


def read(path: Path = SOURCE) -> list[Group]:
    """Read the YAML."""
    raw = YAML(typ="safe").load(path.read_text("utf-8"))
    return [Group(**{**each, "rows": tuple(_row(row) for row in each["rows"])}) for each in raw]


def _row(raw: dict[str, Any]) -> Row:
    return Row(**{**raw, "where": tuple(raw["where"])})


class Kit:
    """What there is, to look places up in."""

    def __init__(self, templates: Path = ROOT / "templates" / "en", views: Iterable[str] = VIEWS) -> None:
        self.views = set(views)
        self.cards = {path.stem for path in (templates / "cards").glob("*.md")}
        self.templates: dict[str, Template] = {}
        for path in sorted(templates.glob("*.md")):
            self.templates[path.stem] = load(path, views=VIEWS)
        self.routes = {route.handler for route in ROUTES}

    def has(self, place: str) -> bool:
        """Say whether a place is there."""
        kind, colon, name = place.partition(":")
        if colon:
            return bool(getattr(self, f"_{kind}")(name))
        if match := re.fullmatch(r"([a-z-]+)([@#])([a-z0-9*_-]+)", place):
            return self._placed(*match.groups())
        return self._prompt(place)

    def _placed(self, template: str, mark: str, name: str) -> bool:
        found = self.templates.get(template)
        if found is None:
            return False
        names = {view.name for view in found.views} if mark == "@" else {card.id for card in found.cards}
        return name in names or (name == "*" and bool(names))

    def _prompt(self, place: str) -> bool:
        match = re.fullmatch(r"([a-z-]+)\.([a-z0-9_]+)(?:/([a-z0-9_]+))?(?:=([a-z0-9_-]+))?", place)
        if not match or match[1] not in self.templates:
            return False
        found: Prompt | Column | None = next(
            (prompt for prompt in self.templates[match[1]].prompts if prompt.id == match[2]), None
        )
        if found and match[3]:
            assert isinstance(found, Prompt)
            found = next((column for column in found.columns if column.id == match[3]), None)
        return bool(found) and (not match[4] or match[4] in {option.id for option in found.options})

    def _template(self, name: str) -> bool:
        return name in self.templates

    def _parameter(self, name: str) -> bool:
        template, _, parameter = name.partition(".")
        return template in self.templates and parameter in {each.name for each in self.templates[template].parameters}

    def _card(self, name: str) -> bool:
        return len(self.cards) >= CARDS if name == "*" else name in self.cards

    def _view(self, name: str) -> bool:
        return name in self.views

    def _option(self, name: str) -> bool:
        return name in PROMPT_OPTIONS

    def _header(self, name: str) -> bool:
        return name in Template.__dataclass_fields__

    def _programme(self, name: str) -> bool:
        return name in {*Programme.model_fields, *Suggested.model_fields}

    def _route(self, name: str) -> bool:
        return name in self.routes

    def _command(self, name: str) -> bool:
        group, _, rest = name.partition(" ")
        if group not in COMMANDS:
            return False
        command = getattr(import_module(f"actionlearn.cli.{COMMANDS[group][0]}"), group)
        return not rest or rest in command.commands

    def _test(self, name: str) -> bool:
        file, _, function = name.partition("::")
        path = ROOT / file
        text = path.read_text("utf-8") if path.is_file() else ""
        return bool(text) if function == "*" else f"\ndef {function}(" in text


def page(groups: list[Group]) -> str:
    """Return the page."""
    rows = [row for group in groups for row in group.rows]
    waiting = sum(1 for row in rows if row.open)
    lines = [
        "# What the kit answers to",
        "",
        "Each row is something that one of the texts behind the kit asks for, or a part of a workbook that somebody",
        "published, in our words; then who does what because of it, and where that is to be found. Made from",
        "`coverage.yaml` by `python scripts/coverage.py`; `tests/test_coverage.py` looks up every place.",
        "",
        f"{len(rows)} rows; {len(rows) - waiting} are there, {waiting} are open in part or wholly, and say what is missing.",
    ]
    for group in groups:
        lines += ["", f"## {group.title}", "", group.about, "", "| | who does what | where |", "|---|---|---|"]
        lines += [f"| {row.item} | {row.who} | {_where(row)} |" for row in group.rows]
    return "\n".join(lines) + "\n"


def _where(row: Row) -> str:
    places = ", ".join(f"`{place}`" for place in row.where)
    return "<br>".join(part for part in (places, f"*open: {row.open}*" if row.open else "") if part)


def main() -> None:
    made = page(read())
    if "--check" in sys.argv:
        sys.exit(0 if PAGE.read_text("utf-8") == made else "docs/coverage.md is not up to date: scripts/coverage.py")
    PAGE.write_text(made, "utf-8")
    kit = Kit()
    for group in read():
        for row in group.rows:
            for place in row.where:
                if not kit.has(place):
                    print(f"{row.id}: there is no {place}")


if __name__ == "__main__":
    main()
