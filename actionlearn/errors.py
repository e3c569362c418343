"""What can go wrong, as a tree.

::

    ActionlearnError
    ├── BadInput           400  what somebody gave us cannot be used; every fault is listed
    │   ├── TemplateError       a template, with file and line
    │   ├── ProgrammeError      a programme file, with file and line
    │   ├── RosterError         a roster, with file and row
    │   └── AnswerError    422  a value that does not fit its prompt
    ├── SignInNeeded       401  nobody is signed in, or somebody else is
    ├── Refused            403  this person may not do this
    ├── Missing            404  there is no such thing, or none for this person
    ├── Conflict           409  somebody else was there first
    ├── TooLarge           413  more than we take
    │   └── HeadTooLarge   431  the head of a request is
    ├── TooMany            429  too often
    ├── StoreError         503  the database: locked, newer than the code, gone
    ├── BuildError         500  a workbook could not be made
    ├── ReviewError        500  an executed notebook could not be made
    └── ServerError        500  the server cannot start or cannot do this

An error carries a code and values, never a sentence: `actionlearn.i18n` makes the sentence
in the reader's language, at the edge (page, API, command line).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and where.

    Parameters
    ----------
    code
        Dotted name of the fault, a key of ``words.MESSAGES`` (``template.unknown_kind``).
    values
        What the sentence needs to be said: names, numbers, suggestions. Never a sentence.
    path
        The file it is in, if it is in a file.
    line
        Line (of a text file) or row (of a sheet), counted from 1.
    place
        Which field of a form or table it is in: ``("workbooks", 2, "due")``; empty where that is not known.
    """

    code: str
    values: dict[str, Any] = field(default_factory=dict)
    path: Path | None = None
    line: int | None = None
    place: tuple[str | int, ...] = ()

    @property
    def message_code(self) -> str:
        """Key of the sentence."""
        return self.code


class ActionlearnError(Exception):
    """Anything the kit refuses or fails to do.

    Parameters
    ----------
    code
        Dotted name of what went wrong, a key of ``words.MESSAGES``.
    faults
        For bad input: all that is wrong with it. Other errors have none.
    message_code
        Key of the sentence, where one code has several; else the code is.
    **values
        What the sentence needs to be said.
    """

    status: ClassVar[int] = 500

    def __init__(self, code: str, *, faults: Iterable[Fault] = (), message_code: str = "", **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.message_code = message_code or code
        self.values = values
        self.faults = tuple(faults)


class BadInput(ActionlearnError):
    """What somebody gave us cannot be used."""

    status = 400


class TemplateError(BadInput):
    """A template cannot be read."""


class ProgrammeError(BadInput):
    """A programme file cannot be used."""


class RosterError(BadInput):
    """A roster cannot be used."""


class AnswerError(BadInput):
    """A value does not fit its prompt."""

    status = 422


class SignInNeeded(ActionlearnError):
    """Nobody is signed in, or not the person this page was made for."""

    status = 401


class Refused(ActionlearnError):
    """This person may not do this."""

    status = 403


class Missing(ActionlearnError):
    """There is no such thing, or none for this person."""

    status = 404


class Conflict(ActionlearnError):
    """Somebody else was there first."""

    status = 409


class TooLarge(ActionlearnError):
    """More than we take."""

    status = 413


class HeadTooLarge(TooLarge):
    """The head of a request is more than we take."""

    status = 431


class TooMany(ActionlearnError):
    """Too often."""

    status = 429


class StoreError(ActionlearnError):
    """The database cannot be used."""

    status = 503


class BuildError(ActionlearnError):
    """A workbook could not be made."""


class ReviewError(ActionlearnError):
    """An executed notebook could not be made."""


class ServerError(ActionlearnError):
    """The server cannot start, or cannot do this."""
