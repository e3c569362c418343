"""Comments and coaches' answers beside their prompts, as HTML."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from actionlearn.answers.prompts import Prompt
from actionlearn.answers.rendering import item_for, value_html
from actionlearn.i18n.dates import day
from actionlearn.server.rendering import pages
from actionlearn.server.workbooks.state import WorkbookState
from actionlearn.store.records import Comment
from actionlearn.store.reviews.coach_answers import CoachAnswer
from actionlearn.text.markup import Markup


def answers_html(prompt: Prompt, answers: list[CoachAnswer], locale: str) -> Markup:
    """Return what coaches answered to one prompt, each with name and day."""
    return Markup("").join(
        Markup('<div class="coach-said">{}<p class="al-when"><small>{}</small></p></div>').format(
            value_html(item_for(prompt, each.value, locale=locale), locale),
            f"{each.coach_name}, {day(each.saved_at, locale)}",
        )
        for each in answers
    )


def comments_html(state: WorkbookState, base_url: str, locale: str, person: str) -> dict[str, str]:
    """Return the comments on each prompt as HTML; those on the whole workbook under the empty key."""
    threads: dict[str, list[dict[str, Any]]] = {}
    for comment in state.comments:
        if comment.parent is None:
            replies = [_comment_values(each, locale, person) for each in state.comments if each.parent == comment.id]
            thread = {
                **_comment_values(comment, locale, person),
                "replies": replies,
                "passage": state.passages.get(comment.id),
            }
            threads.setdefault(comment.prompt or "", []).append(thread)
    asked = state.contents.prompts
    answers = {
        id: answers_html(asked[id], list(of_coaches), locale) for id, of_coaches in state.coached.items() if id in asked
    }
    return {
        prompt: answers.get(prompt, "")
        + pages.render(
            "workbooks/comments.html",
            base_url=base_url,
            locale=locale,
            threads=threads.get(prompt, []),
            prompt=prompt,
            asked=prompt in asked,
        )
        for prompt in {**threads, **answers}
    }


def _comment_values(comment: Comment, locale: str, person: str) -> dict[str, Any]:
    at = comment.released_at or comment.created_at
    return {**asdict(comment), "at": at, "when": day(at, locale), "mine": comment.by == person}
