"""Text as HTML: paragraphs and lines, everything in it escaped."""

from __future__ import annotations

import re

from actionlearn.text.markup import Markup


def paragraphs(text: str) -> Markup:
    """Return text as paragraphs: an empty line parts them, other line ends are kept."""
    parts = [part for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")) if part.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(lines(part.strip("\n"))) for part in parts)


def lines(text: str) -> Markup:
    """Return text with its line ends kept."""
    return Markup("<br>").join(text.split("\n"))
