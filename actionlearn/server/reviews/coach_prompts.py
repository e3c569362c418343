"""What a coach writes in a review besides comments: answers to the coach's own prompts, and a private note."""

from __future__ import annotations

from dataclasses import replace

from actionlearn.answers.prompts import Prompt, is_empty
from actionlearn.i18n import say
from actionlearn.notebook import Contents
from actionlearn.permissions import Actor
from actionlearn.server.workbooks.comments_html import answers_html
from actionlearn.store import Connection
from actionlearn.store.records import Submission
from actionlearn.store.reviews import coach_answers, notes
from actionlearn.store.reviews.coach_answers import CoachAnswer
from actionlearn.text.markup import Markup
from actionlearn.widgets.prompt_html import prompt_html

#: Where a page saves a private note: no prompt of a template is called so.
NOTE = "Note"

#: The longest note, in characters.
MAX_NOTE = 50_000


def pieces(
    c: Connection, actor: Actor, shared: Submission, contents: Contents, locale: str, writes: bool
) -> dict[str, Markup]:
    """Return the prompts that coaches answer, by id: what was answered, and for a coach the controls of their own.

    Others see an answer once its coach has released it.
    """
    asked = {id: prompt for id, prompt in contents.prompts.items() if prompt.by == "coach"}
    answers = coach_answers.of(c, shared.id) if asked else []
    return {
        id: _piece(prompt, [each for each in answers if each.prompt == id], actor, locale, writes)
        for id, prompt in asked.items()
    }


def unreleased_answers(c: Connection, actor: Actor, submission: str) -> int:
    """Return how many answers of a coach's own the learner does not see yet."""
    return sum(
        each.coach == actor.person and each.released_at is None and not is_empty(each.value)
        for each in coach_answers.of(c, submission)
    )


def note_html(c: Connection, actor: Actor, about: str, locale: str) -> Markup:
    """Return somebody's own note about a person or a review, as a prompt that saves like any other."""
    note = notes.note(c, actor.person, about)
    asked = Prompt(NOTE, say("Private note: nobody else reads it here", locale), kind="long-text", audience=("me",))
    value, at, version = (note.body or None, note.saved_at, note.version) if note else (None, "", 0)
    html = prompt_html(asked, value=value, saved_at=at, version=version, locale=locale, chooser=False)
    return Markup(html)


def _piece(prompt: Prompt, answers: list[CoachAnswer], actor: Actor, locale: str, writes: bool) -> Markup:
    mine = next((each for each in answers if each.coach == actor.person), None)
    others = [each for each in answers if each is not mine and each.released_at and not is_empty(each.value)]
    shown = answers_html(prompt, others, locale)
    if not writes:
        asked = Markup('<p class="al-question"><strong>{}</strong></p>').format(prompt.question)
        waits = Markup('<p class="al-none"><em>{}</em></p>').format(say("Your coach answers this.", locale))
        return asked + (shown or waits)
    own = prompt_html(
        replace(prompt, by="learner"),
        value=mine.value if mine else None,
        saved_at=mine.saved_at if mine else "",
        version=mine.version if mine else 0,
        locale=locale,
        chooser=False,
    )
    state = say("The learner sees it.", locale) if mine and mine.released_at else say("Held: only you see it", locale)
    return Markup('{}<p class="small quiet">{}</p>{}').format(Markup(own), state, shown)
