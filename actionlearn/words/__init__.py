"""Words for people, in the reader's language.

Everything the kit says is English in the source and goes through gettext. Catalogues are the
``.po`` files in ``locale/``: read as they are, so there is nothing to compile. Errors carry codes
(`actionlearn.errors`); `sentence` turns one into what a person reads, `hint` into what to do next.
"""

from __future__ import annotations

import gettext as _gettext
import io
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from actionlearn.errors import ActionlearnError, Fault
from actionlearn.words import answers, cohort, figures, review, server, store, template

#: Locales the kit itself speaks. A further one is a folder beside ``locale/pt``.
LOCALES = ("en", "pt")

#: Code of an error or fault -> (what is wrong, what to do next). Both are gettext message ids.
MESSAGES: dict[str, tuple[str, str]] = {
    **answers.MESSAGES,
    **cohort.MESSAGES,
    **figures.MESSAGES,
    **review.MESSAGES,
    **server.MESSAGES,
    **store.MESSAGES,
    **template.MESSAGES,
}


@cache
def translations(locale: str) -> _gettext.NullTranslations:
    """Return the catalogue for a locale; English where there is none.

    Parameters
    ----------
    locale
        A language tag such as ``pt``, ``pt_PT`` or ``pt-PT``.
    """
    language = known_locale(locale)
    source = files("actionlearn") / "locale" / language / "LC_MESSAGES" / "actionlearn.po"
    if language == "en" or not source.is_file():
        return _gettext.NullTranslations()
    with source.open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


def known_locale(locale: str) -> str:
    """Return the nearest locale the kit speaks, ``en`` where there is none near."""
    try:
        language = Locale.parse(locale.replace("-", "_")).language
    except (ValueError, TypeError, UnknownLocaleError):
        return "en"
    return language if language in LOCALES else "en"


def say(message: str, locale: str = "en", **values: Any) -> str:
    """Return a message id in the reader's language, with its values put in."""
    text = translations(locale).gettext(message) if message else ""
    return text.format(**values) if values else text


def sentence(error: ActionlearnError | Fault, locale: str = "en") -> str:
    """Return what is wrong, as a person says it.

    A code nobody wrote a message for is shown as it is: better than nothing, and a test finds it.
    """
    message, _ = MESSAGES.get(error.code, (error.code, ""))
    return _filled(message, error.values, locale)


def hint(error: ActionlearnError | Fault, locale: str = "en") -> str:
    """Return what to do next, or an empty text."""
    _, advice = MESSAGES.get(error.code, ("", ""))
    return _filled(advice, error.values, locale)


def report(error: ActionlearnError, locale: str = "en") -> str:
    """Return an error with all its faults, a line each, as the command line prints it."""
    lines = [sentence(error, locale)]
    if advice := hint(error, locale):
        lines.append(f"  {advice}")
    lines.extend(_line(fault, locale) for fault in error.faults)
    return "\n".join(lines)


def _line(fault: Fault, locale: str) -> str:
    where = ":".join(str(part) for part in (fault.path, fault.line) if part is not None)
    said = " ".join(part for part in (sentence(fault, locale), hint(fault, locale)) if part)
    return f"{where}: {said}" if where else said


def _filled(message: str, values: dict[str, Any], locale: str) -> str:
    """Put values into a message. Text is shown as it is: the edge escapes it for its medium."""
    text = translations(locale).gettext(message) if message else ""
    shown = {
        name: ", ".join(map(str, value)) if isinstance(value, list | tuple) else value for name, value in values.items()
    }
    try:
        return text.format(**shown)
    except (KeyError, IndexError, ValueError):
        return text
