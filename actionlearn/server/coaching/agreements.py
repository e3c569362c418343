"""A learner and their coaches: what they agreed, for both to read; and for a coach a private note."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from actionlearn.errors import BadInput, Missing, Refused, TooLarge
from actionlearn.permissions import Action, Actor, Resource, may
from actionlearn.server.coaching import schemas
from actionlearn.server.coaching.queue import QueueRow, queue_rows
from actionlearn.server.rendering import dates
from actionlearn.server.reviews import coach_prompts
from actionlearn.server.reviews import schemas as reviews_schemas
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.web.operations import operation
from actionlearn.store import Connection, now
from actionlearn.store.people import members
from actionlearn.store.reviews import notes
from actionlearn.widgets.prompt_html import ui_words

#: The longest agreement, in characters.
LONGEST = 1_000


@dataclass(frozen=True)
class ShownAgreement:
    """An agreement as it is shown."""

    id: str
    body: str
    by: str
    mine: bool
    day: str
    due: str
    made: str
    fulfilled: str


def _learner_of(c: Connection, actor: Actor | None, cohort: str, person: str, act: Action) -> Resource:
    thing = members.learner_resource(c, cohort, person)
    if not may(actor, act, thing):
        raise Refused("server.refused")
    return thing


class AgreementsPage(PageHandler):
    """What a coach and a learner have between them."""

    async def get(self, cohort: str, person: str) -> None:
        """Show it: to the learner, and to whoever coaches them."""
        actor, me, reader = self.required_actor(), self.signed_in(), self.reader

        def look(c: Connection) -> dict[str, Any]:
            thing = members.learner_resource(c, cohort, person)
            agreed = [
                each
                for each in notes.agreements(c, cohort, person)
                if may(actor, "agree", notes.agreement_resource(c, each))
            ]
            adds = may(actor, "agree", thing)
            if not agreed and not adds:
                raise Refused("server.refused")
            coach = person != actor.person
            found, learner = members.cohort(c, cohort), members.person(c, person)
            where = dates.zone(me.time_zone, found.time_zone)
            shared: list[QueueRow] = []
            if coach:
                every = queue_rows(c, actor, reader, cohort)
                shared = [each for each in every if each.person.endswith(f"/{person}")]
                shared.sort(key=lambda each: each.at, reverse=True)
            return {
                "cohort": found.name,
                "cohort_id": cohort,
                "learner": learner,
                "way": f"coaching/{cohort}/{person}",
                "coach": coach,
                "adds": adds,
                "shared": shared,
                "agreed": [_agreed(each, me.id, self.locale, where) for each in agreed],
                "note": coach_prompts.note_html(c, actor, person, self.locale) if coach else "",
                "today": dates.today(where).isoformat(),
            }

        page = await self.read(look)
        self.render_page("coaching/agreements.html", words=ui_words(self.locale) if page["coach"] else {}, **page)


def _agreed(each: notes.Agreement, me: str, locale: str, where: Any) -> ShownAgreement:
    return ShownAgreement(
        id=each.id,
        body=each.body,
        by=each.by_name,
        mine=each.by == me,
        day=each.day,
        due=dates.day(each.day, locale) if each.day else "",
        made=dates.day(each.made_at, locale, where),
        fulfilled=dates.day(each.fulfilled_at, locale, where) if each.fulfilled_at else "",
    )


class AddAgreement(ApiHandler):
    """Agree on something."""

    @operation(takes=schemas.NewAgreement, gives={201: reviews_schemas.Agreement}, by_form=True)
    async def post(self, cohort: str, person: str) -> None:
        """Keep it, for both to read."""
        new = self.parsed(schemas.NewAgreement)
        body, day = new.body.strip(), _day(new.day or "")
        if not body:
            raise BadInput("review.empty_agreement")
        if len(body) > LONGEST:
            raise TooLarge("review.comment_too_long", limit=LONGEST)
        me = self.signed_in().id

        def act(c: Connection) -> notes.Agreement:
            _learner_of(c, self.actor, cohort, person, "agree")
            same = [
                one for one in notes.agreements(c, cohort, person) if (one.by, one.body, one.day) == (me, body, day)
            ]
            if same and same[0].fulfilled_at is None:
                return same[0]
            return notes.add_agreement(c, cohort=cohort, learner=person, by=me, body=body, day=day, now=now())

        self.send_json(_as_json(await self.commit(act)), status=201)


class ChangeAgreement(ApiHandler):
    """One agreement."""

    @operation(takes=schemas.AgreementState, gives={200: reviews_schemas.Agreement})
    async def post(self, id: str) -> None:
        """Say that it was kept, or not yet: both may."""
        fulfilled = self.parsed(schemas.AgreementState).kept

        def act(c: Connection) -> notes.Agreement:
            self._found(c, id)
            return notes.change_agreement(c, id, fulfilled_at=now() if fulfilled else None)

        self.send_json(_as_json(await self.commit(act)))

    @operation(gives={204: None})
    async def delete(self, id: str) -> None:
        """Take back what one wrote oneself."""
        me = self.signed_in().id

        def act(c: Connection) -> None:
            if self._found(c, id).by != me:
                raise Refused("review.not_your_agreement")
            notes.change_agreement(c, id, body="", deleted_at=now())

        await self.commit(act)
        self.send_json()

    def _found(self, c: Connection, id: str) -> notes.Agreement:
        found = notes.agreement(c, id)
        if found.deleted_at is not None:
            raise Missing("store.no_agreement")
        if not may(self.actor, "agree", notes.agreement_resource(c, found)):
            raise Refused("server.refused")
        return found


def _as_json(made: notes.Agreement) -> dict[str, Any]:
    fields = asdict(made)
    del fields["coaches"]
    return fields


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise BadInput("review.no_such_day", day=text[:40]) from None
