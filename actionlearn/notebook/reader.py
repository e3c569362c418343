"""A notebook in, its contents out: read with ``ast`` alone, nothing is executed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import nbformat
from nbformat import NotebookNode, reader

from actionlearn.answers.conditions import Condition
from actionlearn.answers.schedule import OpeningDay
from actionlearn.errors import TemplateError
from actionlearn.notebook.cells import CALLS, INJECTED, PARAMETERS, is_import, restore_cells
from actionlearn.notebook.contents import (
    CardPiece,
    Contents,
    LivePiece,
    Piece,
    PromptPiece,
    SectionPiece,
    Text,
    ViewPiece,
    fill,
    fill_markdown,
    make_prompt,
    text_parameter,
)
from actionlearn.template import Card
from actionlearn.template.directives import live_references, parse_python
from actionlearn.template.front_matter import CHOICES
from actionlearn.text.encoding import decode

_ABOUT = {"title": str, "template": str, "template_hash": str, "locale": str, "stage": str, "minutes": int}
_TOLD = ("workbook", "submission")
_PARAMETERS = {PARAMETERS, INJECTED}


def load(path: Path) -> NotebookNode:
    """Return the notebook of a file, its cells as they were made, whatever program has saved it since.

    It is not held against nbformat's schema: `read` looks at all it takes from it.

    Raises
    ------
    ValueError
        It is no notebook.
    """
    try:
        text, _ = decode(path.read_bytes())
        found: NotebookNode = nbformat.convert(reader.reads(text), 4)  # type: ignore[no-untyped-call]
        if isinstance(found.cells, list):  # what was of format 3 is a node of another class until now
            return restore_cells(found if isinstance(found, NotebookNode) else nbformat.from_dict(found))
    except (AttributeError, KeyError, TypeError, nbformat.ValidationError):
        pass
    raise ValueError(f"{path.name} is no notebook")


def read_file(path: Path) -> Contents:
    """Return what the notebook of a file holds; it is read again when the file has changed.

    Raises
    ------
    OSError
        There is no such file.
    ValueError, TemplateError
        It is no notebook; no workbook of ours.
    """
    there = path.stat()
    return _read_file(path, there.st_mtime_ns, there.st_size)


@lru_cache(maxsize=512)
def _read_file(path: Path, _changed: int, _size: int) -> Contents:
    return read(load(path))


@lru_cache(maxsize=64)
def _parsed(source: str) -> ast.Module:
    """Return a cell's syntax, which nobody changes: notebooks made from one template have the same cells."""
    return parse_python(source)


def parameter_values(notebook: NotebookNode) -> dict[str, str]:
    """Return the parameters of a notebook as text, ``workbook`` and ``submission`` among them.

    What papermill injected wins over what the parameters cell says. Only literals are read.

    Raises
    ------
    TemplateError
        One of them is no text.
    """
    values: dict[str, str] = {}
    for tag in (PARAMETERS, INJECTED):
        for cell in notebook.cells:
            if cell.cell_type == "code" and tag in cell.metadata.get("tags", []):
                values.update(_assigned(cell.source))
    return values


def _assigned(source: str) -> Iterator[tuple[str, str]]:
    try:
        statements = parse_python(source).body
    except SyntaxError:
        return
    for node in statements:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            try:
                value = ast.literal_eval(node.value)
            except (ValueError, TypeError):
                continue
            yield node.targets[0].id, "" if value is None else text_parameter(node.targets[0].id, value)


def read(notebook: NotebookNode) -> Contents:
    """Return what a notebook holds, without executing anything.

    Raises
    ------
    TemplateError
        It is no workbook of ours, or one of its calls cannot be read.
    """
    values = parameter_values(notebook)
    shown = {name: value for name, value in values.items() if name not in _TOLD}
    about: Mapping[str, Any] = {}
    pieces: list[Piece] = []
    first: list[tuple[str, str]] = []
    for number, cell in enumerate(notebook.cells):
        id = str(cell.get("id", f"cell-{number}"))
        if cell.cell_type == "markdown":
            pieces.append(Text(id, cell.source))
        elif cell.cell_type == "code" and _PARAMETERS & set(cell.metadata.get("tags", [])):
            first.append((id, cell.source))
        elif cell.cell_type == "code":
            made, opening = _cell(id, cell.source, _given(cell.source, shown))
            pieces += made
            if opening:
                about = opening
                first.append((id, cell.source))
    if not all(isinstance(about.get(name), kind) for name, kind in _ABOUT.items()):
        raise TemplateError("template.not_a_workbook")
    version = about.get("version")
    return Contents(
        **{name: about[name] for name in _ABOUT},
        parameters=shown,
        pieces=tuple(pieces),
        first=tuple(first),
        version=version if isinstance(version, int) else 1,
        **{name: about[name] for name, known in CHOICES.items() if about.get(name) in known},
    )


@lru_cache(maxsize=4096)
def named(source: str) -> tuple[str, ...]:
    """Return the names in a cell: the parameters that it puts in are among them.

    Raises
    ------
    SyntaxError
        It is no Python.
    """
    return tuple({node.id: None for node in ast.walk(_parsed(source)) if isinstance(node, ast.Name)})


def _given(source: str, values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the values that a cell puts in."""
    try:
        return tuple((name, values[name]) for name in named(source) if name in values)
    except SyntaxError:
        return ()


@lru_cache(maxsize=4096)
def _cell(id: str, source: str, given: tuple[tuple[str, str], ...]) -> tuple[tuple[Piece, ...], Mapping[str, Any]]:
    """Return the pieces of a cell, and what it says of the workbook where it opens one.

    Read once for all who have the same cell, and the same values of the parameters in it.
    """
    values, about = dict(given), {}
    pieces: list[Piece] = []
    for call in _calls(id, source):
        if isinstance(call, LivePiece):
            pieces.append(call)
        elif (made := _piece(id, call, values)) is not None:
            pieces.append(made)
        else:
            about = _arguments(id, call, values)[1]
    return tuple(pieces), about


def _calls(id: str, source: str) -> Iterator[ast.Call | LivePiece]:
    """Yield the calls of a cell that holds nothing else; any other cell is a live one."""
    try:
        statements = _parsed(source).body
    except SyntaxError:
        yield LivePiece(id, source, ())
        return
    rest = [node for node in statements if not is_import(node)]
    calls = [node.value for node in rest if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    ours = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in CALLS]
    if len(ours) == len(rest):
        yield from ours
    else:
        found, _ = live_references(ast.Module(statements, []))
        yield LivePiece(id, source, tuple(dict.fromkeys(text for text, _ in found)))


def _piece(id: str, call: ast.Call, values: Mapping[str, str]) -> Piece | None:
    """Return the piece a call makes; None for the one that opens the workbook."""
    given, keywords = _arguments(id, call, values)
    name = cast("ast.Name", call.func).id
    try:
        if name == "prose":
            return Text(id, fill_markdown(str(given[0]), keywords))
        if name == "prompt":
            return PromptPiece(make_prompt(*given, **keywords))
        opens = name in ("section", "card", "view") and "when" in keywords
        when = Condition.parse(keywords.pop("when")) if opens else None
        if name == "view":
            return ViewPiece(
                cell_id=id, name=str(given[0]), of=tuple(keywords.pop("of", ())), options=keywords, when=when
            )
        if name == "section":
            section, title = given[0], "".join(given[1:])
            day = OpeningDay.parse(keywords.pop("opens")) if "opens" in keywords else None
            return SectionPiece(cell_id=id, id=str(section), title=fill(title, keywords), when=when, opens=day)
        if name == "card":
            card, title, text = map(str, given)
            return CardPiece(id, Card(card, title, text=text, **{"locale": "", **keywords}), when)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise TemplateError("template.bad_cell", cell=id, line=call.lineno) from None
    return None


def _arguments(id: str, call: ast.Call, values: Mapping[str, str]) -> tuple[list[Any], dict[str, Any]]:
    try:
        given = [_argument(node, values) for node in call.args]
        keywords = {str(keyword.arg): _argument(keyword.value, values) for keyword in call.keywords}
    except (ValueError, TypeError):
        raise TemplateError("template.bad_cell", cell=id, line=call.lineno) from None
    return given, keywords


def _argument(node: ast.expr, values: Mapping[str, str]) -> Any:
    return values.get(node.id, "") if isinstance(node, ast.Name) else ast.literal_eval(node)
