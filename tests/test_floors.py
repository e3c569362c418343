"""Who may import whom. Imports are read with ast, nothing is run; late and type-only imports count."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "actionlearn"

#: Folder -> its floors, the lowest first; on each the rooms (folders and modules) that stand there. A file imports
#: from floors below its own or from its own room. The first table is that of the package itself.
FLOORS: dict[str, tuple[frozenset[str], ...]] = {
    "": (
        frozenset({"budget"}),
        frozenset({"errors", "permissions", "text", "kernels", "__init__"}),
        frozenset({"i18n", "settings", "stats", "executors", "limited_process"}),
        frozenset({"answers", "mail"}),
        frozenset({"advice", "store", "template", "views"}),
        frozenset({"accounts", "notebook", "widgets"}),
        frozenset({"cohort", "reviews", "notifications", "exports", "workbook"}),
        frozenset({"server", "demo", "check"}),
        frozenset({"cli"}),
        frozenset({"__main__"}),
    ),
    "server": (
        frozenset({"routes", "rendering", "connections", "heavy_work"}),
        frozenset({"web"}),
        frozenset({"accounts", "workbooks"}),
        frozenset({"answers", "journey", "live", "office", "releases", "scheduled"}),
        frozenset({"reviews", "groups", "health", "app"}),
        frozenset({"coaching", "serve", "__init__"}),
        frozenset({"openapi", "preview"}),
    ),
    "store": (
        frozenset({"clock", "records"}),
        frozenset({"tables"}),
        frozenset({"engine"}),
        frozenset({"people", "__init__"}),
        frozenset({"workbooks", "reports"}),
        frozenset({"reviews", "groups"}),
        frozenset({"outbound"}),
        frozenset({"erasure"}),
        frozenset({"backup"}),
    ),
    "cohort": (
        frozenset({"files", "roster", "progress", "__init__"}),
        frozenset({"programme"}),
        frozenset({"enrolment", "retention"}),
        frozenset({"workbooks", "edit_programme"}),
    ),
}

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
    "distributed": ("executors.py",),
}

#: What `actionlearn --help` must not load.
HEAVY = {"papermill", "voila", "matplotlib", "nbconvert", "nbclient", "jupyterlab", "jupyter_server"}

#: How many modules a folder may hold.
MOST_MODULES = 20


@cache
def files() -> tuple[Path, ...]:
    """Every Python file of the package, but the migrations (Alembic's own scripts)."""
    return tuple(path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts)


def place(path: Path) -> str:
    """Return where a file is in the package."""
    return path.relative_to(PACKAGE).as_posix()


def module(path: Path) -> str:
    """Return the module a file is, a package by its folder's name."""
    return f"actionlearn.{place(path).removesuffix('.py').replace('/', '.')}".removesuffix(".__init__")


MODULES = {module(path): path for path in files()}


@cache
def imports(path: Path) -> tuple[tuple[str, int, bool], ...]:
    """Return each import: the module, its line, and whether it is imported when the file is."""
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
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place(path)}:{node.lineno} imports relative to itself"
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                found.append((name if name in MODULES else node.module or "", node.lineno, id(node) not in late))
    return tuple(found)


def room(name: str, folder: str) -> str:
    """Return the room of a folder that a module is in; the folder's own ``__init__`` is a room too."""
    inside = name.removeprefix(f"actionlearn.{folder}" if folder else "actionlearn").strip(".")
    return inside.split(".")[0] or "__init__"


def floor(name: str, folder: str) -> int:
    """Return the floor a room is on, -1 where it has none."""
    return next((number for number, rooms in enumerate(FLOORS[folder]) if name in rooms), -1)


def is_inside(name: str, folder: str) -> bool:
    """Tell whether a module is in a folder of the package."""
    return name in MODULES and f"{name}.".startswith(f"actionlearn.{folder}." if folder else "actionlearn.")


IN_FOLDERS = [(folder, path) for folder in FLOORS for path in files() if is_inside(module(path), folder)]


@pytest.mark.parametrize(
    ("folder", "path"), IN_FOLDERS, ids=[f"{folder or 'package'}: {place(path)}" for folder, path in IN_FOLDERS]
)
def test_a_file_imports_only_from_the_floors_below(folder, path):
    """A file imports from floors below its own, or from its own room; the lowest floor is no exception."""
    here = room(module(path), folder)
    assert floor(here, folder) >= 0, f"{here} has no floor: give it one in FLOORS"
    for name, line, _ in imports(path):
        if not is_inside(name, folder):
            continue
        there = room(name, folder)
        below = floor(there, folder) < floor(here, folder)
        # What says only which version this is may be asked by everybody.
        version = not folder and there == "__init__"
        assert there == here or below or version, f"{place(path)}:{line} imports {name} from its own floor or above"


def test_no_room_stands_on_two_floors_or_is_gone():
    """Each room has one floor, and each name in the tables is a room there is."""
    for folder, floors in FLOORS.items():
        names = [name for rooms in floors for name in rooms]
        there = {room(module(path), folder) for path in files() if is_inside(module(path), folder)}
        assert len(names) == len(set(names))
        assert set(names) - there <= {"__init__"}


def test_modules_import_each_other_without_a_circle():
    """No chain of imports leads back to where it began, late and type-only imports counted."""
    edges = {
        name: {other for other, _, _ in imports(path) if other in MODULES and other != name}
        for name, path in MODULES.items()
    }
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, f"a circle: {' -> '.join((*trail[trail.index(name) :], name))}"
        if name not in done:
            for other in sorted(edges[name]):
                walk(other, (*trail, name))
            done.add(name)

    for name in sorted(edges):
        walk(name, ())
    assert done == set(edges)


def test_a_folder_stays_small():
    """A folder holds at most twenty modules; past that it is two rooms."""
    count: dict[str, int] = {}
    for path in files():
        if path.name != "__init__.py":
            folder = place(path.parent)
            count[folder] = count.get(folder, 0) + 1
    assert {folder: number for folder, number in count.items() if number > MOST_MODULES} == {}


@pytest.mark.parametrize("path", files(), ids=place)
def test_each_package_from_outside_has_its_place(path):
    """Voilà, papermill, tornado and SQLAlchemy are known in one place each."""
    for name, line, _ in imports(path):
        places = ONLY.get(name.split(".")[0])
        assert places is None or place(path).startswith(places), f"{place(path)}:{line} imports {name}, not {places}"


@pytest.mark.parametrize("path", [path for path in files() if not place(path).startswith("server/")], ids=place)
def test_heavy_packages_are_imported_late(path):
    """Outside the server, what is slow to import is imported where it is used."""
    for name, line, at_once in imports(path):
        heavy = name.split(".")[0] in HEAVY or name.startswith("actionlearn.server")
        assert not (heavy and at_once), f"{place(path)}:{line} imports {name} at once"


@pytest.mark.parametrize("path", files(), ids=place)
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
