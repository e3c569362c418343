"""Files and links that are attached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actionlearn.answers import attachments
from actionlearn.answers.items import Item
from actionlearn.answers.kinds.kind import Effort, Kind
from actionlearn.answers.prompts import MAX_SHORT
from actionlearn.text.markup import Markup

#: What of an attached thing can be erased: with any of it, it goes as a whole.
TEXT_FIELDS = ("file", "link", "name")


def _html(item: Item, locale: str) -> Markup:  # noqa: ARG001 - names are as they are in any language
    rows = Markup("").join(Markup("<li>{}</li>").format(_entry(each)) for each in item.value)
    return Markup('<ul class="al-answer">{}</ul>').format(rows)


def _entry(entry: Mapping[str, Any]) -> Markup:
    """Return an attached thing: a link to elsewhere, which is always http or https, or what a file is called."""
    if "link" in entry:
        html = Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>')
        return html.format(entry["link"], entry.get("name") or entry["link"])
    return Markup("{}").format(attachments.as_text(dict(entry)))


FILE = Kind(
    id="file",
    check=lambda _, raw: attachments.check_entries(raw),
    sample=lambda _prompt, _locale: [{"link": "https://example.org/"}],
    effort=lambda _: Effort(clicks=1),
    interaction="other",
    several=True,
    text=lambda item, _: "\n".join(map(attachments.as_text, item.value)),
    html=_html,
    text_fields=lambda _: dict.fromkeys(TEXT_FIELDS, MAX_SHORT),
)
