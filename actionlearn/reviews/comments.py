"""Comments on a submission: drafts until they are released, answered, and marked as deleted when taken back.

Every function is one act on a connection of the store, asks `roles.may` first, and says no by
raising. A learner sees a comment once its author has released it. Two coaches' comments both stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from actionlearn.errors import BadInput, Missing, Refused, TooLarge
from actionlearn.permissions import Action, Actor, may
from actionlearn.store import Connection
from actionlearn.store.records import Comment, SignOff, Submission
from actionlearn.store.reviews import coach_answers, comments, reviews, submissions
from actionlearn.text.anchors import LONGEST, Quote, part, part_selectors, select
from actionlearn.text.clean import storable

#: The longest comment, in characters.
MAX_COMMENT = 20_000

#: The same words by the same person, this soon, are a second press of the same button.
TWICE = timedelta(seconds=5)

Verdict = Literal["agreed", "again"]


def comment(
    c: Connection,
    actor: Actor | None,
    submission: str,
    prompt: str | None,
    body: str,
    now: str,
    quoted: Mapping[str, Any] | None = None,
    *,
    drawn: bool = False,
) -> Comment:
    """Write a comment on a submission, on one of its prompts, or a passage of it. It is held until it is released.

    Parameters
    ----------
    c
        Connection of a writing act.
    actor
        Who writes it.
    submission
        Id of the submission.
    prompt
        Id of the prompt it is about; None for the whole.
    body
        What it says, as text.
    now
        The instant, as stored.
    quoted
        The passage it is about, as `quoted_in` returns it. That is looked up before: nobody else's word is to wait
        for it.
    drawn
        Whether it is about a view or a live cell, which nobody answers.

    Raises
    ------
    Refused, Missing, BadInput, TooLarge
        Not theirs to comment on; no such prompt shared with them; nothing said; more than we take.
    """
    shared, person = allowed(c, actor, submission, "comment")
    body = _checked(body)
    answered = any(item.prompt == prompt and "coach" in item.audience for item in submissions.items_of(c, shared.id))
    if prompt is not None and not answered and not drawn:
        raise BadInput("review.no_such_prompt", prompt=prompt)
    about = dict(quoted) if quoted else None
    return _once(c, shared, prompt, None, person, body, now, about) or comments.add_comment(
        c, submission=shared.id, prompt=prompt, by=person, body=body, target=about, now=now
    )


def quoted_in(texts: Mapping[str, str], target: Any) -> dict[str, Any] | None:
    """Return what of a text is quoted, as it stands there; None where that is nothing: it is about the whole answer.

    Parameters
    ----------
    texts
        What there is to quote from: ``answer``, ``question``, or ``view``; and ``picture`` where there is one.
    target
        The passage, as the page names it: ``{"source": key of texts, "selector": [W3C selectors]}``.
    """
    source = target.get("source") if isinstance(target, dict) else None
    if not isinstance(source, str) or source not in texts:
        return None
    if target["source"] == "picture":
        named = part(target.get("selector"))
        return {"source": "picture", "selector": part_selectors(named)} if named else None
    quote = Quote.of(target.get("selector"))
    if quote is None or len(quote.exact) > LONGEST:
        return None
    found = select(texts[target["source"]], quote)
    return {"source": target["source"], "selector": found.selectors()} if found else None


def reply(c: Connection, actor: Actor | None, parent: str, body: str, now: str) -> Comment:
    """Answer a comment. A learner's answer is there at once; a coach's is held until released.

    Raises
    ------
    Refused, Missing, BadInput, TooLarge
        Not theirs to answer; no such comment for them; nothing said; more than we take.
    """
    first = _visible(c, actor, parent)
    shared, person = allowed(c, actor, first.submission, "reply")
    if first.released_at is None:
        raise BadInput("review.not_released")
    body = _checked(body)
    top = first.parent or first.id
    if same := _once(c, shared, first.prompt, top, person, body, now):
        return same
    is_coach = may(actor, "comment", submissions.submission_resource(c, shared))
    return comments.add_comment(
        c,
        submission=shared.id,
        prompt=first.prompt,
        parent=top,
        by=person,
        body=body,
        released=not is_coach,
        now=now,
    )


def release(c: Connection, actor: Actor | None, comment: str, now: str) -> Comment:
    """Let the learner see one's own comment. A second time changes nothing."""
    target = _own(c, actor, comment)
    if target.released_at is None and target.deleted_at is None:
        comments.release_comment(c, target.id, now)
    return comments.comment(c, target.id)


def release_all(c: Connection, actor: Actor | None, submission: str, now: str) -> list[Comment]:
    """Let the learner see all one's own comments and answers on a submission; return the comments that were held."""
    shared, person = allowed(c, actor, submission, "comment")
    drafts = [
        each
        for each in comments.comments_of(c, shared.id)
        if each.by == person and each.released_at is None and each.deleted_at is None
    ]
    for each in drafts:
        comments.release_comment(c, each.id, now)
    coach_answers.release(c, shared.id, person, now)
    return [comments.comment(c, each.id) for each in drafts]


def delete(c: Connection, actor: Actor | None, comment: str, now: str) -> None:
    """Take back one's own comment. Its words are gone; where others have seen it, that it was there stays."""
    target = _own(c, actor, comment, act="reply")
    if target.deleted_at is None:
        comments.delete_comment(c, target.id, now)


def change(c: Connection, actor: Actor | None, comment: str, body: str) -> Comment:
    """Put other words into one's own comment, as long as nobody else has seen it.

    Raises
    ------
    Refused, Missing, BadInput, TooLarge
        It is somebody else's, or was released; no such comment for them; nothing said; more than we take.
    """
    target = _own(c, actor, comment)
    if target.released_at is not None:
        raise Refused("review.released")
    comments.change_comment(c, target.id, _checked(body))
    return comments.comment(c, target.id)


def resolve(c: Connection, actor: Actor | None, comment: str, resolved: bool, now: str) -> Comment:
    """Say that a conversation is settled, or open again. Whoever takes part in it may."""
    target = _visible(c, actor, comment)
    top = comments.comment(c, target.parent) if target.parent else target
    if top.released_at is None:
        raise BadInput("review.not_released")
    comments.resolve_comment(c, top.id, now if resolved else None)
    return comments.comment(c, top.id)


def mark_seen(c: Connection, actor: Actor | None, comment: str, now: str) -> None:
    """Note that a person has read a comment."""
    target = _visible(c, actor, comment)
    assert actor is not None
    comments.mark_seen(c, target.id, actor.person, now)


def sign_off(c: Connection, actor: Actor | None, submission: str, verdict: Verdict, now: str) -> SignOff:
    """Say that a submission is agreed, or is to be looked at again. The newest word of each coach counts.

    Raises
    ------
    Refused, BadInput
        Not theirs to sign off; no such verdict.
    """
    shared, person = allowed(c, actor, submission, "comment")
    if verdict not in get_args(Verdict):
        raise BadInput("review.no_such_verdict", verdict=verdict)
    return reviews.sign_off(c, submission=shared.id, by=person, verdict=verdict, now=now)


def visible(c: Connection, actor: Actor | None, submission: str) -> list[Comment]:
    """Return the comments a person may see: released ones with their tombstones, and their own.

    They are between the owner and the coaches: others who read the submission see none.
    """
    shared, person = allowed(c, actor, submission, "read")
    if not may(actor, "reply", submissions.submission_resource(c, shared)):
        return []
    return [each for each in comments.comments_of(c, shared.id) if _sees(person, each)]


def _sees(person: str, comment: Comment) -> bool:
    return comment.released_at is not None or comment.by == person


def allowed(c: Connection, actor: Actor | None, submission: str, act: Action) -> tuple[Submission, str]:
    """Return a submission and the id of the person, where the person may.

    Raises
    ------
    Missing, Refused
        There is none for them; they may not.
    """
    shared = submissions.submission(c, submission)
    thing = submissions.submission_resource(c, shared)
    if actor is None or not may(actor, "read", thing):
        raise Missing("review.no_submission")
    if not may(actor, act, thing):
        raise Refused("review.may_not_comment" if act == "comment" else "review.may_not_reply")
    return shared, actor.person


def _visible(c: Connection, actor: Actor | None, id: str) -> Comment:
    comment = comments.comment(c, id)
    _, person = allowed(c, actor, comment.submission, "reply")
    if not _sees(person, comment):
        raise Missing("review.no_comment")
    return comment


def _own(c: Connection, actor: Actor | None, id: str, act: Action = "comment") -> Comment:
    comment = _visible(c, actor, id)
    _, person = allowed(c, actor, comment.submission, act)
    if comment.by != person:
        raise Refused("review.not_your_comment")
    return comment


def _checked(body: str) -> str:
    clean = storable(body).strip()
    if not clean:
        raise BadInput("review.empty_comment")
    if len(clean) > MAX_COMMENT:
        raise TooLarge("review.comment_too_long", limit=MAX_COMMENT)
    return clean


def _once(
    c: Connection,
    shared: Submission,
    prompt: str | None,
    parent: str | None,
    person: str,
    body: str,
    now: str,
    target: Any = None,
) -> Comment | None:
    """Return the comment that was just made by the first press of the same button."""
    since = datetime.fromisoformat(now) - TWICE
    return next(
        (
            each
            for each in comments.comments_of(c, shared.id)
            if (each.prompt, each.parent, each.by, each.body, each.target) == (prompt, parent, person, body, target)
            and each.deleted_at is None
            and datetime.fromisoformat(each.created_at) >= since
        ),
        None,
    )
