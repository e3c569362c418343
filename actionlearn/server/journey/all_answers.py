"""All answers of somebody in their workbooks, for what looks at all of them: advice, and the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from actionlearn.answers.items import PromptAnswer, numbered_title
from actionlearn.answers.prompts import is_empty
from actionlearn.answers.rendering import item_for
from actionlearn.errors import ActionlearnError
from actionlearn.permissions import Actor, may
from actionlearn.server.workbooks.state import workbook_state
from actionlearn.server.workbooks.titles import first_words, text_prompts
from actionlearn.store import Connection
from actionlearn.store.records import Workbook
from actionlearn.store.workbooks import workbooks


def all_answers(c: Connection, data: Path, actor: Actor, cohort: str, *, sets: bool = False) -> list[PromptAnswer]:
    """Return the prompts of somebody's own workbooks in a cohort, answered or open to be.

    Parameters
    ----------
    c
        Connection of an act.
    data
        The data folder.
    actor
        Whose workbooks.
    cohort
        Id of the cohort.
    sets
        Whether those of their sets are among them.
    """
    owners = [actor.person]
    if sets:
        owners += sorted({each.set for each in actor.memberships if each.cohort == cohort and each.set})
    answers: list[PromptAnswer] = []
    for owner in owners:
        for workbook in workbooks.workbooks_of(c, cohort=cohort, owner=owner):
            # What somebody writes about another person is no part of their own journey.
            if not workbook.about and may(actor, "open", workbooks.workbook_resource(c, workbook)):
                answers += _answers_in(c, data, actor, workbook)
    return answers


def _answers_in(c: Connection, data: Path, actor: Actor, workbook: Workbook) -> Iterator[PromptAnswer]:
    try:
        state = workbook_state(c, data, actor, workbook.id)
    except ActionlearnError:
        return  # one notebook that is gone takes nothing else with it
    contents, shown = state.contents, set(state.progress.asked)
    title = numbered_title(contents.title, workbook.number)
    about = first_words(
        text_prompts(contents.prompts.values()), {id: draft.value for id, draft in state.drafts.items()}
    )
    for id, prompt in contents.prompts.items():
        head = state.drafts.get(id)
        # An answer in a part that is closed counts all the same; what is empty there is not asked.
        if prompt.by == "learner" and (id in shown or (head and not is_empty(head.value))):
            value, when, version = (head.value, head.saved_at, head.version) if head else (None, "", 0)
            item = item_for(prompt, value, workbook=title, when=when, locale=contents.locale)
            yield PromptAnswer(
                workbook=workbook.id,
                template=workbook.template,
                number=workbook.number,
                prompt=id,
                version=version,
                item=item,
                about=about,
                of_set=workbook.owner_kind == "set",
            )
