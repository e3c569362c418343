"""The conversations about what was shared: each comment with the words it is about, and its answers below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from actionlearn.permissions import Actor
from actionlearn.server.rendering import dates
from actionlearn.server.workbooks.passages import QuotedPassage
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
    held: bool
    gone: bool
    unseen: bool
    passage: QuotedPassage | None = None


@dataclass(frozen=True)
class Thread:
    """A comment with its answers.

    Parameters
    ----------
    answer
        Whether one may answer it now.
    half
        What one began to answer.
    """

    top: ShownComment
    replies: tuple[ShownComment, ...]
    resolved: bool
    answer: bool
    half: str = ""

    @property
    def id(self) -> str:
        """A thread is known by its first comment."""
        return self.top.id

    @property
    def held(self) -> bool:
        """Whether nobody else sees it yet."""
        return self.top.held


@dataclass(frozen=True)
class ThreadContext:
    """What all conversations of a page have in common.

    Parameters
    ----------
    unseen
        Ids of the comments one has not seen.
    passages
        By comment, the words that it is about.
    halves
        What one began to say, by place.
    replies
        Whether one may answer.
    """

    actor: Actor
    locale: str
    where: ZoneInfo
    unseen: frozenset[str]
    passages: Mapping[str, QuotedPassage]
    halves: Mapping[str, str]
    replies: bool


def threads(said: Sequence[Comment], prompt: str | None, told: ThreadContext) -> tuple[Thread, ...]:
    """Return the conversations about one prompt, or (None) the whole: those that are open before those settled."""
    here = [each for each in said if each.prompt == prompt]
    found = [_thread(top, here, told) for top in here if top.parent is None]
    return tuple(sorted(found, key=lambda each: each.resolved))


def _thread(top: Comment, here: Sequence[Comment], told: ThreadContext) -> Thread:
    return Thread(
        _remark(top, told),
        tuple(_remark(each, told) for each in here if each.parent == top.id),
        top.resolved_at is not None,
        told.replies and top.released_at is not None and top.deleted_at is None,
        told.halves.get(top.id, ""),
    )


def _remark(said: Comment, told: ThreadContext) -> ShownComment:
    at = said.released_at or said.created_at
    return ShownComment(
        id=said.id,
        by=said.by_name,
        at=at,
        when=dates.ago(at, told.locale, told.where),
        body=said.body,
        mine=said.by == told.actor.person,
        held=said.released_at is None,
        gone=said.deleted_at is not None,
        unseen=said.id in told.unseen,
        passage=told.passages.get(said.id),
    )
