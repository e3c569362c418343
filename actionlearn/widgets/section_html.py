"""What stands between the prompts: headings of sections, cards, and what opens and closes them."""

from __future__ import annotations

import json
from datetime import date, timedelta

from actionlearn.answers.conditions import Condition
from actionlearn.answers.rendering import markdown
from actionlearn.i18n import say
from actionlearn.i18n.dates import weekday_in_sentence
from actionlearn.template import Card
from actionlearn.text.markup import Markup


def opening(when: Condition | None, *, closed: bool = False) -> Markup:
    """Return the attributes of an element that opens by an answer.

    Parameters
    ----------
    when
        What opens it. The page's script follows answers of the same workbook; others do not change while one writes.
    closed
        Whether it is closed now.
    """
    condition = json.dumps(when.as_json, ensure_ascii=False) if when and when.here else ""
    followed = Markup(' data-when="{}"').format(condition) if condition else Markup("")
    return followed + (Markup(" hidden") if closed else Markup(""))


def heading_html(title: str, opens: Markup = Markup(""), id: str = "") -> Markup:  # noqa: B008 - it never changes
    """Return the heading of a section; nothing where it has no title."""
    return Markup('<h2 class="al-heading" id="section-{}-h"{}>{}</h2>').format(id, opens, title) if title else Markup()


def section_html(id: str, title: str, opens: Markup, waits: str = "") -> str:
    """Return the beginning of a section of a page; ``</section>`` ends it.

    Parameters
    ----------
    waits
        What `waits_html` says where its day has not come; ``</div>`` comes before the end then.
    """
    named = Markup(' aria-labelledby="section-{}-h"').format(id) if title else Markup("")
    html = Markup('<section class="al-section" id="section-{}"{}{}>{}')
    return str(html.format(id, named, opens, heading_html(title, id=id))) + waits


def waits_html(day: date, left: timedelta, locale: str) -> str:
    """Return the line that says when a section opens, and the beginning of what is put away until then.

    Parameters
    ----------
    day
        The day on which it opens.
    left
        How long it is until that day begins: the page's script opens the section then.
    locale
        The reader's language.
    """
    line = say("Opens on {day}.", locale, day=weekday_in_sentence(day, locale))
    html = Markup('<p class="al-waits">{}</p><div class="al-later" data-opens-in="{}" hidden>')
    return str(html.format(line, max(0, left // timedelta(milliseconds=1))))


def card_html(
    card: Card,
    locale: str = "en",
    opens: Markup = Markup(""),  # noqa: B008 - it never changes
    *,
    is_start: bool = False,
) -> str:
    """Return a card, folded.

    Parameters
    ----------
    card
        What it says; its locale is empty where it is the reader's.
    locale
        The reader's language.
    opens
        Attributes that open and close it.
    is_start
        It is what its reader began the workbook with.
    """
    title = say("What you kept: {title}" if is_start else "Another way to look: {title}", locale, title=card.title)
    html = Markup(
        '<details class="al-card" data-card="{id}"{opens}><summary>{summary}</summary>'
        '<div class="al-card-text"{lang}>{text}{question}{source}</div></details>'
    )
    return str(
        html.format(
            id=card.id,
            opens=opens,
            summary=title,
            lang=Markup(' lang="{}"').format(card.locale) if card.locale else "",
            text=markdown(card.text),
            question=Markup('<p class="al-card-question"><strong>{}</strong></p>').format(card.question)
            if card.question
            else "",
            source=Markup('<p class="al-card-source"><small>{}</small></p>').format(
                say("Source: {source}", locale, source=card.source)
            )
            if card.source
            else "",
        )
    )
