"""Words for people, in the reader's language.

Everything the kit says is English in the source and goes through gettext. Catalogues are the
``.po`` files in ``locale/``: read as they are, so there is nothing to compile. Errors carry codes
(`actionlearn.errors`); `sentence` turns one into what a person reads, `hint` into what to do next.
"""

from __future__ import annotations

from typing import Any

from actionlearn.errors import ActionlearnError, Fault
from actionlearn.i18n.locales import (
    all_locales,
    direction,
    for_locale,
    format_locale,
    known_locale,
    language_names,
    locale_chain,
    translations,
)
from actionlearn.i18n.messages import (
    answers,
    cohort,
    dry_run,
    executors,
    groups,
    review,
    server,
    store,
    template,
    time_series,
)

__all__ = [
    "MESSAGES",
    "all_locales",
    "direction",
    "error_text",
    "for_locale",
    "format_locale",
    "hint",
    "known_locale",
    "language_names",
    "locale_chain",
    "message",
    "say",
    "say_many",
    "sentence",
    "translations",
]

#: Code of an error or fault -> (what is wrong, what to do next). Both are gettext message ids.
MESSAGES: dict[str, tuple[str, str]] = {
    **answers.MESSAGES,
    **executors.MESSAGES,
    **cohort.MESSAGES,
    **time_series.MESSAGES,
    **dry_run.MESSAGES,
    **review.MESSAGES,
    **groups.MESSAGES,
    **server.MESSAGES,
    **store.MESSAGES,
    **template.MESSAGES,
}


def say(message: str, locale: str = "en", **values: Any) -> str:
    """Return a message id in the reader's language, with its values put in."""
    text = translations(locale).gettext(message) if message else ""
    return text.format(**values) if values else text


def message(text: str) -> str:
    """Return a message id as it is: so the catalogues have it, though it is said elsewhere."""
    return text


def say_many(one: str, many: str, number: int, locale: str = "en", **values: Any) -> str:
    """Return the message id for a number in the reader's language, with its values put in, ``number`` among them."""
    return translations(locale).ngettext(one, many, number).format(number=number, **values)


def sentence(error: ActionlearnError | Fault, locale: str = "en") -> str:
    """Return what is wrong, as a person says it.

    A code nobody wrote a message for is shown as it is: better than nothing, and a test finds it.
    """
    message, _ = MESSAGES.get(error.message_code, (error.code, ""))
    return _filled(message, error.values, locale)


def hint(error: ActionlearnError | Fault, locale: str = "en") -> str:
    """Return what to do next, or an empty text."""
    _, advice = MESSAGES.get(error.message_code, ("", ""))
    return _filled(advice, error.values, locale)


def error_text(error: ActionlearnError, locale: str = "en") -> str:
    """Return an error with all its faults, a line each, as the command line prints it."""
    lines = [sentence(error, locale)]
    if advice := hint(error, locale):
        lines.append(f"  {advice}")
    lines.extend(fault_line(fault, locale) for fault in error.faults)
    return "\n".join(lines)


def fault_line(fault: Fault, locale: str = "en", *, better: bool = False) -> str:
    """Return a fault as one line, its place first; `better` marks what is not wrong, and might be better."""
    where = ":".join(str(part) for part in (fault.path, fault.line) if part is not None)
    text = " ".join(part for part in (sentence(fault, locale), hint(fault, locale)) if part)
    text = say("To consider: {said}", locale, said=text) if better else text
    return f"{where}: {text}" if where else text


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
