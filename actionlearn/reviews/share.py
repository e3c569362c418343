"""Sharing: an owner's answers, frozen for the readers they chose, with a receipt.

One act of the store does all of it: it cuts the revisions, freezes those that somebody else may
read, computes the receipt and keeps the submission. Sharing the same state twice is one submission.
Sharing never locks the owner out, and what is empty never blocks it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import rfc8785

from actionlearn.answers.prompts import Prompt, Value, default_audience, is_empty
from actionlearn.errors import BadInput, Refused
from actionlearn.notebook import Contents
from actionlearn.permissions import AUDIENCES, Audience, may
from actionlearn.store import Connection, Store
from actionlearn.store.people import members
from actionlearn.store.records import Person, Review, Submission, SubmissionItem, Workbook
from actionlearn.store.reviews import reviews, submissions
from actionlearn.store.workbooks import drafts, revisions, workbooks
from actionlearn.store.workbooks.schedule import progress_of
from actionlearn.text.clean import storable

#: The longest "What should … look at?".
MAX_WANTS = 2_000


@dataclass(frozen=True)
class AudienceReaders:
    """The people an audience holds, by name."""

    audience: Audience
    names: tuple[str, ...]


@dataclass(frozen=True)
class SharePlan:
    """What sharing now would do.

    Parameters
    ----------
    prompts
        Ids of the prompts with an answer that somebody else would read, with its audience.
    readers
        Who would read, per audience that any prompt holds.
    missing
        Prompts that are required, asked as things stand, and empty: named, never blocking.
    last
        The submission before, if there is one.
    """

    prompts: Mapping[str, tuple[Audience, ...]]
    readers: tuple[AudienceReaders, ...]
    missing: tuple[Prompt, ...]
    last: Submission | None = None


def share(store: Store, workbook: Workbook, contents: Contents, by: str, wants: str, now: str) -> Submission:
    """Share a workbook as it is now. Atomic; the same state and wants twice give one submission.

    Parameters
    ----------
    store
        Where it is kept.
    workbook, contents
        The workbook, and what its notebook holds.
    by
        Id of the person who shares it.
    wants
        What the owner wants to have looked at; may be empty.
    now
        The instant, as stored.

    Raises
    ------
    Refused
        It is not the person's to share.
    BadInput
        What is wanted is too long.
    """
    return store.write(lambda c: freeze(c, workbook, contents, by, wants, now))


def preview_share(c: Connection, workbook: Workbook, contents: Contents) -> SharePlan:
    """Return what sharing a workbook now would share, with whom, and what is empty."""
    answers = drafts.drafts(c, workbook.id)
    audiences = _audiences(c, workbook, contents)
    shared = {
        id: audience
        for id, audience in audiences.items()
        if _read_by_others(audience) and id in answers and not is_empty(answers[id].value)
    }
    progress = progress_of(c, workbook, contents.questions)
    missing = tuple(
        contents.prompts[id] for id in progress.asked if contents.prompts[id].required and id not in progress.answered
    )
    named = tuple(
        AudienceReaders(audience, _names(c, workbook, audience))
        for audience in AUDIENCES
        if audience != "me" and any(audience in each for each in audiences.values())
    )
    return SharePlan(prompts=shared, readers=named, missing=missing, last=_last(c, workbook))


def freeze(c: Connection, workbook: Workbook, contents: Contents, by: str, wants: str, now: str) -> Submission:
    """Do what `share` does, within an act of the store."""
    if not may(members.actor(c, by), "write", workbooks.workbook_resource(c, workbook)):
        raise Refused("review.not_yours")
    wants = _wanted(wants)
    audiences = _audiences(c, workbook, contents)
    items = []
    for prompt, draft in drafts.drafts(c, workbook.id).items():
        revision = revisions.cut_revision(c, workbook.id, prompt, "share", now)
        assert revision is not None
        if prompt in audiences and _read_by_others(audiences[prompt]) and not is_empty(draft.value):
            items.append(
                SubmissionItem(
                    prompt=prompt,
                    revision=revision.id,
                    value=draft.value,
                    when=draft.saved_at,
                    audience=audiences[prompt],
                )
            )
    order = {prompt: place for place, prompt in enumerate(audiences)}
    items.sort(key=lambda item: order[item.prompt])
    readers = _readers(audiences.values())
    proof = receipt(workbook, items)
    last = _last(c, workbook)
    same = last is not None and (last.receipt, last.wants, tuple(last.audiences)) == (proof, wants, readers)
    if last is not None and same and submissions.reached_already(c, workbook, last):
        return _asked(c, last)
    made = submissions.add_submission(
        c, workbook=workbook.id, by=by, wants=wants, audiences=readers, items=items, receipt=proof, now=now
    )
    return _asked(c, made)


def coaches(c: Connection, workbook: Workbook) -> list[Person]:
    """Return the coaches whom the owner of a workbook may ask about a prompt, by name."""
    thing = replace(workbooks.workbook_resource(c, workbook), kind="submission", audiences=frozenset({"coach"}))
    every = {each.person.id: each.person for each in members.members(c, workbook.cohort) if each.role == "coach"}
    return sorted(
        (each for each in every.values() if may(members.actor(c, each.id), "comment", thing)),
        key=lambda each: (each.name, each.id),
    )


def ask(
    c: Connection, workbook: Workbook, contents: Contents, by: str, prompt: str, coach: str, wants: str, now: str
) -> Submission:
    """Ask one coach about one answer: it is frozen for that coach alone, and nothing else is shared.

    The same question about the same words twice is one.

    Raises
    ------
    Refused, BadInput
        Not theirs to share; no coach of theirs; nothing answered there; the question is too long.
    """
    if not may(members.actor(c, by), "write", workbooks.workbook_resource(c, workbook)):
        raise Refused("review.not_yours")
    if coach not in {each.id for each in coaches(c, workbook)}:
        raise BadInput("review.no_such_coach")
    wants, draft = _wanted(wants), drafts.drafts(c, workbook.id).get(prompt)
    if prompt not in _prompts(contents) or draft is None or is_empty(draft.value):
        raise BadInput("review.nothing_to_ask")
    revision = revisions.cut_revision(c, workbook.id, prompt, "share", now)
    assert revision is not None
    item = SubmissionItem(
        prompt=prompt, revision=revision.id, value=draft.value, when=draft.saved_at, audience=("me", "coach")
    )
    proof = receipt(workbook, [item])
    for each in submissions.asked_of(c, workbook.id):
        if (each.asked, each.receipt, each.wants) == (coach, proof, wants):
            return _asked(c, each)
    made = submissions.add_submission(
        c,
        workbook=workbook.id,
        by=by,
        wants=wants,
        audiences=("coach",),
        items=[item],
        receipt=proof,
        asked=coach,
        now=now,
    )
    return _asked(c, made)


def _wanted(raw: str) -> str:
    wants = storable(raw).strip()
    if len(wants) > MAX_WANTS:
        raise BadInput("review.wants_too_long", limit=MAX_WANTS)
    return wants


def _asked(c: Connection, submission: Submission) -> Submission:
    """Note, in the same act, that it is to be executed for each of its readers: a server that dies here knows it."""
    for reader in submission.audiences:
        if reader != "me" and reviews.review(c, submission.id, reader) is None:
            reviews.put_review(c, Review(submission.id, reader))
    return submission


def receipt(workbook: Workbook, items: Iterable[SubmissionItem]) -> str:
    """Return what proves a shared state: SHA-256 of its canonical JSON (RFC 8785), in hexadecimal."""
    answers = {item.prompt: {"value": item.value, "audience": list(item.audience)} for item in items}
    state: dict[str, Any] = {"workbook": workbook.id, "template_hash": workbook.template_hash, "answers": answers}
    return hashlib.sha256(rfc8785.dumps(state)).hexdigest()


def verifies(store: Store, submission: Submission) -> bool:
    """Tell whether what is kept of a submission is still what its receipt says.

    It is not once its author erased a passage: the submission keeps its number and its receipt, and
    says so (`Submission.erased_at`).
    """

    def act(c: Connection) -> bool:
        current = submissions.submission(c, submission.id)
        book = replace(workbooks.workbook(c, current.workbook), template_hash=current.template_hash)
        proof = receipt(book, submissions.items_of(c, current.id))
        return current.erased_at is None and proof == submission.receipt

    return store.read(act)


def answers_for(items: Iterable[SubmissionItem], reader: str) -> dict[str, dict[str, Value]]:
    """Return the frozen answers whose audience holds a reader, as an executed notebook gets them."""
    return {
        item.prompt: {"value": item.value, "when": item.when, "audience": list(item.audience)}
        for item in items
        if reader in item.audience
    }


def _prompts(contents: Contents) -> dict[str, Prompt]:
    return {id: prompt for id, prompt in contents.prompts.items() if prompt.by == "learner"}


def _audiences(c: Connection, workbook: Workbook, contents: Contents) -> dict[str, tuple[Audience, ...]]:
    """Return who reads each prompt: the owner's choice, else the template's."""
    chosen = drafts.audiences(c, workbook.id)
    return {
        id: tuple(chosen.get(id, default_audience(prompt, workbook.about))) for id, prompt in _prompts(contents).items()
    }


def _read_by_others(audience: Iterable[Audience]) -> bool:
    return any(each != "me" for each in audience)


def _readers(audiences: Iterable[Iterable[Audience]]) -> tuple[Audience, ...]:
    """Return all audiences but *me*, in their order."""
    audience_set = {each for audience in audiences for each in audience}
    return tuple(each for each in AUDIENCES if each in audience_set and each != "me")


def _last(c: Connection, workbook: Workbook) -> Submission | None:
    return max(submissions.submissions_of(c, workbook.id), key=lambda each: each.number, default=None)


def _names(c: Connection, workbook: Workbook, audience: Audience) -> tuple[str, ...]:
    """Return the names of the people an audience holds, the owner aside."""
    own = workbooks.workbook_resource(c, workbook)
    mine = {own.owner} if own.owner_kind == "person" else set()
    names = set()
    for member in members.members(c, workbook.cohort):
        belongs = {
            "coach": member.role == "coach" and member.set_id in ("", None, own.set),
            "set": member.person.id == own.about
            if own.about
            else member.role == "learner" and bool(own.set) and member.set_id == own.set,
            "cohort": member.role == "learner" and not own.about,
        }
        if belongs.get(audience) and member.person.id not in mine:
            names.add((member.person.name, member.person.id))
    return tuple(name for name, _ in sorted(names))
