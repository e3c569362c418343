"""What live cells have shown, as HTML of our own: the page draws it without Voilà's front-end.

That goes for text, pictures, HTML that needs no cleaning worth the name, and the kit's own ``live(…)``, whose state
comes along. Anything else in any of the cells leaves all of them to Voilà's front-end.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import nh3

from actionlearn.server.rendering.pages import render
from actionlearn.text.markup import Markup
from actionlearn.widgets.live import STATE

_WIDGET = "application/vnd.jupyter.widget-view+json"
_PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")
_KNOWN = {"text/html", *_PICTURES, "text/plain"}

#: What is more than text: colours of a terminal, a line that is written over.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

# There is nothing of what people wrote in these outputs: an author's own looks may stay.
_TAGS = nh3.ALLOWED_TAGS | {"style", "tfoot"}
_LOOKS = {"class", "style", "border"}
_ATTRIBUTES = {tag: nh3.ALLOWED_ATTRIBUTES.get(tag, set()) | _LOOKS for tag in _TAGS}
_SCHEMES = nh3.ALLOWED_URL_SCHEMES | {"data"}


@dataclass(frozen=True)
class Output:
    """One thing that a cell shows.

    Parameters
    ----------
    html
        It, ready for a page; nothing where it is a ``live(…)``.
    model, state
        Id and state of a ``live(…)``.
    """

    html: str = ""
    model: str = ""
    state: Mapping[str, Any] | None = None


def live_html(cells: Sequence[Any], *, kernel: str, base_url: str, locale: str) -> str | None:
    """Return what live cells have shown as HTML; None where that takes Voilà's front-end.

    Parameters
    ----------
    cells
        Cells that were run, with their outputs.
    kernel
        Id of the kernel that hears of answers.
    base_url, locale
        Path of the kit, and the reader's language.
    """
    shown = []
    for cell in cells:
        if cell.metadata.get("al_live"):
            outputs = [_shown(output) for output in cell.outputs if output.output_type != "error"]
            if None in outputs:
                return None
            shown.append((cell, outputs))
    return render("live/cells.html", base_url=base_url, locale=locale, kernel=kernel, cells=shown)


def _shown(output: Mapping[str, Any]) -> Output | None:
    """Return an output as the page draws it; None where it cannot."""
    if output["output_type"] == "stream":
        return _text(output["text"])
    data = output["data"]
    if STATE in data:
        return Output(model=str(data[_WIDGET]["model_id"]), state=data[STATE])
    if not data.keys() <= _KNOWN:
        return None
    if "text/html" in data:
        return _html(data["text/html"])
    picture = next((kind for kind in _PICTURES if kind in data), "")
    if picture:
        return _picture(picture, data[picture], output.get("metadata", {}).get(picture, {}))
    return _text(data.get("text/plain", ""))


def _text(text: str) -> Output | None:
    return None if _CONTROL.search(text) else Output(Markup("<pre>{}</pre>").format(text))


class _Tags(HTMLParser):
    """Which elements a piece of HTML is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, _: Any) -> None:
        """Note one."""
        self.names.add(tag)


def _html(html: str) -> Output | None:
    """Return HTML without what could run; None where cleaning would take away what one sees."""
    if _Tags(html).names - _TAGS:
        return None
    cleaned = nh3.clean(
        html, tags=_TAGS, clean_content_tags=set(), attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener"
    )
    return Output(Markup(cleaned))


def _picture(kind: str, picture: str, attributes: Mapping[str, Any]) -> Output:
    """Return a picture, of the size and with the words that its author gave it."""
    coded = base64.b64encode(picture.encode()).decode() if kind == "image/svg+xml" else "".join(picture.split())
    size = Markup("").join(
        Markup(' {}="{}"').format(each, attributes[each]) for each in ("width", "height") if each in attributes
    )
    image = Markup('<img alt="{}"{} src="data:{};base64,{}">')
    return Output(image.format(attributes.get("alt", ""), size, kind, coded))
