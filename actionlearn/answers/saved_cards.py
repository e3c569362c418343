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
    """One thing somebody keeps.

    Parameters
    ----------
    workbook
        Id of the workbook it is kept in.
    title
        The card it began with; else what it is about, or the title of the workbook.
    said
        What they wrote that they found.
    life
        Keys of `LIFE` that what they wrote shows.
    """

    workbook: str
    title: str
    said: str
    life: tuple[str, ...]

    @property
    def waits(self) -> bool:
        """Whether it was kept and not used yet."""
        return "tried" not in self.life


def stage_words(locale: str) -> dict[str, str]:
    """Return how each key of `LIFE` is said in a reader's language."""
    return {id: say(words, locale) for id, words in STAGES.items()}


def saved_card(workbook: str, title: str, answers: Mapping[str, Value]) -> SavedCard:
    """Return what became of one thing, by the answers to the prompts of `LIFE`; "not yet" is not yet."""
    life = tuple(id for id in STAGES if not is_empty(answers.get(id)) and answers[id] != NOT_YET)
    said = answers.get("found")
    return SavedCard(workbook, title, said if isinstance(said, str) else "", life)
