"""Messages about review: code -> (what is wrong, what to do next)."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "release.changed": (
        "These words do not stand in your answer just so.",
        "Nothing was released. Reload the page and pick them again.",
    ),
    "release.gone": ("This is not out any more.", "Reload the page to see what is."),
    "release.nobody": ("Nobody was chosen who could read them.", "Choose your manager or a sponsor."),
    "release.nothing": ("No sentence was chosen.", "Press each sentence that may leave, up to a hundred at once."),
    "review.not_yours": ("This workbook is somebody else’s.", "Open one of your own from your journey."),
    "review.wants_too_long": (
        "What you want to have looked at is longer than {limit} characters.",
        "Say it in a sentence or two.",
    ),
    "review.no_submission": ("There is nothing shared here, or nothing for you.", "Go back and choose another."),
    "review.no_comment": ("This comment is not there.", "Reload the page."),
    "review.may_not_comment": ("You cannot comment on this.", "Only a coach it was shared with can."),
    "review.may_not_reply": ("You cannot answer this comment.", "Only the owner and a coach can."),
    "review.not_your_comment": ("This comment is somebody else’s.", "You can change your own."),
    "review.empty_comment": ("The comment is empty.", "Write something first."),
    "review.comment_too_long": (
        "The comment is longer than {limit} characters.",
        "Shorten it, or write two. What you wrote is still in the page.",
    ),
    "review.no_such_prompt": ("“{prompt}” was not shared.", "Reload the page and choose a question that was."),
    "review.not_released": ("This comment is not released yet.", "Release it first."),
    "review.released": ("This comment was released.", "Take it back, or answer in the conversation."),
    "review.no_such_coach": ("They cannot be asked about this.", "Choose one of your coaches."),
    "review.nothing_to_ask": ("There is no answer here yet.", "Write a few words first, then ask about them."),
    "review.note_too_long": (
        "The note is longer than {limit} characters.",
        "Shorten it. What you wrote is still in the page.",
    ),
    "review.note_behind": ("This note was changed on another page.", "Both versions are here: put them together."),
    "review.empty_agreement": ("Nothing is agreed yet.", "Write what, and by when if there is a day."),
    "review.no_such_day": ("“{day}” is no day.", "Choose one from the calendar."),
    "review.not_your_agreement": ("Somebody else wrote this.", "You can say that it was kept."),
    "review.no_such_verdict": ("There is no such verdict.", "Choose “agreed” or “look again”."),
    "review.no_notebook": (
        "The notebook of this workbook is missing.",
        "Build the cohort again: its answers are safe.",
    ),
    "review.failed": ("The executed notebook could not be made.", "What was shared is safe. Try again."),
    "review.cell_failed": ("The cell {cell} stopped: {reason}.", "Everything that was written is shown all the same."),
    "review.cell_too_slow": (
        "The cell {cell} took longer than {seconds} seconds and was stopped.",
        "Everything that was written is shown all the same.",
    ),
    "review.cell_too_much": (
        "The cell {cell} printed more than can be shown and was stopped.",
        "Everything that was written is shown all the same.",
    ),
    "review.kernel_died": (
        "Python ended while it was running the cell {cell}.",
        "Everything that was written is shown all the same.",
    ),
    "review.kernel_did_not_start": (
        "Python could not be started.",
        "Everything that was written is shown all the same. Whoever runs the server can look at its log.",
    ),
}
