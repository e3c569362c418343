"""The house: who may know whom. Imports are read with ast, nothing is run."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "actionlearn"

#: Floor -> the rooms on it. A file imports only from floors below, or within its own room.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset(
        {
            "attached",
            "crowds",
            "errors",
            "finding",
            "inert",
            "markup",
            "words",
            "roles",
            "prompts",
            "items",
            "conditions",
            "weeks",
            "settings",
            "__init__",
        }
    ),
    frozenset({"template", "reading", "history", "locking", "kernels", "figures", "runchart", "attainment"}),
    frozenset({"store", "widgets", "views", "cards", "anchors", "evidence", "mail", "ical", "batch", "notebook"}),
    frozenset({"cohort", "review", "people", "held", "exports", "advice", "workbook", "digest"}),
    frozenset({"server", "demo", "checking"}),
    frozenset({"cli"}),
    frozenset({"__main__"}),
)

#: A package from outside -> the only places that may import it.
ONLY = {
    "voila": ("server/rendering/voila_exporter.py", "server/live/execution.py", "server/web/voila_frontend.py"),
    "papermill": ("cohort/workbooks/parameters.py", "reviews/execute.py"),
    "tornado": ("server/",),
    "jupyter_server": ("server/",),
    "sqlalchemy": ("store/",),
    "alembic": ("store/",),
    "click": ("cli/",),
    "rich": ("cli/",),
    "distributed": ("batch.py",),
}

#: What `actionlearn --help` must not load.
HEAVY = {"papermill", "voila", "matplotlib", "nbconvert", "nbclient", "jupyterlab", "jupyter_server"}


@cache
def files() -> tuple[Path, ...]:
    """Every Python file of the package, but the migrations (Alembic's own scripts)."""
    return tuple(path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts)


def room(path: Path) -> str:
    """Return the room a file is in."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def floor(name: str) -> int:
    """Return the floor a room is on, -1 where it has none."""
    return next((number for number, rooms in enumerate(FLOORS) if name in rooms), -1)


@cache
def imports(path: Path) -> tuple[tuple[str, int, bool], ...]:
    """Return each import: module, line, and whether it is imported when the file is."""
    tree = ast.parse(path.read_text("utf-8"))
    late = {
        id(inner)
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        or (isinstance(outer, ast.If) and "TYPE_CHECKING" in ast.unparse(outer.test))
        for inner in ast.walk(outer)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno, id(node) not in late) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "actionlearn":
            found += [(f"actionlearn.{alias.name}", node.lineno, id(node) not in late) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((node.module or "", node.lineno, id(node) not in late))
    return tuple(found)


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_imports_only_from_the_floors_below(path):
    """A file imports from floors below its own, or from its own room."""
    assert floor(room(path)) >= 0, f"{room(path)} has no floor: give it one in FLOORS"
    for module, line, _ in imports(path):
        package, _, rest = module.partition(".")
        if package != "actionlearn" or not rest:
            continue
        other = rest.split(".")[0]
        if other in {"__version__", "examples", "templates", "locale"}:
            continue
        below = floor(other) < floor(room(path)) or floor(room(path)) == 0
        assert other == room(path) or below, f"{path.name}:{line} imports {module} from its own floor or above"


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_each_package_from_outside_has_its_place(path):
    """Voilà, papermill, tornado and SQLAlchemy are known in one place each."""
    here = str(path.relative_to(PACKAGE))
    for module, line, _ in imports(path):
        places = ONLY.get(module.split(".")[0])
        assert places is None or here.startswith(places), f"{here}:{line} imports {module}; its place is {places}"


@pytest.mark.parametrize(
    "path", [path for path in files() if room(path) != "server"], ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_heavy_packages_are_imported_late(path):
    """Outside the server, what is slow to import is imported where it is used."""
    for module, line, at_once in imports(path):
        heavy = module.split(".")[0] in HEAVY or module.startswith("actionlearn.server")
        assert not (heavy and at_once), f"{path.name}:{line} imports {module} at once"


@pytest.mark.parametrize("name", sorted({room(path) for path in files()}))
def test_files_of_a_room_import_each_other_without_a_ring(name):
    """Within a room the imports at the top of files form no ring."""
    edges = {
        f"actionlearn.{'.'.join(path.relative_to(PACKAGE).with_suffix('').parts)}".removesuffix(".__init__"): {
            module for module, _, at_once in imports(path) if at_once and module.startswith(f"actionlearn.{name}")
        }
        for path in files()
        if room(path) == name
    }
    seen: dict[str, int] = {}

    def walk(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, f"a ring: {' -> '.join((*trail, module))}"
        if module in seen:
            return
        for other in edges.get(module, ()):
            if other != module:
                walk(other, (*trail, module))
        seen[module] = 1

    for module in edges:
        walk(module, ())
    assert set(edges) <= set(seen)


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_stays_readable(path):
    """A file stays under 330 lines and a function under 60; past that it is two things."""
    text = path.read_text("utf-8")
    assert text.count("\n") <= 330
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno >= 60
    ]
    assert long == []
