"""Messages about a learner's own figures: code -> (what is wrong, what to do next)."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "figures.no_number": ("“{said}” ({when}) is not a number.", "Write a number, or leave it out."),
    "figures.no_time": ("“{said}” has no day or week beside it.", "Write when it was counted."),
    "figures.twice": (
        "{when} is there twice. The later one counts: {value}.",
        "Remove the one that is not right.",
    ),
    "figures.too_large": (
        "This file is too large to draw: more than {limit} MB.",
        "Keep two columns, when and how many.",
    ),
    "figures.too_many": ("These are more than {limit} figures.", "Count by week or by month."),
    "figures.no_text": (
        "This is no text file, whatever its name says.",
        "In your spreadsheet, save it as CSV, or copy two columns and paste them.",
    ),
    "figures.no_figures": ("There is no number in the second column.", "Put the time first, then the count."),
}
