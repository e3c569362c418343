"""How values stand in a column."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Dialect, ForeignKey, Integer, Text, TypeDecorator


def canonical(value: Any) -> str:
    """Return a JSON value as its one text: sorted keys, no spaces, letters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def fingerprint(value: Any) -> str:
    """Return the SHA-256 of a JSON value."""
    return sha256(canonical(value).encode()).hexdigest()


class Json(TypeDecorator[Any]):
    """A JSON value as canonical text: the same bytes in both databases, readable in any tool."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002 - SQLAlchemy's signature
        """Write a value."""
        return canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Read a value."""
        return None if value is None else json.loads(value)


def text_of(name: str, *args: Any, **options: Any) -> Column[str]:
    """Return a column of text that is always there."""
    return Column(name, Text, *args, nullable=False, **options)


def maybe(name: str, *args: Any) -> Column[str]:
    """Return a column of text that may be missing."""
    return Column(name, Text, *args, nullable=True)


def json_of(name: str) -> Column[Any]:
    """Return a column of JSON values."""
    return Column(name, Json, nullable=False)


def number_of(name: str, **options: Any) -> Column[int]:
    """Return a column of whole numbers."""
    return Column(name, Integer, nullable=False, **options)


def person_of(name: str = "person", **options: Any) -> Column[str]:
    """Return a column that names a person."""
    return text_of(name, ForeignKey("person.id"), **options)
