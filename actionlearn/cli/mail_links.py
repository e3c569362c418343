"""Send each their sign-in link, for ``cohort links --mail``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from actionlearn import i18n
from actionlearn.cohort.enrolment.link_mail import sign_in_email
from actionlearn.errors import ActionlearnError
from actionlearn.mail import Mailer
from actionlearn.settings import Settings

if TYPE_CHECKING:
    from actionlearn.cohort.enrolment.links import PersonLink


def send_links(settings: Settings, cohort: str, make: Callable[[], list[PersonLink]], locale: str) -> list[PersonLink]:
    """Make links and mail them; return all of them. Who could not be reached is named.

    Parameters
    ----------
    settings
        Every setting; those of the mail server among them.
    cohort
        What the cohort is called.
    make
        Makes the links: not before the mail server has let us in, since new links end the old ones.
    locale
        The language of the terminal.
    """
    failed = []
    with Mailer(settings) as post:
        rows = make()
        sent = 0
        for each in rows:
            if not each.link:
                continue
            who = {"address": each.email, "name": each.name, "firstname": each.firstname or each.name}
            try:
                post.send(sign_in_email(**who, cohort=cohort, link=each.link, lapses=each.lapses, locale=each.locale))
                sent += 1
            except ActionlearnError as error:
                failed.append(f"{each.username}: {i18n.sentence(error, locale)}")
    click.echo(i18n.say("Letters sent: {count}.", locale, count=sent))
    for line in failed:
        click.echo(line, err=True)
    if failed:
        said = "Not sent: {count}. Send these again with --only, or write their links to a file with -o."
        click.echo(i18n.say(said, locale, count=len(failed)), err=True)
        raise click.exceptions.Exit(1)
    return rows
