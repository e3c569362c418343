"""Messages about a group's room: code -> (what is wrong, what to do next)."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "room.nothing_said": ("There is nothing written yet.", "Write a sentence first."),
    "room.too_long": (
        "That is longer than {limit} characters.",
        "Shorten it. What you wrote is still in the page.",
    ),
    "room.no_set": ("You are in no set here.", "Turn to the whole cohort instead."),
    "room.too_many_open": (
        "{limit} of yours stand open here.",
        "Settle or take back one that has been answered.",
    ),
    "room.nobody_to_meet": ("They cannot be reached here.", "Choose somebody from the list."),
    "room.not_your_answer": ("Somebody else said this.", "You can take back what you said yourself."),
    "room.no_meeting": ("This workbook is one person’s.", "Meetings are in the workbooks of a set."),
    "room.not_the_scribe": ("Somebody else is writing just now.", "Ask for the pen, or add a line."),
    "room.nobody_writes": ("Nobody has the pen just now.", "Write it where it belongs, or take the pen."),
    "room.ask_first": ("Somebody is writing.", "Ask for the pen first."),
    "room.not_of_the_set": ("They are not of this set.", "Choose one of its members."),
    "room.no_such_time": ("That is no time for one turn.", "Choose 1 to 120 minutes."),
    "room.no_line_here": ("No line can be added to this question.", "Ask for the pen to write here."),
}
