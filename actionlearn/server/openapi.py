"""The API as OpenAPI 3.1, made from `ROUTES` and the shapes of what goes in and out."""

from __future__ import annotations

import inspect
import re
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from tornado.web import RequestHandler

from actionlearn import __version__
from actionlearn.server.answers import schemas as answers_schemas
from actionlearn.server.app import handler_class
from actionlearn.server.coaching import schemas as coaching_schemas
from actionlearn.server.groups import schemas as groups_schemas
from actionlearn.server.live import schemas as live_schemas
from actionlearn.server.office import schemas as office
from actionlearn.server.releases import schemas as releases_schemas
from actionlearn.server.reviews import schemas as shared
from actionlearn.server.routes import ROUTES
from actionlearn.server.web import schemas as shapes
from actionlearn.server.web.handlers import ApiHandler
from actionlearn.server.workbooks import schemas as workbooks_schemas

_METHODS = ("get", "post", "put", "delete")
_JSON, _HTML, _CSV, _BYTES = "application/json", "text/html", "text/csv", "application/octet-stream"
_REF = "#/components/schemas/{model}"


class Operation(NamedTuple):
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


_SAVE = Operation(answers_schemas.Edit, {200: answers_schemas.Saved, 409: answers_schemas.Behind})
_NONE = Operation(None, {204: None})

#: Handler and method -> what goes in and out. What is not here is described as any JSON.
SHAPES: dict[str, Operation] = {
    "answers.answers.AnswersApi get": Operation(None, {200: answers_schemas.Answers}),
    "answers.answers.AnswerApi put": _SAVE,
    "answers.answers.AudienceApi put": Operation(answers_schemas.Audience, {200: answers_schemas.Chosen}),
    "answers.answers.CutRevision post": Operation(answers_schemas.Rest, {204: None}),
    "answers.history.HistoryApi get": Operation(None, {200: answers_schemas.Versions}, ("before",)),
    "answers.files.UploadFile put": Operation(_BYTES, {201: answers_schemas.Kept}, ("name",)),
    "answers.question_advice.QuestionAdvice get": Operation(None, {200: answers_schemas.Remark}),
    "answers.history.EraseWords post": Operation(answers_schemas.Passage, {200: answers_schemas.Erased}),
    "answers.views.ViewApi get": Operation(None, {200: answers_schemas.Drawn}),
    "workbooks.sharing.SharePreview get": Operation(None, {200: workbooks_schemas.Sharing}),
    "workbooks.sharing.Share post": Operation(workbooks_schemas.Wants, {200: workbooks_schemas.Receipt}),
    "workbooks.create.StartWorkbook post": Operation(workbooks_schemas.Another, {201: workbooks_schemas.Begun}),
    "workbooks.sharing.AskCoach get": Operation(None, {200: workbooks_schemas.Coaches}),
    "workbooks.sharing.AskCoach post": Operation(workbooks_schemas.Ask, {201: workbooks_schemas.Receipt}),
    "reviews.comments.CommentsApi post": Operation(shared.Said, {201: shared.Comment}),
    "reviews.comments.ReleaseComments post": Operation(None, {200: shared.Released}),
    "reviews.comments.SignOffApi post": Operation(shared.Verdict, {200: shared.SignOff}),
    "reviews.comments.CommentDraft put": Operation(shared.Half, {204: None}),
    "reviews.comments.OneComment put": Operation(shared.Words, {200: shared.Comment}),
    "reviews.comments.OneComment delete": _NONE,
    "reviews.comments.ReleaseComment post": Operation(None, {200: shared.Comment}),
    "reviews.comments.ReplyApi post": Operation(shared.Words, {201: shared.Comment}),
    "reviews.comments.ResolveThread post": Operation(shared.Settled, {200: shared.Comment}),
    "reviews.comments.MarkCommentsSeen post": _NONE,
    "reviews.page.MarkOpened post": _NONE,
    "reviews.margins.ReviewMargins get": Operation(None, {200: answers_schemas.Margins}),
    "reviews.margins.ReviewMargin put": _SAVE,
    "coaching.notes.LearnerNote get": Operation(None, {200: answers_schemas.Margins}),
    "coaching.notes.SaveLearnerNote put": _SAVE,
    "reviews.margins.CutMarginRevision post": _NONE,
    "coaching.question_bank.QuestionBank get": Operation(None, {200: coaching_schemas.Bank}),
    "coaching.question_bank.QuestionBank post": Operation(shared.Words, {201: shared.Question}),
    "coaching.question_bank.BankQuestion delete": _NONE,
    "coaching.agreements.AddAgreement post": Operation(coaching_schemas.Agree, {201: shared.Agreement}),
    "coaching.agreements.ChangeAgreement post": Operation(coaching_schemas.Done, {200: shared.Agreement}),
    "coaching.agreements.ChangeAgreement delete": _NONE,
    "groups.board.AddPosting post": Operation(groups_schemas.Post, {201: groups_schemas.Posted}),
    "groups.board.ClosePosting post": Operation(groups_schemas.Closed, {204: None}),
    "groups.board.ClosePosting delete": _NONE,
    "groups.board.AddPostingAnswer post": Operation(groups_schemas.Introduction, {201: groups_schemas.Introduced}),
    "groups.board.OnePostingAnswer delete": _NONE,
    "groups.entries.ShowAnswer put": Operation(groups_schemas.Show, {200: groups_schemas.Shown}),
    "groups.entries.ShowAnswer delete": _NONE,
    "groups.meetings.MeetingApi get": Operation(None, {200: groups_schemas.Meeting}),
    "groups.meetings.MeetingApi post": Operation(groups_schemas.Act, {200: groups_schemas.Meeting}),
    "groups.meetings.AddLine post": Operation(groups_schemas.Line, {200: answers_schemas.Saved}),
    "office.programmes.CreateProgramme post": Operation(dict[str, Any], {200: office.Founded, 201: office.Founded}),
    "office.programmes.UpdateProgramme put": Operation(dict[str, Any], {200: office.Founded}),
    "releases.releases.ReleaseWords post": Operation(releases_schemas.Pick, {201: releases_schemas.Picked}),
    "releases.releases.WithdrawRelease delete": _NONE,
    "office.rosters.RosterApi post": Operation(
        _CSV, {200: office.Preview, 202: office.BuildStatus}, ("do", "leave", "since", "sure")
    ),
    "office.build.StartBuild get": Operation(None, {200: office.BuildStatus}),
    "office.build.StartBuild post": Operation(None, {202: office.BuildStatus}),
    "office.links.SignInLinks post": Operation(office.Only, {200: (office.NewLink | office.Mailed, _CSV)}),
    "live.handlers.LivePart post": Operation(None, {200: _HTML}),
    "live.handlers.KernelModel get": Operation(None, {200: live_schemas.Kernel}),
    "preview.PreviewStamp get": Operation(None, {200: shapes.Stamp}),
}

_ANY = Operation(None, {200: dict[str, Any], 201: dict[str, Any], 202: dict[str, Any], 204: None})


def description() -> dict[str, Any]:
    """Return the description: every route of the API that is no websocket, with all its methods."""
    made = _Made()
    paths: dict[str, Any] = {}
    for route in ROUTES:
        handler = handler_class(route.handler)
        if route.pattern.startswith("/api/") and issubclass(handler, ApiHandler) and route.pattern != r"/api/.*":
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
        mode: Any = (
            "validation" if isinstance(given, type) and issubclass(given, shapes.RequestBody) else "serialization"
        )
        schema = adapter.json_schema(ref_template=_REF, mode=mode)
        self._named |= schema.pop("$defs", {})
        if title := schema.get("title"):
            self._named[title] = schema
            schema = {"$ref": _REF.format(model=title)}
        return {_JSON: {"schema": schema}}
