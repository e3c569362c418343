"""What a workbook is called in a list: its title and, where somebody has several of a kind, what this one is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from actionlearn.answers.items import numbered_title
from actionlearn.answers.passages import text_fields
from actionlearn.answers.prompts import Prompt, Value
from actionlearn.answers.saved_cards import KEPT_IN
from actionlearn.permissions import Audience
from actionlearn.store import Connection
from actionlearn.store.reviews import submissions
from actionlearn.store.workbooks import drafts

#: The longest name, in characters; it ends at the end of a word.
MOST = 48


def text_prompts(prompts: Iterable[Prompt]) -> tuple[str, ...]:
    """Return the ids of those of a learner's prompts that are answered with a text, in order."""
    return tuple(each.id for each in prompts if each.by == "learner" and "" in text_fields(each))


def needs_subtitle(template: str, number: int) -> bool:
    """Return whether somebody has several of a kind: a first one needs no more than its title, a find does."""
    return number > 1 or template == KEPT_IN


def display_title(title: str, template: str, number: int, texts: Sequence[str], answers: Mapping[str, Value]) -> str:
    """Return what one of several is called: by its first words, else by its number.

    Parameters
    ----------
    title, template, number
        Of the workbook.
    texts
        Ids of its prompts that are answered with a text, in order.
    said
        The answers that whoever reads the name may read.
    """
    if needs_subtitle(template, number) and (words := first_words(texts, answers)):
        return f"{title} · {words}"
    return numbered_title(title, number)


def first_words(texts: Sequence[str], answers: Mapping[str, Value]) -> str:
    """Return how the first text that was written begins; empty where there is none yet."""
    written = (value.split() for id in texts if isinstance(value := answers.get(id), str))
    words = next(filter(None, written), [])
    short = " ".join(words)
    while len(short) > MOST and len(words) > 1:
        words = words[:-1]
        short = " ".join(words).rstrip(" ,;:.–—") + "…"
    return short if len(short) <= MOST else short[:MOST] + "…"


def own_answers(c: Connection, workbook: str) -> dict[str, Value]:
    """Return what stands in a workbook, for its owner."""
    return {id: draft.value for id, draft in drafts.drafts(c, workbook).items()}


def visible_answers(c: Connection, submission: str, audience: Iterable[Audience]) -> dict[str, Value]:
    """Return what a submission holds for some of its readers."""
    readers = set(audience)
    return {each.prompt: each.value for each in submissions.items_of(c, submission) if readers & set(each.audience)}
