"""E-mails about somebody's account, sent at once: that somebody signed in as them, or that their address changes."""

from __future__ import annotations

import logging

from actionlearn.errors import ActionlearnError
from actionlearn.i18n import say
from actionlearn.mail import Email, Mailer
from actionlearn.settings import Settings

log = logging.getLogger("actionlearn.digest")


def sign_in_notice(*, address: str, name: str, firstname: str, link: str, locale: str) -> Email:
    """Return the letter that says that somebody signed in with a link or a code of a person's."""
    paragraphs = (
        say("Hello {firstname},", locale, firstname=firstname or name),
        say("somebody has just signed in as you, with a link or a code of yours.", locale),
        say(
            "If it was you, all is well. If not, sign out everywhere and tell whoever is in charge: {link}",
            locale,
            link=link,
        ),
    )
    subject = say("Somebody signed in as you", locale)
    return Email(address=address, name=name, subject=subject, text="\n\n".join(paragraphs) + "\n")


def address_notice(*, address: str, name: str, firstname: str, by: str, locale: str) -> Email:
    """Return the letter to a former address that says who gives its person another one."""
    paragraphs = (
        say("Hello {firstname},", locale, firstname=firstname or name),
        say("{name} gives you another e-mail address. Your sign-in links go there from now on.", locale, name=by),
        say("If you did not ask for this, tell whoever is in charge.", locale),
    )
    subject = say("Another e-mail address for you", locale)
    return Email(address=address, name=name, subject=subject, text="\n\n".join(paragraphs) + "\n")


def send_notices(settings: Settings, notices: list[Email]) -> int:
    """Send letters where a mail server is set; return how many went. What does not go is logged, and stops nobody."""
    notices = [each for each in notices if each.address]
    if not settings.mail_host or not notices:
        return 0
    sent = 0
    try:
        with Mailer(settings) as mailer:
            for each in notices:
                try:
                    mailer.send(each)
                    sent += 1
                except ActionlearnError as error:
                    log.warning("a notice did not go: %s", error.code)
    except ActionlearnError as error:
        log.warning("no notices: %s", error.code)
    return sent
