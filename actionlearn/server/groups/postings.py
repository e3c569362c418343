"""Asks and offers as they are shown: each as a card, in piles that are turned over page by page, found by a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from actionlearn.permissions import Actor, may
from actionlearn.server.rendering import dates
from actionlearn.server.web.reader import Reader
from actionlearn.store import Connection
from actionlearn.store.groups import postings
from actionlearn.store.groups.postings import Answer, Posting
from actionlearn.store.people import members
from actionlearn.text.initials import initials
from actionlearn.text.search import search_texts

#: How many of each list the board begins with, and how many are on a page of one.
FIRST, PAGE = 20, 50

#: How many a room or a week shows, the newest.
MOST_SHOWN = 200


@dataclass(frozen=True)
class PostingReply:
    """An answer as it is shown."""

    id: str
    by: str
    at: str
    when: str
    body: str
    mine: bool
    introduces: str
    me: bool


@dataclass(frozen=True)
class PostingCard:
    """An ask or an offer as it is shown.

    Parameters
    ----------
    set
        Name of the set it is for; empty where it is for the cohort.
    set_id
        Its id.
    me
        Whether somebody has brought one together with who asks.
    """

    id: str
    kind: str
    by: str
    initials: str
    at: str
    when: str
    body: str
    set: str
    set_id: str
    mine: bool
    closed: bool
    me: bool
    replies: tuple[PostingReply, ...]


@dataclass(frozen=True)
class PostingList:
    """Some of what is asked and offered, of which a page is shown.

    Parameters
    ----------
    name
        ``named`` (the reader is, and it is open), ``ask``, ``offer``, ``settled`` or ``found``.
    cards
        Those of the page.
    count
        How many there are.
    """

    name: str
    cards: tuple[PostingCard, ...]
    count: int
    page: int = 1
    pages: int = 1


def posting_cards(
    c: Connection, actor: Actor, reader: Reader, cohort: str, *, room: str = ""
) -> tuple[PostingCard, ...]:
    """Return what somebody may read of a cohort's asks and offers; with ``room`` what members of that set asked."""
    every = _readable(c, actor, cohort)
    if room:
        people = members.members(c, cohort)
        inside = {each.person.id for each in people if each.role == "learner" and each.set_id == room}
        every = [each for each in every if each.set_id == room or (not each.set_id and each.by in inside)]
    return _shown(c, reader, cohort, every[:MOST_SHOWN])


def board_lists(
    c: Connection, actor: Actor, reader: Reader, cohort: str, *, search: str = "", chosen: str = "", page: int = 1
) -> list[PostingList]:
    """Return what somebody may read of a board: the first of each list, a page of one, or of what is found.

    Parameters
    ----------
    search
        Words to be found in what is asked, offered and answered, and in names. What is open comes first.
    chosen
        Name of the one list that is turned over; empty for the first of all.
    page
        Which page of it.
    """
    every, me = _readable(c, actor, cohort), reader.person.id
    if search:
        names = {group.id: group.name for group in members.sets(c, cohort)}
        found = [every[at] for at in search_texts(search, [_text(each, names) for each in every])]
        return [_page(c, reader, cohort, "found", sorted(found, key=lambda each: bool(each.closed_at)), page)]
    sorted_out: dict[str, list[Posting]] = {"named": [], "ask": [], "offer": [], "settled": []}
    for each in every:
        named = any(answer.introduces == me for answer in each.answers)
        sorted_out["settled" if each.closed_at else "named" if named else each.kind].append(each)
    if chosen in sorted_out:
        return [_page(c, reader, cohort, chosen, sorted_out[chosen], page)]
    return [PostingList(name, _shown(c, reader, cohort, some[:FIRST]), len(some)) for name, some in sorted_out.items()]


def _readable(c: Connection, actor: Actor, cohort: str) -> list[Posting]:
    return [each for each in postings.postings(c, cohort) if may(actor, "read", each.thing)]


def _text(each: Posting, names: dict[str, str]) -> str:
    """Return all that is said in an ask or an offer, and by whom."""
    texts = (text for one in each.answers for text in (one.by_name, one.introduces_name, one.body))
    return " ".join((each.by_name, names.get(each.set_id, ""), each.body, *texts))


def _page(c: Connection, reader: Reader, cohort: str, name: str, some: Sequence[Posting], page: int) -> PostingList:
    pages = max(1, -(-len(some) // PAGE))
    at = min(page, pages)
    return PostingList(
        name=name,
        cards=_shown(c, reader, cohort, some[(at - 1) * PAGE : at * PAGE]),
        count=len(some),
        page=at,
        pages=pages,
    )


def _shown(c: Connection, reader: Reader, cohort: str, some: Sequence[Posting]) -> tuple[PostingCard, ...]:
    where = dates.zone(reader.person.time_zone, members.cohort(c, cohort).time_zone)
    names = {group.id: group.name for group in members.sets(c, cohort)} if some else {}
    return tuple(_card(each, reader, where, names) for each in some)


def _card(posting: Posting, reader: Reader, where: ZoneInfo, names: dict[str, str]) -> PostingCard:
    me = reader.person.id
    return PostingCard(
        id=posting.id,
        kind=posting.kind,
        by=posting.by_name,
        initials=initials(posting.by_name),
        at=posting.made_at,
        when=dates.ago(posting.made_at, reader.locale, where),
        body=posting.body,
        set=names.get(posting.set_id, "") if posting.set_id else "",
        set_id=posting.set_id,
        mine=posting.by == me,
        closed=posting.closed_at is not None,
        me=any(each.introduces == me for each in posting.answers),
        replies=tuple(_reply(each, me, reader.locale, where) for each in posting.answers),
    )


def _reply(each: Answer, me: str, locale: str, where: ZoneInfo) -> PostingReply:
    when = dates.ago(each.made_at, locale, where)
    other = each.introduces_name if each.introduces else ""
    return PostingReply(
        id=each.id,
        by=each.by_name,
        at=each.made_at,
        when=when,
        body=each.body,
        mine=each.by == me,
        introduces=other,
        me=bool(other) and each.introduces == me,
    )
