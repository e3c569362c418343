"""Questions for a set: a quiet word on how one asks, for those who switched it on.

Readable rules in ``question_style.toml``, no model and no network. A rule speaks only where it was right at
least 19 times in 20 on questions that people labelled before there was a rule (docs/questions.md).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from actionlearn.i18n import known_locale, say

#: Label of a question -> what is said to it. In this order: the first that fits is said, and no other.
REMARKS: dict[str, str] = {
    "advice": "There may be advice in this. What would you ask if you had no idea what they should do?",
    "leading": "Your own answer may be in this. How would you ask so that any answer is welcome?",
    "several": "This asks several things. Which of them do you want to hear about first?",
    "closed": "A yes or a no would answer this. What is it that you want to hear more about?",
}

#: How often a rule has to be right on the open half before it may speak.
PRECISION = 0.95


@dataclass(frozen=True)
class Rule:
    """One thing that gives a question away.

    Parameters
    ----------
    locale, label, name
        The language it reads, the label it gives, and what it is called.
    when, unless
        What has to be found in a question, and what must not be.
    silent
        Kept for the record: it does not speak.
    """

    locale: str
    label: str
    name: str
    when: re.Pattern[str]
    unless: re.Pattern[str] | None = None
    silent: bool = False

    def fits(self, question: str) -> bool:
        """Tell whether it finds what it looks for."""
        text = normalised(question)
        return bool(self.when.search(text)) and not (self.unless and self.unless.search(text))


@cache
def rules() -> tuple[Rule, ...]:
    """Return all rules, in the order of their file."""
    settings = tomllib.loads(resources.files("actionlearn.advice").joinpath("question_style.toml").read_text("utf-8"))
    return tuple(_rule(**each) for each in settings["rule"])


def _rule(*, locale: str, label: str, name: str, when: str, unless: str = "", silent: bool = False) -> Rule:
    look = [re.compile(text, re.IGNORECASE) for text in (when, unless) if text]
    return Rule(locale=locale, label=label, name=name, when=look[0], unless=look[1] if unless else None, silent=silent)


def normalised(question: str) -> str:
    """Return a question as rules read it: on one line, with straight apostrophes."""
    return " ".join(question.replace("’", "'").split())


def labels(question: str, locale: str, known: Sequence[Rule] | None = None) -> tuple[str, ...]:
    """Return the labels that rules give a question, in the order of `SAID`.

    Parameters
    ----------
    question
        What somebody asks.
    locale
        The language it is asked in.
    known
        The rules to go by; those that are not silent where none are given.
    """
    spoken = [each for each in rules() if not each.silent] if known is None else known
    language = known_locale(locale)
    found = {each.label for each in spoken if each.locale == language and each.fits(question)}
    return tuple(label for label in REMARKS if label in found)


def remark(question: str, locale: str, reader: str = "") -> str:
    """Return the one thing to say to a question; empty where there is nothing.

    Parameters
    ----------
    question
        What somebody asks; a longer text is not looked at, it is more than a question.
    locale
        The language it is asked in.
    reader
        The language to say it in; the same where it is not given.
    """
    found = labels(question, locale) if len(question) <= LONGEST else ()
    return say(REMARKS[found[0]], reader or locale) if found else ""


#: The longest text that is read as a question.
LONGEST = 500
