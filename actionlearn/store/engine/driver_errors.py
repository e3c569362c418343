"""What a database says went wrong, as one of our errors."""

from __future__ import annotations

from actionlearn.errors import ActionlearnError, BadInput, Conflict, StoreError

#: A part of what the driver says -> our code. The first that fits counts.
_SAID = (
    ("database is locked", "store.locked"),
    ("lock timeout", "store.locked"),
    ("readonly database", "store.not_writable"),
    ("read-only transaction", "store.not_writable"),
    ("unable to open database", "store.not_writable"),
    ("disk is full", "store.full"),
    ("no space left", "store.full"),
    ("not a database", "store.not_a_store"),
    ("malformed", "store.damaged"),
)

#: Classes of the database interface of Python (PEP 249) that mean that the database is not there for us.
_GONE = {"OperationalError", "InterfaceError", "TimeoutError"}


def our_error(error: BaseException, where: str) -> BaseException:
    """Return the error of ours that says what the database meant; other errors come back as they are.

    Parameters
    ----------
    error
        What SQLAlchemy or a driver raised, or anything else.
    where
        The file or address of the store, for the sentence.
    """
    kinds = type(error).__mro__
    if isinstance(error, UnicodeEncodeError):
        return _because(BadInput("store.bad_text"), error)
    if not any(kind.__module__.partition(".")[0] in {"sqlalchemy", "sqlite3", "psycopg"} for kind in kinds):
        return error
    names = {kind.__name__ for kind in kinds}
    if "DataError" in names:
        return _because(BadInput("store.bad_text"), error)
    if "IntegrityError" in names:
        return _because(Conflict("store.already_there"), error)
    text = str(getattr(error, "orig", error)).lower()
    for part, code in _SAID:
        if part in text:
            return _because(StoreError(code, where=where), error)
    if names & _GONE:
        return _because(StoreError("store.unreachable", where=where), error)
    return error


def _because(ours: ActionlearnError, cause: BaseException) -> ActionlearnError:
    ours.__cause__ = cause
    return ours
