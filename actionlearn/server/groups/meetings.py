"""A set's meeting, on the page of the workbook it owns: one writes, all see it, anybody may add; whose time it is.

Saving is what it always is: whoever loses the network keeps what was typed, and it is sent when the network is
back. The pen says who writes and locks nothing away; nobody learns from it who asked what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from actionlearn.answers import kinds
from actionlearn.answers.conditions import Condition
from actionlearn.answers.items import numbered_title
from actionlearn.answers.kinds import KINDS, Growth
from actionlearn.answers.prompts import NOT_YET, Prompt, Value, is_empty
from actionlearn.answers.rendering import item_for, markdown, value_html
from actionlearn.errors import AnswerError, BadInput, Conflict, Missing, Refused
from actionlearn.notebook import PromptPiece, SectionPiece, Text
from actionlearn.permissions import Actor
from actionlearn.server.answers import schemas as answers_schemas
from actionlearn.server.answers.answers import WorkbookApi
from actionlearn.server.groups import schemas
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.web.operations import operation
from actionlearn.server.workbooks.meeting import _inside, made_promises, meeting_state
from actionlearn.server.workbooks.push import hub_of, notify_saved, present
from actionlearn.server.workbooks.state import WorkbookState, require_workbook, workbook_state
from actionlearn.store import Connection, now, shifted
from actionlearn.store.groups import meetings
from actionlearn.store.people import members
from actionlearn.store.records import Draft, Saved, Workbook
from actionlearn.store.workbooks import drafts

#: The longest turn, in minutes.
LONGEST = 120


def _of_set(c: Connection, actor: Actor | None, id: str) -> Workbook:
    """Return the workbook of a meeting, for a member of the set that holds it.

    Raises
    ------
    Missing, Refused
        There is none; it is not theirs, or one person's.
    """
    workbook = require_workbook(c, actor, id, "write")
    if workbook.owner_kind != "set":
        raise Missing("room.no_meeting")
    return workbook


class MeetingApi(WorkbookApi):
    """How the meeting stands: who writes, whose time it is."""

    @operation(gives={200: schemas.MeetingState})
    async def get(self, id: str) -> None:
        """Say it, with who is there."""

        def look(c: Connection) -> dict[str, Any]:
            return meeting_state(c, _of_set(c, self.actor, id).id)

        self.send_json({"meeting": await self.read(look), "here": await present(self, id)})

    @operation(takes=schemas.MeetingAction, gives={200: schemas.MeetingState}, by_form=True)
    async def post(self, id: str) -> None:
        """Take the pen, ask for it, hand it over, put it down; give somebody time."""
        request, me = self.parsed(schemas.MeetingAction), self.signed_in().id
        act = ACTS[request.act]

        def change(c: Connection) -> dict[str, Any]:
            workbook = _of_set(c, self.actor, id)
            meetings.change(c, id, **act(c, workbook, me, request))
            return meeting_state(c, id)

        state = {"meeting": await self.commit(change)}
        self.send_json({**state, "here": await present(self, id)})
        hub_of(self).notify(id, "meeting", state)


def _write(c: Connection, workbook: Workbook, me: str, _: schemas.MeetingAction) -> dict[str, Any]:
    """Take the pen where nobody has it, else ask for it."""
    scribe = meetings.meeting(c, workbook.id).scribe
    return {"scribe": me, "asking": None} if scribe in (None, me) else {"asking": me}


def _give(c: Connection, workbook: Workbook, me: str, _: schemas.MeetingAction) -> dict[str, Any]:
    """Hand the pen to whoever asks for it; where nobody does, put it down."""
    found = meetings.meeting(c, workbook.id)
    if found.scribe != me:
        raise Refused("room.not_the_scribe")
    return {"scribe": found.asking, "asking": None}


def _keep(c: Connection, workbook: Workbook, me: str, _: schemas.MeetingAction) -> dict[str, Any]:
    """Keep the pen for now."""
    if meetings.meeting(c, workbook.id).scribe != me:
        raise Refused("room.not_the_scribe")
    return {"asking": None}


def _take(c: Connection, workbook: Workbook, me: str, _: schemas.MeetingAction) -> dict[str, Any]:
    """Take the pen from somebody who does not answer: only after asking, and only while they have not said no."""
    if meetings.meeting(c, workbook.id).asking != me:
        raise Conflict("room.ask_first")
    return {"scribe": me, "asking": None}


def _time(c: Connection, workbook: Workbook, _: str, request: schemas.MeetingAction) -> dict[str, Any]:
    """Give somebody, or everybody, some minutes from now on."""
    minutes, turn = request.minutes, request.turn or None
    if isinstance(minutes, str) and minutes.isdecimal() and len(minutes) < 4:  # of a form
        minutes = int(minutes)
    if type(minutes) is not int or not 1 <= minutes <= LONGEST:
        raise BadInput("room.no_such_time")
    if turn is not None and turn not in [id for id, _ in _inside(c, workbook)]:
        raise BadInput("room.not_of_the_set")
    return {"turn": turn, "seconds": minutes * 60, "ends_at": shifted(now(), minutes=minutes)}


def _stop(*_: Any) -> dict[str, Any]:
    """Let no time run."""
    return {"turn": None, "seconds": 0, "ends_at": None}


#: What one may do in a meeting -> what changes by it.
ACTS: dict[str, Callable[[Connection, Workbook, str, schemas.MeetingAction], dict[str, Any]]] = {
    "write": _write,
    "give": _give,
    "keep": _keep,
    "take": _take,
    "time": _time,
    "stop": _stop,
}


class AddLine(WorkbookApi):
    """A line that somebody adds while another writes."""

    #: The log says that a line came, and not from whom.
    nameless = True

    @operation(takes=schemas.NewLine, gives={200: answers_schemas.SaveReceipt})
    async def post(self, id: str, prompt: str) -> None:
        """Add it, in the hand of whoever has the pen."""
        new = self.parsed(schemas.NewLine)
        # Of its sender, and it leads to nobody.
        key = sha256(f"{self.signed_in().id} {new.key}".encode()).hexdigest()
        _, asked = await self.prompt(id, prompt)
        growth = KINDS[asked.kind].growth
        if growth is None:
            raise BadInput("room.no_line_here")
        line = _line(asked, growth, new.line)

        def act(c: Connection) -> tuple[Draft, Saved]:
            _of_set(c, self.actor, id)
            scribe = meetings.meeting(c, id).scribe
            if scribe is None:
                raise Conflict("room.nobody_writes")
            values = {"workbook": id, "prompt": prompt, "scribe": scribe, "key": key, "now": now()}
            outcome = meetings.add_line(c, **values, grown=lambda old: kinds.check(asked, growth.join(old, line)))
            assert isinstance(outcome, Saved)  # within one act nobody comes between
            return drafts.drafts(c, id)[prompt], outcome

        head, saved = await self.commit(act)
        self.send_json({"version": saved.version, "saved_at": saved.saved_at})
        notify_saved(self, id, head)


def _line(asked: Prompt, growth: Growth, sent: Any) -> Value:
    """Return a line, or a row, that somebody adds to an answer.

    Raises
    ------
    BadInput, AnswerError
        There is nothing in it, or it is no line.
    """
    try:
        line = kinds.check(asked, growth.line(sent))
    except TypeError:
        raise AnswerError("answers.wrong_kind", prompt=asked.id, kind=asked.kind) from None
    if line is None:
        raise BadInput("room.nothing_said")
    return line


class MeetingSheetPage(PageHandler):
    """A set's workbook on paper, for a meeting without a screen."""

    async def get(self, id: str) -> None:
        """Show it, ready to print: last time's promises first, then questions with room to write."""
        reader = self.reader

        def look(c: Connection) -> dict[str, Any]:
            state = workbook_state(c, self.data, self.actor, id, self.locale)
            workbook = _of_set(c, self.actor, id)
            group = next((each.name for each in members.sets(c, workbook.cohort) if each.id == workbook.owner), "")
            return {
                "title": numbered_title(state.contents.title, workbook.number),
                "back": self.url(f"workbooks/{id}"),
                "group": group,
                "names": [name for _, name in _inside(c, workbook)],
                "promised": made_promises(c, reader, workbook),
                "pieces": list(_on_paper(state, self.locale)),
                "language": state.contents.locale,
            }

        self.render_page("groups/meeting_sheet.html", **await self.read(look))


def _on_paper(state: WorkbookState, locale: str) -> Iterator[dict[str, Any]]:
    """Yield what of a workbook paper can hold: headings, texts, questions with what is said to them so far."""

    def holds(when: Condition) -> bool:
        # What nobody has decided yet may still come: on paper it stands open.
        return state.holds(when) or all(is_empty(each.value) for each in state.items_for([when.of]))

    closed = state.contents.closed(holds)
    for piece in state.contents.pieces:
        if piece.cell_id in closed:
            continue
        if isinstance(piece, SectionPiece):
            yield {"heading": piece.title}
        elif isinstance(piece, Text):
            yield {"text": markdown(piece.markdown)}
        elif isinstance(piece, PromptPiece) and piece.prompt.by == "learner":
            answer = state.drafts.get(piece.prompt.id)
            item = item_for(piece.prompt, answer.value, locale=state.contents.locale) if answer else None
            known = item is not None and not is_empty(item.value) and item.value != NOT_YET
            yield {"prompt": piece.prompt, "said": value_html(item, locale) if item and known else ""}
