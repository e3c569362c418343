"""The conversations about what was shared: each comment with the words it is about, and its answers below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from actionlearn.answers.prompts import Value
from actionlearn.budget import Allowance
from actionlearn.notebook import Contents
from actionlearn.permissions import Actor
from actionlearn.server.rendering import dates
from actionlearn.server.workbooks.passages import QuotedPassage, passage, texts_of
from actionlearn.store.records import Comment


@dataclass(frozen=True)
class ShownComment:
    """A comment as it is shown."""

    id: str
    by: str
    at: str
    when: str
    body: str
    mine: bool
    unreleased: bool
    deleted: bool
    unseen: bool
    passage: QuotedPassage | None = None


@dataclass(frozen=True)
class Thread:
    """A comment with its answers.

    Parameters
    ----------
    may_reply
        Whether one may answer it now.
    draft
        What one began to answer.
    """

    top: ShownComment
    replies: tuple[ShownComment, ...]
    resolved: bool
    may_reply: bool
    draft: str = ""

    @property
    def id(self) -> str:
        """A thread is known by its first comment."""
        return self.top.id

    @property
    def unreleased(self) -> bool:
        """Whether nobody else sees it yet."""
        return self.top.unreleased


@dataclass(frozen=True)
class ThreadContext:
    """What all conversations of a page have in common.

    Parameters
    ----------
    unseen
        Ids of the comments one has not seen.
    passages
        By comment, the words that it is about.
    drafts, draft_passages
        What one began to say, and where the passage is that it is about, by place.
    may_reply
        Whether one may answer.
    """

    actor: Actor
    locale: str
    where: ZoneInfo
    unseen: frozenset[str]
    passages: Mapping[str, QuotedPassage]
    drafts: Mapping[str, str]
    draft_passages: Mapping[str, str]
    may_reply: bool


def threads(comments: Sequence[Comment], prompt: str | None, context: ThreadContext) -> tuple[Thread, ...]:
    """Return the conversations about one prompt, or (None) the whole: those that are open before those settled."""
    here = [each for each in comments if each.prompt == prompt]
    found = [_thread(top, here, context) for top in here if top.parent is None]
    return tuple(sorted(found, key=lambda each: each.resolved))


def quoted_passages(
    comments: Sequence[Comment], contents: Contents, values: Mapping[str, Value], shown: Mapping[str, str]
) -> dict[str, QuotedPassage]:
    """Return, by comment, the words it is about: those of what is shared that its target still finds."""
    quoted, allowance = {}, Allowance()
    for each in comments:
        if each.target and each.prompt:
            sources = texts_of(contents, each.prompt, values.get(each.prompt), shown.get(each.prompt, ""))
            if words := passage(each.target, sources.get(each.target["source"], ""), allowance=allowance):
                quoted[each.id] = words
    return quoted


def _thread(top: Comment, here: Sequence[Comment], context: ThreadContext) -> Thread:
    return Thread(
        top=_shown_comment(top, context),
        replies=tuple(_shown_comment(each, context) for each in here if each.parent == top.id),
        resolved=top.resolved_at is not None,
        may_reply=context.may_reply and top.released_at is not None and top.deleted_at is None,
        draft=context.drafts.get(top.id, ""),
    )


def _shown_comment(comment: Comment, context: ThreadContext) -> ShownComment:
    at = comment.released_at or comment.created_at
    return ShownComment(
        id=comment.id,
        by=comment.by_name,
        at=at,
        when=dates.ago(at, context.locale, context.where),
        body=comment.body,
        mine=comment.by == context.actor.person,
        unreleased=comment.released_at is None,
        deleted=comment.deleted_at is not None,
        unseen=comment.id in context.unseen,
        passage=context.passages.get(comment.id),
    )
