"""What a database says went wrong, as one of our errors."""

from __future__ import annotations

from sqlalchemy import exc

from actionlearn.errors import ActionlearnError, Conflict, StoreError

#: A part of what the driver says -> our code. The first that fits counts.
_SAID = (
    ("database is locked", "store.locked"),
    ("lock timeout", "store.locked"),
    ("readonly database", "store.not_writable"),
    ("unable to open database", "store.not_writable"),
    ("disk is full", "store.full"),
    ("no space left", "store.full"),
    ("not a database", "store.not_a_store"),
    ("malformed", "store.damaged"),
)


def our_error(error: BaseException, where: str) -> BaseException:
    """Return the error of ours that says what the database meant; other errors come back as they are.

    Parameters
    ----------
    error
        What was raised.
    where
        The file or address of the store, for the sentence.
    """
    if not isinstance(error, exc.SQLAlchemyError):
        return error
    if isinstance(error, exc.IntegrityError):
        return _because(Conflict("store.already_there"), error)
    said = str(getattr(error, "orig", error)).lower()
    for part, code in _SAID:
        if part in said:
            return _because(StoreError(code, where=where), error)
    if isinstance(error, exc.OperationalError | exc.InterfaceError | exc.TimeoutError):
        return _because(StoreError("store.unreachable", where=where), error)
    return error


def _because(ours: ActionlearnError, cause: BaseException) -> ActionlearnError:
    ours.__cause__ = cause
    return ours
