"""What changed since the last time somebody shared a workbook, word by word."""

from __future__ import annotations

from actionlearn.answers.rendering import value_text
from actionlearn.budget import Allowance
from actionlearn.i18n import say
from actionlearn.notebook import Contents
from actionlearn.permissions import Audience
from actionlearn.store import Connection
from actionlearn.store.records import Submission
from actionlearn.store.reviews import submissions
from actionlearn.text.diff import word_diff
from actionlearn.text.markup import Markup


def changes_since_last_share(
    c: Connection, shared: Submission, contents: Contents, audience: Audience, locale: str
) -> dict[str, Markup]:
    """Return, by prompt, what is new in each answer and what is gone: as this reader read it then, and reads it now.

    Nothing where it was shared for the first time.
    """
    earlier = [
        each
        for each in submissions.submissions_of(c, shared.workbook)
        if 0 < each.number < shared.number and submissions.given_alike(c, shared, each, audience)
    ]
    if not earlier or shared.asked:
        return {}
    before, now = _texts(c, earlier[0], contents, audience), _texts(c, shared, contents, audience)
    allowance = Allowance()
    return {
        prompt: _marked(before.get(prompt, ""), text, locale, allowance)
        for prompt, text in now.items()
        if text != before.get(prompt, "")
    }


def _texts(c: Connection, shared: Submission, contents: Contents, audience: Audience) -> dict[str, str]:
    asked = contents.prompts
    return {
        item.prompt: value_text(asked[item.prompt], contents.locale, value=item.value)
        for item in submissions.items_of(c, shared.id)
        if audience in item.audience and item.prompt in asked
    }


def _marked(before: str, text: str, locale: str, allowance: Allowance) -> Markup:
    """Return a text with what is new and what is gone marked: by element, not by colour alone."""
    if not before:
        return Markup('<p class="quiet">{}</p>').format(say("Nothing stood here the last time.", locale))
    marks = {"same": Markup("{}"), "new": Markup("<ins>{}</ins>"), "gone": Markup("<del>{}</del>")}
    runs = Markup("").join(marks[kind].format(words) for kind, words in word_diff(before, text, allowance))
    return Markup('<p class="changes">{}</p>').format(runs)
