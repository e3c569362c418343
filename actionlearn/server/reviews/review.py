"""One review as a page shows it: the executed notebook cell by cell, and the conversations beside each prompt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from actionlearn import notebook
from actionlearn.answers import attachments
from actionlearn.answers.prompts import Value
from actionlearn.errors import Missing
from actionlearn.i18n import say, sentence
from actionlearn.notebook import Contents
from actionlearn.permissions import AUDIENCES, Actor, Audience, may, reads_as
from actionlearn.reviews import comments, execute, notebook_html, visible_answers
from actionlearn.server.rendering import dates
from actionlearn.server.reviews import changes, coach_prompts
from actionlearn.server.reviews.threads import Thread, ThreadContext, quoted_passages, threads
from actionlearn.server.web.reader import Reader
from actionlearn.server.workbooks import summaries, titles
from actionlearn.server.workbooks.passages import PARTS, texts_of
from actionlearn.server.workbooks.state import notebook_contents
from actionlearn.store import Connection
from actionlearn.store.people import members
from actionlearn.store.records import Cohort, Comment, Review, Submission, Workbook
from actionlearn.store.reviews import notes, queue, reviews, submissions
from actionlearn.store.workbooks import notebook_versions, workbooks
from actionlearn.text.markup import Markup

#: Verdict of a coach -> what it is called. Message ids.
VERDICTS: dict[str, str] = {"agreed": "Agreed", "again": "Look again"}


@dataclass(frozen=True)
class AttachedFile:
    """A file that is attached to an answer, at its address for this reader."""

    name: str
    words: str
    href: str
    picture: bool


@dataclass(frozen=True)
class ReviewCell:
    """A cell as it is read, with what was said about it.

    Parameters
    ----------
    prompt
        Id of its prompt, or of its view; empty where it is neither.
    kind
        ``prompt``, ``view``, ``coach`` for a prompt that coaches answer, ``whole``, or ``text``.
    label
        The question, for a screen reader.
    talk
        Whether one may begin a conversation about it.
    draft
        What one began to say.
    files
        What is attached to the answer.
    parts
        Of a picture, the parts one can choose: name -> what it is called.
    changed
        What changed since the last time it was shared, as HTML.
    """

    prompt: str
    kind: str
    label: str
    html: Markup
    talk: bool = False
    threads: tuple[Thread, ...] = ()
    draft: str = ""
    files: tuple[AttachedFile, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    changed: Markup = field(default_factory=Markup)


@dataclass(frozen=True)
class ReviewContext:
    """All that the parts of one review's page are made of."""

    actor: Actor
    reader: Reader
    shared: Submission
    workbook: Workbook
    cohort: Cohort
    contents: Contents
    values: Mapping[str, Value]
    sections: tuple[notebook_html.NotebookSection, ...]
    audience: Audience
    comments: tuple[Comment, ...]
    threads: ThreadContext
    may_comment: bool


def review_for(c: Connection, actor: Actor, id: str) -> tuple[Submission, Review | None]:
    """Return a submission and its executed notebook, for somebody who may read it.

    Raises
    ------
    Missing
        There is none, or none for this person: which of the two is not said.
    """
    shared = _shared(c, actor, id)
    return shared, reviews.review(c, shared.id, _reader(c, actor, shared))


def review_page(c: Connection, actor: Actor, reader: Reader, id: str) -> dict[str, Any]:
    """Return all that the page of one review says."""
    shared, review = review_for(c, actor, id)
    scene = _scene(c, actor, reader, shared, review)
    pieces = _pieces(c, scene)
    author, firstname = _author(c, scene.workbook)
    failure = execute.failure(review) if review else None
    unreleased = sum(each.by == actor.person and not each.released_at for each in scene.comments)
    with_learner = f"{reader.base}agreements/{scene.workbook.cohort}/{scene.workbook.owner}"
    return {
        "submission": shared.id,
        "author": author,
        "firstname": firstname,
        "title": summaries.workbook_summary(
            reader.data, scene.workbook, titles.visible_answers(c, shared.id, [scene.audience])
        ).title,
        "eyebrow": _eyebrow(c, scene),
        "wants": shared.wants,
        "at": shared.shared_at,
        "when": dates.instant(shared.shared_at, reader.locale, scene.threads.where),
        "erased": dates.day(shared.erased_at, reader.locale, scene.threads.where) if shared.erased_at else "",
        "state": review.state if review else "pending",
        "message": sentence(failure, reader.locale) if failure else "",
        "files": _files(review, reader.base),
        "pieces": pieces,
        "changed": [each for each in pieces if each.changed],
        "whole": _piece("", "whole", say("the whole", reader.locale), Markup(""), scene, scene.may_comment),
        "draft_passages": scene.threads.draft_passages,
        "may_comment": scene.may_comment,
        "with_learner": with_learner if scene.may_comment and scene.workbook.owner_kind == "person" else "",
        "note": coach_prompts.note_html(c, actor, shared.id, reader.locale) if scene.may_comment else "",
        "held": unreleased + coach_prompts.unreleased_answers(c, actor, shared.id),
        "asks_sign_off": scene.may_comment
        and scene.workbook.template in (scene.cohort.programme.get("sign_off") or ()),
        "verdict_words": _verdicts(c, shared, reader.locale),
    }


def verdict(given: str, locale: str) -> str:
    """Return a verdict in words; empty for none."""
    return say(VERDICTS.get(given, ""), locale)


def contents_as_shared(data: Path, workbook: Workbook, shared: Submission) -> Contents:
    """Return what a workbook held when it was shared: it may have been upgraded since."""
    return notebook_contents(
        data, notebook_versions.earlier_version(data, workbook, shared.template_hash, shared.shared_at)
    )


def texts(c: Connection, actor: Actor, data: Path, id: str, prompt: str) -> dict[str, str]:
    """Return what there is to quote from at one place of a review."""
    (shared, review), values = state(c, actor, id, prompt)
    workbook = workbooks.workbook(c, shared.workbook)
    shown = _sections(c, data, workbook, shared, _reader(c, actor, shared), review)
    view = next((each.html for each in shown if each.cell_id == prompt), "")
    return texts_of(contents_as_shared(data, workbook, shared), prompt, values[0] if values else None, view)


def state(c: Connection, actor: Actor, id: str, prompt: str) -> tuple[tuple[Submission, Review | None], list[Value]]:
    """Return what is equal as long as there is the same to quote from at one place of a review."""
    return review_for(c, actor, id), [item.value for item in submissions.items_of(c, id) if item.prompt == prompt]


def _scene(c: Connection, actor: Actor, reader: Reader, shared: Submission, review: Review | None) -> ReviewContext:
    workbook = workbooks.workbook(c, shared.workbook)
    cohort, thing = members.cohort(c, workbook.cohort), submissions.submission_resource(c, shared)
    contents, audience = contents_as_shared(reader.data, workbook, shared), _reader(c, actor, shared)
    values = {item.prompt: item.value for item in submissions.items_of(c, shared.id) if audience in item.audience}
    visible = tuple(comments.visible(c, actor, shared.id))
    sections = _sections(c, reader.data, workbook, shared, audience, review)
    context = ThreadContext(
        actor=actor,
        locale=reader.locale,
        where=dates.zone(reader.person.time_zone, cohort.time_zone),
        unseen=frozenset(queue.unseen_in(c, shared.id, actor.person)),
        passages=quoted_passages(visible, contents, values, {each.cell_id: each.html for each in sections}),
        drafts=notes.comment_drafts(c, actor.person, shared.id),
        draft_passages=notes.draft_passages(c, actor.person, shared.id),
        may_reply=may(actor, "reply", thing),
    )
    return ReviewContext(
        actor=actor,
        reader=reader,
        shared=shared,
        workbook=workbook,
        cohort=cohort,
        contents=contents,
        values=values,
        sections=sections,
        audience=audience,
        comments=visible,
        threads=context,
        may_comment=may(actor, "comment", thing),
    )


def _shared(c: Connection, actor: Actor, id: str) -> Submission:
    shared = submissions.submission(c, id)
    if not may(actor, "read", submissions.submission_resource(c, shared)):
        raise Missing("store.no_submission")
    return shared


def _reader(c: Connection, actor: Actor, shared: Submission) -> Audience:
    """Return as whom somebody reads it. The owner sees what the first of the readers sees."""
    thing = submissions.submission_resource(c, shared)
    audiences = reads_as(actor, thing) or thing.audiences
    order: tuple[Audience, ...] = ("coach", "set", "cohort", *AUDIENCES)
    return next((each for each in order if each in audiences), "me")


def _author(c: Connection, workbook: Workbook) -> tuple[str, str]:
    if workbook.owner_kind == "set":
        name = next((each.name for each in members.sets(c, workbook.cohort) if each.id == workbook.owner), "")
        return name, name
    person = members.person(c, workbook.owner)
    return person.name, person.firstname or person.name


def _eyebrow(c: Connection, scene: ReviewContext) -> str:
    named = next((each.name for each in members.sets(c, scene.workbook.cohort) if each.id == scene.shared.set_id), "")
    number, locale = scene.shared.number, scene.reader.locale
    again = say("shared version {number}", locale, number=number) if number > 1 else ""
    alone = say("asked about one answer", locale) if scene.shared.asked else ""
    return " · ".join(filter(None, (scene.cohort.name, named, again, alone)))


def _files(review: Review | None, base: str) -> dict[str, str]:
    if review is None or not review.notebook_path:
        return {}
    address = f"{base}reviews/{review.submission}/notebook"
    return {"ipynb": address, "html": f"{address}?as=html"}


def _pieces(c: Connection, scene: ReviewContext) -> tuple[ReviewCell, ...]:
    changed = changes.changes_since_last_share(c, scene.shared, scene.contents, scene.audience, scene.reader.locale)
    coached = coach_prompts.pieces(c, scene.actor, scene.shared, scene.contents, scene.reader.locale, scene.may_comment)
    pieces = []
    for section in scene.sections:
        id = section.cell_id
        html = Markup(section.html)
        if scene.shared.asked and id not in scene.values:
            continue
        if id in coached:
            asked = scene.contents.prompts[id]
            # What a coach answers is for whom the question is for, as what a learner answers is.
            if scene.may_comment or scene.audience in asked.audience:
                pieces.append(ReviewCell(prompt=id, kind="coach", label=asked.question, html=coached[id]))
        elif section.kind == "prompt":
            label = scene.contents.prompts[id].question if id in scene.contents.prompts else id
            open = scene.may_comment and id in scene.values
            pieces.append(_piece(id, "prompt", label, html, scene, open, changed.get(id)))
        elif section.kind in ("view", "live"):
            label = say("A picture or a table", scene.reader.locale)
            pieces.append(_piece(id, "view", label, html, scene, scene.may_comment))
        else:
            pieces.append(ReviewCell(prompt="", kind="text", label="", html=html))
    return tuple(pieces)


def _piece(
    prompt: str, kind: str, label: str, html: Markup, scene: ReviewContext, talk: bool, changed: Markup | None = None
) -> ReviewCell:
    files = _attached(scene.values.get(prompt), scene)
    pictured = "<img" in html or any(each.picture for each in files)
    return ReviewCell(
        prompt=prompt,
        kind=kind,
        label=label,
        html=html,
        talk=talk,
        threads=threads(scene.comments, prompt or None, scene.threads),
        draft=scene.threads.drafts.get(f"on {prompt}", ""),
        files=files,
        parts={id: say(name, scene.reader.locale) for id, name in PARTS.items()} if pictured else {},
        changed=changed or Markup(),
    )


def _attached(value: Value, scene: ReviewContext) -> tuple[AttachedFile, ...]:
    address = f"{scene.reader.base}reviews/{scene.shared.id}/files/"
    return tuple(
        AttachedFile(
            name=each["name"],
            words=attachments.as_text(each),
            href=address + each["file"],
            picture=each["type"].startswith("image/"),
        )
        for each in attachments.files(value)
    )


def _sections(
    c: Connection, data: Path, workbook: Workbook, shared: Submission, audience: Audience, review: Review | None
) -> tuple[notebook_html.NotebookSection, ...]:
    """Return what there is to read: as it was executed, else (not yet, or never) as it was shared."""
    path = data / review.notebook_path if review and review.notebook_path else None
    if path is not None and path.is_file():
        stamp = path.stat()
        return _read(path, stamp.st_mtime_ns, stamp.st_size)
    node, contents = visible_answers.load(data, workbook)
    notebook_html.tidy_notebook(node, contents, visible_answers.shared(c, data, shared, audience, contents), [])
    return notebook_html.sections(node)


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int, _size: int) -> tuple[notebook_html.NotebookSection, ...]:
    """Return the sections of an executed notebook. Kept: a page is read again with each comment."""
    return notebook_html.sections(notebook.load(path))


def _verdicts(c: Connection, shared: Submission, locale: str) -> str:
    given = reviews.sign_offs(c, shared.id)
    if not given:
        return say("Not signed off yet", locale)
    return ", ".join(f"{verdict(each.verdict, locale)} ({members.person(c, each.by).name})" for each in given)
