"""What names may be: nouns of the trade and verbs with their object. Read with ast, nothing is run."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from actionlearn.store.tables import schema
from actionlearn.store.tables.metadata import metadata

PACKAGE = Path(__file__).parents[1] / "actionlearn"

#: Words that are no names: images, and past participles that could be anything.
NO_NAMES = frozenset(
    {
        "begun",
        "heard",
        "held",
        "kept",
        "lapse",
        "lapses",
        "pen",
        "pile",
        "piles",
        "said",
        "told",
        "unmade",
        "way",
        "ways",
    }
)

#: Names of modules that say nothing about what is in them.
EMPTY = frozenset({"base", "common", "core", "helpers", "kit", "misc", "utils"})

#: Fields whose name is what travels over the wire.
WIRE = frozenset({"server/coaching/schemas.py kept"})

#: How many arguments a constructor takes by their place; with more, a reader has to count.
BY_PLACE = 3


@cache
def files() -> tuple[Path, ...]:
    """Every Python file of the package, but the migrations: they keep the names of their day."""
    return tuple(path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts)


def place(path: Path) -> str:
    """Return where a file is in the package."""
    return path.relative_to(PACKAGE).as_posix()


def words(name: str) -> list[str]:
    """Return the words a name is made of, in small letters."""
    return re.findall(r"[a-z]+", re.sub(r"([A-Z])", r"_\1", name).lower())


def names(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield every name that a file gives to something, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, node.lineno
            case ast.arg(arg=name):
                yield name, node.lineno
            case ast.Name(id=name, ctx=ast.Store()):
                yield name, node.lineno
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name, node.lineno
            case ast.ImportFrom() | ast.Import():
                yield from ((alias.asname, node.lineno) for alias in node.names if alias.asname)


@pytest.mark.parametrize("path", files(), ids=place)
def test_a_name_says_what_it_is(path):
    """No module, class, function, argument, field or variable is called by an image or a bare participle."""
    tree = ast.parse(path.read_text("utf-8"))
    wrong = [
        f"{place(path)}:{line} {name}"
        for name, line in names(tree)
        if NO_NAMES & set(words(name)) and f"{place(path)} {name}" not in WIRE
    ]
    wrong += [place(path)] if (NO_NAMES | EMPTY) & set(words(path.stem)) else []
    assert not wrong, "\n".join(wrong)


def test_a_table_is_called_by_a_noun():
    """No table and no column is called by an image or a bare participle."""
    assert schema.metadata is metadata
    everything = {table.name for table in metadata.tables.values()}
    everything |= {f"{table.name}.{column.name}" for table in metadata.tables.values() for column in table.columns}
    assert {name for name in everything if NO_NAMES & set(words(name))} == set()


def test_a_class_has_a_name_of_its_own():
    """No two public classes of the package share a name, unless they are one concept on two layers."""
    where = defaultdict(set)
    for path in files():
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                where[node.name].add(place(path))
    assert {name: places for name, places in where.items() if len(places) > 1} == {}


def _fields(node: ast.ClassDef) -> list[str]:
    """Return what a class takes: the arguments of its constructor, else its fields."""
    for each in node.body:
        if isinstance(each, ast.FunctionDef) and each.name == "__init__":
            return [argument.arg for argument in each.args.args[1:]]
    return [
        each.target.id for each in node.body if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    ]


def test_a_constructor_of_more_than_three_arguments_is_called_by_keyword() -> None:
    """Whoever reads the call sees what each value is, and a new field in the middle moves none of them."""
    nodes = [(place(path), node) for path in files() for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    own = {node.name for _, node in nodes if isinstance(node, ast.ClassDef) and len(_fields(node)) > BY_PLACE}
    assert len(own) > 100
    calls = [
        f"{where}:{node.lineno} {ast.unparse(node.func)}"
        for where, node in nodes
        if isinstance(node, ast.Call) and len(node.args) > BY_PLACE
        if ast.unparse(node.func).rsplit(".", 1)[-1] in own
        if not any(isinstance(each, ast.Starred) for each in node.args)
    ]
    assert calls == []
