"""The history: how an answer changed, in the learner's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from actionlearn.answers.prompts import Item, Past
from actionlearn.answers.rendering import value_text
from actionlearn.budget import Allowance
from actionlearn.i18n import say
from actionlearn.i18n.dates import day
from actionlearn.text.diff import word_diff
from actionlearn.text.markup import Markup
from actionlearn.views.rendered import Rendered

#: Versions closer to each other than this are one sitting: its last one counts, and each that was shared.
SITTING = timedelta(hours=1)

#: Versions that are shown of one answer: the first and the last ones.
MOST = 12

_HTML = {"same": "{}", "gone": "<del>{}</del>", "new": "<ins>{}</ins>"}


@dataclass(frozen=True)
class _Version:
    text: str
    when: str
    shared: bool


def history(items: Sequence[Item], locale: str = "en") -> Rendered:
    """Return the versions of answers, the oldest first, with what was taken out and what was added."""
    drawn = [(item, versions) for item in items if (versions := _versions(item, locale))]
    if not drawn:
        line = say("How your words change will stand here, once you have written some.", locale)
        return Rendered(str(Markup('<div class="al-view al-none"><p>{}</p></div>').format(line)), line)
    allowance = Allowance()
    html = Markup("").join(_drawn(item, versions, locale, allowance) for item, versions in drawn)
    text = "\n\n".join(
        "\n\n".join([item.question or item.reference, *(f"{_when(each, locale)}\n{each.text}" for each in versions)])
        for item, versions in drawn
    )
    return Rendered(str(Markup('<div class="al-view al-view-history">{}</div>').format(html)), text)


def _versions(item: Item, locale: str) -> list[_Version]:
    """Return the versions worth showing: the last of each sitting, what was shared, and how it is now."""
    known = [*item.revisions, *([Past(item.value, item.when)] if item.when else [])]
    found: list[_Version] = []
    for past in known:
        each = _Version(value_text(replace(item, value=past.value), locale), past.when, past.cause == "share")
        if found and found[-1].text == each.text:
            found[-1] = replace(found[-1], shared=found[-1].shared or each.shared)
            continue
        if found and not found[-1].shared and _apart(found[-1], each) < SITTING:
            found.pop()
        if each.text or found:
            found.append(each)
    return found if len(found) <= MOST else [found[0], *found[1 - MOST :]]


def _apart(one: _Version, other: _Version) -> timedelta:
    return datetime.fromisoformat(other.when) - datetime.fromisoformat(one.when)


def _drawn(item: Item, versions: Sequence[_Version], locale: str, allowance: Allowance) -> Markup:
    about = Markup('<p class="al-recap-about">{}</p>').format(item.question) if item.question else Markup("")
    rows, before = [], versions[0].text
    for each in versions:
        words = Markup("").join(_change(kind, text) for kind, text in word_diff(before, each.text, allowance))
        rows.append(
            Markup('<li><p class="al-recap-said">{}</p><blockquote class="al-answer">{}</blockquote></li>').format(
                _when(each, locale), words
            )
        )
        before = each.text
    return about + Markup('<ol class="al-versions">{}</ol>').format(Markup("").join(rows))


def _change(kind: str, text: str) -> Markup:
    """Return words that stayed, went or came. What went is kept apart from what came in its place."""
    words = Markup(_HTML[kind]).format(Markup("<br>").join(text.split("\n")))
    return words + " " if kind == "gone" and not text[-1:].isspace() else words


def _when(version: _Version, locale: str) -> str:
    on = day(version.when, locale)
    return say("{day}, shared", locale, day=on) if version.shared else on
