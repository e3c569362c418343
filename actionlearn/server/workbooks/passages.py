"""Where the words are that comments quote: in what was shared, and in the answer as it is now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from actionlearn.answers import attachments
from actionlearn.answers.prompts import Prompt, Value
from actionlearn.answers.rendering import item_for, value_html, value_text
from actionlearn.budget import Allowance
from actionlearn.i18n import say
from actionlearn.notebook import Contents, LivePiece, ViewPiece
from actionlearn.store import Connection
from actionlearn.store.records import Comment, Draft
from actionlearn.store.reviews import submissions
from actionlearn.text import anchors
from actionlearn.text.anchors import Quote
from actionlearn.text.markup import Markup

#: The parts of a picture one can choose -> what they are called (message ids).
PARTS: Mapping[str, str] = {
    "0,0,34,34": "top left",
    "33,0,34,34": "top",
    "66,0,34,34": "top right",
    "0,33,34,34": "left",
    "33,33,34,34": "middle",
    "66,33,34,34": "right",
    "0,66,34,34": "bottom left",
    "33,66,34,34": "bottom",
    "66,66,34,34": "bottom right",
}

#: Characters shown before and after quoted words.
SHOWN = 32


@dataclass(frozen=True)
class QuotedPassage:
    """The words, or the part of a picture, that a comment is about.

    Parameters
    ----------
    quote
        As they were when they were quoted.
    source
        ``answer``, ``question``, ``view`` or ``picture``.
    before, words, after
        As they are now, with a little of what stands around them; empty where they are gone.
    nth
        How many times the same words stand before them: so a page finds them among its own.
    part
        Of a picture: which part, as `anchors.part` returns it.
    """

    quote: str
    source: str
    before: str = ""
    words: str = ""
    after: str = ""
    nth: int = 0
    part: str = ""

    def where(self, locale: str) -> str:
        """Return which part of a picture it is, in words."""
        return say(PARTS[self.part], locale) if self.part in PARTS else say("a part of it", locale)


def texts_of(contents: Contents, prompt: str, value: Value, view: str = "") -> dict[str, str]:
    """Return what there is to quote from at one place of a workbook.

    Parameters
    ----------
    contents
        What the workbook holds.
    prompt
        Id of a prompt, of a view or of a live cell.
    value
        Of a prompt, what was answered.
    view
        Of a view or a live cell, what it showed, as clean HTML.
    """
    if asked := contents.prompts.get(prompt):
        texts = {"question": asked.question, "answer": _text(asked, contents.locale, value)}
        pictured = any(each["type"].startswith("image/") for each in attachments.files(value))
        return texts | ({"picture": ""} if pictured else {})
    shown = (piece for piece in contents.pieces if isinstance(piece, ViewPiece | LivePiece))
    if not any(piece.cell_id == prompt for piece in shown):
        return {}
    return {"view": plain(view)} | ({"picture": ""} if "<img" in view else {})


def plain(html: str) -> str:
    """Return the text of clean HTML, cell by cell."""
    return Markup(html.replace("><", "> <")).striptags()


def _text(asked: Prompt, locale: str, value: Value) -> str:
    """Return an answer as a page shows it; of a table, cell by cell."""
    if asked.kind != "table":
        return value_text(asked, locale, value=value)
    return plain(str(value_html(item_for(asked, value, locale=locale), locale)))


def passage(target: Any, text: str, before: str = "", allowance: Allowance | None = None) -> QuotedPassage | None:
    """Return the words that a comment is about, as they stand in a text; None where it quotes nothing.

    Parameters
    ----------
    target
        As the store has it.
    text
        The text as it is now.
    before
        The text that was quoted from, where that is another.
    allowance
        How much comparing is left to the request.
    """
    allowance = allowance or Allowance()
    if target and (part := anchors.part(target["selector"])):
        return QuotedPassage("", "picture", part=part)
    quote = Quote.of(target["selector"]) if target else None
    if quote is None:
        return None
    place = anchors.find(text, quote, before, allowance)
    if place is None:
        return QuotedPassage(quote.exact, target["source"])
    start, end = place
    around = text[max(0, start - SHOWN) : start], text[end : end + SHOWN]
    return QuotedPassage(
        quote=quote.exact,
        source=target["source"],
        before=around[0],
        words=text[start:end],
        after=around[1],
        nth=anchors.nth(text, place, allowance),
    )


def passages_now(
    c: Connection, contents: Contents, drafts: Mapping[str, Draft], comments: Iterable[Comment]
) -> dict[str, QuotedPassage]:
    """Return, by comment, where its words are in the answers as they are now."""
    frozen: dict[str, dict[str, Value]] = {}
    found = {}
    allowance = Allowance()
    for comment in comments:
        if not comment.target or comment.prompt is None:
            continue
        if comment.submission not in frozen:
            frozen[comment.submission] = {
                item.prompt: item.value for item in submissions.items_of(c, comment.submission)
            }
        then = texts_of(contents, comment.prompt, frozen[comment.submission].get(comment.prompt))
        draft = drafts.get(comment.prompt)
        now = texts_of(contents, comment.prompt, draft.value if draft else None)
        source = comment.target["source"]
        if there := passage(comment.target, now.get(source, ""), then.get(source, ""), allowance):
            found[comment.id] = there
    return found
