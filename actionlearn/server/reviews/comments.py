"""The API of comments: write, release, answer, settle, take back; and the verdict on the whole."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from actionlearn.errors import BadInput
from actionlearn.reviews import comments
from actionlearn.server.reviews import review, schemas
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.operations import operation
from actionlearn.server.web.text_input import text_field
from actionlearn.server.workbooks.push import notify_comments
from actionlearn.store import now
from actionlearn.store.records import Comment
from actionlearn.store.reviews import notes
from actionlearn.text.clean import storable

#: The longest thing half said that is kept, in characters.
MAX_HALF = comments.MAX_COMMENT


def _comment(said: Comment) -> dict[str, Any]:
    return asdict(said)


class CommentsApi(ApiHandler):
    """Comment on what was shared."""

    @operation(takes=schemas.Said, gives={201: schemas.Comment})
    async def post(self, id: str) -> None:
        """Keep a comment: held until its author releases it."""
        sent = self.json_body("body")
        prompt, parent, target = sent.get("prompt"), sent.get("parent"), sent.get("target")
        body = text_field(sent["body"])
        if not isinstance(prompt, str | None) or not isinstance(parent, str | None):
            raise BadInput("answers.bad_message", missing=["prompt"])

        actor = self.actor
        assert actor is not None

        def act(c: Any) -> Comment:
            if parent:
                return comments.reply(c, self.actor, parent, body, now())
            texts = review.texts(c, actor, self.data, id, prompt) if prompt else {}
            return comments.comment(c, self.actor, id, prompt or None, body, now(), target, texts)

        said = await self.commit(act)
        self.send_json(_comment(said), status=201)
        await notify_comments(self, [said])


class OneComment(ApiHandler):
    """One comment of one's own."""

    @operation(takes=schemas.Words, gives={200: schemas.Comment})
    async def put(self, id: str) -> None:
        """Put other words into it, as long as nobody else has seen it."""
        body = text_field(self.json_body("body")["body"])
        self.send_json(_comment(await self.commit(lambda c: comments.change(c, self.actor, id, body))))

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
        said = await self.commit(lambda c: comments.release(c, self.actor, id, now()))
        self.send_json(_comment(said))
        await notify_comments(self, [said])


class ReleaseComments(ApiHandler):
    """Let the learner see all one's comments and answers on a submission."""

    @operation(gives={200: schemas.Released})
    async def post(self, id: str) -> None:
        """Release what was held."""
        said = await self.commit(lambda c: comments.release_all(c, self.actor, id, now()))
        self.send_json({"released": [_comment(each) for each in said]})
        await notify_comments(self, said)


class ReplyApi(ApiHandler):
    """Answer a comment."""

    @operation(takes=schemas.Words, gives={201: schemas.Comment})
    async def post(self, id: str) -> None:
        """Keep the answer."""
        body = text_field(self.json_body("body")["body"])
        said = await self.commit(lambda c: comments.reply(c, self.actor, id, body, now()))
        self.send_json(_comment(said), status=201)
        await notify_comments(self, [said])


class ResolveThread(ApiHandler):
    """Say that a conversation is settled."""

    @operation(takes=schemas.Settled, gives={200: schemas.Comment})
    async def post(self, id: str) -> None:
        """Settle it, or open it again."""
        resolved = self.json_body("resolved")["resolved"]
        if not isinstance(resolved, bool):
            raise BadInput("answers.bad_message", missing=["resolved"])
        self.send_json(_comment(await self.commit(lambda c: comments.resolve(c, self.actor, id, resolved, now()))))


class MarkCommentsSeen(ApiHandler):
    """Note that a comment was read."""

    @operation(gives={204: None})
    async def post(self, id: str) -> None:
        """Note it."""
        await self.commit(lambda c: comments.mark_seen(c, self.actor, id, now()))
        self.send_json()


class CommentDraft(ApiHandler):
    """What somebody is about to say: kept for them alone, so that a crash takes no word."""

    @operation(takes=schemas.Half, gives={204: None})
    async def put(self, id: str) -> None:
        """Keep it; nothing forgets it."""
        sent = self.json_body("place", "body")
        place, body = storable(text_field(sent["place"], "place"))[:80], storable(text_field(sent["body"]))[:MAX_HALF]
        person = self.signed_in().id

        def act(c: Any) -> None:
            comments.allowed(c, self.actor, id, "reply")
            notes.save_comment_draft(c, person=person, submission=id, place=place, body=body, now=now())

        await self.commit(act)
        self.send_json()


class SignOffApi(ApiHandler):
    """Say of a submission as a whole: agreed, or look again."""

    @operation(takes=schemas.Verdict, gives={200: schemas.SignOff})
    async def post(self, id: str) -> None:
        """Keep the verdict."""
        verdict = self.json_body("verdict")["verdict"]  # any JSON; sign_off knows which words there are
        said = await self.commit(lambda c: comments.sign_off(c, self.actor, id, verdict, now()))
        self.send_json(asdict(said))
