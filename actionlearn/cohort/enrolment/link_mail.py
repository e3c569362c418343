"""E-mails with a link to sign in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from actionlearn.cohort.enrolment.links import PersonLink
from actionlearn.errors import ActionlearnError
from actionlearn.i18n import say
from actionlearn.mail import Email, Mailer, one_line
from actionlearn.settings import Settings

#: Seconds after which letters are tried again that a server does not take for now: a grey list opens within minutes.
WAITS = (60, 300, 900)


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
    waiting
        The links that the mail server may take later.
    """

    links: list[PersonLink]
    count: int
    failed: list[tuple[PersonLink, ActionlearnError]]
    waiting: list[PersonLink]


#: Told of each link whether its letter is out: only then do its person's earlier links end.
Settle = Callable[[PersonLink, bool], object]


def send_links(
    settings: Settings, cohort: str, make_links: Callable[[], list[PersonLink]], settle: Settle, *, last: bool = False
) -> Sent:
    """Make sign-in links and send each to its person; whom the mail server refuses stops nobody else.

    Parameters
    ----------
    settings
        Every setting by name; those of the mail server among them.
    cohort
        The cohort's name, for the letter.
    make_links
        Called once the mail server has let us in and not before. What they return ends no earlier link.
    settle
        Told what became of each letter; of those that wait, later.
    last
        Whether what the server would take later has failed: it is not tried again.
    """
    count, failed, waiting = 0, [], []
    with Mailer(settings) as mailer:
        links = make_links()
        cut: ActionlearnError | None = None
        for each in (link for link in links if link.link):
            try:
                if cut:  # the server lets nobody in any more: the rest is not tried one by one
                    raise cut
                mailer.send(sign_in_email(each, cohort))
            except ActionlearnError as error:
                cut = error if error.code == "mail.unreachable" else None
                if error.code in ("mail.try_later", "mail.unreachable") and not last:
                    waiting.append(each)
                else:
                    failed.append((each, error))
                    settle(each, False)
            else:
                count += 1
                settle(each, True)
    return Sent(links=links, count=count, failed=failed, waiting=waiting)


def send_again(settings: Settings, cohort: str, sent: Sent, settle: Settle, *, last: bool) -> Sent:
    """Try letters once more that the mail server did not take for now; return what became of all.

    Parameters
    ----------
    settings, cohort, settle, last
        As for `send_links`.
    sent
        What became of them until now.
    """
    try:
        again = send_links(settings, cohort, lambda: sent.waiting, settle, last=last)
    except ActionlearnError as error:  # nobody was let in
        lost = [(each, error) for each in sent.waiting] if last else []
        for each, _ in lost:
            settle(each, False)
        again = Sent(links=sent.waiting, count=0, failed=lost, waiting=[] if last else sent.waiting)
    return replace(sent, count=sent.count + again.count, failed=[*sent.failed, *again.failed], waiting=again.waiting)


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
