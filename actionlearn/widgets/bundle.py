"""Scripts and style sheets that import one another, joined into one text.

A page asks for one file instead of twenty, and anywidget loads a widget's script as one text. What is
joined is our own, written for it: a file imports by its path from where it stands, scripts by name, and
gives each thing they export a name of its own. No build step: this is all there is to it.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

#: Where the scripts and style sheets of prompts are.
WIDGETS = Path(str(files("actionlearn.widgets")))

_IMPORT = re.compile(r'^(?:@import|import|import \{[^}]*\} from) "(\.{1,2}/[\w./-]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let) )", re.MULTILINE)
_DEFAULT = re.compile(r"^export default .*;\n", re.MULTILINE)
_OTHER = re.compile(r"^(?:@?import|export)\b.*", re.MULTILINE)
_NAME = re.compile(r"^(?:async )?(?:function|class|const|let) (?:\{ ([^}]+) \}|(\w+))", re.MULTILINE)


def imports(path: Path) -> list[Path]:
    """Return the files that a script or a style sheet imports, in its order.

    Parameters
    ----------
    path
        The script or the style sheet.
    """
    return [(path.parent / name).resolve() for name in _IMPORT.findall(path.read_text("utf-8"))]


def modules(entry: Path) -> list[Path]:
    """Return a script or a style sheet and all it imports, each after those it needs.

    Parameters
    ----------
    entry
        The one that a page asks for.

    Raises
    ------
    FileNotFoundError
        One of them does not exist.
    """
    found: dict[Path, None] = {}
    started: set[Path] = set()

    def add(path: Path) -> None:
        if path not in started:
            started.add(path)
            for each in imports(path):
                add(each)
            found[path] = None

    add(entry.resolve())
    return list(found)


@cache
def bundle(entry: Path) -> str:
    """Return a script or a style sheet and all it imports as one text.

    Parameters
    ----------
    entry
        The one that a page asks for. Of scripts, its default export is that of the whole; that of any other is left out.

    Raises
    ------
    ValueError
        A file says ``import`` or ``export`` in another way than ours do, or two scripts give one name to two things.
    """
    text, names = "", []
    for path in modules(entry):
        part, named = _part(path, entry=path == entry.resolve())
        text += f"{part}\n"
        names += named
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"named twice: {', '.join(twice)}")
    return text


def _part(path: Path, *, entry: bool) -> tuple[str, list[str]]:
    """Return a file without its imports and exports, and the names that it shares with the others."""
    text = path.read_text("utf-8")
    default = "".join(_DEFAULT.findall(text))
    exports = bool(_EXPORT.search(text) or default)
    text = _EXPORT.sub("", _DEFAULT.sub("", _IMPORT.sub("", text)))
    if other := _OTHER.search(text):
        raise ValueError(f"{path.name}: {other[0]}")
    if path.suffix == ".css":
        return text, []
    if not exports:
        return f"{{\n{text}}}\n", []  # what nobody imports keeps its names to itself
    names = [name for several, one in _NAME.findall(text) for name in (one or several).split(", ")]
    return text + (default if entry else ""), names
