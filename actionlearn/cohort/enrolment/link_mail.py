"""E-mails with a link to sign in."""

from __future__ import annotations

from actionlearn.i18n import say
from actionlearn.mail import Email, one_line


def sign_in_email(
    *, address: str, name: str, firstname: str, cohort: str, link: str, lapses: str, locale: str
) -> Email:
    """Return the letter with somebody's sign-in link, in their language."""
    paragraphs = (
        say("Hello {firstname},", locale, firstname=one_line(firstname)),
        say("this link signs you in to your workbooks of “{cohort}”:", locale, cohort=one_line(cohort)),
        link,
        say("It works once, until {lapses}. Open it on the device you want to write on.", locale, lapses=lapses),
        say("It is for you alone: please do not pass it on. It replaces earlier links.", locale),
    )
    return Email(
        address, name, say("Your way in: {cohort}", locale, cohort=one_line(cohort)), "\n\n".join(paragraphs) + "\n"
    )
