"""What every answer of the API has in common: JSON in, JSON out, one shape of errors."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from math import isfinite
from typing import Any, TypeVar

from pydantic import ValidationError

from actionlearn import i18n
from actionlearn.errors import ActionlearnError, BadInput
from actionlearn.server.web.addresses import local_path
from actionlearn.server.web.error_pages import error_of, plain_json
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.web.operations import operation_of
from actionlearn.server.web.origins import split
from actionlearn.server.web.schemas import RequestBody
from actionlearn.server.web.text_input import is_form, nested_fields
from actionlearn.text.clean import storable

Body = TypeVar("Body", bound=RequestBody)

log = logging.getLogger("actionlearn.server")

#: Kind of error of pydantic's -> what was expected, as JSON Schema calls it.
_EXPECTED = {
    "bool_type": "boolean",
    "dict_type": "object",
    "greater_than_equal": "integer >= {ge}",
    "int_type": "integer",
    "less_than_equal": "integer <= {le}",
    "list_type": "array",
    "literal_error": "{expected}",
    "model_type": "object",
    "string_type": "string",
    "uuid_parsing": "uuid",
    "uuid_type": "uuid",
}


class ApiHandler(PageHandler):
    """A JSON answer. One shape for errors: ``{"error": {"code", "values", "message", "hint"}}``."""

    @property
    def is_form(self) -> bool:
        """Whether a form of ours sent this without a script."""
        if "X-Requested-With" in self.request.headers or not is_form(self.request):
            return False
        method = getattr(self, str(self.request.method).lower(), None)
        return hasattr(method, "operation") and operation_of(method).by_form

    def check_xsrf_cookie(self) -> None:
        """Refuse what another site sent.

        The header cannot be sent across sites without a preflight, which we never answer. A form cannot send it:
        of that the browser has to say that a page of ours sent it.
        """
        if self.is_form:
            super().check_xsrf_cookie()
        elif self.request.headers.get("X-Requested-With") != "actionlearn" or self.same_site() is False:
            raise self.site_refusal()

    def parsed(self, model: type[Body]) -> Body:
        """Return what was sent, as the model says that this operation takes.

        Parameters
        ----------
        model
            The model of the body; the one that stands in the method's `operation`.

        Raises
        ------
        BadInput
            It is no JSON object, lacks something, or something in it is not what it should be.
        """
        assert operation_of(getattr(self, str(self.request.method).lower())).takes is model
        # What a form sends is text: a number is read from it.
        body = nested_fields(self.request.body_arguments) if self.is_form else self._json_object()
        try:
            return model.model_validate(body, strict=False if self.is_form else None)
        except ValidationError as error:
            raise _bad_message(error) from None

    def _json_object(self) -> dict[str, Any]:
        """Return the JSON object that was sent.

        Raises
        ------
        BadInput
            It is no JSON object.
        """
        try:
            body = _plain(json.loads(self.request.body.decode("utf-8") or "{}", parse_constant=_refuse_constant))
        except (UnicodeDecodeError, ValueError, RecursionError):
            raise BadInput("answers.not_json") from None
        if not isinstance(body, dict):
            raise BadInput("answers.not_json")
        return body

    def send_json(self, value: Any = None, status: int = 200) -> None:
        """Answer with JSON, or with nothing (204) where there is nothing to say; a form's browser goes on to a page."""
        if self.is_form:
            self.redirect(self._page_after(value), status=303)
            return
        self.set_status(HTTPStatus.NO_CONTENT if value is None else status)
        self.set_header("Cache-Control", "no-store")
        if value is None:
            self.finish()
            return
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def _page_after(self, value: Any) -> str:
        """Return where the browser goes on once a form was sent: to what was made, else back to the form's page."""
        made = value.get("url", "") if isinstance(value, dict) else ""
        back = split(self.request.headers.get("Referer", ""))
        query = f"?{back.query}" if back.query else ""
        return str(made or self.url(local_path(back.path + query, self.base_url)))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with the one error shape; a form with a page."""
        if self.is_form:
            super().write_error(status_code, **kwargs)
            return
        info = kwargs.get("exc_info")
        try:
            body = self._error_json(error_of(info[1] if info else None, status_code))
        except Exception:
            log.exception("error page failed", extra={"reference": self.reference})
            body = plain_json(status_code, self.reference)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(body)

    def _error_json(self, error: ActionlearnError) -> str:
        error_body: dict[str, Any] = {
            "code": error.code,
            "values": {
                key: value for key, value in error.values.items() if isinstance(value, str | int | list | tuple)
            },
            "message": i18n.sentence(error, self.locale),
            "hint": i18n.hint(error, self.locale),
            "reference": self.reference,
        }
        if error.faults:
            error_body["faults"] = [{"message": i18n.sentence(f, self.locale), "line": f.line} for f in error.faults]
        return json.dumps({"error": error_body}, ensure_ascii=False, default=str)


#: How deep what is sent may be nested: a table in an answer is five levels deep.
DEEPEST = 40


def _plain(value: Any, left: int = DEEPEST) -> Any:
    """Return what was sent with texts that can be stored and written.

    Raises
    ------
    ValueError
        It is nested too deep, or has a number that is none.
    """
    if not left or (isinstance(value, float) and not isfinite(value)):
        raise ValueError
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_plain(each, left - 1) for each in value]
    if isinstance(value, dict):
        return {storable(key): _plain(each, left - 1) for key, each in value.items()}
    return value


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _bad_message(error: ValidationError) -> BadInput:
    """Return what is wrong with a body: what it lacks, else the first thing that is not what it should be."""
    errors = error.errors(include_url=False, include_input=False)
    missing = [_field(each["loc"]) for each in errors if each["type"] == "missing"]
    if missing:
        return BadInput("answers.bad_message", missing=missing)
    first = errors[0]
    expected = _EXPECTED.get(first["type"], first["type"]).format(**first.get("ctx", {}))
    return BadInput(
        "answers.bad_message", message_code="answers.wrong_field", field=_field(first["loc"]), expected=expected
    )


def _field(place: tuple[int | str, ...]) -> str:
    return ".".join(str(part)[:40] for part in place)
