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
    "figures.no_figures": ("There is no column of numbers.", "Put the time first, then the count."),
    "figures.no_day": ("“{when}” ({said}) is no day, week or month, and was left out.", "Write it as the others are."),
    "figures.total": ("“{when}” ({said}) is a sum of the others, and was left out.", ""),
    "figures.which_day": (
        "“{said}” can be read in two ways: which number is the day, and which the month? Nothing is drawn until it is clear.",
        "Write the days as 2026-10-31, or say it below where you are asked how the file is written.",
    ),
    "figures.which_mark": (
        "“{said}” can be read in two ways: does the mark part thousands, or stand before decimals? Nothing is drawn until it is clear.",
        "Write thousands without a mark and decimals with one digit more, or say it below where you are asked how the file is written.",
    ),
    "figures.which_comma": (
        "“{said}” can be read in two ways: two counts, or one with decimals behind a comma?",
        "Put a line above that names the columns, or a semicolon between them.",
    ),
    "figures.which_column": (
        "Several columns hold numbers: {names}. Which is the count? Nothing is drawn until it is clear.",
        "Keep the one you want, or write its name below where you are asked for the column.",
    ),
    "figures.columns": ("Read from the file: the time from “{when}”, the count from “{count}”; counts: {number}.", ""),
    "figures.thousands": (
        "“{said}” was read as {value}.",
        "If that is wrong, write numbers without a mark for thousands.",
    ),
    "figures.ordered": ("The rows were put in the order of time.", ""),
}
