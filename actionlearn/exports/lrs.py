"""Send statements to a learning record store (LRS), and try again later where it does not answer.

Off until an operator names one. What it refuses is kept aside and reported; where it is not there, or says
so, everything waits and is tried again, later each time.
"""

from __future__ import annotations

import json
import logging
import random
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from actionlearn.errors import ActionlearnError, BadInput
from actionlearn.exports import xapi
from actionlearn.notebook import Contents
from actionlearn.store import Connection, Store, now, shifted
from actionlearn.store.outbound import statements
from actionlearn.store.outbound.statements import Event, Statement
from actionlearn.store.records import Workbook
from actionlearn.store.workbooks.schedule import progress_of

log = logging.getLogger("actionlearn.records")

#: How many are sent at once; seconds that the LRS may take; seconds until the second try, and the most ever.
AT_ONCE, PATIENCE, SOON, LATEST = 50, 20, 15, 6 * 60 * 60

#: Characters of its reason that are kept.
_REASON = 300

#: What an LRS says of a statement itself; everything else is about the LRS, the way to it or the settings.
_REFUSED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY})

ContentsOf = Callable[[Workbook], Contents]


@dataclass(frozen=True)
class Target:
    """Where statements go.

    Parameters
    ----------
    url
        Of the LRS, without ``/statements``.
    home
        Address of this installation, which names accounts and activities.
    text
        Whether answers that were shared with the whole cohort go along.
    """

    url: str
    home: str
    user: str = ""
    password: str = ""
    text: bool = False

    def __post_init__(self) -> None:
        if not self.url.startswith(("http://", "https://")):
            raise BadInput("records.bad_url", url=self.url)


@dataclass(frozen=True)
class SendReport:
    """How many statements were sent, refused or put off."""

    found: int = 0
    sent: int = 0
    aside: int = 0
    later: int = 0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What was meant for one address is sent to no other."""

    def redirect_request(self, *_: Any) -> None:
        return None


def send_due(store: Store, target: Target, contents_of: ContentsOf) -> SendReport:
    """Look what happened, and send what is due. Called again and again, by one at a time."""
    found = check_connection(store, contents_of)
    sent = aside = later = 0
    while waiting := store.read(lambda c: statements.due(c, now(), AT_ONCE)):
        done = _send(store, target, waiting, contents_of)
        sent, aside, later = sent + done.sent, aside + done.aside, later + done.later
        if done.later:  # it is not there: the rest would not arrive either
            break
    return SendReport(found=found, sent=sent, aside=aside, later=later)


def check_connection(store: Store, contents_of: ContentsOf) -> int:
    """Put what happened since the last look into the queue; return how much that was."""
    store.write(statements.begin)
    until = now()

    def act(c: Connection) -> list[Event]:
        since, _ = statements.window(c) or (until, until)
        found = statements.events(c, since, until)
        for book, at in statements.worked_on(c, since, until):
            found += _progress(c, book, at, contents_of)
        return found

    found = store.read(act)
    return store.write(lambda c: statements.enqueue(c, store.id, found, until))


def _progress(c: Connection, book: Workbook, at: str, contents_of: ContentsOf) -> list[Event]:
    """Say how far somebody is in a workbook, in hundredths, and that it is complete."""
    try:
        questions = contents_of(book).questions
    except ActionlearnError:
        return []
    progress = progress_of(c, book, questions)
    if not progress.asked:
        return []
    percent = 100 * len(progress.answered) // len(progress.asked)
    found = [
        Event(cohort=book.cohort, person=book.owner, verb="progressed", object=book.id, detail=str(percent), at=at)
    ]
    if percent == 100 and not progress.later:
        found.append(Event(cohort=book.cohort, person=book.owner, verb="completed", object=book.id, at=at))
    return found


def _send(store: Store, target: Target, waiting: Sequence[Statement], contents_of: ContentsOf) -> SendReport:
    """Send some, together; where that is refused, one after the other, to find out which it is."""
    bodies = store.read(lambda c: {each.id: _worded(c, each, target, contents_of) for each in waiting})
    empty = [id for id, body in bodies.items() if body is None]
    if empty:
        store.write(lambda c: statements.change(c, empty, state="nothing"))
    ready = [each for each in waiting if bodies[each.id] is not None]
    status, reason = _post(target, [bodies[each.id] for each in ready]) if ready else (HTTPStatus.OK, "")
    if len(ready) > 1 and (status in _REFUSED or status == HTTPStatus.CONFLICT):
        done = SendReport()
        for each in ready:
            one = _note(store, [each], *_post(target, [bodies[each.id]]))
            done = SendReport(
                found=0, sent=done.sent + one.sent, aside=done.aside + one.aside, later=done.later + one.later
            )
            if one.later:
                break
        return done
    return _note(store, ready, status, reason)


def _worded(c: Connection, each: Statement, target: Target, contents_of: ContentsOf) -> dict[str, Any] | None:
    try:
        about = statements.about(c, each)
        contents = contents_of(about.workbook) if about else None
    except ActionlearnError:  # what it was about, or the file of it, is gone
        return None
    return xapi.as_statement(each, about, contents, target.home, text=target.text) if about and contents else None


def _note(store: Store, sent: Sequence[Statement], status: int, reason: str) -> SendReport:
    """Note what became of statements, by what the LRS answered; 0 is nothing."""
    ids, at = [each.id for each in sent], now()
    if 200 <= status < 300 or status == HTTPStatus.CONFLICT:  # it has this id: an earlier try arrived
        store.write(lambda c: statements.change(c, ids, state="sent", sent_at=at, reason=""))
        return SendReport(sent=len(ids))
    if status in _REFUSED:
        log.warning("the LRS refused a statement", extra={"status": status, "statement": ids[0]})
        store.write(lambda c: statements.change(c, ids, state="aside", reason=f"{status}: {reason}"))
        return SendReport(aside=len(ids))

    def act(c: Connection) -> None:
        for each in sent:
            wait = min(SOON * 2**each.tries, LATEST) * random.uniform(0.8, 1.2)  # noqa: S311 - not all at once again
            due, reason_text = shifted(at, seconds=wait), f"{status or 'no answer'}: {reason}"
            statements.change(c, [each.id], due_at=due, tries=min(each.tries + 1, 20), reason=reason_text)

    store.write(act)
    log.info("the LRS did not take statements, they wait", extra={"status": status})
    return SendReport(later=len(ids))


def _has_words(bodies: Sequence[Any]) -> bool:
    """Tell whether statements hold words of an answer: a reason may quote them, and is not kept then."""
    return any("response" in (each.get("result") or {}) for each in bodies)


def _post(target: Target, bodies: Sequence[Any]) -> tuple[int, str]:
    """Send statements; return the status and the reason, 0 where nothing answers."""
    headers = {"Content-Type": "application/json", "X-Experience-API-Version": xapi.VERSION}
    if target.user:
        headers["Authorization"] = "Basic " + b64encode(f"{target.user}:{target.password}".encode()).decode()
    body = json.dumps(list(bodies), ensure_ascii=False).encode()
    asked = urllib.request.Request(f"{target.url.rstrip('/')}/statements", body, headers, method="POST")  # noqa: S310 - checked in Target
    try:
        with urllib.request.build_opener(_NoRedirect).open(asked, timeout=PATIENCE) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        with error:
            answered = error.read(4 * _REASON).decode("utf-8", "replace")[:_REASON]
            return error.code, "" if _has_words(bodies) else answered
    except (OSError, ValueError) as error:
        return 0, type(error).__name__
