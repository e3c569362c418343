"""What a coach writes in the margins, saved as answers are: their own prompts, private notes; and the bank of questions."""

from __future__ import annotations

from typing import Any

from actionlearn.answers import kinds
from actionlearn.errors import BadInput, Missing, SignInNeeded, TooLarge
from actionlearn.reviews import comments
from actionlearn.server.answers import schemas as answers_schemas
from actionlearn.server.answers.autosave import client_of, conflict_error, count_of
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

    def message(self) -> dict[str, Any]:
        """Return what was sent, checked.

        Raises
        ------
        BadInput, SignInNeeded
            It is no such message; the page was made for somebody else.
        """
        sent = self.json_body("person", "client", "seq", "base", "value")
        if sent["person"] != self.signed_in().id:
            raise SignInNeeded("answers.other_person")
        numbers = {name: count_of(sent[name], name) for name in ("seq", "base")}
        return {"client": client_of(sent["client"]), **numbers, "value": sent["value"]}

    def note(self, c: Any, about: str, kind: notes.Kind, sent: dict[str, Any]) -> Saved | SaveConflict:
        """Save a private note."""
        body = sent["value"] if sent["value"] is not None else ""
        if not isinstance(body, str):
            raise BadInput("answers.bad_message", missing=["value"])
        body = storable(body)
        if len(body) > MAX_NOTE:
            raise TooLarge("review.note_too_long", limit=MAX_NOTE)
        me = self.signed_in().id
        kept = notes.put_note(c, by=me, about=about, kind=kind, body=body, base=sent["base"], now=now())
        return (
            kept if isinstance(kept, Saved) else SaveConflict(Draft(NOTE, kept.version, kept.body, me, kept.saved_at))
        )

    def answer(self, outcome: Saved | SaveConflict) -> None:
        """Answer as a saved answer is answered."""
        if isinstance(outcome, Saved):
            self.send_json({"version": outcome.version, "saved_at": outcome.saved_at})
            return
        head = outcome.head
        told = {"value": head.value, "version": head.version, "saved_at": head.saved_at, "by": head.by}
        self.send_json({"head": told, "error": conflict_error(self.locale)}, status=409)

    def standing(self, kept: notes.Note | None) -> dict[str, Any]:
        """Return a note as a page asks for it again."""
        value, version, at = (kept.body or None, kept.version, kept.saved_at) if kept else (None, 0, "")
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
            said = {
                each.prompt: {"value": each.value, "version": each.version, "saved_at": each.saved_at} for each in own
            }
            return {**said, **self.standing(notes.note(c, me, id))}

        self.send_json({"answers": await self.read(look)})


class ReviewMargin(MarginHandler):
    """One answer to a coach's prompt, or the private note on a review."""

    @operation(takes=answers_schemas.Edit, gives={200: answers_schemas.Saved, 409: answers_schemas.Behind})
    async def put(self, id: str, prompt: str) -> None:
        """Save it."""
        sent = self.message()

        def act(c: Any) -> Saved | SaveConflict:
            shared, me = comments.allowed(c, self.actor, id, "comment")
            if prompt == NOTE:
                return self.note(c, id, "review", sent)
            workbook = workbooks.workbook(c, shared.workbook)
            asked = review.contents_as_shared(self.data, workbook, shared).prompts.get(prompt)
            if asked is None or asked.by != "coach":
                raise Missing("answers.no_such_prompt", prompt=prompt)
            value = kinds.check(asked, sent.pop("value"))
            return coach_answers.save(c, submission=id, prompt=prompt, coach=me, value=value, now=now(), **sent)

        self.answer(await self.commit(act))


class CutMarginRevision(ApiHandler):
    """A page says that somebody rests. Of what stands in the margins no versions are kept."""

    @operation(gives={204: None})
    async def post(self, *_: str) -> None:
        """Keep nothing."""
        self.send_json()
