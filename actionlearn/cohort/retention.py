"""How long a cohort is kept, as its programme says: people are told a month before, then it is erased."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from actionlearn.cohort.programme.schema import PERIOD
from actionlearn.errors import ActionlearnError
from actionlearn.i18n import dates, say
from actionlearn.mail import Email, Mailer, one_line
from actionlearn.settings import Settings
from actionlearn.store import Connection, Store
from actionlearn.store.erasure.people import erase_cohort
from actionlearn.store.people import members, retention
from actionlearn.store.records import Cohort

#: Days between telling and taking out, at the least.
NOTICE = 30


@dataclass(frozen=True)
class RetentionStatus:
    """Until when a cohort is kept.

    Parameters
    ----------
    ends_on
        The day after which it is taken out; empty where its programme does not say.
    notice_on
        The day from which everybody in it was told; empty for not yet.
    over
        Whether it is due: told long enough ago, and the day is past.
    """

    cohort: Cohort
    ends_on: str = ""
    notice_on: str = ""
    over: bool = False

    @property
    def day(self) -> str:
        """The day that people are told of: never sooner than a month after they are; empty for none yet."""
        if not self.ends_on or not self.notice_on:
            return ""
        return max(self.ends_on, (date.fromisoformat(self.notice_on) + timedelta(days=NOTICE)).isoformat())


def day_after(day: date, period: str) -> date:
    """Return the day on which a period that begins on another is over."""
    found = PERIOD.fullmatch(period)
    assert found is not None
    count, unit = int(found[1]), found[2]
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    months = day.month - 1 + count * (12 if unit == "year" else 1)
    year, month = day.year + months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def retention_statuses(c: Connection, today: date) -> list[RetentionStatus]:
    """Return until when each cohort is kept: counted from the programme's last day and the last word written."""
    notices = retention.notices(c)
    return [retention_of(c, each, notices.get(each.id), today) for each in members.cohorts(c)]


def retention_of(
    c: Connection, cohort: Cohort, notice: retention.RetentionNotice | None, today: date
) -> RetentionStatus:
    """Return until when one cohort is kept."""
    keep = str(cohort.programme.get("keep") or "")
    if not PERIOD.fullmatch(keep):
        return RetentionStatus(cohort)
    days = [each.due or each.opens for each in members.suggestions(c, cohort.id)]
    days += [
        instant[:10]
        for instant in (retention.last_activity(c, cohort.id), retention.created_at(c, cohort.id))
        if instant
    ]
    ends = day_after(max(map(date.fromisoformat, days)), keep)
    if notice is None:
        return RetentionStatus(cohort, ends.isoformat())
    found = RetentionStatus(cohort, ends.isoformat(), notice.notified_at[:10])
    return replace(found, over=today.isoformat() > found.day)


def apply_retention(
    store: Store, data: Path, now: str, tell: Callable[[RetentionStatus], None] = lambda _: None
) -> tuple[list[RetentionStatus], list[RetentionStatus]]:
    """Tell whoever is to be told, and take out what is due; return both.

    Parameters
    ----------
    store, data
        The store and its data folder.
    now
        The instant.
    tell
        Tells people besides their pages; it is called once it is noted.
    """
    today = date.fromisoformat(now[:10])
    notified, erased = [], []
    for each in store.read(lambda c: retention_statuses(c, today)):
        soon = bool(each.ends_on) and date.fromisoformat(each.ends_on) - timedelta(days=NOTICE) <= today
        if each.over:
            erase_cohort(store, data, each.cohort.id)
            erased.append(each)
        elif soon and not each.notice_on:
            store.write(lambda c, each=each: retention.record_notice(c, each.cohort.id, now, each.ends_on))  # type: ignore[misc]
            notified.append(RetentionStatus(each.cohort, each.ends_on, today.isoformat()))
            tell(notified[-1])
        elif each.notice_on and not soon:
            store.write(lambda c, each=each: retention.withdraw_notice(c, each.cohort.id))  # type: ignore[misc]
    return notified, erased


class RetentionEmails:
    """Writes to everybody in a cohort that ends, where a mail server is set.

    Parameters
    ----------
    store
        Knows who is in it.
    settings
        Every setting.
    address
        Where people reach the server; empty for the setting ``public_url``.
    """

    def __init__(self, store: Store, settings: Settings, address: str = "") -> None:
        self._store, self._settings = store, settings
        self._address = address or settings.public_url

    def send(self, ending: RetentionStatus) -> None:
        """Send what can be sent. Whom no letter reaches is told on their pages all the same."""
        if not self._settings.mail_host:
            return
        there = self._store.read(lambda c: members.members(c, ending.cohort.id))
        people = {each.person.id: each.person for each in there if each.person.email}
        with suppress(ActionlearnError), Mailer(self._settings) as post:
            for each in people.values():
                locale = each.locale or ending.cohort.locale
                who = {"address": each.email, "name": each.name, "firstname": each.firstname or each.name}
                day = dates.day(ending.day, locale)
                with suppress(ActionlearnError):
                    post.send(
                        retention_email(**who, cohort=ending.cohort.name, day=day, link=self._address, locale=locale)
                    )


def retention_email(*, address: str, name: str, firstname: str, cohort: str, day: str, link: str, locale: str) -> Email:
    """Return the letter that says when all of a cohort goes, in their language."""
    paragraphs = [
        say("Hello {firstname},", locale, firstname=one_line(firstname)),
        say(
            "what was written in “{cohort}” is kept until {day}, and then erased for good.",
            locale,
            cohort=one_line(cohort),
            day=day,
        ),
        say("Take with you what you want to keep: sign in and open “What is held about me”.", locale),
        link,
    ]
    subject = say("Kept until {day}: {cohort}", locale, cohort=one_line(cohort), day=day)
    return Email(address=address, name=name, subject=subject, text="\n\n".join(filter(None, paragraphs)) + "\n")
