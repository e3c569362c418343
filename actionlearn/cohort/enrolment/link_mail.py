"""E-mails with a link to sign in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from actionlearn.cohort.enrolment.links import PersonLink
from actionlearn.errors import ActionlearnError
from actionlearn.i18n import say
from actionlearn.mail import Email, Mailer, one_line
from actionlearn.settings import Settings


@dataclass(frozen=True)
class Sent:
    """What became of sign-in links that were mailed.

    Parameters
    ----------
    links
        Every link that was made, also for people who get no e-mail.
    count
        How many e-mails the mail server took.
    failed
        The links that could not be sent, each with the reason.
    """

    links: list[PersonLink]
    count: int
    failed: list[tuple[PersonLink, ActionlearnError]]


def send_links(settings: Settings, cohort: str, make_links: Callable[[], list[PersonLink]]) -> Sent:
    """Make sign-in links and send each to its person; whom the mail server refuses stops nobody else.

    Parameters
    ----------
    settings
        Every setting by name; those of the mail server among them.
    cohort
        The cohort's name, for the letter.
    make_links
        Called once the mail server has let us in and not before, since new links end the old ones.
    """
    count, failed = 0, []
    with Mailer(settings) as mailer:
        links = make_links()
        for each in links:
            if not each.link:
                continue
            try:
                mailer.send(sign_in_email(each, cohort))
                count += 1
            except ActionlearnError as error:
                failed.append((each, error))
    return Sent(links, count, failed)


def sign_in_email(link: PersonLink, cohort: str) -> Email:
    """Return the letter with somebody's sign-in link, in their language; `cohort` is the cohort's name."""
    locale, title = link.locale, one_line(cohort)
    paragraphs = (
        say("Hello {firstname},", locale, firstname=one_line(link.firstname or link.name)),
        say("this link signs you in to your workbooks of “{cohort}”:", locale, cohort=title),
        link.link,
        say(
            "It works once, until {lapses}. Open it on the device you want to write on.",
            locale,
            lapses=link.valid_until,
        ),
        say("It is for you alone: please do not pass it on. It replaces earlier links.", locale),
    )
    subject = say("Your way in: {cohort}", locale, cohort=title)
    return Email(address=link.email, name=link.name, subject=subject, text="\n\n".join(paragraphs) + "\n")
