"""Numbers as a language writes them."""

from __future__ import annotations

from babel.numbers import get_decimal_symbol

from actionlearn.i18n.locales import format_locale


def format_number(value: str, locale: str) -> str:
    """Return a stored number as it is written in a language: digit for digit, with its own decimal mark."""
    return value.replace(".", decimal_mark(locale))


def decimal_mark(locale: str) -> str:
    """Return how a language parts the whole from the fraction."""
    return get_decimal_symbol(format_locale(locale))
