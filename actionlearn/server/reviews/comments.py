"""The API of comments: write, release, answer, settle, take back; and the verdict on the whole."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from actionlearn.permissions import Actor
from actionlearn.reviews import comments
from actionlearn.server.heavy_work import run_heavy
from actionlearn.server.reviews import review, schemas
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.operations import operation
from actionlearn.server.workbooks.push import notify_comments
from actionlearn.store import now
from actionlearn.store.records import Comment
from actionlearn.store.reviews import notes

#: The longest name of a place that one comments on, in characters; what is longer is cut.
MAX_PLACE = 80

#: Where the passage is that a draft is about: from which letter on, how many, and a sum to know them by; no words.
PASSAGE = re.compile(r"(answer|question|view) \d{1,7} \d{1,5} [0-9a-z]{1,8}|picture \d{1,2},\d{1,2},\d{1,3},\d{1,3}")


class CommentsApi(ApiHandler):
    """Comment on what was shared."""

    @operation(takes=schemas.NewComment, gives={201: schemas.Comment}, by_form=True)
    async def post(self, id: str) -> None:
        """Keep a comment: held until its author releases it, which may be at once."""
        new, actor = self.parsed(schemas.NewComment), self.required_actor()

        place = new.prompt or ""

        def look(c: Any) -> tuple[object, dict[str, str]]:
            return review.state(c, actor, id, place), review.texts(c, actor, self.data, id, place)

        # Where the words stand is found out here: in the store's writer everybody else would wait for it.
        state, texts = await self.read(look) if place and not new.parent else (None, {})
        quoted = await run_heavy(actor.person, comments.quoted_in, texts, new.target) if new.target else None

        def act(c: Any) -> Comment:
            if new.parent:
                return comments.reply(c, actor, new.parent, new.body, now())
            # Words that were erased a moment ago are no quote any more.
            still = quoted if quoted and review.state(c, actor, id, place) == state else None
            return comments.comment(c, actor, id, place or None, new.body, now(), still, drawn="view" in texts)

        comment = await self.commit(lambda c: _completed(c, actor, act(c), new.then, f"on {new.prompt or ''}"))
        self.send_json(asdict(comment), status=201)
        await notify_comments(self, [comment])


def _completed(c: Any, actor: Actor, comment: Comment, then: str, place: str) -> Comment:
    """Return a comment once what belongs to it is done: it is released where that was pressed, and no draft of it stays."""
    if then:
        notes.save_comment_draft(c, person=actor.person, submission=comment.submission, place=place, body="", now=now())
    return comments.release(c, actor, comment.id, now()) if then == "release" and not comment.released_at else comment


class OneComment(ApiHandler):
    """One comment of one's own."""

    @operation(takes=schemas.OwnWords, gives={200: schemas.Comment})
    async def put(self, id: str) -> None:
        """Put other words into it, as long as nobody else has seen it."""
        body = self.parsed(schemas.OwnWords).body
        self.send_json(asdict(await self.commit(lambda c: comments.change(c, self.actor, id, body))))

    @operation(gives={204: None})
    async def delete(self, id: str) -> None:
        """Take it back. Where others have seen it, that it was there stays."""
        await self.commit(lambda c: comments.delete(c, self.actor, id, now()))
        self.send_json()


class ReleaseComment(ApiHandler):
    """Let the learner see a comment."""

    @operation(gives={200: schemas.Comment})
    async def post(self, id: str) -> None:
        """Release one's own."""
        comment = await self.commit(lambda c: comments.release(c, self.actor, id, now()))
        self.send_json(asdict(comment))
        await notify_comments(self, [comment])


class ReleaseComments(ApiHandler):
    """Let the learner see all one's comments and answers on a submission."""

    @operation(gives={200: schemas.ReleasedComments})
    async def post(self, id: str) -> None:
        """Release what was held."""
        released = await self.commit(lambda c: comments.release_all(c, self.actor, id, now()))
        self.send_json({"released": [asdict(each) for each in released]})
        await notify_comments(self, released)


class ReplyApi(ApiHandler):
    """Answer a comment."""

    @operation(takes=schemas.OwnWords, gives={201: schemas.Comment}, by_form=True)
    async def post(self, id: str) -> None:
        """Keep the answer."""
        new, actor = self.parsed(schemas.OwnWords), self.required_actor()
        comment = await self.commit(
            lambda c: _completed(c, actor, comments.reply(c, actor, id, new.body, now()), new.then, id)
        )
        self.send_json(asdict(comment), status=201)
        await notify_comments(self, [comment])


class ResolveThread(ApiHandler):
    """Say that a conversation is settled."""

    @operation(takes=schemas.ThreadState, gives={200: schemas.Comment})
    async def post(self, id: str) -> None:
        """Settle it, or open it again."""
        resolved = self.parsed(schemas.ThreadState).resolved
        self.send_json(asdict(await self.commit(lambda c: comments.resolve(c, self.actor, id, resolved, now()))))


class MarkCommentsSeen(ApiHandler):
    """Note that a comment was read."""

    @operation(gives={204: None})
    async def post(self, id: str) -> None:
        """Note it."""
        await self.commit(lambda c: comments.mark_seen(c, self.actor, id, now()))
        self.send_json()


class CommentDraft(ApiHandler):
    """What somebody is about to say: kept for them alone, so that a crash takes no word."""

    @operation(takes=schemas.UnsentComment, gives={204: None})
    async def put(self, id: str) -> None:
        """Keep it; nothing forgets it."""
        draft = self.parsed(schemas.UnsentComment)
        place, body = draft.place[:MAX_PLACE], draft.body[: comments.MAX_COMMENT]
        person = self.signed_in().id
        about = draft.about if PASSAGE.fullmatch(draft.about) else ""

        def act(c: Any) -> None:
            comments.allowed(c, self.actor, id, "reply")
            fields = {"place": place, "body": body, "about": about}
            notes.save_comment_draft(c, person=person, submission=id, **fields, now=now())

        await self.commit(act)
        self.send_json()


class SignOffApi(ApiHandler):
    """Say of a submission as a whole: agreed, or look again."""

    @operation(takes=schemas.NewVerdict, gives={200: schemas.SignOff})
    async def post(self, id: str) -> None:
        """Keep the verdict."""
        verdict: Any = self.parsed(schemas.NewVerdict).verdict  # `sign_off` knows which words there are
        signed = await self.commit(lambda c: comments.sign_off(c, self.actor, id, verdict, now()))
        self.send_json(asdict(signed))
