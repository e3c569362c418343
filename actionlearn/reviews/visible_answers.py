"""The answers that an executed notebook may show: those its reader may read, and no others.

The kernel that executes it opens no store. Everything it may know is in one JSON text, and what the
reader may not read is not in there.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from actionlearn import notebook
from actionlearn.answers import attachment_files
from actionlearn.answers.items import continued_number, numbered_title
from actionlearn.answers.prompts import Item, Past, Reference, default_audience, is_empty
from actionlearn.answers.rendering import item_for
from actionlearn.errors import Missing
from actionlearn.notebook import Contents, LivePiece, ViewPiece
from actionlearn.reviews.share import answers_for
from actionlearn.store import Connection, now
from actionlearn.store.people import members
from actionlearn.store.records import Submission, Workbook
from actionlearn.store.reviews import submissions
from actionlearn.store.workbooks import drafts, revisions, workbooks
from actionlearn.views import LOOK_BACK

#: The reader of what an owner takes along: everything, private answers included.
OWNER = "owner"


#: Views that show what a manager said beside what the learner said.
COMPARING = frozenset({"compare"})


@dataclass(frozen=True)
class VisibleAnswers:
    """What one reader gets to read of one workbook.

    Parameters
    ----------
    submission
        The parameter of that name: what the notebook's cells are given, by name.
    workbook
        The workbook it is of.
    time_zone
        Where its dates are read, an IANA name.
    """

    submission: Mapping[str, Any]
    workbook: Workbook
    time_zone: str = "UTC"
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def parameter(self) -> str:
        """The submission as JSON text. Its keys stay in their order: that of columns and options is their author's."""
        return json.dumps(self.submission, ensure_ascii=False)

    def items(self, contents: Contents, references: Iterable[str]) -> list[Item]:
        """Return the items that references lead to: of this workbook, and of others."""
        found: list[Item] = []
        for each in references:
            if each in self.submission["items"]:
                found += [Item.of(item) for item in self.submission["items"][each]]
            elif each in contents.prompts and each in self.answers:
                answer = self.answers[each]
                prompt = contents.prompts[each]
                found.append(item_for(prompt, answer["value"], when=answer["when"], locale=contents.locale))
        by = "" if self.submission["reader"] == OWNER else self.submission["author"] or ""
        return [replace(each, by=by) for each in found]


def load(data: Path, workbook: Workbook) -> tuple[Any, Contents]:
    """Return the notebook of a workbook, and what it holds.

    Raises
    ------
    Missing
        There is no such file.
    """
    path = (data / workbook.path).resolve()
    if not path.is_relative_to(data.resolve()) or not path.is_file():
        raise Missing("review.no_notebook")
    node = notebook.load(path)
    return node, notebook.read(node)


def shared(c: Connection, data: Path, submission: Submission, reader: str, contents: Contents) -> VisibleAnswers:
    """Return what was shared with an audience: the answers of a submission whose audience holds it."""
    workbook = workbooks.workbook(c, submission.workbook)
    answers = _with_texts(data, workbook, contents, answers_for(submissions.items_of(c, submission.id), reader))
    known, past = {workbook.id: answers}, earlier_references(contents)
    items = shared_items(c, data, workbook, contents.references, reader, known, past=past, given=submission)
    return _reading(c, workbook, reader, answers, items, submission)


def everything(c: Connection, data: Path, workbook: Workbook, contents: Contents) -> VisibleAnswers:
    """Return what an owner may read of their own workbook: all of it, as it is now."""
    answers = _with_texts(data, workbook, contents, _drafts(c, workbook, contents))
    known, past = {workbook.id: answers}, earlier_references(contents)
    items = shared_items(c, data, workbook, contents.references, OWNER, known, past=past)
    return _reading(c, workbook, OWNER, answers, items, None)


def _with_texts(
    data: Path, workbook: Workbook, contents: Contents, answers: Mapping[str, Mapping[str, Any]]
) -> dict[str, Mapping[str, Any]]:
    """Return answers with the text of the tables attached to them, where a live cell reads them: it opens no file."""
    wanted = {each for piece in contents.pieces if isinstance(piece, LivePiece) for each in piece.of}
    prompts = {id for id in wanted & set(answers) if id in contents.prompts and contents.prompts[id].kind == "file"}
    read = {
        id: {**answers[id], "value": attachment_files.with_texts(data, workbook.id, answers[id]["value"])}
        for id in prompts
    }
    return {**answers, **read}


def earlier_references(contents: Contents) -> frozenset[str]:
    """Return the references whose earlier versions a view shows."""
    pieces = (piece for piece in contents.pieces if isinstance(piece, ViewPiece) and piece.name in LOOK_BACK)
    return frozenset(each for piece in pieces for each in piece.of)


def shared_items(
    c: Connection,
    data: Path,
    workbook: Workbook,
    references: Iterable[str],
    reader: str,
    known: Mapping[str, Mapping[str, Mapping[str, Any]]] | None = None,
    *,
    past: Collection[str] = (),
    given: Submission | None = None,
    placed: bool = False,
) -> dict[str, list[Item]]:
    """Return what references to workbooks of the same owner lead to, as far as a reader may read it.

    Parameters
    ----------
    c
        Connection of an act.
    data
        The data folder: questions and labels are in the notebooks.
    workbook
        The workbook the references stand in.
    references
        As written; those without a template lead into this workbook and are left out, but for those in `past`.
    reader
        An audience, who gets what was last shared with it; or `OWNER`, who gets the drafts.
    known
        Answers by prompt of workbooks whose state is given already, by id of the workbook.
    past
        References whose items bring earlier versions: of the owner's own all, for others those shared with them.
    given
        What was shared, for whose readers this is: what came later is left out, since what is made again stays what
        it was; and so is what was given to others than they.
    placed
        Say in which workbook each is, for an owner who may answer there.
    """
    answers = dict(known or {})
    contents: dict[str, Contents] = {}
    found: dict[str, list[Item]] = {}
    family = _family(c, workbook)
    for text in references:
        reference = Reference.parse(text)
        if not reference.template and text not in past:
            continue
        same = sorted((each for each in family if each.template == reference.template), key=lambda each: each.number)
        same = same if reference.template else [workbook]
        found[text] = []
        for each in same if reference.every else same[-1:]:
            if each.id not in contents:
                contents[each.id] = load(data, each)[1]
            if each.id not in answers:
                answers[each.id] = _of(c, each, reader, contents[each.id], given)
            answer = answers[each.id].get(reference.prompt)
            if reference.prompt in contents[each.id].prompts and answer:
                earlier = _past(c, each, reference.prompt, reader, given) if text in past else ()
                item = _item(reference, each, contents[each.id], answer, earlier)
                found[text].append(_seen_from(workbook, each, item, placed=placed))
    return found


def _seen_from(here: Workbook, there: Workbook, item: Item, *, placed: bool) -> Item:
    """Return an item with where it is on the way of its kind, as one workbook sees another."""
    same = there.template == here.template
    return replace(
        item,
        place=there.id if placed else "",
        ahead=same and there.number >= here.number,
        before=same and there.number == continued_number(here.parameters),
        number=there.number,
        after=continued_number(there.parameters),
    )


def _family(c: Connection, workbook: Workbook) -> list[Workbook]:
    """Return the workbooks of the same owner, about the same person."""
    every = workbooks.workbooks_of(c, cohort=workbook.cohort, owner=workbook.owner)
    family = [each for each in every if each.about == workbook.about and each.owner_kind == workbook.owner_kind]
    if workbook.owner_kind == "person":
        return family
    # A set's workbook has a notebook for each language: who reads this one reads the others in it, too.
    return [workbooks.workbook(c, each.id, workbook.locale) for each in family]


def manager_answers(c: Connection, data: Path, workbook: Workbook, contents: Contents) -> dict[str, list[Item]]:
    """Return what managers released to the owner of a workbook, for the views in it that compare the two.

    A manager's workbook is the manager's own. What it says is the learner's to read once the manager
    has shared it with them: in such a workbook the audience *set* is the learner alone.
    """
    comparing = (piece for piece in contents.pieces if isinstance(piece, ViewPiece) and piece.name in COMPARING)
    wanted = list(dict.fromkeys(each for piece in comparing for each in piece.of))
    others = workbooks.workbooks_about(c, workbook.cohort, workbook.owner) if wanted and not workbook.about else []
    found: dict[str, list[Item]] = {}
    for other in others:
        answers, theirs = _of(c, other, "set", contents), load(data, other)[1]
        by = f"{_titled(theirs, other)} · {_author(c, other)}"
        for text in wanted:
            reference = Reference.parse(text)
            prompt, answer = theirs.prompts.get(reference.prompt), answers.get(reference.prompt)
            if (reference.template or workbook.template) == other.template and prompt and answer:
                item = item_for(
                    prompt, answer["value"], reference=text, workbook=by, when=answer["when"], locale=theirs.locale
                )
                found.setdefault(text, []).append(replace(item, role="theirs"))
    return found


def _item(
    reference: Reference, workbook: Workbook, contents: Contents, answer: Mapping[str, Any], past: tuple[Past, ...]
) -> Item:
    return item_for(
        contents.prompts[reference.prompt],
        answer["value"],
        reference=str(reference),
        workbook=_titled(contents, workbook),
        when=answer["when"],
        locale=contents.locale,
        revisions=past,
    )


def _past(c: Connection, workbook: Workbook, prompt: str, reader: str, given: Submission | None) -> tuple[Past, ...]:
    """Return earlier versions of an answer: the owner's all, for others those in what was shared with them."""
    if reader == OWNER:
        return revisions.past_answers(c, workbook.id, prompt)
    earlier = _given(c, workbook, reader, given)
    shared = (answers_for(submissions.items_of(c, each.id), reader).get(prompt) for each in earlier)
    return tuple(Past(each["value"], each["when"], "share") for each in shared if each)


def _given(c: Connection, workbook: Workbook, reader: str, given: Submission | None) -> list[Submission]:
    """Return what was shared of a workbook up to something that was, with the same readers, the oldest first."""
    shared = sorted(submissions.submissions_of(c, workbook.id), key=lambda each: each.number)
    return [
        each
        for each in shared
        if given is None or (each.shared_at <= given.shared_at and submissions.given_alike(c, given, each, reader))
    ]


def _titled(contents: Contents, workbook: Workbook) -> str:
    return numbered_title(contents.title, workbook.number)


def _of(
    c: Connection, workbook: Workbook, reader: str, contents: Contents, given: Submission | None = None
) -> Mapping[str, Mapping[str, Any]]:
    if reader == OWNER:
        return _drafts(c, workbook, contents)
    shared = _given(c, workbook, reader, given)
    return answers_for(submissions.items_of(c, shared[-1].id), reader) if shared else {}


def _drafts(c: Connection, workbook: Workbook, contents: Contents) -> dict[str, dict[str, Any]]:
    chosen = drafts.audiences(c, workbook.id)
    answers = drafts.drafts(c, workbook.id)
    return {
        id: {
            "value": answers[id].value,
            "when": answers[id].saved_at,
            "audience": list(chosen.get(id, default_audience(prompt, workbook.about))),
        }
        for id, prompt in contents.prompts.items()
        if id in answers and not is_empty(answers[id].value)
    }


def _reading(
    c: Connection,
    workbook: Workbook,
    reader: str,
    answers: Mapping[str, Mapping[str, Any]],
    items: Mapping[str, list[Item]],
    submission: Submission | None,
) -> VisibleAnswers:
    given = {
        "format": 1,
        "number": submission.number if submission else 0,
        "shared_at": submission.shared_at if submission else now(),
        "receipt": submission.receipt if submission else "",
        "erased_at": (submission.erased_at or "") if submission else "",
        "reader": reader,
        "author": _author(c, workbook),
        "wants": submission.wants if submission else "",
        "answers": {id: dict(answer) for id, answer in answers.items()},
        "items": {reference: [_plain(item) for item in each] for reference, each in items.items()},
    }
    return VisibleAnswers(
        submission=given, workbook=workbook, time_zone=members.cohort(c, workbook.cohort).time_zone, answers=answers
    )


def _plain(item: Item) -> dict[str, Any]:
    return {**asdict(item), "labels": dict(item.labels)}


def _author(c: Connection, workbook: Workbook) -> str:
    if workbook.owner_kind == "set":
        return next((each.name for each in members.sets(c, workbook.cohort) if each.id == workbook.owner), "")
    return members.person(c, workbook.owner).name
