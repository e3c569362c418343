"""The daily e-mail: what happened, worded."""

from __future__ import annotations

from collections.abc import Sequence

from actionlearn.i18n import say
from actionlearn.mail import Email, one_line


def digest_email(
    *,
    address: str,
    name: str,
    firstname: str,
    cohort: str,
    lines: Sequence[str],
    link: str,
    choices: str,
    locale: str,
) -> Email:
    """Return the letter with what is new for somebody, in their language."""
    paragraphs = (
        say("Hello {firstname},", locale, firstname=one_line(firstname)),
        say("this is new for you:", locale),
        "\n".join(f"- {one_line(each)}" for each in lines),
        say("You find it here: {link}", locale, link=link),
        say("One letter a day at most. What it tells you, and when, you choose here: {link}", locale, link=choices),
    )
    return Email(
        address=address,
        name=name,
        subject=say("New for you: {cohort}", locale, cohort=one_line(cohort)),
        text="\n\n".join(paragraphs) + "\n",
    )
