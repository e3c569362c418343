"""Modules that import one another, joined into one text.

A page asks for one file instead of twenty, and anywidget loads a widget's module as one text. What
is joined are our own modules, written for it: they import by name from files beside them, and give
each thing they export a name of its own. No build step: this is all there is to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

#: Where the modules of prompts are.
MODULES = Path(str(files("actionlearn.widgets"))) / "js"

_IMPORT = re.compile(r'^import (?:\{[^}]*\} from )?"\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let) )", re.MULTILINE)
_DEFAULT = re.compile(r"^export default .*;\n", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_NAME = re.compile(r"^(?:async )?(?:function|class|const|let) (?:\{ ([^}]+) \}|(\w+))", re.MULTILINE)


def modules(entry: str, folders: Sequence[Path] = (MODULES,)) -> list[Path]:
    """Return a module and all it imports, each after those it needs.

    Parameters
    ----------
    entry
        File name of the module.
    folders
        Where modules are looked for, in this order.

    Raises
    ------
    FileNotFoundError
        One of them is in none of the folders.
    """
    found: dict[str, Path] = {}
    begun: set[str] = set()

    def add(name: str) -> None:
        if name in begun:
            return
        begun.add(name)
        path = next((folder / name for folder in folders if (folder / name).is_file()), None)
        if path is None:
            raise FileNotFoundError(name)
        for each in _IMPORT.findall(path.read_text("utf-8")):
            add(each)
        found[name] = path

    add(entry)
    return list(found.values())


@cache
def bundle(entry: str, folders: tuple[Path, ...] = (MODULES,)) -> str:
    """Return a module and all it imports as the text of one module.

    Parameters
    ----------
    entry
        File name of the module. Its default export is the joined module's; that of any other is left out.
    folders
        Where modules are looked for, in this order.

    Raises
    ------
    ValueError
        A module says ``import`` or ``export`` in another way than ours do, or two give one name to two things.
    """
    text, names = "", []
    for path in modules(entry, folders):
        part, named = _part(path, entry=path.name == entry)
        text += f"{part}\n"
        names += named
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"named twice: {', '.join(twice)}")
    return text


def _part(path: Path, *, entry: bool) -> tuple[str, list[str]]:
    """Return a module without its imports and exports, and the names that it shares with the others."""
    text = path.read_text("utf-8")
    default = "".join(_DEFAULT.findall(text))
    exports = bool(_EXPORT.search(text) or default)
    text = _EXPORT.sub("", _DEFAULT.sub("", _IMPORT.sub("", text)))
    if other := _OTHER.search(text):
        raise ValueError(f"{path.name}: {other[0]}")
    if not exports:
        return f"{{\n{text}}}\n", []  # what nobody imports keeps its names to itself
    names = [name for several, one in _NAME.findall(text) for name in (one or several).split(", ")]
    return text + (default if entry else ""), names
