"""What became of a card, or of something one found oneself: derived from what was written, never ticked. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from actionlearn.answers.prompts import NOT_YET, Value, is_empty
from actionlearn.i18n import say

#: The template in which somebody keeps what they found, and the parameter that names the card it began with.
KEPT_IN = "sense"
PARAMETER = "card"

#: What can become of a find, in order: the prompt whose answer tells -> how it is said. Message ids.
STAGES: dict[str, str] = {
    "found": "found",
    "critique": "argued with",
    "adapted": "made yours",
    "tried": "tried",
}


@dataclass(frozen=True)
class SavedCard:
    """One card, or one thing of their own, that somebody saved to try.

    Parameters
    ----------
    workbook
        Id of the workbook it is saved in.
    title
        The card it began with; else what it is about, or the title of the workbook.
    text
        What they wrote that they found.
    stages
        Keys of `STAGES` that they have answered.
    """

    workbook: str
    title: str
    text: str
    stages: tuple[str, ...]

    @property
    def is_unused(self) -> bool:
        """Whether it was saved and not tried yet."""
        return "tried" not in self.stages


def stage_words(locale: str) -> dict[str, str]:
    """Return how each key of `STAGES` is said in a reader's language."""
    return {id: say(words, locale) for id, words in STAGES.items()}


def saved_card(workbook: str, title: str, answers: Mapping[str, Value]) -> SavedCard:
    """Return what became of one thing, by the answers to the prompts of `STAGES`; "not yet" is not yet."""
    stages = tuple(id for id in STAGES if not is_empty(answers.get(id)) and answers[id] != NOT_YET)
    text = answers.get("found")
    return SavedCard(workbook=workbook, title=title, text=text if isinstance(text, str) else "", stages=stages)
