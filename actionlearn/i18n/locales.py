"""The languages there are. English is in the source; every other is a catalogue, of the kit or of a pack.

A pack is a Python package with an entry point in the group ``actionlearn.templates``. Beside its templates
it may have ``locale/<tag>/LC_MESSAGES/actionlearn.po``, as the kit itself has.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

T = TypeVar("T")

GROUP = "actionlearn.templates"
SOURCE = "en"


@cache
def catalogues() -> dict[str, tuple[Path, ...]]:
    """Return the catalogues there are by language tag, those of the kit before those of packs."""
    found: dict[str, list[Path]] = {}
    for folder in (Path(str(files("actionlearn"))) / "locale", *_of_packs()):
        for path in sorted(folder.glob("*/LC_MESSAGES/actionlearn.po")):
            found.setdefault(path.parent.parent.name, []).append(path)
    return {tag: tuple(paths) for tag, paths in found.items()}


def _of_packs() -> Iterator[Path]:
    for entry in sorted(entry_points(group=GROUP)):
        if (folder := _locale_folder(entry)) is not None:
            yield folder


def _locale_folder(entry: EntryPoint) -> Path | None:
    """Return a pack's catalogues. A pack that cannot be loaded is said where templates are looked for."""
    try:
        target = entry.load()
        templates = Path(target()) if callable(target) else Path(str(files(entry.module))) / "templates"
    except Exception:  # noqa: BLE001 - it is somebody else's package, anything may come
        return None
    return templates.parent / "locale"


def all_locales() -> tuple[str, ...]:
    """Return the tags of all languages the kit speaks, English first."""
    return (SOURCE, *sorted(set(catalogues()) - {SOURCE}))


def language_names() -> dict[str, str]:
    """Return the languages the kit speaks by tag, each by its own name: ``{"en": "English", "pt": "português"}``."""
    return {tag: Locale.parse(tag).get_display_name(tag) or tag for tag in all_locales()}


def known_locale(*asked: str) -> str:
    """Return the first of some tags that the kit speaks or that is near one; English where none is.

    ``pt-BR`` is ``pt_BR`` where there is such a catalogue, else ``pt``.
    """
    return next((tag for each in asked for tag in locale_chain(each) if tag in all_locales()), SOURCE)


@lru_cache(maxsize=256)
def locale_chain(locale: str) -> tuple[str, ...]:
    """Return the tags under which something in a language may be kept, the nearest first: ``pt_BR``, then ``pt``."""
    try:
        found = Locale.parse(locale.replace("-", "_"))
    except (ValueError, TypeError, UnknownLocaleError):
        return ()
    script = f"{found.language}_{found.script}" if found.script else found.language
    return tuple(dict.fromkeys((str(found), script, found.language)))


def for_locale(by_locale: Mapping[str, T], locale: str) -> T | None:
    """Return what is kept under the tag nearest to a locale; None where there is nothing near."""
    return next((by_locale[tag] for tag in (locale, *locale_chain(locale)) if tag in by_locale), None)


@cache
def format_locale(locale: str) -> Locale:
    """Return whose days, months and numbers a language writes: what its catalogue says, such as ``pt_PT``."""
    language = known_locale(locale)
    for path in catalogues().get(language, ()):
        with path.open("rb") as file:
            return read_po(file).locale or Locale.parse(language)
    return Locale("en", "GB")


@cache
def translations(locale: str) -> gettext.NullTranslations:
    """Return the catalogue for a locale; English where there is none.

    Parameters
    ----------
    locale
        A language tag such as ``pt``, ``pt_PT`` or ``pt-PT``.
    """
    language = known_locale(locale)
    read = [read_catalogue(path, language) for path in catalogues().get(language, ())]
    for later in read[1:]:
        read[0].add_fallback(later)
    return read[0] if read else gettext.NullTranslations()


def read_catalogue(path: Path, language: str) -> gettext.GNUTranslations:
    """Return what a catalogue translates, whole messages only, under the plural rule of its own header."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    whole = Catalog(locale=language, charset="utf-8")
    # The plurals a catalogue was written with, not those this version of Babel knows for the language.
    whole.mime_headers = [("Plural-Forms", catalogue.plural_forms)]
    for message in catalogue:
        if message.id and not message.fuzzy and _fits(message):
            whole.add(message.id, message.string)
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


_PLACE = re.compile(r"(?<!\{)\{\w*\}(?!\})|%\(\w+\)s|\{\{|\}\}")


def places(text: str) -> list[str]:
    """Return the places in a message where values go, and its doubled braces, in the order of the alphabet."""
    return sorted(_PLACE.findall(text))


def _fits(message: Message) -> bool:
    """Tell whether a message is translated, every form of it, and has its places: else English is better."""
    wanted = [places(each) for each in _forms(message.id)]
    forms = _forms(message.string)
    return bool(forms) and all(form and places(form) in wanted for form in forms)


def _forms(text: str | Iterable[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


@lru_cache(maxsize=256)
def direction(locale: str) -> str:
    """Return ``ltr`` or ``rtl``: the way a language is written, whether the kit speaks it or not."""
    return Locale.parse(next(iter(locale_chain(locale)), SOURCE)).text_direction
