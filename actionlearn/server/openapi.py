"""The API as OpenAPI 3.1, made from `ROUTES` and what stands on the methods of their handlers."""

from __future__ import annotations

import inspect
import re
from typing import Any

from pydantic import TypeAdapter
from tornado.web import RequestHandler

from actionlearn import __version__
from actionlearn.server.app import handler_class
from actionlearn.server.routes import ROUTES
from actionlearn.server.web import schemas
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.server.web.operations import BYTES, operation_of

_METHODS = ("get", "post", "put", "delete")
_JSON = "application/json"
_REF = "#/components/schemas/{model}"


def description() -> dict[str, Any]:
    """Return the description: every route of the API that is no websocket, with all its methods."""
    operations = _Operations()
    paths: dict[str, Any] = {}
    for route in ROUTES:
        handler = handler_class(route.handler)
        if route.pattern.startswith("/api/") and issubclass(handler, ApiHandler) and route.pattern != r"/api/.*":
            for method in _METHODS:
                function = getattr(handler, method)
                if function is not RequestHandler._unimplemented_method:  # noqa: SLF001 - how tornado marks one
                    path, parameters = _path(route.pattern, function)
                    paths.setdefault(path, {})[method] = operations.operation(
                        route.handler, method, function, parameters, route.access
                    )
    return {
        "openapi": "3.1.0",
        "info": {"title": "actionlearn", "version": __version__, "description": inspect.cleandoc(_ABOUT)},
        "paths": paths,
        "components": {"schemas": operations.schemas(), "securitySchemes": {"session": _SESSION}},
        "security": [{"session": []}],
    }


_ABOUT = """
    What the pages of the kit ask its server. Signing in is by link or code, in a browser; the session is a cookie.
    A request that changes something says `X-Requested-With: actionlearn`, which no other site can.
    """
_SESSION = {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE}
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


class _Operations:
    """Describes operations, and collects the models they name."""

    def __init__(self) -> None:
        self._named: dict[str, dict[str, Any]] = {}

    def operation(
        self, handler: str, method: str, function: Any, parameters: list[dict[str, Any]], access: str
    ) -> dict[str, Any]:
        """Return one operation."""
        name = f"{handler} {method}"
        shape = operation_of(function)
        query = [{"name": each, "in": "query", "schema": {"type": "string"}} for each in shape.query]
        described: dict[str, Any] = {
            "operationId": name.replace(" ", ".").replace(".", "_"),
            "summary": (inspect.getdoc(function) or "").partition("\n")[0],
            "description": f"For: {access}.",
            "parameters": [*parameters, *query, *([] if method == "get" else [_OURS])],
            "responses": {str(status): self._answer(given) for status, given in shape.gives.items()},
        }
        for status in ("4XX", "503"):
            described["responses"][status] = self._answer(schemas.Error)
        if shape.takes is not None:
            described["requestBody"] = {"required": True, "content": self._content(shape.takes)}
        return described

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
            form = {"type": "string"} if given != BYTES else {}
            return {given: {"schema": form}}
        adapter: TypeAdapter[Any] = TypeAdapter(given)
        mode: Any = (
            "validation" if isinstance(given, type) and issubclass(given, schemas.RequestBody) else "serialization"
        )
        schema = adapter.json_schema(ref_template=_REF, mode=mode)
        self._named |= schema.pop("$defs", {})
        if title := schema.get("title"):
            self._named[title] = schema
            schema = {"$ref": _REF.format(model=title)}
        return {_JSON: {"schema": schema}}
