"""What a coach writes in the margins, saved as answers are: their own prompts, private notes; and the bank of questions."""

from __future__ import annotations

from typing import Any

from actionlearn.answers import kinds
from actionlearn.errors import BadInput, Missing, SignInNeeded, TooLarge
from actionlearn.reviews import comments
from actionlearn.server.answers import schemas as answers_schemas
from actionlearn.server.answers.autosave import send_outcome
from actionlearn.server.answers.schemas import Edit
from actionlearn.server.reviews import review
from actionlearn.server.reviews.coach_prompts import MAX_NOTE, NOTE
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.operations import operation
from actionlearn.store import now
from actionlearn.store.records import Draft, SaveConflict, Saved
from actionlearn.store.reviews import coach_answers, notes
from actionlearn.store.workbooks import workbooks
from actionlearn.text.clean import storable


class MarginHandler(ApiHandler):
    """Saves in the shape in which answers are saved, so that the same script keeps every word."""

    def edit(self) -> Edit:
        """Return the edit that was sent.

        Raises
        ------
        BadInput, SignInNeeded
            It is no edit; the page was made for somebody else.
        """
        edit = self.parsed(Edit)
        if edit.person != self.signed_in().id:
            raise SignInNeeded("answers.other_person")
        return edit

    def save_note(self, c: Any, about: str, kind: notes.Kind, edit: Edit) -> Saved | SaveConflict:
        """Save a private note: a text, or nothing."""
        body = edit.value if edit.value is not None else ""
        if not isinstance(body, str):
            raise BadInput("answers.bad_message", message_code="answers.wrong_field", field="value", expected="string")
        body = storable(body)
        if len(body) > MAX_NOTE:
            raise TooLarge("review.note_too_long", limit=MAX_NOTE)
        me = self.signed_in().id
        note = notes.put_note(c, by=me, about=about, kind=kind, body=body, base=edit.base, now=now())
        if isinstance(note, Saved):
            return note
        return SaveConflict(Draft(prompt=NOTE, version=note.version, value=note.body, by=me, saved_at=note.saved_at))

    def note_json(self, note: notes.Note | None) -> dict[str, Any]:
        """Return a note as a page asks for it again."""
        value, version, at = (note.body or None, note.version, note.saved_at) if note else (None, 0, "")
        return {NOTE: {"value": value, "version": version, "saved_at": at}}


class ReviewMargins(MarginHandler):
    """What a coach wrote in the margins of one review."""

    @operation(gives={200: answers_schemas.Margins})
    async def get(self, id: str) -> None:
        """Return it by prompt, the private note among it."""
        me = self.signed_in().id

        def look(c: Any) -> dict[str, Any]:
            comments.allowed(c, self.actor, id, "comment")
            own = [each for each in coach_answers.of(c, id) if each.coach == me]
            answers = {
                each.prompt: {"value": each.value, "version": each.version, "saved_at": each.saved_at} for each in own
            }
            return {**answers, **self.note_json(notes.note(c, me, id))}

        self.send_json({"answers": await self.read(look)})


class ReviewMargin(MarginHandler):
    """One answer to a coach's prompt, or the private note on a review."""

    @operation(takes=answers_schemas.Edit, gives={200: answers_schemas.SaveReceipt, 409: answers_schemas.EditConflict})
    async def put(self, id: str, prompt: str) -> None:
        """Save it."""
        edit = self.edit()

        def act(c: Any) -> Saved | SaveConflict:
            shared, me = comments.allowed(c, self.actor, id, "comment")
            if prompt == NOTE:
                return self.save_note(c, id, "review", edit)
            workbook = workbooks.workbook(c, shared.workbook)
            asked = review.contents_as_shared(self.data, workbook, shared).prompts.get(prompt)
            if asked is None or asked.by != "coach":
                raise Missing("answers.no_such_prompt", prompt=prompt)
            return coach_answers.save(
                c,
                submission=id,
                prompt=prompt,
                coach=me,
                client=str(edit.client),
                seq=edit.seq,
                base=edit.base,
                value=kinds.check(asked, edit.value),
                now=now(),
            )

        send_outcome(self, await self.commit(act))


class CutMarginRevision(ApiHandler):
    """A page says that somebody rests. Of what stands in the margins no versions are kept."""

    @operation(gives={204: None})
    async def post(self, *_: str) -> None:
        """Keep nothing."""
        self.send_json()
