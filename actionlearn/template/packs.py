"""Where templates and cards are found: the shipped ones, and those of installed packs.

A pack is a Python package with ``templates/<locale>/*.md`` and ``templates/<locale>/cards/*.md`` in it
and an entry point in the group ``actionlearn.templates``. The shipped ones come in by the same door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from pathlib import Path

from actionlearn.errors import Fault, TemplateError
from actionlearn.i18n import all_locales, locale_chain
from actionlearn.i18n.locales import GROUP

_OURS = "actionlearn"


def own() -> Path:
    """Return the folder of the shipped templates: inside the wheel, else beside the package in a clone."""
    inside = Path(str(files("actionlearn"))) / "templates"
    return inside if inside.is_dir() else inside.parent.parent / "templates"


@cache
def packs() -> dict[str, Path]:
    """Return the folders of all packs by name, the shipped one first.

    Raises
    ------
    TemplateError
        An entry point leads to no folder.
    """
    found = {_OURS: own()}  # a clone that is on the path without having been installed has it, too
    for entry in sorted(entry_points(group=GROUP)):
        found[entry.name] = _led_to(entry)
    return found


def _led_to(entry: EntryPoint) -> Path:
    """Return the folder an entry point leads to: what a function of it says, else ``templates`` in its package."""
    try:
        target: Callable[[], Path] | object = entry.load()
        folder = Path(target()) if callable(target) else Path(str(files(entry.module))) / "templates"
    except Exception as error:  # it is somebody else's package, anything may come
        raise TemplateError("template.bad_pack", name=entry.name, reason=f"{type(error).__name__}: {error}") from error
    if not folder.is_dir():
        raise TemplateError("template.bad_pack", name=entry.name, reason=f"{folder}")
    return folder


def language(folder: Path | None) -> str:
    """Return the language a folder is named after, English where it is none of ours."""
    return folder.name if folder and folder.name in all_locales() else "en"


def shipped() -> dict[str, dict[str, Path]]:
    """Return the templates there are: locale -> id -> file."""
    return _shelves("*.md")


def cards() -> dict[str, dict[str, Path]]:
    """Return the cards there are: locale -> id -> file."""
    return _shelves("cards/*.md")


def _shelves(pattern: str) -> dict[str, dict[str, Path]]:
    found: dict[str, dict[str, Path]] = {}
    whose: dict[tuple[str, str], str] = {}
    faults = []
    for pack, locale, path in _files(pattern):
        other = whose.setdefault((locale, path.stem), pack)
        if other != pack:
            faults.append(Fault("template.name_taken", {"name": path.stem, "one": other, "other": pack}, path))
        found.setdefault(locale, {})[path.stem] = path
    if faults:
        raise TemplateError("template.packs", faults=faults)
    return found


def _files(pattern: str) -> Iterator[tuple[str, str, Path]]:
    for pack, root in packs().items():
        for folder in sorted(each for each in root.glob("*") if each.is_dir()):
            for path in sorted(folder.glob(pattern)):
                yield pack, folder.name, path


def find(template_id: str, locale: str = "en") -> Path:
    """Return the file of a template, in English where there is none in the locale.

    Raises
    ------
    TemplateError
        There is no such template.
    """
    all = shipped()
    english = all.get("en", {})
    path = next(
        (all[tag][template_id] for tag in (*locale_chain(locale), "en") if template_id in all.get(tag, {})), None
    )
    if path is not None:
        return path
    if match := get_close_matches(template_id, english, 1):
        raise TemplateError("template.not_shipped_near", name=template_id, near=match[0])
    raise TemplateError("template.not_shipped", name=template_id, known=sorted(english))


def cards_for(path: Path | None, locale: str) -> dict[str, Path]:
    """Return the cards a template may show by id: those beside it, else in its language, else in English.

    Parameters
    ----------
    path
        The file of the template, if it has one.
    locale
        Its language.
    """
    all = cards()
    beside = sorted((path.parent / "cards").glob("*.md")) if path else []
    nearest = {id: path for tag in ("en", *reversed(locale_chain(locale))) for id, path in all.get(tag, {}).items()}
    return {**nearest, **{each.stem: each for each in beside}}
