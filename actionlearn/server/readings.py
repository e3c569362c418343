"""One review as a page shows it: the executed notebook cell by cell, and the conversation beside each prompt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import nbformat
from markupsafe import Markup

from actionlearn import attached
from actionlearn.errors import Missing
from actionlearn.review import comments, execute, gather, readable
from actionlearn.roles import AUDIENCES, Actor, Audience, may, reads_as
from actionlearn.server import covers, dates
from actionlearn.server.home import Reader
from actionlearn.store import Connection, members, reviews, workbooks
from actionlearn.store.rows import Comment, Review, Submission, Workbook
from actionlearn.words import say, sentence

#: Verdict of a coach -> what it is called. Message ids.
VERDICTS: dict[str, str] = {"agreed": "Agreed", "again": "Look again"}


@dataclass(frozen=True)
class Remark:
    """A comment as it is shown."""

    id: str
    by: str
    at: str
    when: str
    body: str
    mine: bool
    held: bool
    reply: bool
    gone: bool
    unseen: bool


@dataclass(frozen=True)
class Attached:
    """A file that is attached to an answer, at its address for this reader."""

    name: str
    words: str
    href: str
    picture: bool

    def html(self) -> Markup:
        """Return a link to it, with the picture where it is one."""
        if self.picture:
            html = Markup('<a href="{}">{}</a><img src="{}" alt="{}" loading="lazy">')
            return html.format(self.href, self.words, self.href, self.name)
        return Markup('<a href="{}" download>{}</a>').format(self.href, self.words)


@dataclass(frozen=True)
class Piece:
    """A cell as it is read, with what was said about it.

    Parameters
    ----------
    prompt
        Id of its prompt; empty where it is none.
    label
        The question, for a screen reader.
    talk
        Whether one may say something about it.
    reply_to
        The comment that a further remark answers; empty where it begins a conversation.
    files
        What is attached to the answer.
    """

    prompt: str
    label: str
    html: Markup
    talk: bool = False
    comments: tuple[Remark, ...] = ()
    reply_to: str = ""
    files: tuple[Attached, ...] = ()


def executed(c: Connection, actor: Actor, id: str) -> tuple[Submission, Review | None]:
    """Return a submission and its executed notebook, for somebody who may read it.

    Raises
    ------
    Missing
        There is none, or none for this person: which of the two is not said.
    """
    shared = _shared(c, actor, id)
    return shared, reviews.review(c, shared.id, _reader(c, actor, shared))


def reading(c: Connection, actor: Actor, reader: Reader, id: str) -> dict[str, Any]:
    """Return all that the page of one review says."""
    shared, review = executed(c, actor, id)
    workbook = workbooks.workbook(c, shared.workbook)
    cohort = members.cohort(c, workbook.cohort)
    where = dates.zone(reader.person.time_zone, cohort.time_zone)
    thing = reviews.submission_thing(c, shared)
    author, firstname = _author(c, workbook)
    said = comments.visible(c, actor, shared.id)
    unseen = {each.id for each in reviews.unseen_for(c, actor.person)}
    remarks = [(each, _remark(each, actor, reader, where, unseen)) for each in said]
    may_comment = may(actor, "comment", thing)
    may_reply = may(actor, "reply", thing)
    failure = execute.failure(review) if review else None
    asks = workbook.template in (cohort.programme.get("sign_off") or ())
    return {
        "submission": shared.id,
        "author": author,
        "firstname": firstname,
        "title": covers.cover(reader.data, workbook).title,
        "eyebrow": _eyebrow(cohort.name, thing.set, members.sets(c, cohort.id), shared, reader.locale),
        "at": shared.shared_at,
        "when": dates.instant(shared.shared_at, reader.locale, where),
        "wants": shared.wants,
        "erased": dates.instant(shared.erased_at, reader.locale, where) if shared.erased_at else "",
        "state": review.state if review else "pending",
        "message": sentence(failure, reader.locale) if failure else "",
        "files": _files(review, reader.base),
        "pieces": _pieces(c, actor, reader, shared, review, remarks, talks=may_comment, replies=may_reply),
        "whole": _talk("", say("the whole", reader.locale), Markup(""), remarks, talks=may_comment, replies=may_reply),
        "may_comment": may_comment,
        "held": sum(remark.held and remark.mine for _, remark in remarks),
        "asks_sign_off": asks and may_comment,
        "verdict_words": _verdicts(c, shared, reader.locale),
    }


def verdict(given: str, locale: str) -> str:
    """Return a verdict in words; empty for none."""
    return say(VERDICTS.get(given, ""), locale)


def _shared(c: Connection, actor: Actor, id: str) -> Submission:
    shared = reviews.submission(c, id)
    if not may(actor, "read", reviews.submission_thing(c, shared)):
        raise Missing("store.no_submission")
    return shared


def _reader(c: Connection, actor: Actor, shared: Submission) -> Audience:
    """Return as whom somebody reads it. The owner sees what the first of the readers sees."""
    thing = reviews.submission_thing(c, shared)
    held = reads_as(actor, thing) or thing.audiences
    order: tuple[Audience, ...] = ("coach", "set", "cohort", *AUDIENCES)
    return next((each for each in order if each in held), "me")


def _author(c: Connection, workbook: Workbook) -> tuple[str, str]:
    if workbook.owner_kind == "set":
        name = next((each.name for each in members.sets(c, workbook.cohort) if each.id == workbook.owner), "")
        return name, name
    person = members.person(c, workbook.owner)
    return person.name, person.firstname or person.name


def _eyebrow(cohort: str, set: str, sets: Sequence[Any], shared: Submission, locale: str) -> str:
    group = next((each.name for each in sets if each.id == set), "")
    number = say("shared for the {number}. time", locale, number=shared.number) if shared.number > 1 else ""
    return " · ".join(filter(None, (cohort, group, number)))


def _files(review: Review | None, base: str) -> dict[str, str]:
    if review is None or not review.notebook_path:
        return {}
    address = f"{base}s/{review.submission}/notebook"
    return {"ipynb": address, "html": f"{address}?as=html"}


def _pieces(
    c: Connection,
    actor: Actor,
    reader: Reader,
    shared: Submission,
    review: Review | None,
    remarks: Sequence[tuple[Comment, Remark]],
    *,
    talks: bool,
    replies: bool,
) -> tuple[Piece, ...]:
    audience = _reader(c, actor, shared)
    workbook = workbooks.workbook(c, shared.workbook)
    questions = covers.cover(reader.data, workbook).questions
    there = {item.prompt: item for item in reviews.items_of(c, shared.id) if audience in item.audience}
    pieces = []
    for section in _sections(c, reader, shared, workbook, review, audience):
        html = Markup(section.html)  # noqa: S704 - `readable.sections` has cleaned it
        if section.kind != "prompt":
            pieces.append(Piece("", "", html))
            continue
        label = questions.get(section.cell_id, section.cell_id)
        open_for = talks and section.cell_id in there
        piece = _talk(section.cell_id, label, html, remarks, talks=open_for, replies=replies)
        item = there.get(section.cell_id)
        pieces.append(_with_files(piece, _attached(item.value, reader, shared)) if item else piece)
    return tuple(pieces)


def _attached(value: Any, reader: Reader, shared: Submission) -> tuple[Attached, ...]:
    address = f"{reader.base}s/{shared.id}/files/"
    return tuple(
        Attached(each["name"], attached.in_words(each), address + each["file"], each["type"].startswith("image/"))
        for each in attached.files(value)
    )


def _with_files(piece: Piece, found: tuple[Attached, ...]) -> Piece:
    """Return a piece with each file where its name stands; those whose name is not found come after it."""
    html, rest = str(piece.html), []
    for each in found:
        names = [f"<li>{escape(each.words, quote=quote)}</li>" for quote in (False, True)]
        there = next((name for name in names if name in html), "")
        html = html.replace(there, str(Markup("<li>{}</li>").format(each.html())), 1) if there else html
        rest += [] if there else [each]
    return replace(piece, html=Markup(html), files=tuple(rest))  # noqa: S704 - cleaned before, and escaped here


def _sections(
    c: Connection, reader: Reader, shared: Submission, workbook: Workbook, review: Review | None, audience: Audience
) -> tuple[readable.Section, ...]:
    """Return what there is to read: as it was executed, else (not yet, or never) as it was shared."""
    path = reader.data / review.notebook_path if review and review.notebook_path else None
    if path is not None and path.is_file():
        return readable.sections(nbformat.read(path, as_version=4))  # type: ignore[no-untyped-call]
    node, contents = gather.load(reader.data, workbook)
    readable.tidy(node, contents, gather.shared(c, reader.data, shared, audience, contents), [])
    return readable.sections(node)


def _talk(
    prompt: str,
    label: str,
    html: Markup,
    remarks: Sequence[tuple[Comment, Remark]],
    *,
    talks: bool,
    replies: bool,
) -> Piece:
    """Return a cell with its conversations, each reply under what it answers."""
    here = [(comment, remark) for comment, remark in remarks if (comment.prompt or "") == prompt]
    ordered = []
    tops = [(comment, remark) for comment, remark in here if comment.parent is None]
    for top, remark in tops:
        ordered.append(remark)
        ordered.extend(answer for comment, answer in here if comment.parent == top.id)
    answerable = [top.id for top, remark in tops if not remark.held and not remark.gone]
    reply_to = answerable[-1] if answerable and replies else ""
    return Piece(prompt, label, html, talks or bool(reply_to), tuple(ordered), reply_to)


def _remark(comment: Comment, actor: Actor, reader: Reader, where: Any, unseen: set[str]) -> Remark:
    at = comment.released_at or comment.created_at
    return Remark(
        id=comment.id,
        by=comment.by_name,
        at=at,
        when=dates.ago(at, reader.locale, where),
        body=comment.body,
        mine=comment.by == actor.person,
        held=comment.released_at is None,
        reply=comment.parent is not None,
        gone=comment.deleted_at is not None,
        unseen=comment.id in unseen,
    )


def _verdicts(c: Connection, shared: Submission, locale: str) -> str:
    given = reviews.sign_offs(c, shared.id)
    if not given:
        return say("Not signed off yet", locale)
    return ", ".join(f"{verdict(each.verdict, locale)} ({members.person(c, each.by).name})" for each in given)
