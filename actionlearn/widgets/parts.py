"""What stands between the prompts: headings of sections, cards, and what opens and closes them."""

from __future__ import annotations

import json

from markupsafe import Markup

from actionlearn.conditions import Condition
from actionlearn.reading import markdown
from actionlearn.template import Card
from actionlearn.words import say


def opening(when: Condition | None, *, closed: bool = False) -> Markup:
    """Return the attributes of an element that opens by an answer.

    Parameters
    ----------
    when
        What opens it. The page's script follows answers of the same workbook; others do not change while one writes.
    closed
        Whether it is closed now.
    """
    told = json.dumps(when.told, ensure_ascii=False) if when and when.here else ""
    followed = Markup(' data-when="{}"').format(told) if told else Markup("")
    return followed + (Markup(" hidden") if closed else Markup(""))


def heading_html(title: str, opens: Markup = Markup(""), id: str = "") -> Markup:  # noqa: B008 - it never changes
    """Return the heading of a section; nothing where it has no title."""
    return Markup('<h2 class="al-heading" id="section-{}-h"{}>{}</h2>').format(id, opens, title) if title else Markup()


def section_html(id: str, title: str, opens: Markup) -> str:
    """Return the beginning of a section of a page; ``</section>`` ends it."""
    named = Markup(' aria-labelledby="section-{}-h"').format(id) if title else Markup("")
    html = Markup('<section class="al-section" id="section-{}"{}{}>{}')
    return str(html.format(id, named, opens, heading_html(title, id=id)))


def card_html(
    card: Card,
    locale: str = "en",
    opens: Markup = Markup(""),  # noqa: B008 - it never changes
    *,
    kept: bool = False,
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
    kept
        It is what its reader began the workbook with.
    """
    title = say("What you kept: {title}" if kept else "Another way to look: {title}", locale, title=card.title)
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
