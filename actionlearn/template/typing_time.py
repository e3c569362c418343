"""How long a workbook takes to type in.

Thinking takes as long as it takes; what a kit can drown people in is typing. People who compose text
at a keyboard write 19 words a minute (Karat, Halverson, Horn and Karat, 1999, "Patterns of entry and
correction in large vocabulary continuous speech recognition systems", CHI '99: composition, against 33 when
copying). How many words an answer has is our assumption, and stands below for everybody to read.
"""

from __future__ import annotations

from actionlearn.answers.prompts import Column, Prompt

#: Words a minute while composing.
WORDS_A_MINUTE = 19

#: Kind -> words that an answer is expected to have.
WORDS = {"long-text": 30, "short-text": 6}

#: Words that a cell of a table is expected to have.
CELL_WORDS = {"long-text": 8, "short-text": 4}

#: Rows that a table is expected to have.
ROWS = 2

#: Minutes for one click, one date or one number.
CLICK = 0.1

#: Minutes of typing that a programme of six weeks may ask of a learner, and the weeks.
MOST_MINUTES = 90
WEEKS = 6


def minutes(prompt: Prompt) -> float:
    """Return the minutes of typing that the answer to a prompt is expected to take."""
    if prompt.kind == "table":
        return ROWS * sum(map(_cell, prompt.columns))
    if prompt.kind == "choices":
        return 2 * CLICK
    return WORDS[prompt.kind] / WORDS_A_MINUTE if prompt.kind in WORDS else CLICK


def _cell(column: Column) -> float:
    return CELL_WORDS[column.kind] / WORDS_A_MINUTE if column.kind in CELL_WORDS else CLICK
