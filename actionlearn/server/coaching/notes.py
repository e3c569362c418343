"""A coach's private notes about a learner."""

from __future__ import annotations

from typing import Any

from actionlearn.errors import Missing, Refused
from actionlearn.permissions import may
from actionlearn.server.answers import schemas as answers_schemas
from actionlearn.server.answers.autosave import send_outcome
from actionlearn.server.reviews.coach_prompts import NOTE
from actionlearn.server.reviews.margins import MarginHandler
from actionlearn.server.web.operations import operation
from actionlearn.store.people import members
from actionlearn.store.records import SaveConflict, Saved
from actionlearn.store.reviews import notes


class _NoteHandler(MarginHandler):
    """What is about a private note on a learner."""

    def _check(self, c: Any, cohort: str, person: str) -> None:
        """Refuse whoever neither coaches a learner nor did when they agreed on something."""
        actor, thing = self.required_actor(), members.learner_resource(c, cohort, person)
        made = [] if may(actor, "note", thing) else notes.agreements(c, cohort, person)
        agreed = any(may(actor, "agree", notes.agreement_resource(c, each)) for each in made)
        if person == actor.person or not (agreed or may(actor, "note", thing)):
            raise Refused("server.refused")


class LearnerNote(_NoteHandler):
    """The private note on a learner."""

    @operation(gives={200: answers_schemas.Margins})
    async def get(self, cohort: str, person: str) -> None:
        """Return it, with its version, as answers are returned."""
        me = self.signed_in().id

        def look(c: Any) -> dict[str, Any]:
            self._check(c, cohort, person)
            return self.note_json(notes.note(c, me, person))

        self.send_json({"answers": await self.read(look)})


class SaveLearnerNote(_NoteHandler):
    """Saves the private note on a learner."""

    @operation(takes=answers_schemas.Edit, gives={200: answers_schemas.SaveReceipt, 409: answers_schemas.EditConflict})
    async def put(self, cohort: str, person: str, prompt: str) -> None:
        """Save an edit of it, as an answer is saved."""
        edit = self.edit()

        def act(c: Any) -> Saved | SaveConflict:
            self._check(c, cohort, person)
            if prompt != NOTE:
                raise Missing("answers.no_such_prompt", prompt=prompt)
            return self.save_note(c, person, "person", edit)

        send_outcome(self, await self.commit(act))
