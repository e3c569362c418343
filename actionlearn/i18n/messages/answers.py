"""Messages about answers: code -> (what is wrong, what to do next)."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "answers.wrong_kind": (
        "This does not fit the question “{prompt}”.",
        "It takes an answer of the kind {kind}. What you wrote is kept on this device.",
    ),
    "answers.too_long": (
        "This answer is too long to be saved.",
        "Shorten it, or keep the long text in a file of your own. What you wrote is kept on this device.",
    ),
    "answers.too_many_rows": ("This table has too many rows.", "Remove some, or start another workbook."),
    "answers.no_such_option": ("“{prompt}” has no such option.", "Reload the page to see the options as they are."),
    "answers.out_of_range": ("That is not on the scale of “{prompt}”.", "Choose one of the steps shown."),
    "answers.no_such_audience": ("There is no such reader.", "Choose among me, set, coach and cohort."),
    "answers.no_such_prompt": ("This workbook has no question “{prompt}”.", "Reload the page."),
    "answers.not_json": ("The message is not JSON.", "Reload the page."),
    "answers.bad_message": ("The message lacks something: {missing}.", "Reload the page."),
    "answers.wrong_field": ("“{field}” is not what it should be: {expected}.", "Reload the page."),
    "answers.other_person": (
        "This page was opened by somebody else.",
        "Sign in again as that person. What was typed is kept on this device.",
    ),
    "answers.future_base": ("This answer follows a version that does not exist.", "Reload the page."),
    "answers.reused_seq": ("This edit was sent before with other words.", "Reload the page."),
    "answers.locked": (
        "This was said before it was put to the test, and stays as it was.",
        "Add what you think now as a later thought. What you wrote is kept on this device.",
    ),
    "answers.no_passage": (
        "Which words are to be erased?",
        "Name at least {least} letters, exactly as they stand in the answer.",
    ),
    "answers.no_words": ("“{prompt}” is not answered in words.", "Choose another answer: its earlier one is no text."),
    "answers.no_such_passage": (
        "These words are nowhere in this answer or its history. Nothing was changed.",
        "Copy them exactly as they stand there.",
    ),
    "answers.folder_of_a_server": (
        "The folder {folder} belongs to a server with other people’s answers in it.",
        "This notebook is for one person. Set ACTIONLEARN_PRACTICE to another folder, or open the workbook in the server.",
    ),
    "answers.bad_submission": (
        "The submission given to this notebook cannot be read.",
        "Leave `submission` empty to write in it, or share the workbook again.",
    ),
}
