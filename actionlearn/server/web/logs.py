"""Structured logs on stderr: a JSON object a line, with no answer, no token and no query in it."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

from tornado.web import HTTPError, RequestHandler

from actionlearn.errors import ActionlearnError

#: What a sign-in token may be, in any spelling of an address: a long run of the letters that tokens are made of.
_TOKEN = re.compile(r"(?:[A-Za-z0-9_-]|%[0-9A-Fa-f]{2}){20,}")
#: Long runs that are ids of ours, of a workbook or a file, and open nothing.
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")
_AFTER_IN = re.compile(r"(/in/)[^/\s\"'?]+", re.IGNORECASE)
_QUERY = re.compile(r"\?[^\s\"')]*")

#: What a log line may carry besides its message.
_FIELDS = ("method", "path", "status", "ms", "person", "reference", "kernel", "workbook", "pid", "code", "address")


def masked(text: str) -> str:
    """Return a text without sign-in tokens and query strings."""
    shown = _TOKEN.sub(lambda found: found[0] if _ID.fullmatch(found[0]) else "…", text)
    return _QUERY.sub("?…", _AFTER_IN.sub(r"\1…", shown))


def logged_path(handler: RequestHandler) -> str:
    """Return the path of a request as it is logged: of an address that nothing stands at, no part."""
    if handler.settings.get("default_handler_class") is type(handler) or getattr(handler, "nowhere", False):
        return "(nowhere)"
    return masked(handler.request.path)


def _trace(error: BaseException) -> list[str]:
    """Return where an error happened. Not its words: they may hold an answer or a parameter."""
    name = type(error).__name__
    if isinstance(error, ActionlearnError):
        name += f" {error.code}"
    elif isinstance(error, OSError):
        name += f" {error.strerror}"
    elif isinstance(error, HTTPError):
        name += f" {error.status_code}"
    frames = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return [*(_trace(cause) if cause else []), *frames, name]


class Sparing(logging.Filter):
    """Lets the same line pass so many times a minute: a fault that comes again and again fills no disk."""

    #: How many lines a place in the code has in so many seconds.
    MOST, SECONDS = 20, 60.0

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[tuple[str, str, int], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a line is to be written; the last one that is says so."""
        place = record.name, record.pathname, record.lineno
        began, count = self._seen.get(place, (record.created, 0))
        if record.created - began >= self.SECONDS:
            began, count = record.created, 0
        self._seen[place] = began, count + 1
        if count == self.MOST - 1:
            record.msg = f"{record.getMessage()} (and again: not written for a minute)"
            record.args = ()
        return count < self.MOST


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": masked(record.getMessage()),
        }
        line.update({name: getattr(record, name) for name in _FIELDS if hasattr(record, name)})
        if record.exc_info and record.exc_info[1]:
            line["trace"] = _trace(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(*loggers: logging.Logger, level: int = logging.INFO) -> None:
    """Send our log, and sparingly the given ones from warnings on, to stderr as JSON lines."""
    handler, sparing = logging.StreamHandler(sys.stderr), logging.StreamHandler(sys.stderr)
    for each in (handler, sparing):
        each.setFormatter(JsonLines())
    sparing.addFilter(Sparing())
    ours = logging.getLogger("actionlearn")
    ours.setLevel(level)
    for logger in (ours, *loggers):
        logger.handlers[:] = [handler if logger is ours else sparing]
        logger.propagate = False
    for logger in loggers:
        logger.setLevel(logging.WARNING)


def log_request(handler: RequestHandler) -> None:
    """Log a request that was answered: its path with tokens masked, never its query or body."""
    status = handler.get_status()
    handler.settings["kit"].responses[status] += 1
    if "/static/" in handler.request.path and status < 400:
        return
    level = logging.INFO if status < 500 else logging.ERROR
    nameless = getattr(handler, "nameless", False)
    logging.getLogger("actionlearn.request").log(
        level,
        "request",
        extra={
            "method": handler.request.method,
            "path": logged_path(handler),
            "status": status,
            "ms": round(1000 * handler.request.request_time(), 1),
            "person": "" if nameless else getattr(getattr(handler, "current_user", None), "username", "") or "",
            "reference": getattr(handler, "reference", ""),
        },
    )
