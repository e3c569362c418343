"""The cells of a notebook that other programs have saved: with the ids and tags that they were made with.

Jupytext, Colab, VS Code and older versions of Jupyter leave out ids, tags or metadata, or write others. What a cell is
stands in its own words, so it is read from there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nbformat import NotebookNode, from_dict

from actionlearn.template.directives import parse_python

#: Functions that the cells of a workbook call.
CALLS = ("open_workbook", "prose", "prompt", "section", "card", "view")
PARAMETERS, INJECTED = "parameters", "injected-parameters"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_NUMBERED = {"prose": "text", "card": "card", "view": "view", "live": "live", "blank": "blank"}


@dataclass(frozen=True)
class CellRole:
    """What a code cell does: the function it calls (``live`` or ``blank`` where it calls none of ours), and its id."""

    does: str
    id: str = ""
    #: The sources of its calls, where it makes several.
    parts: tuple[str, ...] = ()
    #: The names it assigns literals to, where it does nothing else.
    assigns: tuple[str, ...] = ()


def restore_cells(node: NotebookNode) -> NotebookNode:
    """Give the cells of a notebook their ids and tags again, where they are not as they were made; return the notebook."""
    node["metadata"] = _node(
        {"kernelspec": KERNEL, "language_info": {"name": "python"}, **(node.get("metadata") or {})}
    )
    for cell in node.cells:
        cell["metadata"] = _node(cell.get("metadata") or {})
        if isinstance(cell.source, list):
            cell["source"] = "".join(cell.source)
    node["cells"] = [part for cell in node.cells for part in _split(cell)]
    _restore_tags(node.cells)
    if _lost_ids(node.cells):
        _restore_ids(node.cells)
    node["nbformat_minor"] = max(5, int(node.get("nbformat_minor", 0)))
    return node


def _node(values: Mapping[str, Any]) -> NotebookNode:
    made: NotebookNode = from_dict({**values})  # type: ignore[no-untyped-call]
    return made


def _role(cell: NotebookNode) -> CellRole | None:
    return read_role(cell.source) if cell.cell_type == "code" else None


def _split(cell: NotebookNode) -> Iterator[NotebookNode]:
    """Yield a cell, or the cells that were made one."""
    role = _role(cell)
    if role is None or len(role.parts) < 2:
        yield cell
        return
    for number, source in enumerate(role.parts):
        part = _node({**cell, "source": source})
        part["outputs"] = cell.get("outputs", []) if number == len(role.parts) - 1 else []
        part.pop("id", None)
        yield part


def _restore_tags(cells: list[NotebookNode]) -> None:
    """Mark the cells of the parameters, which stand before the one that opens the workbook, and the live ones."""
    tagged = {tag for cell in cells for tag in cell.metadata.get("tags", ())}
    marks = iter([PARAMETERS, *[INJECTED] * len(cells)])
    opened = False
    for cell in cells:
        role = _role(cell)
        if role is None:
            continue
        opened = opened or role.does == "open_workbook"
        if not opened and role.assigns and PARAMETERS not in tagged:
            cell.metadata["tags"] = [*cell.metadata.get("tags", ()), next(marks)]
        elif opened and role.does == "live" and "live" not in tagged:
            cell.metadata["tags"] = [*cell.metadata.get("tags", ()), "live"]


def _lost_ids(cells: list[NotebookNode]) -> bool:
    """Tell whether a cell has no id, the id of another one, or one that is not that of its prompt."""
    ids = [str(cell.get("id") or "") for cell in cells]
    named = ((role.id, cell.get("id")) for cell in cells if (role := _role(cell)) and role.id)
    return not all(ids) or len({*ids}) < len(ids) or any(own != id for own, id in named)


def _restore_ids(cells: list[NotebookNode]) -> None:
    """Give each cell the id that `to_notebook` gives it: a prompt and a section have ids of their own."""
    counts: dict[str, int] = {}
    taken: set[str] = set()
    for cell in cells:
        role = _role(cell) or CellRole("prose")
        tags = cell.metadata.get("tags", ())
        id = "cell-parameters" if PARAMETERS in tags else "cell-injected" if INJECTED in tags else role.id
        kind = _NUMBERED.get(role.does, "cell")
        while not id or id in taken:
            counts[kind] = counts.get(kind, 0) + 1
            id = f"{kind}-{counts[kind]}"
        taken.add(id)
        cell["id"] = id


@lru_cache(maxsize=4096)
def read_role(source: str) -> CellRole:
    """Return what a code cell does, by its words alone."""
    try:
        statements = parse_python(source).body
    except SyntaxError:
        return CellRole("live")
    if not statements:
        return CellRole("blank")
    calls = [node for node in statements if (name := _called(node)) and name in CALLS]
    rest = [node for node in statements if node not in calls and not is_import(node)]
    if calls and not rest:
        parts = _sources(source, statements, calls) if len(calls) > 1 else ()
        return CellRole(_called(calls[0]), _own_id(calls[0]), parts)
    return CellRole("live", assigns=_assigned(statements))


def is_import(node: ast.stmt) -> bool:
    """Tell whether a statement imports from the module that workbooks are written with."""
    return isinstance(node, ast.ImportFrom) and node.module == "actionlearn.workbook"


def _called(node: ast.stmt) -> str:
    call = node.value if isinstance(node, ast.Expr) else None
    return call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""


def _own_id(node: ast.stmt) -> str:
    name = _called(node)
    if name == "open_workbook":
        return "cell-open"
    call: Any = node.value if isinstance(node, ast.Expr) else None
    first = call.args[0] if call.args else None
    given = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    return {"prompt": given, "section": f"section-{given}" if given else ""}.get(name, "")


def _sources(source: str, statements: list[ast.stmt], calls: list[ast.stmt]) -> tuple[str, ...]:
    """Return the source of each call, the imports before the first with it."""
    imports = [node for node in statements if is_import(node)]
    texts = [ast.get_source_segment(source, node) or "" for node in calls]
    before = "\n".join(ast.get_source_segment(source, node) or "" for node in imports)
    return (f"{before}\n\n{texts[0]}" if before else texts[0], *texts[1:])


def _assigned(statements: list[ast.stmt]) -> tuple[str, ...]:
    names: list[str] = []
    for node in statements:
        target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
        if not isinstance(target, ast.Name) or not isinstance(node, ast.Assign) or not _is_literal(node.value):
            return ()
        names.append(target.id)
    return tuple(names)


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True
