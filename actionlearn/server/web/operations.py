"""What one operation of the API takes and gives, written where it is done: on the method of its handler."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

#: Media types of bodies that no model describes.
CSV, HTML, BYTES = "text/csv", "text/html", "application/octet-stream"

Method = TypeVar("Method", bound=Callable[..., Any])


class Operation(NamedTuple):
    """What one operation takes and gives.

    Parameters
    ----------
    takes
        The body: a model, or a media type; None for none.
    gives
        Status -> a model, a media type, several of them, or None for an empty answer.
    query
        Names of what may stand in the query.
    by_form
        Whether a form may send it without a script: its fields are the body, and the browser goes back to the page.
    """

    takes: Any
    gives: Mapping[int, Any]
    query: tuple[str, ...] = ()
    by_form: bool = False


def operation(
    *, takes: Any = None, gives: Mapping[int, Any], query: tuple[str, ...] = (), by_form: bool = False
) -> Callable[[Method], Method]:
    """Describe a method of a handler: `openapi` and `ApiHandler.parsed` read it there.

    Parameters
    ----------
    takes, gives, query, by_form
        As for `Operation`.
    """

    def describe(method: Method) -> Method:
        method.operation = Operation(takes=takes, gives=gives, query=query, by_form=by_form)  # type: ignore[attr-defined]
        return method

    return describe


def operation_of(method: Any) -> Operation:
    """Return what a method of a handler takes and gives. Each method of the API says so."""
    described: Operation = method.operation
    return described
