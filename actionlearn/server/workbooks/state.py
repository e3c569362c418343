"""All a page shows of one workbook: what its notebook holds, and what the store has of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from actionlearn import notebook
from actionlearn.answers.conditions import Condition, Progress
from actionlearn.answers.kinds import offered_answer
from actionlearn.answers.prompts import Item, Prompt, Reference, Value, default_audience
from actionlearn.answers.rendering import item_for
from actionlearn.answers.schedule import ScheduledSection, WorkbookDays, not_yet_open
from actionlearn.cohort.workbooks import upgrade
from actionlearn.errors import Missing, Refused, ServerError, TemplateError
from actionlearn.notebook import Contents, PromptPiece, ViewPiece
from actionlearn.permissions import Action, Actor, Resource, may
from actionlearn.reviews import visible_answers
from actionlearn.server.workbooks.passages import QuotedPassage, passages_now
from actionlearn.store import Connection
from actionlearn.store.outbound import releases
from actionlearn.store.people import members
from actionlearn.store.records import Comment, Draft, Workbook
from actionlearn.store.reviews import coach_answers, submissions
from actionlearn.store.reviews import comments as reviews_comments
from actionlearn.store.reviews.coach_answers import CoachAnswer
from actionlearn.store.workbooks import drafts, workbooks
from actionlearn.store.workbooks.schedule import days_of
from actionlearn.widgets.ui_text import ReaderOption


def notebook_contents(data: Path, workbook: Workbook) -> Contents:
    """Return what a workbook's notebook holds; read again when the file has changed.

    Raises
    ------
    Missing
        There is no such file.
    ServerError
        It is no notebook of ours.
    """
    path = (data / workbook.path).resolve()
    if not path.is_relative_to(data.resolve()) or not path.is_file():
        raise Missing("server.no_workbook_file")
    try:
        return notebook.read_file(path)
    except (TemplateError, ValueError, KeyError, TypeError, SyntaxError) as error:
        raise ServerError("server.notebook_unreadable") from error


@dataclass(frozen=True)
class WorkbookState:
    """All a page shows of one workbook, read in one act of the store.

    Parameters
    ----------
    passages
        By comment, where the words are that it is about.
    coached
        What coaches answered to their own prompts and released, by prompt.
    shared_at
        When it was last shared; empty where it never was.
    about
        What managers released to the owner, by reference.
    newer
        Whether there is a newer version of it.
    left
        Answers to questions it no longer asks.
    subject
        First name of whom it is about, where that is somebody else.
    releases
        Whether there is anybody to whom its owner could release words of it.
    days
        Its days; None where no section of it waits for one.
    """

    workbook: Workbook
    contents: Contents
    drafts: Mapping[str, Draft]
    audiences: Mapping[str, Sequence[str]]
    items: Mapping[str, Sequence[Item]]
    comments: tuple[Comment, ...]
    passages: Mapping[str, QuotedPassage] = field(default_factory=dict)
    coached: Mapping[str, Sequence[CoachAnswer]] = field(default_factory=dict)
    shared_at: str = ""
    manager_answers: Mapping[str, Sequence[Item]] = field(default_factory=dict)
    newer: bool = False
    orphaned_answers: tuple[Item, ...] = ()
    about_name: str = ""
    releases: bool = False
    days: WorkbookDays | None = None

    @property
    def whose(self) -> ReaderOption:
        """Whose it is, for how its readers are called."""
        return ReaderOption("about", self.about_name) if self.workbook.about else ReaderOption(self.workbook.owner_kind)

    def audience(self, prompt: Prompt) -> Sequence[str]:
        """Return who may read an answer once it is shared."""
        return self.audiences.get(prompt.id) or default_audience(prompt, self.workbook.about)

    def items_in(self, piece: ViewPiece) -> list[Item]:
        """Return the items that a view shows: one that compares also shows what managers released to its owner."""
        if piece.name not in visible_answers.COMPARING:
            found = self.items_for(piece.of)
            return found + self._unsaid(piece, {item.reference for item in found})
        mine = [replace(item, role="mine") for item in self.items_for(piece.of)]
        return mine + [item for each in piece.of for item in self.manager_answers.get(each, ())]

    def _unsaid(self, piece: ViewPiece, known: Collection[str]) -> list[Item]:
        """Return what a view asks of all workbooks like this one and none has said: a board still offers its options."""
        asked = [(each, Reference.parse(each)) for each in piece.of if each not in known]
        prompts = self.contents.prompts
        return [
            item_for(prompts[found.prompt], reference=each, locale=self.contents.locale)
            for each, found in asked
            if found.template == self.contents.template and found.prompt in prompts
        ]

    def items_for(self, references: Iterable[str]) -> list[Item]:
        """Return the items that references lead to: in this workbook, and in others."""
        found: list[Item] = []
        for each in references:
            if each in self.items:
                found += self.items[each]
            elif prompt := self.contents.prompts.get(each):
                draft = self.drafts.get(each)
                value, when = (draft.value, draft.saved_at) if draft else (None, "")
                item = item_for(prompt, value, when=when, locale=self.contents.locale)
                found.append(replace(item, place=self.workbook.id))
        return found

    def holds(self, when: Condition) -> bool:
        """Tell whether a condition holds, by the answers as they are."""
        return when.holds(self.items_for([when.of]))

    @property
    def other_values(self) -> dict[str, Any]:
        """Values of the owner's other workbooks by reference, for live cells: one, or a list for all of a kind."""
        return {
            name: [item.value for item in each] if Reference.parse(name).every else each[0].value if each else None
            for name, each in self.items.items()
            if Reference.parse(name).template
        }

    def offered(self, prompt: Prompt) -> Item | None:
        """Return the earlier answer that stands in a prompt's control while nothing was said to it, if one fits."""
        return offered_answer(prompt, self.items_for(filter(None, [prompt.default_from])))

    @cached_property
    def progress(self) -> Progress:
        """The prompts that their owner is asked, as things stand, and those with something in them."""
        return self.contents.questions.progress(self._own_values, self.items, self.days)

    @cached_property
    def later(self) -> Mapping[str, ScheduledSection]:
        """The sections whose day has not come, by id."""
        return {each.id: each for each in not_yet_open(self.contents.parts, self.days, self._own_values)}

    @property
    def _own_values(self) -> dict[str, Value]:
        return {id: draft.value for id, draft in self.drafts.items()}


def require_workbook(c: Connection, actor: Actor | None, id: str, act: Action = "open", locale: str = "") -> Workbook:
    """Return a workbook, in the reader's language where it is a set's, where somebody may do something to it.

    Raises
    ------
    Missing, Refused
        There is none; it is not theirs.
    """
    return _owned(c, actor, id, act, locale)[0]


def _owned(c: Connection, actor: Actor | None, id: str, act: Action, locale: str) -> tuple[Workbook, Resource]:
    workbook = workbooks.workbook(c, id, locale)
    thing = workbooks.workbook_resource(c, workbook)
    if not may(actor, act, thing):
        raise Refused("server.refused")
    return workbook, thing


def workbook_state(c: Connection, data: Path, actor: Actor | None, id: str, locale: str = "") -> WorkbookState:
    """Return all a page shows of one workbook.

    Raises
    ------
    Missing, Refused
        There is none; it is not theirs.
    """
    workbook, thing = _owned(c, actor, id, "open", locale)
    contents = notebook_contents(data, workbook)
    past = visible_answers.earlier_references(contents)
    wanted = [each for each in contents.references if each in past or Reference.parse(each).template]
    items = (
        visible_answers.shared_items(c, data, workbook, wanted, visible_answers.OWNER, past=past, placed=True)
        if wanted
        else {}
    )
    answers = drafts.drafts(c, id)
    comments = tuple(reviews_comments.comments_for_workbook(c, id, released_only=True))
    shared = submissions.submissions_of(c, id)
    gone = upgrade.vanished_prompts(data, workbook, contents, answers)
    coached = any(prompt.by == "coach" for prompt in contents.prompts.values())
    return WorkbookState(
        workbook=workbook,
        contents=contents,
        drafts=answers,
        audiences=drafts.audiences(c, id),
        items=items,
        comments=comments,
        passages=passages_now(
            c, replace(contents, pieces=(*contents.pieces, *map(PromptPiece, gone.values()))), answers, comments
        ),
        coached=coach_answers.released(c, [each.id for each in shared]) if coached else {},
        shared_at=max((each.shared_at for each in shared), default=""),
        manager_answers=visible_answers.manager_answers(c, data, workbook, contents),
        newer=upgrade.offered(c, data, workbook),
        orphaned_answers=tuple(upgrade.orphaned_answers(contents, answers, gone)),
        about_name=members.person(c, workbook.about).firstname if workbook.about else "",
        releases=may(actor, "release", thing) and releases.possible(c, workbook.cohort),
        days=days_of(c, workbook) if contents.parts else None,
    )
