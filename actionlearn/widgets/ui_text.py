"""The texts that the script of a prompt shows, and the names of its readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from actionlearn.i18n import say
from actionlearn.permissions import AUDIENCES

#: Whose a workbook is -> reader -> (in a sentence, beside a check box). Message ids.
READERS: dict[str, dict[str, tuple[str, str]]] = {
    "person": {
        "me": ("me", "Me"),
        "set": ("my set", "My set"),
        "coach": ("my coach", "My coach"),
        "cohort": ("my cohort", "My cohort"),
    },
    "set": {
        "me": ("our set", "Our set"),
        "coach": ("our coach", "Our coach"),
        "cohort": ("our cohort", "Our cohort"),
    },
    "about": {
        "me": ("me", "Me"),
        "set": ("{name}", "{name}"),
        "coach": ("the coach", "The coach"),
    },
}

#: What the script says, as message ids.
UI_WORDS: dict[str, str] = {
    "saved": "Saved {time}",
    "saving": "Saving…",
    "waiting": "Waiting for the network. Your words are kept on this device.",
    "waiting_page": "Waiting for the network. Keep this page open.",
    "waiting_kernel": "Waiting for the kernel. Keep this page open.",
    "device": "Kept on this device",
    "refused": "Not saved",
    "two": "Two versions",
    "two_said": "This was changed in another place while you wrote here. Nothing is lost. Which words should stand?",
    "mine": "Mine",
    "theirs": "Theirs",
    "mine_where": "written here",
    "theirs_where": "saved {time} in another place",
    "nothing": "Nothing",
    "keep_mine": "Keep mine",
    "take_theirs": "Take theirs",
    "edit_both": "Edit both together",
    "both_said": "Both are in the answer above now. Make them one there; what each said stays here until you are done.",
    "done": "Done",
    "elsewhere": "This answer was changed in another place just now.",
    "again": "Everything is saved again.",
    "no_device": "This browser cannot keep words on this device. Stay on the page until it says saved.",
    "removed": "Words that waited on this device are not there any more: your browser has removed them. Look whether all is here.",
    "clock": "The clock of this device is wrong. The times shown here are right.",
    "signin": "Sign in again to save. Your words are kept on this device.",
    "read_by": "Read by: {readers}",
    "readers": "Who may read this answer once you share it",
    "pasted": "{number} rows were put into the table.",
    "pasted_one": "One row was put into the table.",
    "too_many_rows": "These are {number} rows. A table here takes {most} in all: nothing was put in.",
    "guessed_letters": "The file does not say how it writes its letters: look whether they are right.",
    "heads_left": "Its first line was left out as the heads: “{words}”.",
    "heads_are_row": "Put it in as a row",
    "heads_put": "Is its first line only the heads: “{words}”?",
    "heads_leave": "Leave it out",
    "no_text": "This is no text file, whatever its name says. In your spreadsheet, save it as CSV.",
    "too_large": "This file is too large for a table.",
    "misfit_where": "{column}, row {row}",
    "misfit_date": "“{words}” cannot be read as a day. Write it with day, month and year.",
    "misfit_time": "“{words}” says more than a day. Is the day right?",
    "misfit_year": "Do you mean the year {year}?",
    "misfit_number": "“{words}” is no number. Write it in digits alone.",
    "misfit_choice": "“{words}” is none of the choices.",
    "misfit_long": "This is longer than a line of 500 characters.",
    "misfit_two": "“{words}” can be read in two ways. Which one is it?",
    "misfit_same": "({number} more in this column will be read alike.)",
    "misfit_extra": "Row {row} has words that no column is there for: “{words}”.",
    "misfit_more": "And {number} more like these.",
    "misfit_kept": "What is named here is not saved yet, and kept on this device. All the rest is saved.",
    "misfit_away": "Take these words away",
    "undo_paste": "Take the pasted words out again",
    "undo_remove": "Put the removed row back",
    "undo_follow": "Bring back what stood here before",
    "undo_theirs": "Bring back mine",
    "undo_both": "Take the two apart again",
    "undo_restore": "Bring back what stood here before",
    "undo_clear": "Bring back my answer",
    "undo_misfits": "Bring these words back",
    "undo_again": "Do it again",
    "not_saved_audience": "Who may read this could not be saved. Try again.",
}


@dataclass(frozen=True)
class ReaderOption:
    """Whose a workbook is, for how its readers are called.

    Parameters
    ----------
    kind
        Of a ``person``, of a ``set``, or ``about`` somebody else.
    name
        First name of whom it is about.
    """

    kind: str = "person"
    name: str = ""

    def called(self, locale: str) -> dict[str, tuple[str, str]]:
        """Return how each reader is called: in a sentence, and beside a check box."""
        return {
            who: (say(short, locale, name=self.name), say(label, locale, name=self.name))
            for who, (short, label) in READERS[self.kind].items()
        }


#: A workbook of one's own.
OWN = ReaderOption()


def ui_words(locale: str, whose: ReaderOption = OWN) -> dict[str, str]:
    """Return what the script says, in the reader's language: for ``data-al-words`` and the widget."""
    called = whose.called(locale)
    texts = {key: say(message, locale) for key, message in UI_WORDS.items()}
    texts |= {f"reads_{who}": short for who, (short, _) in called.items()}
    return texts | {f"reader_{who}": label for who, (_, label) in called.items()}


def readers(audience: Sequence[str], locale: str = "en", whose: ReaderOption = OWN) -> str:
    """Return who may read an answer, as in a sentence: ``me, my set, my coach``."""
    called = whose.called(locale)
    return ", ".join(called[each][0] for each in AUDIENCES if each in audience and each in called)
