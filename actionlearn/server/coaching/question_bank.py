"""Questions to ask a learner: the programme's, and those that come with the kit. Questions, never verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from actionlearn.i18n import say

#: The longest question of a bank, in characters.
LONGEST = 500

#: Message ids.
QUESTIONS = (
    "What did you see or hear that made you think so?",
    "What would the other side say about this?",
    "Who has not been asked yet?",
    "What have you tried already, and what came of it?",
    "What would be the smallest next step?",
    "How will you know that it has worked?",
    "What would tell you that you are wrong?",
    "What surprised you?",
    "What did you expect, and what happened?",
    "What is yours to decide here, and what is not?",
    "Whom do you need for this, and what is in it for them?",
    "What are you avoiding?",
    "What would you do if you had a week, and what if you had a year?",
    "Which of your words here are facts, and which are guesses?",
    "What does this say about how you usually go about things?",
    "What will you do differently on Monday?",
    "What did you learn that you could use somewhere else?",
    "What would you ask yourself now?",
)


def questions(programmes: Iterable[Mapping[str, Any]], locale: str) -> list[str]:
    """Return the questions of some programmes in the reader's language, and then the kit's, each once."""
    found: dict[str, None] = {}
    for programme in programmes:
        words = programme.get("words") or {}
        told = words.get(locale) or words.get(locale[:2]) or {}
        for each in told.get("questions") or programme.get("questions") or ():
            found[str(each)] = None
    return [*found, *(say(each, locale) for each in QUESTIONS)]
