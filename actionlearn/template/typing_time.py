"""How long a workbook takes to type in.

Thinking takes as long as it takes; what a kit can drown people in is typing. People who compose text
at a keyboard write 19 words a minute (Karat, Halverson, Horn and Karat, 1999, "Patterns of entry and
correction in large vocabulary continuous speech recognition systems", CHI '99: composition, against 33 when
copying). How many words an answer has is our assumption, and stands in the record of its kind.
"""

from __future__ import annotations

from actionlearn.answers.kinds import KINDS
from actionlearn.answers.prompts import Prompt

#: Words a minute while composing.
WORDS_A_MINUTE = 19

#: Minutes for one click, one date or one number.
CLICK = 0.1

#: Minutes of typing that a programme of six weeks may ask of a learner, and the weeks.
MOST_MINUTES = 90
WEEKS = 6


def minutes(prompt: Prompt) -> float:
    """Return the minutes of typing that the answer to a prompt is expected to take."""
    effort = KINDS[prompt.kind].effort(prompt)
    return effort.words / WORDS_A_MINUTE + effort.clicks * CLICK
