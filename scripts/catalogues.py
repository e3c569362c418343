"""Bring the catalogues up to date: python scripts/catalogues.py [--check] [CATALOGUE.po …].

Collects everything the kit says (messages of errors, ``say(…)`` in Python, ``_(…)`` and ``{% trans %}``
in pages) and writes it into each ``actionlearn/locale/*/LC_MESSAGES/actionlearn.po``. What is translated
stays; what nobody says any more goes. ``--check`` writes nothing and tells what is missing. Named, it does so with
a catalogue of somebody else's, ``locale/<tag>/LC_MESSAGES/actionlearn.po``, and begins it where there is none.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from io import BytesIO
from pathlib import Path
from pkgutil import iter_modules

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from actionlearn.i18n import messages as error_messages

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "actionlearn"
CATALOGUES = sorted((PACKAGE / "locale").glob("*/LC_MESSAGES/actionlearn.po"))

#: Functions of ours that say a message.
SAYING = {"say", "_say", "format_date"}
#: The function that marks a message which is said elsewhere.
MARKING = "message"

Found = tuple[str, int, str | tuple[str, str]]


def collect() -> Catalog:
    """Return every message the kit has, untranslated."""
    catalogue = Catalog(project="actionlearn", charset="utf-8")
    for path, line, message in sorted([*_of_errors(), *_of_python(), *_of_pages()], key=str):
        if message and message != ("", ""):
            catalogue.add(message, locations=[(path, line)])
    return catalogue


def _of_errors() -> Iterator[Found]:
    """Yield what `MESSAGES` say: a pair of sentences for each code."""
    for name in sorted(each.name for each in iter_modules(error_messages.__path__)):
        messages = getattr(import_module(f"{error_messages.__name__}.{name}"), "MESSAGES", {})
        yield from ((f"actionlearn/i18n/messages/{name}.py", 1, text) for pair in messages.values() for text in pair)


def _of_python() -> Iterator[Found]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.parent.name != "messages":
            yield from ((_name(path), line, message) for line, message in _Module(path).messages())


def _of_pages() -> Iterator[Found]:
    mapping = [("**.html", "jinja2")]
    how = {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "silent": "false"}
    options = {pattern: how for pattern, _ in mapping}
    for file, line, message, *_ in extract_from_dir(
        PACKAGE, mapping, options, keywords={"_": None, "gettext": None, "ngettext": (1, 2)}
    ):
        yield f"actionlearn/{file}", line, (message[0], message[1]) if isinstance(message, tuple) else message


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _texts(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the texts a value may be: of a dict its values, of a pair both."""
    match node:
        case ast.Constant(value=str(text)) if text:
            yield node.lineno, text
        case ast.Dict():
            for value in node.values:
                yield from _texts(value)
        case ast.Tuple() | ast.List() | ast.Set():
            for each in node.elts:
                yield from _texts(each)
        case ast.IfExp():
            yield from (*_texts(node.body), *_texts(node.orelse))
        case ast.BoolOp():
            for each in node.values:
                yield from _texts(each)


def _outermost(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield functions and methods, but none inside another."""
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            yield each
        else:
            yield from _outermost(each)


def _passing(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, int]]:
    """Yield a function that says what it is given, with the place of that among its arguments."""
    given = [each.arg for each in function.args.args if each.arg != "self"]
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Name):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in SAYING and function.name not in SAYING and node.args[0].id in given:
                yield function.name, given.index(node.args[0].id)


class _Module:
    """The messages of one Python file. A message that is said by name is followed to where it stands."""

    def __init__(self, path: Path) -> None:
        self.tree = ast.parse(path.read_text("utf-8"))
        self._bound: dict[str, list[ast.AST]] = {}
        self._functions = list(_outermost(self.tree))
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef):
                given = [each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value]
                self._bound.setdefault(node.name, []).extend(given)
        inside = {id(each) for function in self._functions for each in ast.walk(function)}
        # A field of a class is no name of the file.
        inside |= {id(each) for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef) for each in node.body}
        self._names([node for node in ast.walk(self.tree) if id(node) not in inside])

    def messages(self) -> Iterator[tuple[int, str | tuple[str, str]]]:
        """Yield them with their lines."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == MARKING:
                yield from _texts(node.args[0])
        of_file = self._bound
        passing = dict(each for function in self._functions for each in _passing(function))
        for function in self._functions:
            self._bound = {name: list(values) for name, values in of_file.items()}
            self._names(list(ast.walk(function)))
            plural = function.name != "say_many"  # which says what it is given
            yield from self._said(ast.walk(function), passing, plural=plural)
        self._bound = of_file
        inside = {id(each) for function in self._functions for each in ast.walk(function)}
        yield from self._said((each for each in ast.walk(self.tree) if id(each) not in inside), passing)

    def _said(
        self, nodes: Iterable[ast.AST], passing: dict[str, int], *, plural: bool = True
    ) -> Iterator[tuple[int, str | tuple[str, str]]]:
        """Yield what calls say, a lambda's in the table of a file among them."""
        for node in nodes:
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in SAYING:
                yield from self._followed(node.args[0], set())
            elif name in passing:
                yield from self._followed(node.args[passing[name]], set())
            elif plural and name in {"ngettext", "say_many"}:
                one, many = (next(_texts(each))[1] for each in node.args[:2])
                yield node.lineno, (one, many)

    def _names(self, nodes: list[ast.AST]) -> None:
        """Note what names stand for."""
        for node in nodes:
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.AST() as value)
                ):
                    self._bound.setdefault(name, []).append(value)
                case ast.For(target=target, iter=items) | ast.comprehension(target=target, iter=items):
                    self._bind(target, items)

    def _bind(self, target: ast.AST, items: ast.AST) -> None:
        """Note what a loop's names stand for; of a tuple each name has its place."""
        if isinstance(target, ast.Name):
            self._bound.setdefault(target.id, []).append(items)
        elif isinstance(target, ast.Tuple):
            for place, each in enumerate(target.elts):
                if isinstance(each, ast.Name):
                    for row in self._rows(items):
                        of_row = row.elts if isinstance(row, ast.Tuple) else []
                        self._bound.setdefault(each.id, []).extend(of_row[place : place + 1])
                if isinstance(items, ast.Call) and place == 1:  # for key, message in WORDS.items()
                    for name in (name for name in ast.walk(each) if isinstance(name, ast.Name)):
                        self._bound.setdefault(name.id, []).append(items.func)

    def _rows(self, items: ast.AST) -> list[ast.expr]:
        """Return the rows of a list, written here or under a name."""
        if isinstance(items, ast.Name):
            return [row for value in self._bound.get(items.id, []) for row in self._rows(value)]
        return items.elts if isinstance(items, ast.List | ast.Tuple) else []

    def _followed(self, node: ast.AST, seen: set[str]) -> Iterator[tuple[int, str]]:
        """Yield the texts of an expression, following names and calls of this file."""
        yield from _texts(node)
        for each in ast.walk(node):
            name = getattr(each, "id", getattr(each, "attr", None))
            if name and name not in seen and isinstance(each, ast.Name | ast.Attribute):
                seen.add(name)
                for value in self._bound.get(name, []):
                    yield from self._followed(value, seen)


def _tidy(text: str) -> Iterator[str]:
    """Leave out what changes by the day or says nothing."""
    idle = (
        "Project-Id",
        "Report-Msgid",
        "POT-Creation",
        "PO-Revision",
        "Last-Translator",
        "Language-Team",
        "Generated",
    )
    return (line for line in text.splitlines(keepends=True) if not line.startswith(tuple(f'"{each}' for each in idle)))


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.absolute().parent.parent.name)


def _begun(tag: str) -> Catalog:
    catalogue = Catalog(locale=tag, charset="utf-8", fuzzy=False)
    name = catalogue.locale.english_name if catalogue.locale else tag
    catalogue.header_comment = f"# {name} for actionlearn."
    return catalogue


def update(path: Path, collected: Catalog, *, write: bool) -> list[str]:
    """Bring one catalogue up to date; return what is still without a translation."""
    catalogue = _read(path) if path.exists() else _begun(path.absolute().parent.parent.name)
    catalogue.update(collected, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    if write:
        text = BytesIO()
        path.parent.mkdir(parents=True, exist_ok=True)
        write_po(text, catalogue, width=120, sort_by_file=True, include_lineno=False)
        path.write_text("".join(_tidy(text.getvalue().decode())), "utf-8")
    return [
        str(each.id)
        for each in catalogue
        if each.id and (each.fuzzy or not all(each.string if each.pluralizable else [each.string]))
    ]


if __name__ == "__main__":
    everything = collect()
    for po in [Path(each) for each in sys.argv[1:] if each != "--check"] or CATALOGUES:
        missing = update(po, everything, write="--check" not in sys.argv)
        print(f"{po}: {len(everything)} messages, {len(missing)} without a translation")
        print(*(f"  {each}" for each in missing), sep="\n")
