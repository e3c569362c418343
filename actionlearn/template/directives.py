"""What each directive of a template means: prompts, views, cards, live cells, and the prose between them.

A `Reader` reads one template's blocks in order, notes every fault, and checks at the end what only
the whole file can tell: that references lead somewhere.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from actionlearn.answers.conditions import Condition
from actionlearn.answers.prompts import ID, Prompt
from actionlearn.answers.schedule import OpeningDay
from actionlearn.errors import TemplateError
from actionlearn.template.cards import Card
from actionlearn.template.cards import load as load_card
from actionlearn.template.prompts import SHOWN, PromptReader, parameters_in
from actionlearn.template.source import Directive, Faults, SourceText

DIRECTIVES = ("prompt", "section", "view", "card", "code-cell")

#: Options of a view that say what answers are to it, beside ``of``.
ROLES = ("exposure", "practice", "conversation", "reflection", "mine", "theirs")


@dataclass(frozen=True)
class Prose:
    """Markdown between the directives; ``{name}`` where a parameter of `parameters` goes."""

    text: str
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True)
class View:
    """A picture or table computed from answers.

    Parameters
    ----------
    name
        Which one.
    of
        References of the answers it reads.
    roles
        What some of them are to it: role -> references.
    when
        What makes it appear; it is always there where this is None.
    """

    name: str
    of: tuple[str, ...] = ()
    roles: tuple[tuple[str, tuple[str, ...]], ...] = ()
    when: Condition | None = None


@dataclass(frozen=True)
class Section:
    """What begins here and lasts until the next section, or the end.

    Parameters
    ----------
    id
        Its name among the sections of the template.
    title
        Its heading; may be empty, where it only opens and closes, or ends another.
    when
        What opens it; None where no answer has to.
    parameters
        The parameters whose ``{name}`` stands in the title.
    opens
        The day it waits for; None where it waits for none.
    """

    id: str
    title: str = ""
    when: Condition | None = None
    parameters: tuple[str, ...] = ()
    opens: OpeningDay | None = None


@dataclass(frozen=True)
class ShownCard:
    """A card where it may help, folded; `when` is what makes it appear."""

    card: Card
    when: Condition | None = None


@dataclass(frozen=True)
class LiveCell:
    """A code cell of the author's own, in a line; `of` are the references it reads through ``live``."""

    source: str
    id: str = ""
    of: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


Block = Prose | Prompt | Section | View | ShownCard | LiveCell


def live_references(tree: ast.AST) -> tuple[list[tuple[str, int]], list[int]]:
    """Return what ``live(function, of=[…])`` calls read, with lines, and the lines of calls that cannot be read."""
    found: list[tuple[str, int]] = []
    unreadable: list[int] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name != "live":
            continue
        of = next((keyword.value for keyword in node.keywords if keyword.arg == "of"), None)
        elements = of.elts if isinstance(of, ast.List | ast.Tuple) else None
        texts = [e.value for e in elements or () if isinstance(e, ast.Constant) and isinstance(e.value, str)]
        if elements is None or len(texts) < len(elements):
            unreadable.append(node.lineno)
        found.extend((text, node.lineno) for text in texts)
    return found, unreadable


def parse_python(source: str) -> ast.Module:
    """Return the syntax tree of a cell, without executing anything.

    Raises
    ------
    SyntaxError
        Where it is no Python, with the line.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape is the author's business
            return ast.parse(source)
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(str(error) or type(error).__name__) from None


class DirectiveReader(PromptReader):
    """Reads the blocks of one template.

    Parameters
    ----------
    faults
        Where to note what is wrong.
    template
        Id of the template, to know its references to itself.
    parameters
        Names of its parameters.
    views
        The names there are.
    cards
        The cards there are, by id.
    """

    def __init__(
        self,
        faults: Faults,
        template: str,
        parameters: Collection[str],
        views: Collection[str],
        cards: Mapping[str, Path],
    ) -> None:
        super().__init__(faults, template, parameters)
        self.views = views
        self.cards = cards
        self._cells: set[str] = set()
        self._sections: dict[str, int] = {}

    def block(self, part: SourceText | Directive) -> Block | None:
        """Return what a part of the source means; None where it is wrong, or nothing to show."""
        if isinstance(part, SourceText):
            text = self.words(part)
            return Prose(text, parameters_in(text, self.parameters)) if text.strip() else None
        if part.name not in DIRECTIVES:
            self.faults.unknown("unknown_directive", part.line, part.name, DIRECTIVES)
            return None
        match part.name:
            case "prompt":
                return self.prompt(part)
            case "section":
                return self._section(part)
            case "view":
                return self._view(part)
            case "card":
                return self._card(part)
            case _:
                return self._cell(part)

    def _section(self, directive: Directive) -> Section:
        self.known_options(directive, ("when", "opens"))
        id = directive.argument
        if not ID.fullmatch(id):
            self.faults.add("bad_section_id", directive.line, id=id)
        elif id in self._sections:
            self.faults.add("section_twice", directive.line, id=id, first=self._sections[id])
        self._sections.setdefault(id, directive.line)
        title = " ".join(self.words(directive.body).split())
        named = parameters_in(title, self.parameters)
        return Section(id=id, title=title, when=self.condition(directive), parameters=named, opens=self._day(directive))

    def _day(self, directive: Directive) -> OpeningDay | None:
        words = directive.options.get("opens")
        if words is None:
            return None
        try:
            return OpeningDay.parse(words.text)
        except ValueError:
            self.faults.add("bad_day", words.line, text=words.text.strip()[:SHOWN])
            return None

    def _view(self, directive: Directive) -> View | None:
        self.known_options(directive, ("of", "when", *ROLES))
        of = self.references(directive.options["of"]) if "of" in directive.options else ()
        roles = tuple((role, self.references(directive.options[role])) for role in ROLES if role in directive.options)
        of = tuple(dict.fromkeys([*of, *(each for _, references in roles for each in references)]))
        if directive.argument not in self.views:
            self.faults.unknown("unknown_view", directive.line, directive.argument, self.views)
        elif not any(directive.options[name].text.strip() for name in ("of", *ROLES) if name in directive.options):
            self.faults.add("view_of_nothing", directive.line, name=directive.argument)
        return View(name=directive.argument, of=of, roles=roles, when=self.condition(directive))

    def _card(self, directive: Directive) -> ShownCard | None:
        self.known_options(directive, ("when",))
        if directive.body.text.strip():
            self.faults.add("words_on_card", directive.body.line)
        when = self.condition(directive)
        if directive.argument not in self.cards:
            if found := self._in_other_language(directive.argument):
                self.faults.add("card_elsewhere", directive.line, name=directive.argument, where=found)
                return None
            self.faults.unknown("unknown_card", directive.line, directive.argument, self.cards)
            return None
        try:
            return ShownCard(load_card(self.cards[directive.argument]), when)
        except TemplateError as error:
            self.faults.found.extend(error.faults)
            return None

    def _in_other_language(self, name: str) -> str:
        """Return the language in whose folder, beside the template's, a card is; empty where it is in none."""
        path = self.faults.path
        beside = path.absolute().parent.parent.glob("*/cards/*.md") if path else ()
        return next((each.parent.parent.name for each in sorted(beside) if each.stem == name), "")

    def _cell(self, directive: Directive) -> LiveCell | None:
        self.known_options(directive, ("id",))
        id = directive.options.get("id", SourceText("", directive.line))
        if id.text and (not ID.fullmatch(id.text) or id.text in self._cells):
            self.faults.add("bad_cell_id", id.line, id=id.text)
        self._cells.add(id.text)
        if not directive.body.text.strip():
            self.faults.add("empty_cell", directive.line)
            return None
        try:
            tree = parse_python(directive.body.text)
        except SyntaxError as error:
            line = directive.body.line + max(error.lineno or 1, 1) - 1
            self.faults.add("syntax", line, problem=error.msg)
            return None
        self.used.update(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
        found, unreadable = live_references(tree)
        for line in unreadable:
            self.faults.add("bad_live", directive.body.line + line - 1)
        of: list[str] = []
        for text, line in found:
            of.extend(self.references(SourceText(text, directive.body.line + line - 1)))
        return LiveCell(source=directive.body.text, id=id.text, of=tuple(dict.fromkeys(of)), line=directive.line)
