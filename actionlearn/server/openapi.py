"""The API as OpenAPI 3.1, made from `ROUTES` and the shapes of what goes in and out."""

from __future__ import annotations

import inspect
import re
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from tornado.web import RequestHandler

from actionlearn import __version__
from actionlearn.server.app import handler_class
from actionlearn.server.office import schemas as office
from actionlearn.server.reviews import schemas as shared
from actionlearn.server.routes import ROUTES
from actionlearn.server.web import schemas as shapes
from actionlearn.server.web.handlers import Api

_METHODS = ("get", "post", "put", "delete")
_JSON, _HTML, _CSV, _BYTES = "application/json", "text/html", "text/csv", "application/octet-stream"
_REF = "#/components/schemas/{model}"


class Shape(NamedTuple):
    """What one operation takes and gives.

    Parameters
    ----------
    takes
        The body: a model, or a media type; None for none.
    gives
        Status -> a model, a media type, or None for an empty answer.
    query
        Names of what may stand in the query.
    """

    takes: Any
    gives: dict[int, Any]
    query: tuple[str, ...] = ()


_SAVE = Shape(shapes.Edit, {200: shapes.Saved, 409: shapes.Behind})
_NONE = Shape(None, {204: None})

#: Handler and method -> what goes in and out. What is not here is described as any JSON.
SHAPES: dict[str, Shape] = {
    "answers.answers.Answers get": Shape(None, {200: shapes.Answers}),
    "answers.answers.Answer put": _SAVE,
    "answers.answers.Audience put": Shape(shapes.Audience, {200: shapes.Chosen}),
    "answers.answers.Revisions post": Shape(shapes.Rest, {204: None}),
    "answers.history.History get": Shape(None, {200: shapes.Versions}, ("before",)),
    "answers.files.Upload put": Shape(_BYTES, {201: shapes.Kept}, ("name",)),
    "journey.gaps.Asking get": Shape(None, {200: shapes.Remark}),
    "answers.history.Erase post": Shape(shapes.Passage, {200: shapes.Erased}),
    "workbooks.views.View get": Shape(None, {200: shapes.Drawn}),
    "workbooks.sharing.Sharing get": Shape(None, {200: shared.Sharing}),
    "workbooks.sharing.Share post": Shape(shared.Wants, {200: shared.Receipt}),
    "workbooks.sharing.Another post": Shape(shared.Another, {201: shared.Begun}),
    "workbooks.sharing.Ask get": Shape(None, {200: shared.Coaches}),
    "workbooks.sharing.Ask post": Shape(shared.Ask, {201: shared.Receipt}),
    "reviews.comments.Comments post": Shape(shared.Said, {201: shared.Comment}),
    "reviews.comments.ReleaseAll post": Shape(None, {200: shared.Released}),
    "reviews.comments.SignOff post": Shape(shared.Verdict, {200: shared.SignOff}),
    "reviews.comments.Half put": Shape(shared.Half, {204: None}),
    "reviews.comments.One put": Shape(shared.Words, {200: shared.Comment}),
    "reviews.comments.One delete": _NONE,
    "reviews.comments.Release post": Shape(None, {200: shared.Comment}),
    "reviews.comments.Replies post": Shape(shared.Words, {201: shared.Comment}),
    "reviews.comments.Resolve post": Shape(shared.Settled, {200: shared.Comment}),
    "reviews.comments.Seen post": _NONE,
    "coaching.desk.Opened post": _NONE,
    "reviews.margins.InReview get": Shape(None, {200: shapes.Margins}),
    "reviews.margins.InReviewOne put": _SAVE,
    "reviews.margins.OnPerson get": Shape(None, {200: shapes.Margins}),
    "reviews.margins.OnPersonOne put": _SAVE,
    "reviews.margins.Revision post": _NONE,
    "reviews.margins.Questions get": Shape(None, {200: shared.Bank}),
    "reviews.margins.Questions post": Shape(shared.Words, {201: shared.Question}),
    "reviews.margins.Question delete": _NONE,
    "coaching.agreements.Agreements post": Shape(shared.Agree, {201: shared.Agreement}),
    "coaching.agreements.Agreement post": Shape(shared.Done, {200: shared.Agreement}),
    "coaching.agreements.Agreement delete": _NONE,
    "groups.board.Postings post": Shape(shared.Post, {201: shared.Posted}),
    "groups.board.OnePosting post": Shape(shared.Closed, {204: None}),
    "groups.board.OnePosting delete": _NONE,
    "groups.board.Answers post": Shape(shared.Introduction, {201: shared.Introduced}),
    "groups.board.OneAnswer delete": _NONE,
    "groups.entries.Show put": Shape(shared.Show, {200: shared.Shown}),
    "groups.entries.Show delete": _NONE,
    "groups.meetings.State get": Shape(None, {200: shared.Meeting}),
    "groups.meetings.State post": Shape(shared.Act, {200: shared.Meeting}),
    "groups.meetings.Line post": Shape(shared.Line, {200: shapes.Saved}),
    "office.programmes.Found post": Shape(dict[str, Any], {200: office.Founded, 201: office.Founded}),
    "office.programmes.Revise put": Shape(dict[str, Any], {200: office.Founded}),
    "releases.releases.Pick post": Shape(shared.Pick, {201: shared.Picked}),
    "releases.releases.Withdraw delete": _NONE,
    "office.rosters.Roster post": Shape(
        _CSV, {200: office.Preview, 202: office.Building}, ("do", "leave", "since", "sure")
    ),
    "office.build.Build get": Shape(None, {200: office.Building}),
    "office.build.Build post": Shape(None, {202: office.Building}),
    "office.links.Links post": Shape(office.Only, {200: (office.NewLink | office.Mailed, _CSV)}),
    "live.handlers.Live post": Shape(None, {200: _HTML}),
    "live.handlers.KernelModel get": Shape(None, {200: office.Kernel}),
    "preview.Stamp get": Shape(None, {200: office.Stamp}),
}

_ANY = Shape(None, {200: dict[str, Any], 201: dict[str, Any], 202: dict[str, Any], 204: None})


def description() -> dict[str, Any]:
    """Return the description: every route of the API that is no websocket, with all its methods."""
    made = _Made()
    paths: dict[str, Any] = {}
    for route in ROUTES:
        handler = handler_class(route.handler)
        if route.pattern.startswith("/api/") and issubclass(handler, Api) and route.pattern != r"/api/.*":
            for method in _METHODS:
                function = getattr(handler, method)
                if function is not RequestHandler._unimplemented_method:  # noqa: SLF001 - how tornado marks one
                    path, parameters = _path(route.pattern, function)
                    operation = made.operation(route.handler, method, function, parameters, route.access)
                    paths.setdefault(path, {})[method] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "actionlearn", "version": __version__, "description": inspect.cleandoc(_ABOUT)},
        "paths": paths,
        "components": {"schemas": made.schemas(), "securitySchemes": {"session": _SESSION}},
        "security": [{"session": []}],
    }


_ABOUT = """
    What the pages of the kit ask its server. Signing in is by link or code, in a browser; the session is a cookie.
    A request that changes something says `X-Requested-With: actionlearn`, which no other site can.
    """
_SESSION = {"type": "apiKey", "in": "cookie", "name": "actionlearn-session"}
_OURS = {
    "name": "X-Requested-With",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "enum": ["actionlearn"]},
}


def _path(pattern: str, function: Any) -> tuple[str, list[dict[str, Any]]]:
    """Return a route's path with its places named as the handler names them, and those places."""
    names = [each for each in inspect.signature(function).parameters if each != "self"]
    groups = list(re.finditer(r"\((?:\?P<\w+>)?((?:[^()]|\([^()]*\))*)\)", pattern))
    if len(names) != len(groups):  # it takes them as they come
        names = [f"part{number}" for number in range(len(groups))]
    parameters = []
    for group, name in zip(groups, names, strict=True):
        pattern = pattern.replace(group[0], f"{{{name}}}", 1)
        schema = {"type": "string", "pattern": f"^{group[1]}$"}
        parameters.append({"name": name, "in": "path", "required": True, "schema": schema})
    return pattern.replace("\\", ""), parameters


class _Made:
    """The operations as they are made, and the models they name."""

    def __init__(self) -> None:
        self._models: dict[str, TypeAdapter[Any]] = {}
        self._named: dict[str, dict[str, Any]] = {}

    def operation(
        self, handler: str, method: str, function: Any, parameters: list[dict[str, Any]], access: str
    ) -> dict[str, Any]:
        """Return one operation."""
        name = f"{handler} {method}"
        shape = SHAPES.get(name, _ANY)
        query = [{"name": each, "in": "query", "schema": {"type": "string"}} for each in shape.query]
        made: dict[str, Any] = {
            "operationId": name.replace(" ", ".").replace(".", "_"),
            "summary": (inspect.getdoc(function) or "").partition("\n")[0],
            "description": f"For: {access}.",
            "parameters": [*parameters, *query, *([] if method == "get" else [_OURS])],
            "responses": {str(status): self._answer(given) for status, given in shape.gives.items()},
        }
        for status in ("4XX", "503"):
            made["responses"][status] = self._answer(shapes.Error)
        if shape.takes is not None:
            made["requestBody"] = {"required": True, "content": self._content(shape.takes)}
        return made

    def schemas(self) -> dict[str, Any]:
        """Return the models by name."""
        return self._named

    def _answer(self, given: Any) -> dict[str, Any]:
        if given is None:
            return {"description": "Nothing to say."}
        content: dict[str, Any] = {}
        for each in given if isinstance(given, tuple) else (given,):
            content |= self._content(each)
        return {"description": "As it looks.", "content": content}

    def _content(self, given: Any) -> dict[str, Any]:
        if isinstance(given, str):
            form = {"type": "string"} if given != _BYTES else {}
            return {given: {"schema": form}}
        adapter: TypeAdapter[Any] = TypeAdapter(given)
        mode: Any = "validation" if isinstance(given, type) and issubclass(given, shapes.Sent) else "serialization"
        schema = adapter.json_schema(ref_template=_REF, mode=mode)
        self._named |= schema.pop("$defs", {})
        if title := schema.get("title"):
            self._named[title] = schema
            schema = {"$ref": _REF.format(model=title)}
        return {_JSON: {"schema": schema}}
